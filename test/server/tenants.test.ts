import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type IdKind, idPrefixes, newId } from '../../src/core/ids.js'
import type { Scope } from '../../src/core/scopes.js'
import { routes } from '../../src/rest/routes.js'
import { ask, bearer, inbound } from '../support/graph.js'
import { callTool, connectMcp } from '../support/mcp.js'
import { withRows } from '../support/rows.js'
import { collect, describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'
import { cursorProbes, type Ids, nodeDocument, type Probe, probes } from '../support/tenant-probes.js'
import { madeByTenant, namedKinds, rowsOfTenant } from '../support/tenant-rows.js'
import { transports } from '../support/transports.js'

/** What the console offers for a key: everything, sending, reading. */
const roles: Record<string, Scope[]> = {
  everything: ['*'],
  sending: ['messages:send', 'media:write', 'contacts:read', 'conversations:read', 'messages:read', 'templates:read'],
  reading: ['contacts:read', 'conversations:read', 'messages:read', 'media:read', 'templates:read', 'agents:read'],
}

type Request = { path: string; body?: unknown }

/** Where each REST path takes an id, and the address of a file. Everything else in the request is good. */
const restPlaces: Record<string, ((id: string, own: Ids) => Request)[]> = {
  'GET /status': [],
  'GET /contacts': [],
  'POST /contacts': [],
  'GET /chats': [],
  'GET /chats/:conversationId': [(id) => ({ path: `/chats/${id}` })],
  'GET /messages': [(id) => ({ path: `/messages?conversationId=${id}` })],
  'POST /send': [
    (id) => ({ path: '/send', body: { to: id, type: 'text', text: 'Taken' } }),
    (id, own) => ({ path: '/send', body: { to: own.Contact, type: 'text', text: 'Taken', replyTo: id } }),
    (id, own) => ({ path: '/send', body: { to: own.Contact, type: 'image', mediaId: id } }),
    (id, own) => ({ path: '/send', body: { to: own.Contact, type: 'reaction', messageId: id, emoji: '👍' } }),
  ],
  'POST /media': [],
  'GET /events': [],
}

/** The same of each tool. */
const toolPlaces: Record<string, ((id: string, own: Ids) => Record<string, unknown>)[]> = {
  list_contacts: [],
  get_contact: [(id) => ({ id })],
  create_contact: [],
  list_conversations: [],
  get_conversation: [(id) => ({ id })],
  send_message: [
    (id) => ({ to: id, type: 'text', text: 'Taken' }),
    (id, own) => ({ to: own.Contact, type: 'text', text: 'Taken', replyTo: id }),
    (id, own) => ({ to: own.Contact, type: 'image', mediaId: id }),
    (id, own) => ({ to: own.Contact, type: 'reaction', messageId: id, emoji: '👍' }),
  ],
  list_templates: [],
  send_broadcast: [],
  get_analytics: [],
  list_ai_agents: [],
  list_quick_replies: [],
  create_payment_link: [(id) => ({ amount: '10.00', currency: 'INR', description: 'Taken', contactId: id })],
}

/** What is left of an answer: without what differs from request to request, and without the id that was asked for. */
function comparable(answer: unknown, id: string): string {
  const text = JSON.stringify(answer, (key, value) => (key === 'requestId' ? undefined : value)) ?? ''
  return id === '' ? text : text.replaceAll(JSON.stringify(id).slice(1, -1), 'ID')
}

/** Ids that name nothing here: of another kind, and what is none at all. */
const nobodys = [
  newId('Template'),
  newId('Contact').toUpperCase(),
  `${newId('Conversation')}x`,
  `con_${'z'.repeat(26)}`,
  'cnv_',
  'xyz_01h455vb4pex5vsknk084sn02q',
]

describeServer('two organizations', () => {
  let server: TestServer
  let rivalKey: string
  let keys: Record<string, string>
  let mine: Ids
  let theirs: Ids
  let wamid: string
  const phone = newPhone()
  let before: unknown

  /** Everything that can be read of what the other organization has, by itself. */
  const stateOfTheirs = () =>
    Promise.all(
      namedKinds.map(async (kind) => {
        const document = nodeDocument(kind)
        // Whether a delivery has been tried yet is a matter of time.
        return document && kind !== 'WebhookDelivery' ? ask(server, document, { id: theirs[kind] }) : null
      }),
    )

  beforeAll(async () => {
    // Nobody is asked there: whom a payment link is for is looked up first.
    const stripe = { STRIPE_SECRET_KEY: 'sk', STRIPE_WEBHOOK_SECRET: 'whsec', STRIPE_API_URL: 'http://127.0.0.1:9' }
    server = await startServer({ env: stripe })
    rivalKey = await server.newOrganization('rival')
    wamid = (await inbound(server, phone, 'A secret of demo')).wamid
    const rows = await withRows(server, async (by) => {
      const [demo, rival] = [await by.organizationId('demo'), await by.organizationId('rival')]
      return { theirs: await rowsOfTenant(by, demo), mine: await rowsOfTenant(by, rival) }
    })
    theirs = { ...rows.theirs, ...(await madeByTenant(server, server.key)) }
    mine = { ...rows.mine, ...(await madeByTenant(server, rivalKey)) }
    keys = { everything: rivalKey }
    for (const role of ['sending', 'reading']) {
      const create = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }'
      const input = { name: role, scopes: roles[role] }
      keys[role] = (await ask(server, create, { input }, bearer(rivalKey))).createApiKey.secret
    }
    before = await stateOfTheirs()
  })
  afterAll(() => server.dispose())

  /** The graph by one of the transports, as one of the roles. */
  function run(probe: Probe, id: string, role = 'everything', transport: 'SSE' | 'WebSocket' = 'SSE') {
    const variables = probe.variables(id, mine)
    const key = keys[role] ?? ''
    if (probe.kind !== 'subscription') return server.graphql(probe.document, variables, bearer(key))
    const asRole: TestServer = {
      ...server,
      call: (method, path, body, headers) => server.call(method, path, body, { ...headers, ...bearer(key) }),
      wsClient: () => server.wsClient({ key }),
    }
    return transports(asRole)[transport](probe.document, variables)
  }

  /** Ids that must be answered for alike: other organizations' and nobody's. Where any kind is meant, each for itself. */
  const alike = (names: IdKind | null, all: boolean): string[][] => {
    if (names === null) return namedKinds.map((kind) => [theirs[kind], newId(kind), newId(kind)])
    if (all) return [[theirs[names], theirs.Organization, theirs.Message, newId(names), ...nobodys]]
    return [[theirs[names], newId(names), newId('Organization'), `${newId(names)}x`]]
  }

  const unseen = /NOT_FOUND|:null|:\[null\]|"nodes":\[\]|FORBIDDEN/

  describe.each(Object.keys(roles))('as one whose key is for %s', (role) => {
    test.each(probes.map((probe) => [probe.name, probe] as const))(
      '%s answers for what another organization has as for what nobody has',
      async (_name, probe) => {
        for (const ids of alike(probe.names, role === 'everything')) {
          const answers = new Set(await Promise.all(ids.map(async (id) => comparable(await run(probe, id, role), id))))
          expect([...answers]).toHaveLength(1)
          expect([...answers][0]).toMatch(unseen)
          expect([...answers][0]).not.toMatch(/INTERNAL|BAD_REQUEST/)
          if (probe.kind !== 'subscription') continue
          const overSocket = new Set<string>()
          for (const id of ids) overSocket.add(comparable(await run(probe, id, role, 'WebSocket'), id))
          expect([...overSocket]).toHaveLength(1)
          expect([...overSocket][0]).toMatch(/NOT_FOUND|FORBIDDEN/)
        }
      },
    )

    test.each(
      Object.entries(restPlaces).flatMap(([name, places]) => places.map((place, n) => [name, n, place] as const)),
    )('%s (%i) answers so as well', async (name, _n, place) => {
      const answers = new Set<string>()
      for (const id of [...namedKinds.map((kind) => theirs[kind]), ...nobodys]) {
        const { path, body } = place(id, mine)
        const { status, json } = await server.rest(name.split(' ')[0] ?? '', path, body, bearer(keys[role] ?? ''))
        answers.add(`${status} ${comparable(json, id)}`)
      }
      expect([...answers]).toHaveLength(1)
      expect([...answers][0]).toMatch(/^40[34] .*(NOT_FOUND|FORBIDDEN)/)
    })

    test('every tool that takes an id answers so as well', async () => {
      const client = await connectMcp({ url: server.url, key: keys[role] ?? '' }, 'Streamable HTTP 2025')
      for (const [name, places] of Object.entries(toolPlaces)) {
        for (const place of places) {
          const answers = new Set<string>()
          for (const id of [
            ...namedKinds.map((kind) => theirs[kind]),
            newId('Contact'),
            newId('Message'),
            ...nobodys,
          ]) {
            // Its text names the request.
            const { text: _, requestId: __, ...told } = await callTool(client, name, place(id, mine))
            answers.add(comparable(told, id))
          }
          expect([name, ...answers]).toHaveLength(2)
          expect([...answers][0]).toMatch(/"code":"(NOT_FOUND|FORBIDDEN)"/)
        }
      }
      await client.close()
    })

    test.each([
      ['GET', '/api/media/ID'],
      ['HEAD', '/api/media/ID'],
      ['PUT', '/api/media/ID'],
      ['GET', '/api/broadcasts/ID/recipients.csv'],
    ])('%s of the address of a file (%s) answers so as well', async (method, path) => {
      const answers = new Set<string>()
      for (const id of [
        theirs.Media,
        theirs.Broadcast,
        theirs.Message,
        newId('Media'),
        newId('Broadcast'),
        ...nobodys,
      ]) {
        const { status, json } = await server.call(method, path.replace('ID', id), undefined, bearer(keys[role] ?? ''))
        answers.add(`${status} ${comparable(json, id)}`)
      }
      expect([...answers]).toHaveLength(1)
      expect([...answers][0]).toMatch(/^40[34]/)
    })
  })

  test('every REST path says above where it takes an id', () => {
    expect(Object.keys(restPlaces)).toEqual(routes.map(({ method, path }) => `${method} ${path}`))
  })

  test('every tool says above where it takes an id', async () => {
    const client = await connectMcp({ url: server.url, key: rivalKey }, 'Streamable HTTP 2025')
    expect((await client.listTools()).tools.map(({ name }) => name).sort()).toEqual(Object.keys(toolPlaces).sort())
    await client.close()
  })

  test('the other organization has one of each kind that an id leads to, so that there is something to hide', async () => {
    const { nodes } = await ask(server, 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }', {
      ids: namedKinds.map((kind) => theirs[kind]),
    })
    const known = namedKinds.filter((kind) => nodeDocument(kind) !== null)
    const shown = nodes.flatMap((of: { __typename: string } | null) => of?.__typename ?? [])
    expect(shown.sort()).toEqual(known.sort())
  })

  describe('a cursor of another organization', () => {
    /** The same place in the list, by an id that nobody has; of a list that is in the order of a number, itself. */
    const twinOf = (cursor: string): string => {
      const key = Buffer.from(cursor, 'base64url').toString()
      const kind = (Object.keys(idPrefixes) as IdKind[]).find((of) => key.includes(`${idPrefixes[of]}_`))
      if (!kind) return cursor
      const time = key.match(/[a-z]{3}_(\w{10})/)?.[1] ?? ''
      return Buffer.from(key.replace(/([a-z]{3}_)\w{26}/, `$1${time}${newId(kind).slice(14)}`)).toString('base64url')
    }

    test.each(cursorProbes.map((probe) => [probe.name, probe] as const))(
      'leads through %s as one that nobody has, and only to what is its own',
      async (_name, { document, of }) => {
        const listOf = async (key: string, id: string | undefined, after?: string) => {
          const { data, errors } = await server.graphql(document, { id, after }, bearer(key))
          return { list: of === null ? data?.list : data?.node?.list, errors }
        }
        const [ownId, foreignId] = of === null ? [undefined, undefined] : [mine[of], theirs[of]]
        const foreign = (await listOf(server.key, foreignId)).list
        const own = (await listOf(rivalKey, ownId)).list
        const cursors = (list: typeof own): string[] => list.edges.map(({ cursor }: { cursor: string }) => cursor)
        expect(foreign.edges).not.toEqual([])
        expect(cursors(own).filter((cursor) => cursors(foreign).includes(cursor))).toEqual([])
        for (const cursor of cursors(foreign)) {
          const [byTheirs, byNobodys] = [
            await listOf(rivalKey, ownId, cursor),
            await listOf(rivalKey, ownId, twinOf(cursor)),
          ]
          expect(byTheirs).toEqual(byNobodys)
          expect(byTheirs.errors).toBeUndefined()
          expect(cursors(byTheirs.list).filter((of) => cursors(foreign).includes(of))).toEqual([])
        }
      },
    )

    test.each(['SSE', 'WebSocket'] as const)('starts no subscription over %s', async (transport) => {
      const cursor = (await ask(server, '{ eventCursor }')).eventCursor
      const answers = new Set<string>()
      for (const field of ['events', 'messages', 'conversations']) {
        const document = `subscription ($after: String) { stream: ${field}(after: $after) { cursor } }`
        for (const after of [cursor, 'nonsense', `${cursor}A`]) {
          const probe = {
            name: field,
            kind: 'subscription' as const,
            document,
            names: null,
            variables: () => ({ after }),
          }
          answers.add(comparable((await run(probe, after, 'everything', transport)).errors, after))
        }
      }
      expect([...answers]).toHaveLength(1)
      expect([...answers][0]).toContain('BAD_REQUEST')
    })
  })

  test("WhatsApp's ids and phones of another organization's are as unknown as any", async () => {
    for (const [query, theirsIs, nobodysIs] of [
      ['query ($id: ID!) { message(id: $id) { id } }', wamid, 'wamid.HBgMOTE5ODEyMzQ1Njc4'],
      ['query ($id: String!) { contact(phone: $id) { id } }', phone, newPhone()],
      ['query ($id: String!) { contacts(search: $id) { totalCount nodes { id } } }', phone, newPhone()],
      ['query ($id: String!) { sendability(to: $id) { canSendTemplate contact { id } } }', phone, newPhone()],
    ] as const) {
      const answers = await Promise.all(
        [theirsIs, nobodysIs].map(async (id) => comparable(await server.graphql(query, { id }, bearer(rivalKey)), id)),
      )
      expect(answers[0]).toBe(answers[1])
      expect(answers[0]).not.toContain('errors')
    }
    // The same number may be a contact of both, and neither hears of the other's.
    const create = 'mutation ($phone: String!) { createContact(input: { phone: $phone }) { contact { id name } } }'
    const created = await ask(server, create, { phone }, bearer(rivalKey))
    expect(created.createContact.contact.name).toBeNull()
  })

  test('nothing that happens to one reaches a subscriber of the other', async () => {
    const client = server.wsClient({ key: rivalKey })
    const live = collect<{ events: { type: string; data: unknown } }>(client, 'subscription { events { type data } }')
    const rename =
      'mutation ($id: ID!, $name: String) { updateContact(input: { id: $id, name: $name }) { contact { id } } }'
    // Until the subscription is there, its own organization's events are what shows it.
    let renamed = 0
    await eventually(async () => {
      await ask(server, rename, { id: mine.Contact, name: `Own ${++renamed}` }, bearer(rivalKey))
      return live.items.length > 0
    })
    await inbound(server, newPhone(), 'Another secret of demo')
    await ask(server, rename, { id: mine.Contact, name: 'The last' }, bearer(rivalKey))
    await eventually(() => live.items.some((item) => JSON.stringify(item).includes('The last')))
    expect(JSON.stringify(live.items)).not.toMatch(/secret|Asha/)
    expect(new Set(live.items.map(({ events }) => events.type))).toEqual(new Set(['contact.updated']))
    expect(live.errors).toEqual([])
    await live.stop()
    await client.dispose()
  })

  test('after all this nothing of the other organization has changed', async () => {
    expect(await stateOfTheirs()).toEqual(before)
  })

  /** Those that take their own thing away come last. */
  const destroying = /Mutation\.(delete|revoke|disconnect|remove)/
  const [keeping, ending] = [
    probes.filter(({ name }) => !destroying.test(name)),
    probes.filter(({ name }) => destroying.test(name)),
  ]
  test.each(
    [...keeping, ...ending].filter(({ kind }) => kind !== 'subscription').map((probe) => [probe.name, probe] as const),
  )('%s answers otherwise for what is its own: the probe asks what it should', async (_name, probe) => {
    const kinds = probe.names === null ? namedKinds.filter((kind) => mine[kind] === theirs[kind]) : [probe.names]
    for (const kind of kinds) {
      const own = comparable(await run(probe, mine[kind]), mine[kind])
      const nobody = newId(kind)
      expect(own).not.toBe(comparable(await run(probe, nobody), nobody))
      expect(own).not.toMatch(/INTERNAL/)
    }
  })
})

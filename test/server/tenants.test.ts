import { readFileSync } from 'node:fs'
import { buildSchema, GraphQLID, type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { idPrefixes, newId } from '../../src/core/ids.js'
import { ask, bearer, inbound } from '../support/graph.js'
import { withRows } from '../support/rows.js'
import { collect, describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'
import { transports } from '../support/transports.js'
import { newWebhook } from '../support/webhooks.js'

/** Every place of the graph that takes an id, with what it answers of the thing that the id names. */
const places: Record<string, string> = {
  'contact(id)': 'query ($id: ID!) { contact(id: $id) { id phone name } }',
  'conversation(id)': 'query ($id: ID!) { conversation(id: $id) { id messages { totalCount } } }',
  'message(id)': 'query ($id: ID!) { message(id: $id) { id text contact { phone } } }',
  'media(id)': 'query ($id: ID!) { media(id: $id) { id sha256 } }',
  'node(id)': 'query ($id: ID!) { node(id: $id) { id __typename } }',
  'nodes(ids)': 'query ($id: ID!) { nodes(ids: [$id]) { id __typename } }',
  'conversations(contactId)': 'query ($id: ID!) { conversations(contactId: $id) { totalCount nodes { id } } }',
  'conversations(assignedToId)': 'query ($id: ID!) { conversations(assignedToId: $id) { totalCount nodes { id } } }',
  'messages(conversationId)': 'query ($id: ID!) { messages(conversationId: $id) { totalCount nodes { id } } }',
  updateContact: 'mutation ($id: ID!) { updateContact(input: { id: $id, name: "Taken" }) { contact { id name } } }',
  deleteContact: 'mutation ($id: ID!) { deleteContact(input: { id: $id }) { contact { id name } } }',
  markConversationRead: 'mutation ($id: ID!) { markConversationRead(input: { id: $id }) { conversation { id } } }',
  resolveConversation: 'mutation ($id: ID!) { resolveConversation(input: { id: $id }) { conversation { id } } }',
  rotateApiKey: 'mutation ($id: ID!) { rotateApiKey(input: { id: $id }) { apiKey { id name } } }',
  revokeApiKey: 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id name } } }',
  disconnectWhatsApp: 'mutation ($id: ID!) { disconnectWhatsApp(input: { id: $id }) { connection { id } } }',
  reopenConversation: 'mutation ($id: ID!) { reopenConversation(input: { id: $id }) { conversation { id } } }',
  'assignConversation(id)': 'mutation ($id: ID!) { assignConversation(input: { id: $id }) { conversation { id } } }',
  'assignConversation(memberId)': `mutation ($id: ID!, $conversation: ID!) {
    assignConversation(input: { id: $conversation, memberId: $id }) { conversation { id } }
  }`,
  'sendMessage(to)': `mutation ($id: String!) {
    sendMessage(input: { to: $id, content: { text: { text: "Taken" } } }) { message { id } }
  }`,
  'sendMessage(replyTo)': `mutation ($id: ID!, $contact: String!) {
    sendMessage(input: { to: $contact, content: { text: { text: "Taken" } }, replyTo: $id }) { message { id } }
  }`,
  'quickReply(id)': 'query ($id: ID!) { quickReply(id: $id) { id text } }',
  'createQuickReply(mediaId)': `mutation ($id: ID!) {
    createQuickReply(input: { shortcut: "taken", mediaId: $id }) { quickReply { id } }
  }`,
  updateQuickReply: 'mutation ($id: ID!) { updateQuickReply(input: { id: $id, text: "x" }) { quickReply { id } } }',
  deleteQuickReply: 'mutation ($id: ID!) { deleteQuickReply(input: { id: $id }) { quickReply { id } } }',
  'aiAgent(id)': 'query ($id: ID!) { aiAgent(id: $id) { id prompt } }',
  updateAiAgent: 'mutation ($id: ID!) { updateAiAgent(input: { id: $id, name: "Taken" }) { aiAgent { id } } }',
  deleteAiAgent: 'mutation ($id: ID!) { deleteAiAgent(input: { id: $id }) { aiAgent { id } } }',
  updateMember: 'mutation ($id: ID!) { updateMember(input: { id: $id, name: "Taken" }) { member { id } } }',
  deleteMember: 'mutation ($id: ID!) { deleteMember(input: { id: $id }) { member { id } } }',
  'paymentLink(id)': 'query ($id: ID!) { paymentLink(id: $id) { id url } }',
  'paymentLinks(contactId)': 'query ($id: ID!) { paymentLinks(contactId: $id) { totalCount nodes { id } } }',
  'createPaymentLink(contactId)': `mutation ($id: ID!) {
    createPaymentLink(input: { amount: "1", currency: "USD", description: "Taken", contactId: $id }) { paymentLink { id } }
  }`,
  'webhook(id)': 'query ($id: ID!) { webhook(id: $id) { id url } }',
  'webhookDeliveries(webhookId)': 'query ($id: ID!) { webhookDeliveries(webhookId: $id) { totalCount nodes { id } } }',
  updateWebhook: 'mutation ($id: ID!) { updateWebhook(input: { id: $id, name: "Taken" }) { webhook { id } } }',
  deleteWebhook: 'mutation ($id: ID!) { deleteWebhook(input: { id: $id }) { webhook { id } } }',
  rotateWebhookSecret: 'mutation ($id: ID!) { rotateWebhookSecret(input: { id: $id }) { webhook { id } secret } }',
  'redeliverWebhook(webhookId)': `mutation ($id: ID!) {
    redeliverWebhook(input: { webhookId: $id, failedSince: "2026-01-01T00:00:00Z" }) { webhook { id } count }
  }`,
  'redeliverWebhook(deliveryId)': `mutation ($id: ID!) {
    redeliverWebhook(input: { deliveryId: $id }) { webhook { id } count }
  }`,
}

const paths = ['/chats/{id}', '/messages?conversationId={id}']

type Ids = {
  [Kind in
    | 'contact'
    | 'conversation'
    | 'message'
    | 'media'
    | 'member'
    | 'organization'
    | 'connection'
    | 'webhook'
    | 'quickReply'
    | 'aiAgent'
    | 'paymentLink'
    | 'delivery']: string
}

/** A webhook, with the delivery of its test. */
async function newWebhookOf(server: TestServer, key: string): Promise<{ webhook: string; delivery: string }> {
  const url = 'https://webhooks.example.com/in'
  const { id } = await newWebhook(server, url, ['message.received'], {}, bearer(key))
  const query = 'query ($id: ID!) { webhookDeliveries(webhookId: $id) { nodes { id } } }'
  const { webhookDeliveries } = await ask(server, query, { id }, bearer(key))
  return { webhook: id, delivery: webhookDeliveries.nodes[0].id }
}

describeServer('two organizations', () => {
  let server: TestServer
  let rivalKey: string
  let mine: Ids
  let theirs: Ids & { wamid: string; phone: string }
  beforeAll(async () => {
    // Nobody is asked: whom a link is for is looked up first.
    const stripe = { STRIPE_SECRET_KEY: 'sk', STRIPE_WEBHOOK_SECRET: 'whsec', STRIPE_API_URL: 'http://127.0.0.1:9' }
    server = await startServer({ env: stripe })
    rivalKey = await server.newOrganization('rival')
    const phone = newPhone()
    const received = await inbound(server, phone, 'A secret of demo')
    const hooks = { demo: await newWebhookOf(server, server.key), rival: await newWebhookOf(server, rivalKey) }
    await withRows(server, async (rows) => {
      const of = async (slug: string) => {
        const organization = await rows.organizationId(slug)
        return {
          organization,
          media: await rows.media(organization),
          member: await rows.member(organization, { name: `Member of ${slug}` }),
          ...(await rows.inbox(organization)),
        }
      }
      const [demo, rival] = [await of('demo'), await of('rival')]
      const connectionSql = 'SELECT id FROM "WhatsAppConnection" WHERE "organizationId" = $1'
      const [connection] = await rows.select(connectionSql, [demo.organization])
      theirs = {
        ...demo,
        ...hooks.demo,
        contact: received.contactId,
        conversation: received.conversationId,
        message: received.id,
        wamid: received.wamid,
        phone,
        connection: String(connection?.id),
      }
      const connectionId = await rows.connection(rival.organization)
      const own = await rows.conversation(rival.organization, {
        windowExpiresAt: new Date(Date.now() + 3_600_000),
      })
      await rows.select('UPDATE "Contact" SET "optedIn" = true WHERE id = $1', [own.contactId])
      const message = await rows.message({
        organizationId: rival.organization,
        conversationId: own.id,
        contactId: own.contactId,
      })
      mine = {
        ...rival,
        ...hooks.rival,
        contact: own.contactId,
        conversation: own.id,
        message,
        connection: connectionId,
      }
    })
  })
  afterAll(() => server.dispose())

  /** An answer without what is different for every request, and with the id that was asked for out of its words. */
  function comparable(answer: unknown, id: string): string {
    const text = JSON.stringify(answer, (key, value) => (key === 'requestId' ? undefined : value))
    return id === '' ? text : text.replaceAll(JSON.stringify(id).slice(1, -1), 'ID')
  }

  /** Ids that name nothing here: of each kind one that nobody has, and what is none at all. */
  const nobodys = [
    ...Object.keys(idPrefixes).map((kind) => newId(kind as keyof typeof idPrefixes)),
    newId('Contact').toUpperCase(),
    `${newId('Conversation')}x`,
    `con_${'z'.repeat(26)}`,
    'cnv_',
    'xyz_01h455vb4pex5vsknk084sn02q',
  ]

  const answerOf = (place: string, id: string, key = rivalKey) => {
    const variables = { id, conversation: mine.conversation, contact: mine.contact }
    return server.graphql(places[place] ?? '', variables, bearer(key))
  }

  describe.each(Object.keys(places))('%s', (place) => {
    test('answers for what another organization has as for what nobody has', async () => {
      const foreign = Object.entries(theirs).flatMap(([kind, id]) => (kind === 'wamid' || kind === 'phone' ? [] : [id]))
      const answers = await Promise.all(
        [...foreign, ...nobodys].map(async (id) => comparable(await answerOf(place, id), id)),
      )
      expect(new Set(answers).size).toBe(1)
      const [only = ''] = answers
      expect(only).toMatch(/NOT_FOUND|:null|:\[null\]|"nodes":\[\],"totalCount":0/)
      expect(only).not.toMatch(/INTERNAL|BAD_REQUEST|FORBIDDEN/)
    })
  })

  test('every field of the schema that takes an id is walked here', () => {
    const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.values(type?.getFields() ?? {}),
    )
    const takesId = (type: GraphQLInputType): boolean => {
      const named = getNamedType(type)
      return (
        named === GraphQLID ||
        (isInputObjectType(named) &&
          Object.values(named.getFields()).some((field) => getNamedType(field.type) === GraphQLID))
      )
    }
    const taking = roots.filter(({ args }) => args.some(({ type }) => takesId(type))).map(({ name }) => name)
    const walked = Object.keys(places).map((place) => place.replace(/\(.*/, ''))
    expect([...new Set(walked)].sort()).toEqual(taking.sort())
  })

  test('each place answers for what is its own', async () => {
    const kinds: Record<string, keyof Ids> = {
      'contact(id)': 'contact',
      'conversation(id)': 'conversation',
      'message(id)': 'message',
      'media(id)': 'media',
      'node(id)': 'connection',
      'nodes(ids)': 'member',
      'conversations(contactId)': 'contact',
      'messages(conversationId)': 'conversation',
      updateContact: 'contact',
      markConversationRead: 'conversation',
      'assignConversation(memberId)': 'member',
      'conversations(assignedToId)': 'member',
      resolveConversation: 'conversation',
      reopenConversation: 'conversation',
      'quickReply(id)': 'quickReply',
      updateQuickReply: 'quickReply',
      'aiAgent(id)': 'aiAgent',
      updateAiAgent: 'aiAgent',
      'paymentLink(id)': 'paymentLink',
      'webhook(id)': 'webhook',
      'webhookDeliveries(webhookId)': 'webhook',
      updateWebhook: 'webhook',
      rotateWebhookSecret: 'webhook',
      'redeliverWebhook(webhookId)': 'webhook',
      'redeliverWebhook(deliveryId)': 'delivery',
    }
    for (const [place, kind] of Object.entries(kinds)) {
      const { data, errors } = await answerOf(place, mine[kind])
      expect([place, errors, JSON.stringify(data)]).toEqual([
        place,
        undefined,
        expect.stringMatching(/"id":"[a-z]{3}_[0-9a-z]{26}"/),
      ])
    }
  })

  test("WhatsApp's ids and phones of another organization's are as unknown as any", async () => {
    for (const [query, theirsIs, nobodysIs] of [
      ['query ($id: ID!) { message(id: $id) { id } }', theirs.wamid, 'wamid.HBgMOTE5ODEyMzQ1Njc4'],
      ['query ($id: String!) { contact(phone: $id) { id } }', theirs.phone, newPhone()],
      ['query ($id: String!) { contacts(search: $id) { totalCount nodes { id } } }', theirs.phone, newPhone()],
    ] as const) {
      const answers = await Promise.all(
        [theirsIs, nobodysIs].map(async (id) => comparable(await server.graphql(query, { id }, bearer(rivalKey)), id)),
      )
      expect(answers[0]).toBe(answers[1])
      expect(answers[0]).not.toContain('errors')
    }
    // The same number may be a contact of both, and neither hears of the other's.
    const create = 'mutation ($phone: String!) { createContact(input: { phone: $phone }) { contact { id } } }'
    const created = await ask(server, create, { phone: theirs.phone }, bearer(rivalKey))
    expect(created.createContact.contact.id).not.toBe(theirs.contact)
    const { contact } = await ask(server, 'query ($id: ID!) { contact(id: $id) { name } }', { id: theirs.contact })
    expect(contact).toEqual({ name: 'Asha Rao' })
  })

  test('lists, counts and cursors show and lead to what is of the organization alone', async () => {
    const query = `query ($cursor: String) {
      contacts(after: $cursor) { totalCount nodes { id } } members { nodes { name } } connection { id }
    }`
    const cursorQuery = '{ contacts(first: 1) { edges { cursor } } messages { nodes { text } } }'
    const demo = await ask(server, cursorQuery)
    const cursor = demo.contacts.edges[0].cursor
    const rival = await ask(server, query, { cursor }, bearer(rivalKey))
    expect(JSON.stringify(rival)).not.toContain(theirs.contact)
    expect(rival.members.nodes).toEqual([{ name: 'Member of rival' }])
    expect(rival.connection).toEqual({ id: mine.connection })
    const { messages, conversations } = await ask(
      server,
      '{ messages { nodes { id } } conversations { totalCount nodes { id } } }',
      {},
      bearer(rivalKey),
    )
    expect(messages.nodes).toEqual([{ id: mine.message }])
    expect(conversations).toEqual({ totalCount: 1, nodes: [{ id: mine.conversation }] })
  })

  describe.each(['SSE', 'WebSocket'] as const)('subscriptions over %s', (transport) => {
    const asRival = () =>
      transports({
        ...server,
        call: (method, path, body, headers) => server.call(method, path, body, { ...headers, ...bearer(rivalKey) }),
        wsClient: () => server.wsClient({ key: rivalKey }),
      })[transport]

    test('to a conversation or from a cursor of another organization are refused like any that is none', async () => {
      const messages = 'subscription ($id: ID!) { messages(conversationId: $id) { cursor } }'
      const seen = new Set<string>()
      for (const id of [theirs.conversation, newId('Conversation'), theirs.contact, 'cnv_', '']) {
        seen.add(comparable(await asRival()(messages, { id }), id))
      }
      expect([...seen]).toHaveLength(1)
      expect([...seen][0]).toContain('NOT_FOUND')

      const cursor = (await ask(server, '{ eventCursor }')).eventCursor
      const answers = new Set<string>()
      for (const after of [cursor, 'nonsense', `${cursor}A`]) {
        const { errors = [] } = await asRival()('subscription ($after: String) { events(after: $after) { id } }', {
          after,
        })
        answers.add(comparable(errors, after))
      }
      expect([...answers]).toHaveLength(1)
      expect([...answers][0]).toContain('BAD_REQUEST')
    })
  })

  test('nothing that happens to one reaches a subscriber of the other', async () => {
    const client = server.wsClient({ key: rivalKey })
    const live = collect<{ events: { type: string; data: unknown } }>(client, 'subscription { events { type data } }')
    const rename =
      'mutation ($id: ID!, $name: String) { updateContact(input: { id: $id, name: $name }) { contact { id } } }'
    // Until the subscription is there, its own organization's events are what shows it.
    let renamed = 0
    await eventually(async () => {
      await ask(server, rename, { id: mine.contact, name: `Own ${++renamed}` }, bearer(rivalKey))
      return live.items.length > 0
    })
    await inbound(server, theirs.phone, 'Another secret of demo')
    await ask(server, rename, { id: mine.contact, name: 'The last' }, bearer(rivalKey))
    await eventually(() => live.items.some((item) => JSON.stringify(item).includes('The last')))
    expect(JSON.stringify(live.items)).not.toMatch(/secret|Asha/)
    expect(new Set(live.items.map(({ events }) => events.type))).toEqual(new Set(['contact.updated']))
    expect(live.errors).toEqual([])
    await live.stop()
    await client.dispose()
  })

  test.each(paths)('GET %s answers for what another organization has as for what nobody has', async (path) => {
    const seen = await Promise.all(
      [theirs.conversation, theirs.contact, theirs.message, ...nobodys].map(async (id) => {
        const { status, json } = await server.rest('GET', path.replace('{id}', id), undefined, bearer(rivalKey))
        return `${status} ${comparable(json, id)}`
      }),
    )
    expect(new Set(seen).size).toBe(1)
    expect(seen[0]).toMatch(/^404 .*NOT_FOUND/)
  })

  test("POST /send to another organization's contact, or as a reply to its message, is as to nobody's", async () => {
    const bodies = (id: string) => [
      { to: id, type: 'text', text: 'Taken' },
      { to: mine.contact, type: 'text', text: 'Taken', replyTo: id },
    ]
    for (const which of [0, 1]) {
      const seen = await Promise.all(
        [theirs.contact, theirs.message, ...nobodys].map(async (id) => {
          const { status, json } = await server.rest('POST', '/send', bodies(id)[which], bearer(rivalKey))
          return `${status} ${comparable(json, id)}`
        }),
      )
      expect(new Set(seen).size).toBe(1)
      expect(seen[0]).toMatch(/^404 .*NOT_FOUND/)
    }
  })

  test('after all this nothing of the other organization has changed', async () => {
    const query = `query ($contact: ID!, $conversation: ID!) {
      contact(id: $contact) { name optedIn } conversation(id: $conversation) { status assignedTo { id } unreadCount }
      messages { nodes { text } }
    }`
    const { contact, conversation } = theirs
    expect(await ask(server, query, { contact, conversation })).toEqual({
      contact: { name: 'Asha Rao', optedIn: true },
      conversation: { status: 'OPEN', assignedTo: null, unreadCount: 2 },
      messages: { nodes: [{ text: 'Another secret of demo' }, { text: 'A secret of demo' }] },
    })
  })
})

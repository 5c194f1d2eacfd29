import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../src/core/ids.js'
import {
  ask,
  askEach,
  bearer,
  eventCursor,
  eventsSince,
  expectWalks,
  givenPageArgs,
  inbound,
  pageArgs,
  pageFields,
  refusal,
} from '../support/graph.js'
import { withRows } from '../support/rows.js'
import { describeServer, find, newPhone, startServer, type TestServer } from '../support/server.js'

type Received = Awaited<ReturnType<typeof inbound>>

describeServer('reading the graph', () => {
  let server: TestServer
  let organizationId: string
  let members: string[]
  let media: string
  let foreign: {
    contact: string
    conversation: string
    message: string
    media: string
    member: string
    organization: string
    connection: string
  }
  let received: Received
  const phone = newPhone()

  beforeAll(async () => {
    server = await startServer()
    received = await inbound(server, phone, 'Namaste')
    await withRows(server, async (rows) => {
      organizationId = await rows.organizationId('demo')
      media = await rows.media(organizationId, received.id)
      for (const name of ['a', 'b', 'c', 'd', 'e']) await rows.member(organizationId, { name })
      const sql = 'SELECT id FROM "Member" WHERE "organizationId" = $1 ORDER BY id DESC'
      members = (await rows.select(sql, [organizationId])).map(({ id }) => String(id))
      const rival = await rows.organization('rival')
      const { id, contactId } = await rows.conversation(rival.id)
      const of = { organizationId: rival.id, conversationId: id, contactId }
      foreign = {
        contact: contactId,
        conversation: id,
        message: await rows.message(of),
        media: await rows.media(rival.id),
        member: await rows.member(rival.id, { name: 'Foreign' }),
        organization: rival.id,
        connection: rival.connectionId,
      }
    })
  })
  afterAll(() => server.dispose())

  const own = async () => ({
    contact: received.contactId,
    conversation: received.conversationId,
    message: received.id,
    media,
    member: members[0] ?? '',
    organization: organizationId,
    connection: (await ask(server, '{ connection { id } }')).connection.id as string,
  })

  /** What names nothing: unknown, malformed, of another kind, of another organization. */
  const nothings = (foreignId: string, ownOfOtherKind: string, unknown: string) => [
    foreignId,
    ownOfOtherKind,
    unknown,
    unknown.toUpperCase(),
    unknown.slice(0, -1),
    `${unknown}0`,
    unknown.replace('_', '-'),
    unknown.replace(/^.../, 'zzz'),
    unknown.replace(/_./, '_z'),
    'nonsense',
    '',
    'a\u0000b',
    '\ud800',
    'x'.repeat(10_000),
  ]

  test('viewer says which key asks, of which organization, and what the key may do', async () => {
    const query =
      '{ viewer { key { id name expiresAt } scopes organization { id slug name plan consentPolicy createdAt } } }'
    expect((await ask(server, query)).viewer).toEqual({
      key: { id: expect.stringMatching(/^key_[0-9a-z]{26}$/), name: expect.any(String), expiresAt: null },
      scopes: ['*'],
      organization: {
        id: organizationId,
        slug: 'demo',
        name: expect.any(String),
        plan: 'PRO',
        consentPolicy: 'ENFORCED',
        createdAt: expect.any(String),
      },
    })
    const expiresAt = '2099-01-02T03:04:05.000Z'
    const made = await server.operator(
      ...['keys', 'create', '--org', 'demo', '--name', 'Reader', '--expires', expiresAt],
      ...['--scopes', 'contacts:read,messages:read'],
    )
    const { viewer } = await ask(server, query, {}, bearer(made.stdout.trim()))
    expect(viewer).toMatchObject({ key: { name: 'Reader', expiresAt }, organization: { id: organizationId } })
    expect([...viewer.scopes].sort()).toEqual(['contacts:read', 'messages:read'])
  })

  test("connection is the organization's number as WhatsApp knows it", async () => {
    const query =
      '{ connection { id status connected connectionType phoneNumber businessName qualityRating lastError checkedAt } }'
    expect((await ask(server, query)).connection).toEqual({
      id: expect.stringMatching(/^wac_/),
      status: 'CONNECTED',
      connected: true,
      connectionType: 'cloud_api',
      phoneNumber: '+91 98765 43210',
      businessName: 'Acme Corp',
      qualityRating: 'GREEN',
      lastError: null,
      checkedAt: expect.any(String),
    })
  })

  test("a message is found by our id and by WhatsApp's, and leads to its contact and conversation", async () => {
    const query = `query ($id: ID!) { message(id: $id) {
      id messageId direction type status text contentData content { __typename ... on TextContent { text previewUrl } }
      error { code } replyToId replyTo { id } conversationId contactId contact { id phone } conversation { id unreadCount }
      createdAt sentAt deliveredAt readAt failedAt
    } }`
    const { message } = await ask(server, query, { id: received.id })
    expect(message).toEqual({
      id: received.id,
      messageId: received.wamid,
      direction: 'INBOUND',
      type: 'TEXT',
      status: 'RECEIVED',
      text: 'Namaste',
      contentData: { text: 'Namaste' },
      content: { __typename: 'TextContent', text: 'Namaste', previewUrl: false },
      error: null,
      replyToId: null,
      replyTo: null,
      conversationId: received.conversationId,
      contactId: received.contactId,
      contact: { id: received.contactId, phone },
      conversation: { id: received.conversationId, unreadCount: 1 },
      createdAt: expect.any(String),
      sentAt: expect.any(String),
      deliveredAt: null,
      readAt: null,
      failedAt: null,
    })
    expect((await ask(server, query, { id: received.wamid })).message).toEqual(message)
    for (const id of ['wamid.', 'wamid.unknown', `wamid.${'x'.repeat(200)}`, 'wamid.a b', 'wamid.a\u0000b']) {
      expect((await ask(server, query, { id })).message).toBeNull()
    }
  })

  test('the messages of all conversations are one list, newest first, walked every way', async () => {
    const mine: string[] = [received.id]
    const phones = [newPhone(), newPhone(), newPhone()]
    for (let i = 0; i < 9; i++) mine.unshift((await inbound(server, phones[i % 3] ?? '', `${i}`)).id)
    await expectWalks(mine, 4, async (args) => {
      const query = `query (${pageArgs}) { messages(${givenPageArgs}) { ${pageFields} } }`
      return (await ask(server, query, args)).messages
    })
    expect((await ask(server, '{ messages(first: 0) { totalCount } }')).messages.totalCount).toBe(10)
    const none = nothings(foreign.conversation, received.contactId, newId('Conversation'))
    const query = 'query ($id: ID) { messages(conversationId: $id) { totalCount nodes { id } } }'
    for (const id of none) expect([id, await refusal(server, query, { id })]).toEqual([id, { code: 'NOT_FOUND' }])
  })

  test('the members are those of the organization, newest first, walked every way', async () => {
    await expectWalks(members, 2, async (args) => {
      const query = `query (${pageArgs}) { members(${givenPageArgs}) { ${pageFields} } }`
      return (await ask(server, query, args)).members
    })
    const { members: page } = await ask(
      server,
      '{ members(first: 1) { totalCount nodes { id name email active createdAt } } }',
    )
    expect(page).toEqual({
      totalCount: members.length,
      nodes: [
        { id: members[0], name: 'e', email: `${members[0]}@example.com`, active: true, createdAt: expect.any(String) },
      ],
    })
  })

  test('a file is described, and its url is where the bytes are read', async () => {
    const query = 'query ($id: ID!) { media(id: $id) { id url mimeType size filename sha256 createdAt } }'
    expect((await ask(server, query, { id: media })).media).toEqual({
      id: media,
      url: `http://localhost:${new URL(server.url).port}/api/media/${media}`,
      mimeType: 'image/png',
      size: 68,
      filename: 'dot.png',
      sha256: 'ab'.repeat(32),
      createdAt: expect.any(String),
    })
  })

  test('each single thing is null where its id names nothing of this organization, whatever is wrong with the id', async () => {
    const mine = await own()
    const things = { Contact: 'contact', Conversation: 'conversation', Message: 'message', Media: 'media' } as const
    for (const [kind, field] of Object.entries(things) as [keyof typeof things, keyof typeof foreign & string][]) {
      const ids = [mine[field], ...nothings(foreign[field], mine.member, newId(kind))]
      const [found, ...nothing] = await askEach(server, ids, (id) => `${field}(id: ${id}) { id }`)
      expect(found).toEqual({ id: mine[field] })
      expect(nothing).toEqual(nothing.map(() => null))
    }
    const byPhone = 'query ($phone: String) { contact(phone: $phone) { id } }'
    for (const text of ['', 'nonsense', '+1', newPhone(), 'a\u0000b', '9'.repeat(200)]) {
      expect((await ask(server, byPhone, { phone: text })).contact).toBeNull()
    }
    for (const by of ['', '(id: null)', `(id: "${mine.contact}", phone: "${phone}")`]) {
      expect((await refusal(server, `{ contact${by} { id } }`)).code).toBe('BAD_REQUEST')
    }
  })

  test('node answers every kind that has an id of its own, and null for everything else', async () => {
    const mine = await own()
    const kinds = {
      contact: 'Contact',
      conversation: 'Conversation',
      message: 'Message',
      media: 'Media',
      member: 'Member',
      organization: 'Organization',
      connection: 'WhatsAppConnection',
    } as const
    for (const [name, kind] of Object.entries(kinds) as [keyof typeof kinds, (typeof kinds)[keyof typeof kinds]][]) {
      const ids = [mine[name], ...nothings(foreign[name], newId('Event'), newId(kind))]
      const [found, ...nothing] = await askEach(server, ids, (id) => `node(id: ${id}) { __typename id }`)
      expect(found).toEqual({ __typename: kind, id: mine[name] })
      expect(nothing).toEqual(nothing.map(() => null))
    }
    const more =
      'query ($id: ID!) { node(id: $id) { ... on Contact { phone } ... on Message { text contact { name } } } }'
    expect((await ask(server, more, { id: mine.contact })).node).toEqual({ phone })
    expect((await ask(server, more, { id: mine.message })).node).toEqual({
      text: 'Namaste',
      contact: { name: 'Asha Rao' },
    })
  })

  test('of some nodes each stands in its place, a bad id leaves a null there and the others as they are', async () => {
    const mine = Object.values(await own())
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Message { text } } }'
    const shown = async (ids: string[]) =>
      (await ask(server, query, { ids })).nodes.map((node: { id: string } | null) => node?.id ?? null)
    expect(await shown(mine)).toEqual(mine)
    expect(await shown([])).toEqual([])
    const [first = '', second = ''] = mine
    expect(await shown([second, first, second])).toEqual([second, first, second])
    for (const bad of nothings(foreign.message, newId('ApiKey'), newId('Message'))) {
      expect(await shown([first, bad, second, bad])).toEqual([first, null, second, null])
    }
    expect(await shown(Object.values(foreign))).toEqual(Object.values(foreign).map(() => null))
    expect(await shown(Array(100).fill(first))).toEqual(Array(100).fill(first))
    expect(await refusal(server, query, { ids: Array(101).fill(first) })).toEqual({
      code: 'BAD_REQUEST',
      details: [{ path: 'ids', message: expect.any(String) }],
    })
  })

  test('what follows an event cursor is everything since, in order, also where the count of events gains a digit', async () => {
    const cursor = await eventCursor(server)
    const phones = Array.from({ length: 100 }, newPhone)
    for (const part of [phones.slice(0, 50), phones.slice(50)]) {
      const aliases = part.map((number, i) => `c${i}: createContact(input: { phone: "${number}" }) { contact { id } }`)
      await ask(server, `mutation { ${aliases.join(' ')} }`)
    }
    const isLast = ({ data }: { data: Record<string, unknown> }) => JSON.stringify(data).includes(phones.at(-1) ?? '-')
    const events = await eventsSince(server, cursor, isLast)
    expect(events.map(({ data }) => (data.contact as { phone: string }).phone)).toEqual(phones)
    const later = await find(async () => {
      const now = await eventCursor(server)
      return now !== cursor && now
    })
    expect(later).not.toBe(cursor)
  })
})

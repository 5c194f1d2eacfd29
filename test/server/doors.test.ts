import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, eventCursor, eventsSince, inbound } from '../support/graph.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

type Json = Record<string, unknown>
type Door = 'REST' | 'GraphQL'

const contactFields = 'id phone userId name email tags optedIn optInSource attributes createdAt updatedAt'
const messageFields = `id conversationId contactId direction type status text contentData messageId error { code title details reason }
  replyToId createdAt sentAt deliveredAt readAt failedAt editedAt revokedAt scheduledAt`
const create = `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { ${contactFields} } } }`
const send = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { ${messageFields} } replayed } }`

/** What an act came to at a door: the object it answered, or the code of its refusal with what is told of it. */
type Outcome = { object: Json } | { code: string; message: string; details: unknown; more: Json }

describeServer('REST and GraphQL', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  async function byRest(path: string, body: Json, headers: Record<string, string> = {}): Promise<Outcome> {
    const { status, json } = await server.rest('POST', path, body, headers)
    if (status < 300) return { object: json }
    const { error, code, details, requestId: _, ...more } = json
    return { code, message: error, details, more }
  }
  async function byGraph(mutation: string, input: Json, payload: string, noun: string): Promise<Outcome> {
    const { data, errors } = await server.graphql(mutation, { input })
    const [error] = errors ?? []
    if (!error) return { object: data[payload][noun] }
    const { code, details, requestId: _, ...more } = error.extensions
    return { code, message: error.message, details, more }
  }
  const createsContact: Record<Door, (input: Json) => Promise<Outcome>> = {
    REST: (input) => byRest('/contacts', input),
    GraphQL: (input) => byGraph(create, input, 'createContact', 'contact'),
  }
  /** The flat body of REST through either door. */
  const sends: Record<Door, (body: Json, key?: string) => Promise<Outcome>> = {
    REST: (body, key) => byRest('/send', body, key ? { 'idempotency-key': key } : {}),
    GraphQL: ({ to, replyTo, ...flat }, key) => {
      const input = { to, content: { flat }, ...(replyTo ? { replyTo } : {}), ...(key ? { idempotencyKey: key } : {}) }
      return byGraph(send, input, 'sendMessage', 'message')
    },
  }
  const objectOf = (outcome: Outcome): Json => {
    if (!('object' in outcome)) throw new Error(JSON.stringify(outcome))
    return outcome.object
  }

  const readContact: Record<Door, (phone: string) => Promise<Json>> = {
    REST: async (phone) => (await server.rest('GET', `/contacts?search=${encodeURIComponent(phone)}`)).json.data[0],
    GraphQL: async (phone) =>
      (await ask(server, `query ($phone: String) { contact(phone: $phone) { ${contactFields} } }`, { phone })).contact,
  }
  /** A message as REST shows it. */
  const asRest = ({ contentData, type, ...rest }: Json): Json => ({
    ...rest,
    type: String(type).toLowerCase(),
    content: contentData,
  })
  const readMessages: Record<Door, (conversationId: unknown) => Promise<Json[]>> = {
    REST: async (id) => (await server.rest('GET', `/messages?conversationId=${id}`)).json.data,
    GraphQL: async (id) => {
      const query = `query ($id: ID) { messages(conversationId: $id) { nodes { ${messageFields} } } }`
      return (await ask(server, query, { id })).messages.nodes.map(asRest)
    },
  }
  const doors: Door[] = ['REST', 'GraphQL']

  /** What is a matter of the moment or the row, and not of the act. */
  const withoutOwn = (row: Json): Json =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        /(^id|Id|At|phone)$/.test(key) && value !== null ? typeof value : value,
      ]),
    )

  test('a contact made through either door is the same contact, read through either door', async () => {
    const details = {
      name: '  Asha Rao ',
      email: 'asha@example.com',
      tags: ['vip', 'vip ', 'new'],
      optedIn: true,
      optInSource: 'web form',
      attributes: { city: 'Pune', nested: { list: [1, null, 'x'] } },
    }
    const made: Json[] = []
    for (const door of doors) {
      for (const given of [details, {}]) {
        const phone = newPhone()
        const object = objectOf(
          await createsContact[door]({ phone: `${phone.slice(1, 3)} ${phone.slice(3)}`, ...given }),
        )
        expect(object.phone).toBe(phone)
        for (const other of doors) expect(await readContact[other](phone)).toEqual(object)
        made.push(object)
      }
    }
    const [restFull = {}, restBare = {}, graphFull = {}, graphBare = {}] = made
    expect(withoutOwn(graphFull)).toEqual(withoutOwn(restFull))
    expect(withoutOwn(graphBare)).toEqual(withoutOwn(restBare))
    expect(Object.keys(graphFull).sort()).toEqual(Object.keys(restFull).sort())
  })

  test('a contact refused is refused alike: code, words, details, and the id of the one that is there', async () => {
    const { phone } = objectOf(await createsContact.REST({ phone: newPhone() }))
    const refused: Json[] = [
      { phone },
      { phone: '12' },
      { phone: newPhone(), name: 'x'.repeat(201), email: 'nobody', tags: ['y'.repeat(65)] },
      { phone: newPhone(), attributes: [1] },
      { phone: newPhone(), name: 'a\u0000b' },
    ]
    for (const input of refused) {
      const [rest, graph] = [await createsContact.REST(input), await createsContact.GraphQL(input)]
      expect(rest).toHaveProperty('code')
      expect(graph).toEqual(rest)
    }
  })

  describe('a send', () => {
    const phones: Record<Door, string> = { REST: newPhone(), GraphQL: newPhone() }
    const questions: Partial<Record<Door, Awaited<ReturnType<typeof inbound>>>> = {}
    beforeAll(async () => {
      for (const door of doors) questions[door] = await inbound(server, phones[door], 'A question')
    })

    const contents: Json[] = [
      { type: 'text', text: 'Hello', previewUrl: true },
      { type: 'template', templateName: 'hello_world', language: { code: 'en_US' } },
      { type: 'location', latitude: 18.5, longitude: 73.8, name: 'Shop', address: '' },
      { type: 'contacts', contacts: [{ name: 'Meera', phone: '+919811111111' }] },
      {
        type: 'interactive',
        interactive: {
          type: 'cta_url',
          body: { text: 'Track' },
          action: { name: 'cta_url', parameters: { display_text: 'Track', url: 'https://example.com' } },
        },
      },
    ]
    test.each(contents.map((content) => [content.type, content] as const))(
      'of a %s leaves the same message, the same events, and reaches WhatsApp the same',
      async (_type, content) => {
        const rows: Json[] = []
        const reached: Json[] = []
        for (const door of doors) {
          const question = questions[door]
          const cursor = await eventCursor(server)
          const object = objectOf(await sends[door]({ to: phones[door], replyTo: question?.id, ...content }))
          const shown = door === 'REST' ? object : asRest(object)
          expect(shown).toMatchObject({
            status: 'SENT',
            conversationId: question?.conversationId,
            replyToId: question?.id,
          })
          const { data } = await server.simulator('GET', '/messages?after=0')
          const { payload } = data.find(({ bizOpaqueCallbackData }: Json) => bizOpaqueCallbackData === shown.id)
          reached.push({ ...payload, to: 'x', biz_opaque_callback_data: 'x', context: typeof payload.context })
          const read = async () => (await readMessages.REST(question?.conversationId)).find(({ id }) => id === shown.id)
          await eventually(async () => (await read())?.status === 'READ')
          const row = (await read()) ?? {}
          expect((await readMessages.GraphQL(question?.conversationId)).find(({ id }) => id === shown.id)).toEqual(row)
          expect(row).toMatchObject({
            ...shown,
            status: 'READ',
            deliveredAt: expect.any(String),
            readAt: expect.any(String),
          })
          const isRead = ({ type, data }: { type: string; data: Json }) =>
            type === 'message.read' && data.id === shown.id
          const events = (await eventsSince(server, cursor, isRead)).filter(({ data }) => data.id === shown.id)
          rows.push({ ...withoutOwn(row), events: events.map(({ type, data }) => [type, data.message]) })
        }
        expect(rows[1]).toEqual(rows[0])
        expect(reached[1]).toEqual(reached[0])
      },
    )

    test('repeated through the other door with its idempotency key is the first answer, and another body is CONFLICT at both', async () => {
      for (const [first, second] of [doors, [...doors].reverse()] as [Door, Door][]) {
        const key = `doors-${first}`
        const body = { to: phones.REST, type: 'text', text: `First by ${first}` }
        const object = objectOf(await sends[first](body, key))
        const again = objectOf(await sends[second](body, key))
        const [a, b] = first === 'REST' ? [object, again] : [again, object]
        expect(asRest(b)).toEqual(a)
        for (const door of doors) {
          expect(await sends[door]({ ...body, text: 'Another' }, key)).toMatchObject({ code: 'CONFLICT' })
        }
      }
    })

    test('refused before it is stored is refused alike, and leaves nothing at either', async () => {
      const [unknown, optedOut, silent] = [newPhone(), newPhone(), newPhone()]
      await createsContact.REST({ phone: optedOut, optedIn: false })
      await createsContact.REST({ phone: silent, optedIn: true })
      const text = { type: 'text', text: 'Hello' }
      const refused: [Json, string][] = [
        [{ to: unknown, ...text }, 'OPT_IN_REQUIRED'],
        [{ to: optedOut, ...text }, 'OPT_IN_REQUIRED'],
        [{ to: silent, ...text }, 'WINDOW_CLOSED'],
        [{ to: 'con_01h455vb4pex5vsknk084sn02q', ...text }, 'NOT_FOUND'],
        [{ to: phones.REST, ...text, replyTo: 'msg_01h455vb4pex5vsknk084sn02q' }, 'NOT_FOUND'],
        [{ to: '12', type: 'text', text: '' }, 'BAD_REQUEST'],
        [{ to: phones.REST, type: 'nonsense' }, 'BAD_REQUEST'],
        [{ to: phones.REST, type: 'location', latitude: 91, longitude: 181 }, 'BAD_REQUEST'],
      ]
      const count = async () => (await server.rest('GET', '/messages')).json.pagination.total
      const before = await count()
      for (const [body, code] of refused) {
        const [rest, graph] = [await sends.REST(body), await sends.GraphQL(body)]
        expect(rest).toMatchObject({ code })
        expect(graph).toEqual(rest)
      }
      expect(await count()).toBe(before)
      expect(await readContact.GraphQL(unknown)).toBeNull()
    })

    test('refused by WhatsApp is refused alike with the id of its message, which is FAILED at both doors', async () => {
      const rows: Json[] = []
      const refusals: Outcome[] = []
      for (const door of doors) {
        await server.simulator('POST', '/faults', { fail: { code: 131026, times: 1 } })
        const outcome = await sends[door]({ to: phones[door], type: 'text', text: 'Undeliverable' })
        if (!('code' in outcome)) throw new Error('WhatsApp should have refused it')
        const { id, ...more } = outcome.more
        const conversationId = questions[door]?.conversationId
        const [row = {}] = await readMessages.REST(conversationId)
        expect(row.id).toBe(id)
        expect((await readMessages.GraphQL(conversationId))[0]).toEqual(row)
        expect(row).toMatchObject({
          status: 'FAILED',
          messageId: null,
          error: { code: 131026 },
          failedAt: expect.any(String),
        })
        refusals.push({ ...outcome, more })
        rows.push(withoutOwn(row))
      }
      expect(refusals[1]).toEqual(refusals[0])
      expect(rows[1]).toEqual(rows[0])
    })
  })

  test('a conversation is the same through both doors, with its messages in the order of each', async () => {
    const phone = newPhone()
    const { conversationId } = await inbound(server, phone, 'one')
    await inbound(server, phone, 'two')
    const rest = (await server.rest('GET', `/chats/${conversationId}`)).json
    const query = `query ($id: ID!) { conversation(id: $id) {
      id status channel contact { id phone name tags } assignedTo { id name email } unreadCount
      lastMessage { ${messageFields} } lastMessageAt windowExpiresAt createdAt messages(first: 50) { nodes { ${messageFields} } }
    } }`
    const { messages, lastMessage, ...graph } = (await ask(server, query, { id: conversationId })).conversation
    expect(rest).toEqual({
      ...graph,
      lastMessage: asRest(lastMessage),
      messages: messages.nodes.map(asRest).reverse(),
    })
    expect(rest.messages.map(({ text }: Json) => text)).toEqual(['one', 'two'])
    const listed = (await server.rest('GET', '/chats?limit=1')).json.data[0]
    expect({ ...listed, messages: rest.messages }).toEqual(rest)
  })
})

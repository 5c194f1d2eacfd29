import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, inbound, refusal } from '../support/graph.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

const sent = `message {
  id messageId type status direction text contentData replyToId replyTo { id text } conversationId contact { phone }
  content {
    __typename
    ... on TextContent { text previewUrl }
    ... on TemplateContent { templateName language components }
    ... on InteractiveContent { interactive }
    ... on LocationContent { latitude longitude name address }
    ... on ContactContent { contacts }
  }
} replayed`
const send = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { ${sent} } }`

const buttons = {
  type: 'button',
  body: { text: 'Shall we deliver today?' },
  action: { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] },
}
const list = {
  type: 'list',
  body: { text: 'Choose' },
  action: { button: 'Slots', sections: [{ title: 'Today', rows: [{ id: 'a', title: '9 am' }] }] },
}
const link = {
  type: 'cta_url',
  body: { text: 'Track it' },
  action: { name: 'cta_url', parameters: { display_text: 'Track', url: 'https://example.com/t' } },
}
const card = { name: { formatted_name: 'Meera Shah', first_name: 'Meera' }, phones: [{ phone: '+919811111111' }] }
const parameters = [{ type: 'body', parameters: ['Asha', '42'].map((text) => ({ type: 'text', text })) }]

/** Each kind: what is given, the type it has, what its content shows, and what WhatsApp gets. */
const kinds: { given: object; type: string; text?: string; shown: Record<string, unknown>; wire: object }[] = [
  {
    given: { text: { text: 'Hello *Asha* 👋🏽', previewUrl: true } },
    type: 'TEXT',
    text: 'Hello *Asha* 👋🏽',
    shown: { text: 'Hello *Asha* 👋🏽', previewUrl: true },
    wire: { type: 'text', text: { body: 'Hello *Asha* 👋🏽', preview_url: true } },
  },
  {
    given: { template: { templateName: 'hello_world', language: 'en_US' } },
    type: 'TEMPLATE',
    shown: { templateName: 'hello_world', language: 'en_US', components: null },
    wire: { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } },
  },
  {
    given: { template: { templateName: 'order_update', language: 'en', components: parameters } },
    type: 'TEMPLATE',
    shown: { templateName: 'order_update', language: 'en', components: parameters },
    wire: { type: 'template', template: { name: 'order_update', language: { code: 'en' }, components: parameters } },
  },
  ...[buttons, list, link].map((interactive) => ({
    given: { interactive: { interactive } },
    type: 'INTERACTIVE',
    shown: { interactive },
    wire: { type: 'interactive', interactive },
  })),
  {
    given: { location: { latitude: 18.52, longitude: 73.85, name: 'Shop', address: 'MG Road' } },
    type: 'LOCATION',
    shown: { latitude: 18.52, longitude: 73.85, name: 'Shop', address: 'MG Road' },
    wire: { type: 'location', location: { latitude: 18.52, longitude: 73.85, name: 'Shop', address: 'MG Road' } },
  },
  {
    given: { contact: { contacts: [card] } },
    type: 'CONTACT',
    shown: { contacts: [card] },
    wire: { type: 'contacts', contacts: [card] },
  },
  {
    given: { contact: { contacts: [{ name: 'Meera Shah', phone: '+919811111111' }] } },
    type: 'CONTACT',
    shown: { contacts: [{ name: { formatted_name: 'Meera Shah' }, phones: [{ phone: '+919811111111' }] }] },
    wire: { type: 'contacts', contacts: [{ name: { formatted_name: 'Meera Shah' } }] },
  },
  {
    given: { flat: { type: 'location', latitude: 1.5, longitude: -2, name: 'Flat' } },
    type: 'LOCATION',
    shown: { latitude: 1.5, longitude: -2, name: 'Flat', address: null },
    wire: { type: 'location', location: { latitude: 1.5, longitude: -2, name: 'Flat' } },
  },
]

describeServer('sending through the graph', () => {
  let server: TestServer
  const phone = newPhone()
  let question: Awaited<ReturnType<typeof inbound>>
  beforeAll(async () => {
    server = await startServer()
    question = await inbound(server, phone, 'A question')
  })
  afterAll(() => server.dispose())

  const sends = async (input: object) => (await ask(server, send, { input: { to: phone, ...input } })).sendMessage
  const accepted = async (): Promise<
    { id: string; payload: Record<string, unknown>; bizOpaqueCallbackData: string }[]
  > => (await server.simulator('GET', '/messages?after=0')).data
  const text = (words: string) => ({ content: { text: { text: words } } })

  test.each(kinds.map((kind) => [Object.keys(kind.given)[0], kind.type, kind] as const))(
    '%s (%s) is stored and shown as it was given, and reaches WhatsApp',
    async (_name, type, { given, text: words, shown, wire }) => {
      const { message, replayed } = await sends({ content: given })
      expect(message).toMatchObject({
        type,
        status: 'SENT',
        direction: 'OUTBOUND',
        messageId: expect.stringMatching(/^wamid\./),
        text: words ?? null,
        replyToId: null,
        replyTo: null,
        conversationId: question.conversationId,
        contact: { phone },
      })
      expect(replayed).toBe(false)
      expect(message.content).toMatchObject({ __typename: `${type[0]}${type.slice(1).toLowerCase()}Content`, ...shown })
      const given_ = Object.entries(shown).filter(([, value]) => value !== null)
      expect(message.contentData).toMatchObject(Object.fromEntries(given_))
      const reached = (await accepted()).find(({ bizOpaqueCallbackData }) => bizOpaqueCallbackData === message.id)
      expect(reached).toMatchObject({ id: message.messageId, payload: wire })
    },
  )

  test('JSON written into the document is the same as JSON in a variable', async () => {
    const literal = `mutation ($id: String!, $to: String!) { sendMessage(input: { to: $to, content: { interactive: { interactive: {
      type: "button", body: { text: "Literal" },
      action: { buttons: [{ type: "reply", reply: { id: $id, title: "Yes" } }] }
    } } } }) { message { contentData } } }`
    const answer = await ask(server, literal, { to: phone, id: 'from a variable' })
    expect(answer.sendMessage.message.contentData).toEqual({
      interactive: {
        type: 'button',
        body: { text: 'Literal' },
        action: { buttons: [{ type: 'reply', reply: { id: 'from a variable', title: 'Yes' } }] },
      },
    })
  })

  test('a contact is written to by id as by phone in any spelling', async () => {
    for (const to of [question.contactId, phone.slice(1), ` ${phone.slice(0, 3)}-${phone.slice(3)}`]) {
      expect((await sends({ ...text('Hello'), to })).message.contact).toEqual({ phone })
    }
  })

  test('content that is not exactly one kind is BAD_REQUEST, written out or in a variable', async () => {
    const before = (await accepted()).length
    const two = { text: { text: 'a' }, location: { latitude: 1, longitude: 2, name: 'b' } }
    for (const content of [{}, two, { text: null }, { text: { text: 'a' }, template: null }, { nonsense: {} }, null]) {
      expect((await refusal(server, send, { input: { to: phone, content } })).code).toBe('BAD_REQUEST')
    }
    const literals = ['{}', '{ text: { text: "a" }, flat: {} }', '{ text: null }', '{ text: $none }']
    for (const literal of literals) {
      const query = `mutation ($to: String!${literal.includes('$none') ? ', $none: TextContentInput!' : ''}) {
        sendMessage(input: { to: $to, content: ${literal} }) { message { id } }
      }`
      expect([literal, (await refusal(server, query, { to: phone })).code]).toEqual([literal, 'BAD_REQUEST'])
    }
    expect((await accepted()).length).toBe(before)
  })

  test('every fault of a content is named, and nothing is stored or sent', async () => {
    const count = '{ messages { totalCount } }'
    const before = [(await accepted()).length, await ask(server, count)]
    const both = { mediaUrl: 'https://example.com/a.png', mediaId: 'med_x' }
    const faults: [object, string[]][] = [
      [{ text: { text: '' } }, ['text']],
      [{ text: { text: 'x'.repeat(4097) } }, ['text']],
      [{ location: { latitude: 91, longitude: -181, name: 'x' } }, ['latitude', 'longitude']],
      [{ template: { templateName: '', language: '' } }, ['language', 'templateName']],
      [{ interactive: { interactive: { type: 'button' } } }, ['interactive.action', 'interactive.body']],
      [{ contact: { contacts: [] } }, ['contacts']],
      [{ image: {} }, ['mediaUrl']],
      [{ document: { ...both, filename: 'a.pdf' } }, ['mediaUrl']],
      [{ reaction: { messageId: question.id, emoji: 'not an emoji' } }, ['emoji']],
      [{ flat: { type: 'nonsense' } }, ['type']],
      [{ flat: 'text' }, ['']],
    ]
    for (const [content, paths] of faults) {
      const { code, details } = await refusal(server, send, { input: { to: phone, content } })
      const named = [...new Set((details as { path: string }[]).map(({ path }) => path))].sort()
      expect([content, code, named]).toEqual([content, 'BAD_REQUEST', paths])
    }
    const { details } = await refusal(server, send, {
      input: { to: 'nobody', idempotencyKey: 'ü', ...{ content: { text: { text: '' } } } },
    })
    expect((details as { path: string }[]).map(({ path }) => path).sort()).toEqual(['idempotencyKey', 'text', 'to'])
    for (const empty of [{ idempotencyKey: '' }, { idempotencyKey: 'x'.repeat(256) }]) {
      expect(await refusal(server, send, { input: { to: phone, ...text('a'), ...empty } })).toMatchObject({
        code: 'BAD_REQUEST',
        details: [{ path: 'idempotencyKey' }],
      })
    }
    expect([(await accepted()).length, await ask(server, count)]).toEqual(before)
  })

  test("a reply names its message by our id or by WhatsApp's, and reaches WhatsApp as one", async () => {
    for (const replyTo of [question.id, question.wamid]) {
      const { message } = await sends({ ...text('An answer'), replyTo })
      expect(message).toMatchObject({ replyToId: question.id, replyTo: { id: question.id, text: 'A question' } })
      const reached = (await accepted()).find(({ bizOpaqueCallbackData }) => bizOpaqueCallbackData === message.id)
      expect(reached?.payload).toMatchObject({ context: { message_id: question.wamid } })
    }
    for (const replyTo of ['', 'nonsense', question.contactId]) {
      expect(await refusal(server, send, { input: { to: phone, ...text('a'), replyTo } })).toMatchObject({
        code: 'NOT_FOUND',
        details: [{ path: 'replyTo' }],
      })
    }
  })

  test('the same key again is the first answer as it was, whatever became of the message since, and sends nothing', async () => {
    const input = { ...text('Once'), idempotencyKey: 'graph-once' }
    const first = await sends(input)
    const query = 'query ($id: ID!) { message(id: $id) { status } }'
    await eventually(async () => (await ask(server, query, { id: first.message.id })).message.status === 'READ')
    const before = (await accepted()).length
    expect(await sends(input)).toEqual({ ...first, replayed: true })
    expect(first.message.status).toBe('SENT')
    expect((await accepted()).length).toBe(before)
    expect(await refusal(server, send, { input: { to: phone, ...input, ...text('Twice') } })).toEqual({
      code: 'CONFLICT',
    })
  })

  test('a refused send among others in a document is told by its alias, and what was sent before it stays sent', async () => {
    const one = (alias: string, to: string) =>
      `${alias}: sendMessage(input: { to: "${to}", content: { text: { text: "${alias}" } } }) { message { text } }`
    const { data, errors } = await server.graphql(
      `mutation { ${one('a', phone)} ${one('b', newPhone())} ${one('c', phone)} }`,
    )
    // The payload may not be null, so the failure of one takes the data of all; what was sent stays sent.
    expect(data).toBeNull()
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['b'], 'OPT_IN_REQUIRED']])
    const texts = (await ask(server, '{ messages(first: 2) { nodes { text status } } }')).messages.nodes
    expect(texts.map((message: { text: string }) => message.text)).toContain('a')
  })
})

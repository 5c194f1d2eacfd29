import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postWebhook } from '../support/meta-webhook.js'
import { describeServer, find, startServer, type TestServer } from '../support/server.js'

type Json = Record<string, unknown>
type WireMessage = Json & { id: string; type: string }

const folder = new URL('../fixtures/whatsapp/', import.meta.url)
const fixtures = readdirSync(folder).map((file) => ({
  name: file.replace('.json', ''),
  body: readFileSync(new URL(file, folder), 'utf8'),
}))

const messagesIn = (body: string): WireMessage[] =>
  JSON.parse(body).entry.flatMap((entry: { changes: { value: { messages?: WireMessage[] } }[] }) =>
    entry.changes.flatMap(({ value }) => value.messages ?? []),
  )

/** The type of the graph for WhatsApp's; everything else is UNSUPPORTED. */
const types: Record<string, string> = {
  text: 'TEXT',
  image: 'IMAGE',
  video: 'VIDEO',
  audio: 'AUDIO',
  document: 'DOCUMENT',
  sticker: 'STICKER',
  location: 'LOCATION',
  contacts: 'CONTACT',
  interactive: 'INTERACTIVE',
  button: 'BUTTON',
  reaction: 'REACTION',
  order: 'ORDER',
  system: 'SYSTEM',
  // An edit holds a message of its own.
  edit: 'TEXT',
}

const content = `content { __typename
  ... on TextContent { text }
  ... on ImageContent { mimeType caption } ... on VideoContent { mimeType } ... on AudioContent { mimeType voice }
  ... on DocumentContent { filename caption } ... on StickerContent { mimeType }
  ... on LocationContent { latitude longitude name address }
  ... on ContactContent { contacts } ... on InteractiveContent { interactive }
  ... on ButtonContent { buttonText: text payload } ... on ReactionContent { messageId emoji }
  ... on OrderContent { orderText: text catalogId productItems } ... on SystemContent { systemText: text }
  ... on UnsupportedContent { __typename } }`

describeServer("a customer's message of every kind", () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
    for (const { body } of fixtures) expect(await postWebhook(server, body)).toBe(200)
  })
  afterAll(() => server.dispose())

  const messageOf = (wamid: string) =>
    find(async () => {
      const query = `query ($id: ID!) { message(id: $id) { type direction status text contentData ${content} } }`
      const { data, errors } = await server.graphql(query, { id: wamid })
      expect(errors).toBeUndefined()
      return data.message
    })

  test.each(fixtures.filter(({ body }) => messagesIn(body).length > 0))(
    'is stored with its content, and read through the graph: $name',
    async ({ body }) => {
      for (const { id, type } of messagesIn(body)) {
        const message = await messageOf(id)
        const expected = types[type] ?? 'UNSUPPORTED'
        expect([type, message.type]).toEqual([type, expected])
        expect(message).toMatchObject({ direction: 'INBOUND', status: 'RECEIVED' })
        const union =
          expected === 'CONTACT' ? 'ContactContent' : `${expected[0]}${expected.slice(1).toLowerCase()}Content`
        expect(message.content.__typename).toBe(union)
      }
    },
  )

  test('is read through REST and in the events too, flat and in lower case', async () => {
    const wamids = fixtures.flatMap(({ body }) => messagesIn(body).map(({ id }) => id))
    for (const wamid of wamids) await messageOf(wamid)
    const listed = await server.rest('GET', '/messages?limit=100')
    expect(listed.status).toBe(200)
    const rows: { messageId: string; type: string; content: Json }[] = listed.json.data
    expect(new Set(rows.map(({ messageId }) => messageId))).toEqual(new Set(wamids))
    const kinds = new Set(rows.map(({ type }) => type))
    expect(kinds).toEqual(new Set([...Object.values(types).map((type) => type.toLowerCase()), 'unsupported']))
    for (const { type, content: flat } of rows) {
      expect(flat).not.toHaveProperty('type')
      if (type === 'location') expect(flat).toMatchObject({ latitude: expect.any(Number) })
      if (type === 'button') expect(flat).toMatchObject({ text: expect.any(String), payload: expect.any(String) })
    }
    for (const { id } of (await server.rest('GET', '/chats?limit=100')).json.data) {
      expect((await server.rest('GET', `/chats/${id}`)).status).toBe(200)
    }
    expect(server.output()).not.toContain('could not be processed')
  })

  test('that nobody has heard of, or that lacks what it is made of, is kept as UNSUPPORTED', async () => {
    const kinds = [
      { type: 'hologram', hologram: { frames: 12 } },
      { type: 'image', image: { caption: 'without its file' } },
      { type: 'location', location: {} },
    ]
    for (const message of kinds) {
      const { id } = await server.simulator('POST', '/inbound', { from: '919811177777', message })
      expect(await messageOf(id)).toMatchObject({
        type: 'UNSUPPORTED',
        text: null,
        contentData: { unsupportedType: message.type },
        content: { __typename: 'UnsupportedContent' },
      })
    }
  })
})

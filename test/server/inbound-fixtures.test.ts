import { afterAll, beforeAll, expect, test } from 'vitest'
import { phoneNumberId, postWebhook } from '../support/meta-webhook.js'
import { describeServer, find, startServer, type TestServer } from '../support/server.js'
import { entriesOf, fixture, fixtureNames, ofKind } from '../support/whatsapp-webhooks.js'

/** What the fixture says to the number of the demo organization; how it is read is proven by whatsapp-inbound.test.ts. */
const messagesIn = (name: string) =>
  ofKind('message', entriesOf(name)).filter((entry) => entry.phoneNumberId === phoneNumberId)
const fixturesWithMessages = fixtureNames.filter((name) => messagesIn(name).length > 0)
const everyMessage = fixturesWithMessages.flatMap(messagesIn)
/** An edit and a revocation are of the original's row, which no fixture brings. */
const wamidOf = ({ wamid, edit, revoke }: (typeof everyMessage)[number]): string =>
  (edit ?? revoke)?.originalWamid ?? wamid

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
    for (const name of fixtureNames) expect(await postWebhook(server, JSON.stringify(fixture(name)))).toBe(200)
  })
  afterAll(() => server.dispose())

  const messageOf = (wamid: string) =>
    find(async () => {
      const query = `query ($id: ID!) { message(id: $id) { type direction status text contentData ${content} } }`
      const { data, errors } = await server.graphql(query, { id: wamid })
      expect(errors).toBeUndefined()
      return data.message
    })

  test.each(fixturesWithMessages)('is stored with its content, and read through the graph: %s', async (name) => {
    for (const entry of messagesIn(name)) {
      const { type, text, content } = entry
      const message = await messageOf(wamidOf(entry))
      const { type: _, ...flat } = content
      expect(message).toMatchObject({
        type: type.toUpperCase(),
        direction: 'INBOUND',
        status: 'RECEIVED',
        text,
        contentData: flat,
        content: { __typename: `${type[0]?.toUpperCase()}${type.slice(1)}Content` },
      })
    }
  })

  test('is read through REST too, flat and in lower case', async () => {
    for (const entry of everyMessage) await messageOf(wamidOf(entry))
    const listed = await server.rest('GET', '/messages?limit=100')
    expect(listed.status).toBe(200)
    const rows: { messageId: string; type: string; content: Record<string, unknown> }[] = listed.json.data
    expect(new Set(rows.map(({ messageId }) => messageId))).toEqual(new Set(everyMessage.map(wamidOf)))
    expect(new Set(rows.map(({ type }) => type))).toEqual(new Set(everyMessage.map(({ type }) => type)))
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

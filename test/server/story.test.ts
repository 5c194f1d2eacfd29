import { afterAll, beforeAll, expect, test } from 'vitest'
import { collect, describeServer, eventually, find, newPhone, startServer, type TestServer } from '../support/server.js'

describeServer('the main job', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  test('a REST caller sends, a GraphQL client sees SENT, DELIVERED, READ live, and the answer arrives in the right conversation', async () => {
    const phone = newPhone()
    const created = await server.rest('POST', '/contacts', { phone, name: 'Asha Rao', optedIn: true })
    expect(created.status).toBe(201)

    const { data } = await server.graphql('{ eventCursor }')
    const ws = server.wsClient()
    const live = collect<{ messages: { type: string; message: { id: string; status: string; text: string } } }>(
      ws,
      'subscription ($after: String) { messages(after: $after) { cursor type message { id status text conversationId } } }',
      { after: data.eventCursor },
    )
    await server.customerWrites(phone, 'Namaste')
    await eventually(() => live.items.some((item) => item.messages.type === 'message.received'))

    const sent = await server.rest('POST', '/send', { to: phone, type: 'text', text: 'Hello Asha' })
    expect(sent.status).toBe(200)
    const typesOf = (id: string) =>
      live.items.filter((item) => item.messages.message.id === id).map((item) => item.messages.type)
    await eventually(() => typesOf(sent.json.id).includes('message.read'))
    expect(typesOf(sent.json.id).filter((type) => type !== 'message.updated')).toEqual([
      'message.queued',
      'message.sent',
      'message.delivered',
      'message.read',
    ])

    const chat = await find(async () =>
      (await server.rest('GET', '/chats')).json.data.find(
        (c: { contact: { phone: string } }) => c.contact.phone === phone,
      ),
    )
    expect(chat).toMatchObject({ status: 'OPEN', unreadCount: 1, contact: { name: 'Asha Rao' } })
    expect(live.errors).toEqual([])
    await live.stop()
    await ws.dispose()
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, message, type Row, text, write } from '../support/customers.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'

describeServer('a reaction of ours', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const customer = async () => {
    const from = newPhone()
    const wamid = await write(server, { from }, text('Like this?'))
    return { from, wamid, row: await message(server, wamid) }
  }
  const react = (to: string, messageId: string, emoji = '👍') =>
    server.rest('POST', '/send', { to, type: 'reaction', messageId, emoji })
  /** What WhatsApp got for a message of ours. */
  const onTheWire = async (wamid: string): Promise<Row> =>
    (await server.simulator('GET', '/messages')).data.find(({ id }: Row) => id === wamid).payload

  test('names its message by our id or by the wamid; stored is our id, on the wire the wamid', async () => {
    const { from, wamid, row } = await customer()
    const ours = (await server.rest('POST', '/send', { to: from, type: 'text', text: 'Ours' })).json
    for (const [name, id, target] of [
      [row.id, row.id, wamid],
      [wamid, row.id, wamid],
      [ours.id, ours.id, ours.messageId],
      [ours.messageId, ours.id, ours.messageId],
    ]) {
      const { status, json } = await react(from, name)
      expect(status).toBe(200)
      expect(json).toMatchObject({ type: 'reaction', text: null, content: { messageId: id, emoji: '👍' } })
      const wire = { to: from, type: 'reaction', reaction: { message_id: target, emoji: '👍' } }
      expect(await onTheWire(json.messageId)).toMatchObject(wire)
      await message(server, json.messageId, (sent) => sent.status === 'READ')
    }
  })

  test('is taken back by an empty emoji, and sent through GraphQL alike', async () => {
    const { from, wamid, row } = await customer()
    const send = `mutation ($to: String!, $id: ID!) {
      sendMessage(input: { to: $to, content: { reaction: { messageId: $id, emoji: "" } } }) {
        message { messageId content { ... on ReactionContent { messageId emoji } } }
      }
    }`
    const sent = (await ask(server, send, { to: from, id: row.id })).data.sendMessage.message
    expect(sent.content).toEqual({ messageId: row.id, emoji: '' })
    expect((await onTheWire(sent.messageId)).reaction).toEqual({ message_id: wamid, emoji: '' })
  })

  test('to a wamid that we do not know goes out as it is', async () => {
    const { from } = await customer()
    const { json } = await react(from, 'wamid.FROMANOTHERLIFE')
    expect(json.content).toEqual({ messageId: 'wamid.FROMANOTHERLIFE', emoji: '👍' })
    expect((await onTheWire(json.messageId)).reaction.message_id).toBe('wamid.FROMANOTHERLIFE')
  })

  test('to no message, to one of another conversation, or to one that never reached WhatsApp is refused and not sent', async () => {
    const [{ from }, other] = [await customer(), await customer()]
    const before = (await server.simulator('GET', '/messages')).data.length
    for (const name of ['msg_01jz0000000000000000000000', 'nonsense', other.row.id, other.wamid]) {
      const { status, json } = await react(from, name)
      expect([status, json.code, json.details]).toEqual([
        404,
        'NOT_FOUND',
        [expect.objectContaining({ path: 'messageId' })],
      ])
    }
    await server.simulator('POST', '/faults', { fail: { code: 131009, times: 1 } })
    const failed = (await server.rest('POST', '/send', { to: from, type: 'text', text: 'Never' })).json
    const { status, json } = await react(from, failed.id)
    expect([status, json.details]).toEqual([400, [expect.objectContaining({ path: 'messageId' })]])
    for (const emoji of ['ab', undefined, 7]) {
      const refused = await server.rest('POST', '/send', { to: from, type: 'reaction', messageId: other.row.id, emoji })
      expect([refused.status, refused.json.details]).toEqual([400, [expect.objectContaining({ path: 'emoji' })]])
    }
    expect((await server.simulator('GET', '/messages')).data).toHaveLength(before)
  })

  test('neither becomes the last message of the conversation nor moves it to the top', async () => {
    const { from, row } = await customer()
    await customer()
    const chats = async () => (await server.rest('GET', '/chats')).json.data.map(({ id }: Row) => id)
    const before = await chats()
    await react(from, row.id)
    expect(await chats()).toEqual(before)
    const chat = (await server.rest('GET', `/chats/${row.conversationId}`)).json
    expect(chat.lastMessage.id).toBe(row.id)
    expect(chat.messages.map(({ type }: Row) => type)).toEqual(['text', 'reaction'])
  })
})

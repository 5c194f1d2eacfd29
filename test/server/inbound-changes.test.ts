import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  contact,
  deliver,
  deliverAll,
  delivery,
  type Json,
  message,
  messageNow,
  newWamid,
  nowSeconds,
  type Row,
  text,
  write,
} from '../support/customers.js'
import { collect, describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

const edit = (original: string, body: string, more: Json = {}): Json => ({
  type: 'edit',
  edit: { original_message_id: original, message: text(body) },
  ...more,
})
const revoke = (original: string, more: Json = {}): Json => ({
  type: 'revoke',
  revoke: { original_message_id: original },
  ...more,
})

describeServer('what customers change afterwards', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  /** The messages of a customer by REST, oldest first, without the ones that only mark an end. */
  const chatOf = async (phone: string): Promise<{ chat: Row; messages: Row[] }> => {
    const { data } = (await server.rest('GET', '/chats')).json
    const { id } = data.find((row: Row) => row.contact.phone === phone)
    const chat = (await server.rest('GET', `/chats/${id}`)).json
    return { chat, messages: chat.messages.filter(({ text }: Row) => text !== 'and this') }
  }

  describe('an edit', () => {
    test('changes the message itself: no new one, none more unread, and events that say so', async () => {
      const from = newPhone()
      const wamid = await write(server, { from }, text('The blue one', { context: { forwarded: true } }))
      const before = await message(server, wamid)
      const after = (await ask(server, '{ eventCursor }')).data.eventCursor
      const editedAt = nowSeconds()
      await write(server, { from }, edit(wamid, 'The green one, sorry', { id: 'wamid.EDIT1', timestamp: editedAt }))
      const row = await message(server, wamid, ({ text }) => text === 'The green one, sorry')
      expect(row).toEqual({
        ...before,
        text: 'The green one, sorry',
        contentData: { text: 'The green one, sorry', forwarded: true, edit: { messageId: 'wamid.EDIT1' } },
        editedAt: new Date(Number(editedAt) * 1000).toISOString(),
      })
      const { chat, messages } = await chatOf(from)
      expect(chat).toMatchObject({
        unreadCount: 1,
        lastMessage: { id: row.id, text: row.text, editedAt: row.editedAt },
      })
      expect(messages).toEqual([expect.objectContaining({ id: row.id, text: row.text, editedAt: row.editedAt })])
      expect(Object.keys(messages[0]).slice(-3)).toEqual(['editedAt', 'revokedAt', 'scheduledAt'])
      expect(await messageNow(server, 'wamid.EDIT1')).toBeNull()

      const ws = server.wsClient()
      const live = collect<Row>(ws, 'subscription ($after: String) { events(after: $after) { type data } }', { after })
      await eventually(() => live.items.length >= 2)
      expect(live.items.map(({ events }) => [events.type, events.data.conversationId])).toEqual([
        ['message.updated', row.conversationId],
        ['conversation.updated', row.conversationId],
      ])
      expect(live.items[0]?.events.data).toMatchObject({
        id: row.id,
        message: { text: row.text },
        editedAt: row.editedAt,
      })
      await live.stop()
      await ws.dispose()
    })

    test('counts by when it was made, once, in whatever order edits and original arrive', async () => {
      const orders = [
        ['original', 'first', 'second', 'first'],
        ['second', 'first', 'original', 'second', 'original'],
        ['first', 'original', 'second'],
      ]
      const ended = []
      for (const order of orders) {
        const from = newPhone()
        const wamid = newWamid()
        const [sentAt, firstAt, secondAt] = [nowSeconds(60), nowSeconds(40), nowSeconds(20)]
        const parts: Record<string, Json> = {
          original: text('Helo', { id: wamid, timestamp: sentAt, context: { forwarded: true } }),
          first: edit(wamid, 'Hello', { id: `${wamid}a`, timestamp: firstAt }),
          second: edit(wamid, 'Hello!', { id: `${wamid}b`, timestamp: secondAt }),
        }
        await deliverAll(
          server,
          { from },
          order.map((name) => parts[name] ?? {}),
        )
        const { chat, messages } = await chatOf(from)
        expect(messages).toHaveLength(1)
        const [{ text: shown, content, sentAt: sent, editedAt: edited, type, status }] = messages
        expect([sent, edited]).toEqual([sentAt, secondAt].map((s) => new Date(Number(s) * 1000).toISOString()))
        const { edit: by, ...rest } = content
        expect(by).toEqual({ messageId: `${wamid}b` })
        const { windowExpiresAt } = (await message(server, wamid)).conversation
        expect(Date.parse(windowExpiresAt)).toBeGreaterThan(Date.now() + 23 * 3_600_000)
        ended.push({ shown, rest, type, status, unread: chat.unreadCount })
      }
      const state = { text: 'Hello!', forwarded: true }
      expect(ended).toEqual(
        Array(3).fill({ shown: 'Hello!', rest: state, type: 'text', status: 'RECEIVED', unread: 2 }),
      )
    })

    test('before its original is a message to read at once, and opens no window', async () => {
      const from = newPhone()
      const wamid = newWamid()
      await write(server, { from }, edit(wamid, 'Edited already'))
      expect(await message(server, wamid)).toMatchObject({
        type: 'TEXT',
        text: 'Edited already',
        sentAt: null,
        editedAt: expect.any(String),
        conversation: { unreadCount: 1, windowExpiresAt: null },
      })
    })

    test('of a message of ours, or one that cannot be read, changes nothing and is kept as a message of its own', async () => {
      const from = newPhone()
      const wamid = await write(server, { from }, text('Hi'))
      await message(server, wamid)
      const ours = (await server.rest('POST', '/send', { to: from, type: 'text', text: 'Ours' })).json
      const ofOurs = await message(server, await write(server, { from }, edit(ours.messageId, 'Not yours')))
      expect(ofOurs).toMatchObject({ type: 'TEXT', text: 'Not yours', editedAt: null })
      expect(await messageNow(server, ours.id)).toMatchObject({ text: 'Ours', editedAt: null })

      const unreadable = { type: 'edit', edit: { original_message_id: wamid, message: { type: 'hologram' } } }
      const kept = await message(server, await write(server, { from }, unreadable))
      expect(kept).toMatchObject({ type: 'UNSUPPORTED', contentData: { raw: { edit: unreadable.edit } } })
      expect(await messageNow(server, wamid)).toMatchObject({ text: 'Hi', editedAt: null })
    })
  })

  describe('a message taken back', () => {
    test('keeps what it held, says when, and leaves the conversation as it is', async () => {
      const from = newPhone()
      const wamid = await write(server, { from }, text('Too soon'))
      const before = await message(server, wamid)
      const timestamp = nowSeconds()
      await deliverAll(server, { from }, [revoke(wamid, { timestamp }), revoke(wamid, { timestamp })])
      const row = await messageNow(server, wamid)
      const revokedAt = new Date(Number(timestamp) * 1000).toISOString()
      expect({ ...row, conversation: null }).toEqual({ ...before, revokedAt, conversation: null })
      const { chat, messages } = await chatOf(from)
      expect(messages).toEqual([expect.objectContaining({ text: 'Too soon', revokedAt })])
      expect(chat.unreadCount).toBe(2)
    })

    test('before it came is shown as taken back, and gets what it held when that comes', async () => {
      const from = newPhone()
      const wamid = newWamid()
      await write(server, { from }, revoke(wamid))
      const early = await message(server, wamid)
      expect(early).toMatchObject({
        type: 'UNSUPPORTED',
        text: null,
        revokedAt: expect.any(String),
        conversation: { unreadCount: 0, lastMessage: null, windowExpiresAt: null },
      })
      await write(server, { from }, text('What it was', { id: wamid }))
      const late = await message(server, wamid, ({ text }) => text !== null)
      expect(late).toMatchObject({
        id: early.id,
        type: 'TEXT',
        text: 'What it was',
        contentData: { text: 'What it was' },
        revokedAt: early.revokedAt,
        conversation: { unreadCount: 1, lastMessage: { id: early.id }, windowExpiresAt: expect.any(String) },
      })
    })
  })

  test('original, edits, revocation and STOP of many customers, delivered at once and twice, all end in the same state', async () => {
    const customers = Array.from({ length: 12 }, () => ({ from: newPhone().replace('+', ''), wamid: newWamid() }))
    const bodies = customers.flatMap(({ from, wamid }) =>
      [
        text('Helo', { id: wamid, timestamp: nowSeconds(50) }),
        edit(wamid, 'Hello', { id: `${wamid}a`, timestamp: nowSeconds(40) }),
        edit(wamid, 'Hello!', { id: `${wamid}b`, timestamp: nowSeconds(30) }),
        revoke(wamid, { id: `${wamid}c`, timestamp: nowSeconds(20) }),
        text('STOP', { id: `${wamid}d`, timestamp: nowSeconds(10) }),
      ].map((given) => delivery({ messages: [{ from, ...given }] })),
    )
    await Promise.all([...bodies, ...bodies.toReversed()].map((body) => deliver(server, body)))
    for (const { from, wamid } of customers) {
      const stop = await message(server, `${wamid}d`)
      const isDone = (row: Row) => row.text === 'Hello!' && row.sentAt !== null && row.revokedAt !== null
      const row = await message(server, wamid, isDone)
      expect(row.contentData).toEqual({ text: 'Hello!', edit: { messageId: `${wamid}b` } })
      const { messages } = await chatOf(`+${from}`)
      expect(messages.map(({ id }: Row) => id).sort()).toEqual([row.id, stop.id].sort())
      expect(await contact(server, { phone: `+${from}` }, ({ optedIn }) => optedIn === false)).toMatchObject({
        optInProof: `${wamid}d`,
      })
    }
    await eventually(async () => (await chatOf(`+${customers[0]?.from}`)).chat.unreadCount === 2)
    expect(server.output()).not.toContain('could not be processed')
  })
})

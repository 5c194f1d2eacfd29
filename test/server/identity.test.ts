import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  contact,
  contactNow,
  deliver,
  deliverAll,
  delivery,
  type Json,
  message,
  newUserId,
  newWamid,
  nowSeconds,
  type Row,
  tell,
  text,
  write,
} from '../support/customers.js'
import { collect, describeServer, find, newPhone, startServer, type TestServer } from '../support/server.js'

const digits = (phone: string) => phone.replace('+', '')

describeServer('who a customer is', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const create = async (fields: Json): Promise<Row> =>
    contactNow(server, { id: (await server.rest('POST', '/contacts', { phone: newPhone(), ...fields })).json.id })
  /** The contact that a message belongs to. */
  const writerOf = async (wamid: string): Promise<Row> =>
    contactNow(server, { id: (await message(server, wamid)).contactId })
  const system = (more: Json): Json => ({ type: 'system', system: more })

  describe('without a phone number', () => {
    test('is a contact by the user id: in lists, in search, in conversations, through both doors', async () => {
      const userId = newUserId()
      const wamid = await write(
        server,
        { userId, name: `Cara ${userId}`, username: 'cara.p' },
        text('You cannot see me'),
      )
      const row = await message(server, wamid)
      const known = await writerOf(wamid)
      expect(known).toMatchObject({ phone: null, userId, name: `Cara ${userId}`, attributes: { username: 'cara.p' } })
      expect(known).toMatchObject({ optedIn: true, optInSource: 'inbound', optInProof: wamid })

      const found = (await server.rest('GET', `/contacts?search=${encodeURIComponent(`ARA ${userId}`)}`)).json
      expect(found.data).toEqual([expect.objectContaining({ id: known.id, phone: null, userId })])
      expect((await server.rest('GET', '/contacts')).json.data[0]).toMatchObject({ id: known.id, phone: null })
      const chat = (await server.rest('GET', `/chats/${row.conversationId}`)).json
      expect(chat).toMatchObject({ contact: { id: known.id, phone: null, name: known.name }, unreadCount: 1 })
      const { data } = await ask(server, '{ conversations(first: 1) { nodes { contact { id phone userId } } } }')
      expect(data.conversations.nodes).toEqual([{ contact: { id: known.id, phone: null, userId } }])
    })

    test('is written to by contact id, on the wire as `recipient`, and the statuses come home', async () => {
      const userId = newUserId()
      const wamid = await write(server, { userId }, text('Hi'))
      const { contactId, conversationId } = await message(server, wamid)
      const sent = await server.rest('POST', '/send', { to: contactId, type: 'text', text: 'Hello', replyTo: wamid })
      expect(sent.json).toMatchObject({ contactId, conversationId, status: 'SENT' })
      await message(server, sent.json.messageId, ({ status }) => status === 'READ')
      const { data } = await server.simulator('GET', '/messages')
      const { payload } = data.find(({ id }: Row) => id === sent.json.messageId)
      expect(payload).toMatchObject({ recipient: userId, text: { body: 'Hello' }, context: { message_id: wamid } })
      expect(payload).not.toHaveProperty('to')
      expect(await contactNow(server, { id: contactId })).toMatchObject({ phone: null, userId })
    })
  })

  describe('with both', () => {
    test('is one contact from the first message that carries both on, also where the phone is hidden later', async () => {
      const [from, userId] = [newPhone(), newUserId()]
      const known = await create({ phone: from })
      await deliverAll(server, { from, userId }, [])
      expect(await contactNow(server, { phone: from })).toMatchObject({ id: known.id, userId })
      expect((await writerOf(await write(server, { userId }, text('Hidden now')))).id).toBe(known.id)
      expect(await contactNow(server, { id: known.id })).toMatchObject({ phone: from, userId })
    })

    test('known by the user id alone gets the phone when it shows', async () => {
      const [from, userId] = [newPhone(), newUserId()]
      const { id } = await writerOf(await write(server, { userId }, text('Hidden')))
      await deliverAll(server, { from, userId }, [])
      expect(await contactNow(server, { phone: from })).toMatchObject({ id, userId })
    })

    test('known by two contacts already leaves them two: the phone tells which one wrote', async () => {
      const [from, userId] = [newPhone(), newUserId()]
      const hidden = await writerOf(await write(server, { userId }, text('Hidden')))
      const byPhone = await writerOf(await write(server, { from }, text('By phone')))
      const wamid = newWamid()
      await deliverAll(server, { from, userId }, [text('Both', { id: wamid })])
      expect((await writerOf(wamid)).id).toBe(byPhone.id)
      expect(await contactNow(server, { id: hidden.id })).toMatchObject({ phone: null, userId })
      expect(await contactNow(server, { id: byPhone.id })).toMatchObject({ phone: from, userId: null })
    })

    test('written to by phone is known by the user id that a status tells', async () => {
      const [from, userId] = [newPhone(), newUserId()]
      const wamid = await write(server, { from }, text('Hi'))
      const { contactId } = await message(server, wamid)
      const sent = (await server.rest('POST', '/send', { to: from, type: 'text', text: 'Hello' })).json
      const recipient = { recipient_id: digits(from), recipient_user_id: userId }
      const status = { id: sent.messageId, status: 'delivered', timestamp: nowSeconds(), ...recipient }
      await deliver(server, delivery({ statuses: [status] }))
      await contact(server, { id: contactId }, (row) => row.userId === userId)
      expect((await writerOf(await write(server, { userId }, text('Hidden now')))).id).toBe(contactId)
    })
  })

  describe('who changes the number', () => {
    const move = (from: string, to: string, more: Json = {}) =>
      system({ type: 'user_changed_number', body: `changed from ${from} to ${to}`, wa_id: digits(to), ...more })

    test('keeps contact, conversation and consent; the former number is remembered', async () => {
      const [from, to, userId] = [newPhone(), newPhone(), newUserId()]
      const first = await message(server, await write(server, { from }, text('Hi')))
      const notice = move(from, to, { user_id: userId })
      const wamid = await write(server, { from }, { ...notice, id: newWamid() })
      await write(server, { from }, { ...notice, id: wamid })
      const row = await message(server, wamid)
      expect(row).toMatchObject({
        type: 'SYSTEM',
        conversationId: first.conversationId,
        contentData: { systemType: 'user_changed_number', newPhone: to, newUserId: userId },
      })
      const moved = await contact(server, { phone: to })
      expect(moved).toMatchObject({ id: first.contactId, userId, optedIn: true })
      expect(moved.attributes).toEqual({ numberChange: { from, to, at: row.sentAt } })
      expect(await contactNow(server, { phone: from })).toBeNull()
      expect((await writerOf(await write(server, { from: to }, text('From the new one')))).id).toBe(first.contactId)
    })

    test('to one that another contact has leaves both as they are, with a note of the other', async () => {
      const [from, other] = [newPhone(), await create({ name: 'Somebody else' })]
      const { contactId } = await message(server, await write(server, { from }, text('Hi')))
      await deliverAll(server, { from }, [move(from, other.phone)])
      const { phone, attributes } = await contactNow(server, { id: contactId })
      expect(phone).toBe(from)
      const note = { from, to: other.phone, at: expect.any(String), contactId: other.id }
      expect(attributes).toEqual({ numberChange: note })
      expect(await contactNow(server, { id: other.id })).toEqual(other)
    })

    test('as two numbers of ours are told makes no second contact', async () => {
      const [from, to] = [newPhone(), newPhone()]
      const { contactId } = await message(server, await write(server, { from }, text('Hi')))
      for (let i = 0; i < 2; i++) {
        expect((await writerOf(await write(server, { from }, move(from, to)))).id).toBe(contactId)
      }
      expect(await contactNow(server, { phone: from })).toBeNull()
    })
  })

  describe('whose user id is replaced', () => {
    test('is the same contact by the new one, whichever webhook tells it', async () => {
      const ids = [newUserId(), newUserId(), newUserId()] as const
      const { id } = await writerOf(await write(server, { userId: ids[0] }, text('Hi')))
      const update = { user_id: { previous: ids[0], current: ids[1] }, timestamp: nowSeconds() }
      await tell(server, 'user_id_update', { user_id_update: [update] })
      await contact(server, { id }, ({ userId }) => userId === ids[1])
      const notice = system({ type: 'user_changed_user_id', previous_user_id: ids[1], user_id: ids[2] })
      await write(server, { userId: ids[1] }, notice)
      await contact(server, { id }, ({ userId }) => userId === ids[2])
      expect((await writerOf(await write(server, { userId: ids[2] }, text('Me again')))).id).toBe(id)
    })

    test('is found by the phone too; one that another contact has is noted, and nobody unknown becomes a contact', async () => {
      const [from, userId, taken] = [newPhone(), newUserId(), newUserId()]
      const other = await writerOf(await write(server, { userId: taken }, text('Mine')))
      const { contactId: id } = await message(server, await write(server, { from }, text('Hi')))
      const change = (current: string, wa_id?: string) => ({
        user_id: { current },
        timestamp: nowSeconds(5),
        ...(wa_id ? { wa_id } : {}),
      })
      const updates = [change(userId, digits(from)), change(taken, digits(from)), change(newUserId(), '919999900000')]
      for (let i = 0; i < 2; i++) await deliver(server, delivery({ user_id_update: updates }, 'user_id_update'))
      const row = await contact(server, { id }, ({ attributes }) => attributes.userIdChange)
      expect(row).toMatchObject({ userId, attributes: { userIdChange: { to: taken, contactId: other.id } } })
      await deliverAll(server, { from }, [])
      expect(await contactNow(server, { id: other.id })).toEqual(other)
      expect(await contactNow(server, { phone: '+919999900000' })).toBeNull()
    })
  })

  describe('the number of ours', () => {
    const connection = async () =>
      (await ask(server, '{ connection { status connected qualityRating lastError } }')).data.connection

    test('is asked about when its quality changed, and lost when the account is banned, until it is reinstated', async () => {
      expect(await connection()).toMatchObject({ connected: true, qualityRating: 'GREEN' })
      const number = { display_phone_number: '919876543210', current_limit: 'TIER_1K' }
      await tell(server, 'phone_number_quality_update', { ...number, event: 'FLAGGED' })
      await find(async () => (await connection()).qualityRating === 'RED')

      const ban = (state: string) => ({ event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: state } })
      const after = (await ask(server, '{ eventCursor }')).data.eventCursor
      await tell(server, 'account_update', ban('DISABLE'))
      const ws = server.wsClient()
      const live = collect<Row>(ws, 'subscription ($after: String) { events(after: $after) { type data } }', { after })
      await find(async () => live.items.find(({ events }) => events.data.connection?.status === 'DISCONNECTED'))
      await live.stop()
      await ws.dispose()
      expect(await connection()).toMatchObject({
        connected: false,
        lastError: expect.stringMatching(/disabled|BANNED/),
      })
      expect((await server.rest('GET', '/status')).json.connected).toBe(false)
      await tell(server, 'account_update', ban('REINSTATE'))
      await find(async () => (await connection()).connected)
    })
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  acceptedOf,
  conversationOf,
  messageNow,
  messageWith,
  newCustomer,
  sendRequests,
  sendText,
  template,
  watchEvents,
} from '../support/messaging.js'
import { describeServer, eventually, find, newPhone, startServer, type TestServer } from '../support/server.js'

const sendsPerHour = 6
const nobody = 'con_01h455vb4pex5vsknk084sn02q'
const noMessage = 'msg_01h455vb4pex5vsknk084sn02q'

describeServer('a send', () => {
  let server: TestServer
  let events: Awaited<ReturnType<typeof watchEvents>>
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMIT_SENDS_PER_HOUR: String(sendsPerHour) } })
    events = await watchEvents(server)
  })
  afterAll(async () => {
    await events.stop()
    await server.dispose()
  })

  const newContact = async (fields: Record<string, unknown> = {}) =>
    (await server.rest('POST', '/contacts', { phone: newPhone(), ...fields })).json as { id: string; phone: string }

  test('is answered SENT and is in WhatsApp exactly once, under our id, with its events in order', async () => {
    const { phone, contactId, conversationId } = await newCustomer(server)
    const sent = await sendText(server, phone, 'Hello Asha, नमस्ते 👋')
    expect(sent.status).toBe(200)
    expect(sent.json).toMatchObject({
      status: 'SENT',
      direction: 'OUTBOUND',
      type: 'text',
      text: 'Hello Asha, नमस्ते 👋',
      content: { text: 'Hello Asha, नमस्ते 👋' },
      contactId,
      conversationId,
      error: null,
    })
    const accepted = await acceptedOf(server, sent.json.id)
    expect(accepted).toMatchObject([{ id: sent.json.messageId, to: phone, payload: { type: 'text' } }])
    expect(await events.typesUntil(sent.json.id, 'message.read')).toEqual([
      'message.queued',
      'message.sent',
      'message.delivered',
      'message.read',
    ])
    const read = events.ofMessage(sent.json.id).at(-1)
    expect(read?.data).toMatchObject({ status: 'READ', messageId: sent.json.messageId, contact: { phone } })
  })

  test('WhatsApp slower than 5 seconds is answered 200 QUEUED after them, and the message is SENT later', async () => {
    const { phone } = await newCustomer(server)
    await server.simulator('POST', '/faults', { latencyMs: 5800, autoStatuses: false })
    const sent = await sendText(server, phone, 'Patience')
    await server.simulator('POST', '/faults', { latencyMs: 0, autoStatuses: true })
    expect(sent.status).toBe(200)
    expect(sent.json).toMatchObject({ status: 'QUEUED', messageId: null, sentAt: null })
    const later = await messageWith(server, sent.json.id, ['SENT'])
    expect(later.messageId).toMatch(/^wamid\./)
    expect(await acceptedOf(server, sent.json.id)).toHaveLength(1)
  })

  test('is checked in the order of the contract: what comes first is what is answered', async () => {
    const readOnly = (
      await server.operator('keys', 'create', '--org', 'demo', '--name', 'reads', '--scopes', 'messages:read')
    ).stdout.trim()
    const send = (body: unknown, headers: Record<string, string> = {}) => server.rest('POST', '/send', body, headers)
    const bad = { to: 'nobody', type: 'text', text: '' }
    expect((await send(bad, { authorization: 'Bearer kaanha_x' })).status).toBe(401)
    expect((await send(bad, { authorization: `Bearer ${readOnly}` })).status).toBe(403)

    const { phone, contactId } = await newCustomer(server)
    const key = { 'idempotency-key': `order-${phone}` }
    expect((await sendText(server, phone, 'First', key)).status).toBe(200)
    const body = await send(bad, key)
    expect(body.status).toBe(400)
    expect(body.json.details.map((detail: { path: string }) => detail.path).sort()).toEqual(['text', 'to'])

    await server.graphql(
      'mutation ($id: ID!) { updateContact(input: { id: $id, optedIn: false }) { contact { id } } }',
      {
        id: contactId,
      },
    )
    expect((await sendText(server, phone, 'First', key)).status).toBe(200)
    expect((await sendText(server, phone, 'Second', key)).json).toMatchObject({ code: 'CONFLICT' })
    expect((await sendText(server, nobody, 'Who?', key)).json.code).toBe('CONFLICT')
    expect((await sendText(server, nobody, 'Who?')).json.code).toBe('NOT_FOUND')

    const silent = await newContact({ optedIn: false })
    expect((await sendText(server, silent.phone, 'No window and no consent')).json.code).toBe('OPT_IN_REQUIRED')

    const known = await newContact({ optedIn: true })
    for (let n = 0; n < sendsPerHour; n++) {
      expect((await send({ to: known.phone, ...template })).status).toBe(200)
    }
    expect((await sendText(server, known.phone, 'No window and no sends left')).json.code).toBe('WINDOW_CLOSED')
    const limited = await send({ to: known.phone, ...template })
    expect(limited.status).toBe(429)
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  })

  test('what is refused before it is stored stores nothing, tells nobody and counts against no limit', async () => {
    const known = await newContact({ optedIn: true })
    const requests = await sendRequests(server)
    for (let n = 0; n < sendsPerHour + 1; n++) {
      expect((await sendText(server, known.phone, 'Outside the window')).json.code).toBe('WINDOW_CLOSED')
      const reply = { to: known.phone, ...template, replyTo: noMessage }
      expect((await server.rest('POST', '/send', reply)).status).toBe(404)
    }
    expect(await sendRequests(server)).toBe(requests)
    expect(await conversationOf(server, known.phone)).toBeNull()
    expect((await server.rest('POST', '/send', { to: known.phone, ...template })).status).toBe(200)
    const stored = await conversationOf(server, known.phone)
    expect(stored.messages.nodes).toHaveLength(1)
    const types = () => events.all().filter(({ data }) => data.contact?.id === known.id)
    await eventually(() => types().some(({ type }) => type === 'message.queued'))
    expect(types().filter(({ type }) => type === 'message.queued')).toHaveLength(1)
  })

  test('only a contact who has opted in is written to, however the number is spelled', async () => {
    const unknown = await newContact()
    expect((await server.rest('POST', '/send', { to: unknown.phone, ...template })).status).toBe(403)
    const stranger = newPhone()
    const refused = await server.rest('POST', '/send', { to: stranger, ...template })
    expect(refused.json).toMatchObject({ code: 'OPT_IN_REQUIRED' })
    expect((await server.rest('GET', `/contacts?search=${stranger.slice(1)}`)).json.data).toEqual([])

    const { phone } = await newCustomer(server)
    const spelled = `${phone.slice(1, 3)} (${phone.slice(3, 8)}) ${phone.slice(8)}`
    expect((await sendText(server, spelled, 'Spelled')).status).toBe(200)
  })

  test('a reply names a message of its conversation by our id or the wamid; a wamid nobody knows is kept', async () => {
    const customer = await newCustomer(server)
    const other = await newCustomer(server)
    const question = await find(async () => (await conversationOf(server, customer.phone)).messages.nodes[0])
    const foreign = (await conversationOf(server, other.phone)).messages.nodes[0]
    const reply = (replyTo: string) =>
      server.rest('POST', '/send', { to: customer.phone, type: 'text', text: 'Answer', replyTo })
    const contextOf = async (id: string) => (await acceptedOf(server, id))[0]?.payload.context

    for (const name of [question.id, question.messageId]) {
      const sent = await reply(name)
      expect(sent.json.replyToId).toBe(question.id)
      expect(await contextOf(sent.json.id)).toEqual({ message_id: question.messageId })
    }
    const unheard = await reply('wamid.NOBODYKNOWSTHISONE')
    expect(unheard.status).toBe(200)
    expect(unheard.json.replyToId).toBeNull()
    expect(await contextOf(unheard.json.id)).toEqual({ message_id: 'wamid.NOBODYKNOWSTHISONE' })
    for (const name of [foreign.id, foreign.messageId, 'nonsense']) {
      expect((await reply(name)).json).toMatchObject({ code: 'NOT_FOUND', details: [{ path: 'replyTo' }] })
    }
  })

  test('a contact deleted while WhatsApp is being asked harms nobody: the send is answered and nothing is left', async () => {
    const { phone, contactId } = await newCustomer(server)
    await server.simulator('POST', '/faults', { latencyMs: 1500 })
    const sending = sendText(server, phone, 'Gone by then')
    await eventually(async () => (await conversationOf(server, phone))?.messages.nodes.length === 2)
    const deleted = await server.graphql(
      'mutation ($id: ID!) { deleteContact(input: { id: $id }) { contact { id } } }',
      {
        id: contactId,
      },
    )
    expect(deleted.errors).toBeUndefined()
    const sent = await sending
    await server.simulator('POST', '/faults', { latencyMs: 0 })
    expect(sent.status).toBe(200)
    expect(await messageNow(server, sent.json.id)).toBeNull()
    // The statuses of what is gone, and the customer's next message, still find their way.
    await server.customerWrites(phone, 'Hello again')
    await find(async () => (await conversationOf(server, phone))?.messages.nodes[0]?.text === 'Hello again')
  })

  test('where unknown consent is allowed, a stranger becomes a contact only when the send may go out', async () => {
    await server.operator('orgs', 'update', 'demo', '--consent-policy', 'ALLOW_UNKNOWN')
    const stranger = newPhone()
    expect((await sendText(server, stranger, 'Free-form')).json.code).toBe('WINDOW_CLOSED')
    const foreignReply = { to: stranger, ...template, replyTo: noMessage }
    expect((await server.rest('POST', '/send', foreignReply)).status).toBe(404)
    expect(await conversationOf(server, stranger)).toBeNull()
    const sent = await server.rest('POST', '/send', { to: stranger, ...template })
    expect(sent.status).toBe(200)
    const conversation = await conversationOf(server, stranger)
    expect(conversation).toMatchObject({ contact: { id: sent.json.contactId, phone: stranger, optedIn: null } })
    const created = events.all().filter(({ data }) => data.contact?.phone === stranger)
    expect(created.map(({ type }) => type).slice(0, 3)).toEqual([
      'contact.created',
      'message.queued',
      'conversation.opened',
    ])
    const optedOut = await newContact({ optedIn: false })
    expect((await server.rest('POST', '/send', { to: optedOut.phone, ...template })).status).toBe(403)
  })
})

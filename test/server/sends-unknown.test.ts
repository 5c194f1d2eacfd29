import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/free-port.js'
import { acceptedOf, messageWith, newCustomer, runSimulator, sendText, watchEvents } from '../support/messaging.js'
import { describeServer, eventually, startServer, type TestServer, within } from '../support/server.js'

const graceSeconds = 1
/** The ways in which WhatsApp accepts and its answer is lost. */
const lost = [{ acceptThenDropReply: 1 }, { acceptThenFail: 1 }]

describeServer('a send whose outcome nobody knows', () => {
  let server: TestServer
  let events: Awaited<ReturnType<typeof watchEvents>>
  beforeAll(async () => {
    server = await startServer({ env: { SEND_UNKNOWN_GRACE_SECONDS: String(graceSeconds) } })
    events = await watchEvents(server)
  })
  afterAll(async () => {
    await events.stop()
    await server.dispose()
  })

  const faults = (update: Record<string, unknown>) => server.simulator('POST', '/faults', update)

  test.each(lost)('is settled by the status that echoes our id, and never sent twice: %j', async (fault) => {
    const { phone } = await newCustomer(server)
    // Held back for a moment, so that the message is seen to be unknown; sent before the grace is over.
    await faults({ ...fault, webhooks: { hold: true } })
    const answer = await sendText(server, phone, 'Did it arrive?')
    expect(answer).toMatchObject({ status: 200, json: { status: 'QUEUED', messageId: null } })
    await messageWith(server, answer.json.id, ['UNKNOWN'])
    await faults({ webhooks: { hold: false } })
    const message = await messageWith(server, answer.json.id, ['READ'])
    expect(message.error).toBeNull()
    const accepted = await acceptedOf(server, answer.json.id)
    expect(accepted).toMatchObject([{ id: message.messageId }])
    expect((await events.typesUntil(answer.json.id, 'message.read')).slice(0, 3)).toEqual([
      'message.queued',
      'message.unknown',
      'message.sent',
    ])
  })

  test('by the policy resend is sent once more after the grace, and the events say so', async () => {
    const { phone } = await newCustomer(server)
    await faults({ acceptThenDropReply: 1, autoStatuses: false })
    const answer = await sendText(server, phone, 'Perhaps twice')
    const message = await messageWith(server, answer.json.id, ['SENT'])
    await faults({ autoStatuses: true })
    const accepted = await acceptedOf(server, answer.json.id)
    expect(accepted).toHaveLength(2)
    expect(message.messageId).toBe(accepted[1]?.id)
    expect(await events.typesUntil(answer.json.id, 'message.sent')).toEqual([
      'message.queued',
      'message.unknown',
      'message.queued',
      'message.sent',
    ])
  })

  test('is given up when nobody knows of the second time either: never a third', async () => {
    const { phone } = await newCustomer(server)
    await faults({ acceptThenDropReply: 5, autoStatuses: false })
    const answer = await sendText(server, phone, 'At most twice')
    const message = await messageWith(server, answer.json.id, ['FAILED'])
    await faults({ acceptThenDropReply: 0, autoStatuses: true })
    expect(message.error).toMatchObject({ code: null, title: expect.stringContaining('never said') })
    expect(await acceptedOf(server, answer.json.id)).toHaveLength(2)
    expect(await events.typesUntil(answer.json.id, 'message.failed')).toEqual([
      'message.queued',
      'message.unknown',
      'message.queued',
      'message.unknown',
      'message.failed',
    ])
  })

  test('by the policy give_up is FAILED after the grace, and a late status still settles it', async () => {
    await events.stop()
    await server.restart({ SEND_UNKNOWN_POLICY: 'give_up' })
    events = await watchEvents(server)
    const { phone } = await newCustomer(server)
    await faults({ acceptThenFail: 1, autoStatuses: false })
    const answer = await sendText(server, phone, 'Given up')
    const failed = await messageWith(server, answer.json.id, ['FAILED'])
    expect(failed).toMatchObject({ messageId: null, error: { code: null } })
    expect(failed.failedAt).not.toBeNull()
    const [accepted] = await acceptedOf(server, answer.json.id)
    await server.simulator('POST', '/statuses', { id: accepted?.id, status: 'delivered' })
    const settled = await messageWith(server, answer.json.id, ['DELIVERED'])
    await faults({ autoStatuses: true })
    expect(settled).toMatchObject({ messageId: accepted?.id, error: null, failedAt: null })
    expect(await acceptedOf(server, answer.json.id)).toHaveLength(1)
    expect(await events.typesUntil(answer.json.id, 'message.delivered')).toEqual([
      'message.queued',
      'message.unknown',
      'message.failed',
      'message.delivered',
    ])
  })
})

describeServer('a server that is stopped while WhatsApp is being asked', () => {
  test('ends in time, and afterwards the message is settled by its status, sent once', async () => {
    const port = await freePort()
    const server = await startServer({
      env: { WHATSAPP_API_URL: `http://127.0.0.1:${port}`, SEND_UNKNOWN_GRACE_SECONDS: '120' },
    })
    const outside = await runSimulator(port, server.url)
    try {
      const { phone } = await newCustomer({ ...server, customerWrites: writesTo(outside) })
      await outside.simulator('POST', '/faults', { latencyMs: 60_000, autoStatuses: false })
      const answer = within(20_000, sendText(server, phone, 'Stopped meanwhile')).catch(() => null)
      await eventually(async () => (await outside.simulator('GET', '/messages')).data.length === 1)
      expect(await server.stop()).toBe(0)
      const answered = await answer
      await outside.simulator('POST', '/faults', { latencyMs: 0 })
      await server.restart()
      const [accepted] = (await outside.simulator('GET', '/messages')).data
      const id = accepted.bizOpaqueCallbackData
      if (answered) expect(answered.json).toMatchObject({ id, status: 'QUEUED' })
      await outside.simulator('POST', '/statuses', { id: accepted.id, status: 'sent' })
      const message = await messageWith(server, id, ['SENT'])
      expect(message.messageId).toBe(accepted.id)
      expect(await acceptedOf(outside, id)).toHaveLength(1)
    } finally {
      await outside.stop()
      await server.dispose()
    }
  })
})

const writesTo =
  (outside: Awaited<ReturnType<typeof runSimulator>>) =>
  async (from: string, text: string, name = 'Asha Rao'): Promise<string> => {
    const message = { type: 'text', text: { body: text } }
    return (await outside.simulator('POST', '/inbound', { from: from.slice(1), name, message })).id
  }

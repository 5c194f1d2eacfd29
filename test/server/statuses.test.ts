import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptedOf, messageNow, messageWith, newCustomer, sendText, watchEvents } from '../support/messaging.js'
import { newWamid, nowSeconds, postWebhook, webhookBody } from '../support/meta-webhook.js'
import { describeServer, eventually, startServer, type TestServer } from '../support/server.js'

describeServer('a status of a message', () => {
  let server: TestServer
  let events: Awaited<ReturnType<typeof watchEvents>>
  beforeAll(async () => {
    server = await startServer()
    events = await watchEvents(server)
  })
  afterAll(async () => {
    await events.stop()
    await server.dispose()
  })

  const faults = (update: Record<string, unknown>) => server.simulator('POST', '/faults', update)
  const status = (id: string, name: string, more: Record<string, unknown> = {}) =>
    server.simulator('POST', '/statuses', { id, status: name, ...more })
  const at = (iso: string) => Number(nowSeconds()) + Number(iso)
  /** A message that is SENT, of which WhatsApp says nothing by itself. */
  async function sentMessage(text: string): Promise<{ id: string; messageId: string }> {
    const { phone } = await newCustomer(server)
    await faults({ autoStatuses: false })
    const sent = await sendText(server, phone, text)
    await faults({ autoStatuses: true })
    expect(sent.json.status).toBe('SENT')
    return sent.json
  }

  test('in batches, shuffled and several times over gives the same end and each event once', async () => {
    const customers = [await newCustomer(server), await newCustomer(server), await newCustomer(server)]
    await faults({ webhooks: { batch: 10, shuffle: true, duplicate: 2 } })
    const sent = await Promise.all(customers.map(({ phone }, n) => sendText(server, phone, `Batch ${n}`)))
    for (const { json } of sent) await messageWith(server, json.id, ['READ'])
    await faults({ webhooks: { batch: 1, shuffle: false, duplicate: 0 } })
    for (const { json } of sent) {
      await eventually(async () => (await messageNow(server, json.id)).deliveredAt !== null)
      const types = (await events.typesUntil(json.id, 'message.read')).filter((type) => type !== 'message.updated')
      expect(new Set(types).size).toBe(types.length)
      expect([types[0], types[1], types.at(-1)]).toEqual(['message.queued', 'message.sent', 'message.read'])
    }
  })

  test('that comes before our own send has returned is taken in, and the answer of WhatsApp adds nothing', async () => {
    const { phone } = await newCustomer(server)
    await faults({ latencyMs: 1200 })
    const sending = sendText(server, phone, 'Overtaken')
    await eventually(() =>
      events.all().some(({ type, data }) => type === 'message.read' && data.message?.text === 'Overtaken'),
    )
    const sent = await sending
    await faults({ latencyMs: 0 })
    expect(sent.status).toBe(200)
    const [accepted] = await acceptedOf(server, sent.json.id)
    expect(await messageNow(server, sent.json.id)).toMatchObject({ status: 'READ', messageId: accepted?.id })
    expect(events.typesOf(sent.json.id)).toEqual([
      'message.queued',
      'message.sent',
      'message.delivered',
      'message.read',
    ])
  })

  test('that names only a wamid we do not know yet waits until our send learns it', async () => {
    const { phone } = await newCustomer(server)
    await faults({ latencyMs: 2000, autoStatuses: false })
    const sending = sendText(server, phone, 'Orphans')
    const accepted = async () => (await server.simulator('GET', '/messages')).data.at(-1)
    await eventually(async () => (await accepted())?.payload.text?.body === 'Orphans')
    const { id: wamid, bizOpaqueCallbackData: id } = await accepted()
    const statuses = (['delivered', 'sent'] as const).map((name) => ({
      id: wamid,
      status: name,
      timestamp: nowSeconds(),
      recipient_id: phone.slice(1),
    }))
    expect(await postWebhook(server, webhookBody({ statuses }))).toBe(200)
    expect(await postWebhook(server, webhookBody({ statuses: [{ ...statuses[0], id: newWamid() }] }))).toBe(200)
    expect((await sending).json.id).toBe(id)
    await faults({ latencyMs: 0, autoStatuses: true })
    const message = await messageWith(server, id, ['DELIVERED'])
    expect(message.messageId).toBe(wamid)
    expect(await events.typesUntil(id, 'message.delivered')).toEqual([
      'message.queued',
      'message.sent',
      'message.delivered',
    ])
  })

  test('read without delivered is READ, and delivered after read is only noted', async () => {
    const { id } = await sentMessage('Read at once')
    await status(id, 'read')
    const read = await messageWith(server, id, ['READ'])
    expect([read.readAt === null, read.deliveredAt]).toEqual([false, null])
    await status(id, 'delivered')
    await eventually(async () => (await messageNow(server, id)).deliveredAt !== null)
    expect((await messageNow(server, id)).status).toBe('READ')
    expect(await events.typesUntil(id, 'message.updated')).toEqual([
      'message.queued',
      'message.sent',
      'message.read',
      'message.updated',
    ])
  })

  test('failed after sent is FAILED with the reason; delivered later than that is DELIVERED after all', async () => {
    const { id } = await sentMessage('Undeliverable')
    const errors = [{ code: 131026, title: 'Message undeliverable', error_data: { details: 'No such user.' } }]
    await status(id, 'failed', { timestamp: at('10'), errors })
    const failed = await messageWith(server, id, ['FAILED'])
    expect(failed.error).toEqual({
      code: 131026,
      title: 'Message undeliverable',
      details: 'No such user.',
      reason: null,
    })
    await events.typesUntil(id, 'message.failed')
    expect(events.ofMessage(id).at(-1)?.data).toMatchObject({ status: 'FAILED', error: { code: 131026 } })

    await status(id, 'delivered', { timestamp: at('5') })
    await eventually(async () => (await messageNow(server, id)).deliveredAt !== null)
    expect((await messageNow(server, id)).status).toBe('FAILED')
    await status(id, 'delivered', { timestamp: at('20') })
    const delivered = await messageWith(server, id, ['DELIVERED'])
    expect(delivered.error).toBeNull()
    await status(id, 'sent')
    await status(id, 'read')
    await messageWith(server, id, ['READ'])
  })

  test('of a message outside the window, which WhatsApp accepts and then fails, is known by its code', async () => {
    const { phone } = await newCustomer(server)
    await server.simulator('POST', '/clock', { advanceMs: 25 * 3_600_000 })
    const sent = await sendText(server, phone, 'Their clock is ahead')
    expect(sent.json.status).toBe('SENT')
    const failed = await messageWith(server, sent.json.id, ['FAILED'])
    expect(failed.error.code).toBe(131047)
  })
})

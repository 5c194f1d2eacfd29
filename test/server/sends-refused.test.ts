import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/free-port.js'
import {
  acceptedOf,
  type Customer,
  messageNow,
  messageWith,
  newCustomer,
  runSimulator,
  sendRequests,
  sendText,
  template,
  watchEvents,
} from '../support/messaging.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

/** What the caller is told, by WhatsApp's code (whatsapp-cloud-api.md, section 5). 999999: one that nobody knows. */
const finalRefusals: [status: number, code: string, upstream: number[]][] = [
  [400, 'BAD_REQUEST', [100, 131026, 132001]],
  [400, 'WINDOW_CLOSED', [131047]],
  [403, 'OPT_IN_REQUIRED', [131050]],
  [403, 'FORBIDDEN', [131031]],
  [500, 'UPSTREAM', [190, 131042, 999999]],
]
const passingRefusals = [4, 130429, 131016, 131056]

describeServer('a send that WhatsApp refuses', () => {
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

  const failNext = (code: number, times = 1) => server.simulator('POST', '/faults', { fail: { code, times } })

  test.each(finalRefusals)(
    'for good is answered %i %s, never 2xx, and stays on record as FAILED with the reason',
    async (status, code, upstream) => {
      for (const upstreamCode of upstream) {
        const { phone, contactId } = await newCustomer(server)
        await failNext(upstreamCode)
        const answer = await sendText(server, phone, `Refused with ${upstreamCode}`)
        expect([upstreamCode, answer.status, answer.json.code]).toEqual([upstreamCode, status, code])
        expect(answer.text).not.toContain('fbtrace')
        const message = await messageNow(server, answer.json.id)
        expect(message).toMatchObject({
          status: 'FAILED',
          messageId: null,
          sentAt: null,
          error: { code: upstreamCode, title: expect.any(String), details: 'Refused on purpose by the simulator.' },
        })
        expect(message.failedAt).not.toBeNull()
        expect(await events.typesUntil(answer.json.id, 'message.failed')).toEqual(['message.queued', 'message.failed'])
        expect(events.ofMessage(answer.json.id).at(-1)?.data).toMatchObject({
          status: 'FAILED',
          error: { code: upstreamCode },
        })
        expect(await acceptedOf(server, answer.json.id)).toEqual([])
        if (code === 'OPT_IN_REQUIRED') {
          await eventually(() =>
            events.all().some(({ type, data }) => type === 'contact.opted_out' && data.contact.id === contactId),
          )
        }
      }
    },
  )

  test('through GraphQL is the same error: code, and the id of the stored message', async () => {
    const { phone } = await newCustomer(server)
    await failNext(131026)
    const { errors } = await server.graphql(
      'mutation ($to: String!) { sendMessage(input: { to: $to, content: { text: { text: "Hi" } } }) { message { id } } }',
      { to: phone },
    )
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', id: expect.stringMatching(/^msg_/) })
    expect(await messageNow(server, String(errors?.[0]?.extensions.id))).toMatchObject({ status: 'FAILED' })
  })

  test('for the moment stays QUEUED and is sent after the backoff, once', async () => {
    const customers = new Map<number, Customer>()
    for (const code of passingRefusals) customers.set(code, await newCustomer(server))
    const sends: { code: number; id: string }[] = []
    for (const [code, { phone }] of customers) {
      await failNext(code)
      const answer = await sendText(server, phone, `Later, after ${code}`)
      expect([code, answer.status, answer.json.status]).toEqual([code, 200, 'QUEUED'])
      sends.push({ code, id: answer.json.id })
    }
    for (const { code, id } of sends) {
      await messageWith(server, id, ['READ'])
      expect([code, await acceptedOf(server, id)]).toMatchObject([code, [{ payload: { type: 'text' } }]])
      expect((await events.typesUntil(id, 'message.read')).slice(0, 2)).toEqual(['message.queued', 'message.sent'])
    }
  })

  test('with a code that is tried once more is FAILED when the second attempt is refused too', async () => {
    const { phone } = await newCustomer(server)
    await failNext(135000, 2)
    const answer = await sendText(server, phone, 'Twice refused')
    expect(answer.json.status).toBe('QUEUED')
    const message = await messageWith(server, answer.json.id, ['FAILED'])
    expect(message.error.code).toBe(135000)
    expect(await acceptedOf(server, answer.json.id)).toEqual([])
  })

  test('because the token is dead takes the connection down, and it comes back by itself', async () => {
    const connected = async () => (await server.rest('GET', '/status')).json.connected
    const { phone } = await newCustomer(server)
    await server.simulator('POST', '/faults', { tokenExpired: true })
    const answer = await sendText(server, phone, 'With a dead token')
    expect(answer).toMatchObject({ status: 500, json: { code: 'UPSTREAM' } })
    await eventually(async () => !(await connected()))
    await server.simulator('POST', '/faults', { tokenExpired: false })
    await eventually(connected, 40_000)
    const states = () =>
      events.all().flatMap(({ type, data }) => (type === 'connection.updated' ? [data.connection.status] : []))
    // The row is there before its event has been delivered.
    await eventually(() => states().length >= 2)
    expect(states()).toEqual(['DISCONNECTED', 'CONNECTED'])
  })
})

describeServer('a server that cannot reach WhatsApp', () => {
  test('stores what is sent, says QUEUED, and sends it once when WhatsApp is there', async () => {
    const port = await freePort()
    const server = await startServer({ env: { WHATSAPP_API_URL: `http://127.0.0.1:${port}` } })
    try {
      expect((await server.rest('GET', '/status')).json.connected).toBe(false)
      const phone = newPhone()
      await server.rest('POST', '/contacts', { phone, optedIn: true })
      const answer = await server.rest('POST', '/send', { to: phone, ...template })
      expect(answer).toMatchObject({ status: 200, json: { status: 'QUEUED', messageId: null } })
      const outside = await runSimulator(port, server.url)
      try {
        await messageWith(server, answer.json.id, ['READ'], 30_000)
        expect(await acceptedOf(outside, answer.json.id)).toHaveLength(1)
        expect(await sendRequests(outside)).toBe(1)
        await eventually(async () => (await server.rest('GET', '/status')).json.connected, 40_000)
      } finally {
        await outside.stop()
      }
    } finally {
      await server.dispose()
    }
  })
})

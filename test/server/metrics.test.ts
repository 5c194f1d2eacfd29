import { afterAll, beforeAll, expect, test } from 'vitest'
import { newCustomer, sendText } from '../support/messaging.js'
import { collect, describeServer, eventually, find, startServer, type TestServer } from '../support/server.js'

describeServer('the metrics', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMIT_SENDS_PER_HOUR: '1', METRICS_TOKEN: 'scrape-me' } })
  })
  afterAll(() => server.dispose())

  const scrape = (authorization = 'Bearer scrape-me') => fetch(`${server.url}/metrics`, { headers: { authorization } })
  /** The value of a series as it is now. */
  async function value(series: string): Promise<number | null> {
    const text = await (await scrape()).text()
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
    return line === undefined ? null : Number(line.slice(series.length + 1))
  }

  test('are for who brings the token', async () => {
    for (const authorization of ['', 'Bearer wrong', `Bearer ${server.key}`]) {
      expect((await scrape(authorization)).status).toBe(401)
    }
    const answer = await scrape()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain/)])
  })

  test('tell of requests, sends, refusals, sockets, queues and the database', async () => {
    const { phone } = await newCustomer(server)
    expect((await sendText(server, phone, 'A first')).status).toBe(200)
    expect((await sendText(server, phone, 'A second')).status).toBe(429)
    const sends = 'door="rest",method="POST",status='
    await eventually(async () => (await value(`kaanha_http_request_duration_seconds_count{${sends}"429"}`)) === 1)
    expect(await value(`kaanha_http_request_duration_seconds_count{${sends}"200"}`)).toBe(1)
    expect(await value('kaanha_limit_refusals_total{limit="sends"}')).toBe(1)
    await eventually(async () => (await value('kaanha_events_total{type="message.read"}')) === 1)
    expect(await value('kaanha_events_total{type="message.received"}')).toBe(1)
    await find(async () => (await value('kaanha_queue_depth{queue="inbound"}')) === 0)
    expect(await value('kaanha_database_up')).toBe(1)
    expect(await value('kaanha_database_connections{state="waiting"}')).toBe(0)

    expect(await value('kaanha_websockets')).toBe(0)
    const client = server.wsClient()
    const live = collect(client, 'subscription { events { cursor } }')
    await eventually(async () => (await value('kaanha_event_followers')) === 1)
    expect(await value('kaanha_websockets')).toBe(1)
    await live.stop()
    await client.dispose()
    await eventually(async () => (await value('kaanha_websockets')) === 0)
  })

  test('have no label that a caller can make up', async () => {
    await server.call('GET', '/made/up', undefined, {})
    await server.call('PROPFIND', '/graphql', undefined, {})
    await eventually(
      async () =>
        (await value('kaanha_http_request_duration_seconds_count{door="other",method="GET",status="404"}')) === 1,
    )
    expect(await (await scrape()).text()).not.toMatch(/made|PROPFIND/)
  })
})

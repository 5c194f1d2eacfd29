import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { testDatabaseUrl } from '../support/fresh-postgres.js'
import {
  eventCursor,
  followEvents,
  type LiveEvent,
  logSince,
  makeContact,
  makeContacts,
  transports,
  upToCursor,
} from '../support/live.js'
import { Peer } from '../support/peer.js'
import {
  collect,
  describeServer,
  eventually,
  newPhone,
  startServer,
  store,
  type TestServer,
  testRedisUrl,
  within,
} from '../support/server.js'

const waitMs = 15_000
const query = 'subscription ($after: String) { events(after: $after) { cursor type } }'

describeServer('a server that stops', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())
  const untilReady = () =>
    eventually(async () => (await fetch(`${server.url}/readyz`).catch(() => null))?.ok === true, 60_000)

  test('tells its WebSockets 1001 and cuts its streams without a complete, in time, whoever does not answer', async () => {
    const after = await eventCursor(server)
    const [peer, deaf] = [await Peer.greeted(server), await Peer.greeted(server)]
    for (const each of [peer, deaf]) each.subscribe('1', query, { after })
    const streams = [
      await stream(server, 'POST', 'text/event-stream', { after }),
      await stream(server, 'POST', '*/*', { after }),
      await stream(server, 'GET', 'text/event-stream', { after }),
    ]
    const idle = connect(Number(new URL(server.url).port), '127.0.0.1')
    await once(idle, 'connect')
    idle.on('error', () => undefined)
    await makeContact(server)
    await eventually(
      () =>
        peer.heard.some(({ type }) => type === 'next') && streams.every(({ text }) => text().includes('event: next')),
    )
    deaf.socket.pause()

    expect(await server.stop()).toBe(0)
    expect(await peer.closed).toBe('1001 Going away')
    expect(peer.heard.filter(({ type }) => type === 'complete')).toEqual([])
    for (const { ended, text } of streams) {
      expect(await within(waitMs, ended)).toBe('aborted')
      expect(text()).not.toContain('event: complete')
    }
    expect(server.output()).not.toMatch(/\n {4}at /)
    await server.restart()
  })

  test('is found again by clients that reconnect: they go on from the cursor they gave', async () => {
    const after = await eventCursor(server)
    const url = `${server.url}/graphql`
    const authorization = `Bearer ${server.key}`
    const retrying = { retryAttempts: 100, retryWait: untilReady }
    const ws = createWsClient({
      ...retrying,
      url: url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
    })
    const sse = createSseClient({ ...retrying, url, headers: { authorization } })
    type Item = { events: { cursor: string } }
    const followers = [collect<Item>(ws, query, { after }), collect<Item>(sse, query, { after })]
    await makeContacts(server, 3)
    await eventually(() => followers.every(({ items }) => items.length === 3))
    await server.stop()
    await server.restart()
    await makeContacts(server, 2)
    const cursors = (await logSince(server, after)).map(({ cursor }) => cursor)
    expect(cursors).toHaveLength(5)
    for (const { items, errors, stop } of followers) {
      await eventually(() => items.length >= 8)
      expect(items.slice(0, 8).map(({ events }) => events.cursor)).toEqual([...cursors.slice(0, 3), ...cursors])
      expect(errors).toEqual([])
      await stop()
    }
    await ws.dispose()
    sse.dispose()
  })
})

describe.skipIf(store !== 'postgres' || testDatabaseUrl === null)(
  'two servers on one PostgreSQL (TEST_DATABASE_URL)',
  () => {
    describe.each([
      ['by polling alone', ''],
      ['with Redis between them (TEST_REDIS_URL)', testRedisUrl],
    ])('%s', (_how, redisUrl) => {
      const withRedis = redisUrl === null
      test.skipIf(withRedis)(
        'what happens on either is followed on both, in one order, complete, also when one is killed',
        async () => {
          const one = await startServer({ env: { REDIS_URL: redisUrl ?? '' } })
          onTestFinished(() => one.dispose())
          const other = await startServer({
            env: {
              REDIS_URL: redisUrl ?? '',
              DATABASE_URL: one.env.DATABASE_URL ?? '',
              KAANHA_BOOTSTRAP_KEY: one.key,
              SIMULATOR: 'off',
              WHATSAPP_API_URL: one.simulatorUrl,
            },
          })
          onTestFinished(() => other.dispose())

          const start = await eventCursor(one)
          const followers = [one, other].flatMap((server) =>
            transports.map((transport) => followEvents(server, transport, start)),
          )
          const phone = newPhone()
          await one.customerWrites(phone, 'Namaste')
          await Promise.all([makeContacts(one, 25), makeContacts(other, 25)])
          const { status } = await other.rest('POST', '/send', { to: phone, type: 'text', text: 'Hello' })
          expect(status).toBe(200)
          await eventually(() =>
            followers.every((follower) => follower.events().some(({ type }) => type === 'message.read')),
          )
          const whole = await logSince(one, start)
          expect(created(whole)).toHaveLength(51)
          expect(whole.map(({ type }) => type)).toEqual(
            expect.arrayContaining([
              'message.received',
              'message.queued',
              'message.sent',
              'message.delivered',
              'message.read',
            ]),
          )
          for (const follower of followers) expect(await upToCursor(follower, endOf(whole))).toEqual(whole)

          const dying = makeContacts(other, 200, 20).catch(() => undefined)
          await eventually(() => (followers[0]?.events().length ?? 0) > whole.length + 20)
          await other.kill()
          await dying
          let log: LiveEvent[] = []
          await eventually(async () => {
            log = await logSince(one, start)
            const { data } = await one.graphql('{ contacts(first: 1) { totalCount } }')
            return created(log).length + 1 === data.contacts.totalCount
          })
          for (const follower of followers.slice(0, 2)) {
            expect(await upToCursor(follower, endOf(log))).toEqual(log)
            expect(follower.errors).toEqual([])
          }
          await Promise.all(followers.map((follower) => follower.stop()))
        },
      )
    })
  },
)

const created = (log: LiveEvent[]) => log.filter(({ type }) => type === 'contact.created')
const endOf = (log: LiveEvent[]) => log.at(-1)?.cursor ?? ''

/** A subscription as server-sent events, as they come. */
async function stream(server: TestServer, method: 'GET' | 'POST', accept: string, variables: Record<string, unknown>) {
  const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) })
  const asking = request(`${server.url}/graphql${method === 'GET' ? `?${parameters}` : ''}`, {
    method,
    headers: {
      authorization: `Bearer ${server.key}`,
      accept,
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
  })
  asking.end(method === 'POST' ? JSON.stringify({ query, variables }) : undefined)
  const [response] = (await within(waitMs, once(asking, 'response'))) as [IncomingMessage]
  expect(response.headers['content-type']).toMatch('text/event-stream')
  let text = ''
  response.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  const ended = new Promise<string>((resolve) => {
    response.once('end', () => resolve('ended'))
    response.once('error', (error) => resolve(error.message))
  })
  return { text: () => text, ended }
}

import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { testDatabaseUrl } from '../support/fresh-postgres.js'
import { eventCursor, eventsQuery, type LiveEvent, logSince, type Transport } from '../support/live.js'
import { hasRedisServer, startRedis } from '../support/redis-process.js'
import { describeServer, eventually, newPhone, startServer, store, type TestServer } from '../support/server.js'
import { startTcpProxy } from '../support/tcp-proxy.js'
import { pause } from '../support/wait.js'

const seed = Number(process.env.CHAOS_SEED ?? 20261124)
/** `npm run chaos:live` runs the long form, and prints the counts. */
const long = process.env.KAANHA_CHAOS === 'long'
const size = long
  ? { writers: 20, contactsEach: 60, subscribers: 50, life: 120, kills: 3 }
  : { writers: 4, contactsEach: 25, subscribers: 10, life: 20, kills: 1 }
/** Much longer than it takes: for machines that do other things. */
const waitMs = long ? 300_000 : 60_000

/** What goes wrong, beside the sockets that die all the time; once for each of the parts that the writing is cut into. */
type Accident = () => Promise<void>
type Door = { url: string; key: string }

describeServer('followers whose sockets die at random, while the server is killed and comes back', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  test(
    `miss nothing, see nothing twice, and see one order (CHAOS_SEED=${seed})`,
    async () => {
      await surviveChaos(server, server, async () => {
        await server.kill()
        await server.restart()
      })
    },
    3 * waitMs,
  )
})

describe.skipIf(store !== 'postgres' || testDatabaseUrl === null || !hasRedisServer)(
  'followers of two servers behind a proxy (TEST_DATABASE_URL, redis-server)',
  () => {
    test(
      `miss nothing while servers are killed, the way is cut and Redis begins anew (CHAOS_SEED=${seed})`,
      async () => {
        const redis = await startRedis()
        onTestFinished(() => redis.stop())
        const one = await startServer({ env: { REDIS_URL: redis.url } })
        onTestFinished(() => one.dispose())
        const two = await startServer({
          env: {
            REDIS_URL: redis.url,
            DATABASE_URL: one.env.DATABASE_URL ?? '',
            KAANHA_BOOTSTRAP_KEY: one.key,
            SIMULATOR: 'off',
            WHATSAPP_API_URL: one.simulatorUrl,
          },
        })
        onTestFinished(() => two.dispose())
        const ports = [one, two].map(({ url }) => Number(new URL(url).port))
        let turn = 0
        const proxy = await startTcpProxy(() => ({ host: '127.0.0.1', port: ports[turn++ % 2] ?? 0 }))
        onTestFinished(() => proxy.close())
        await surviveChaos({ url: `http://127.0.0.1:${proxy.port}`, key: one.key }, one, async () => {
          await two.kill()
          await redis.restart()
          proxy.cut()
          proxy.restore()
          await two.restart()
        })
      },
      3 * waitMs,
    )
  },
)

/** Writes and follows through a door while accidents happen; what every follower has seen is the log of `server`. */
async function surviveChaos(door: Door, server: TestServer, accident: Accident): Promise<void> {
  const random = seededRandom(seed)
  const start = await eventCursor(server)
  const following = Array.from({ length: size.subscribers }, (_, index) =>
    resumingSubscriber(door, index % 2 ? 'SSE' : 'WebSocket', start, () => 1 + Math.floor(random() * size.life)),
  )
  const total = size.writers * size.contactsEach
  let made = 0
  const writing = Array.from({ length: size.writers }, async () => {
    for (let n = 0; n < size.contactsEach; n++) {
      await makeForSure(door)
      made++
    }
  })
  for (let n = 1; n <= size.kills; n++) {
    await eventually(() => made >= (n * total) / (size.kills + 1), waitMs)
    await accident()
  }
  await Promise.all(writing)

  const log = (await logSince(server, start)).map(({ cursor }) => cursor)
  const last = log.at(-1)
  expect(log.length).toBeGreaterThanOrEqual(total)
  const isThere = ({ seen }: { seen: LiveEvent[] }) => seen.some(({ cursor }) => cursor === last)
  for (const subscriber of following) await eventually(() => isThere(subscriber), waitMs)
  // The event that marked the end of the log has come, or not yet.
  const lists = following.map(({ seen }) => seen.map(({ cursor }) => cursor).slice(0, log.length + 1))
  const missing = lists.map((list) => log.filter((cursor) => !new Set(list).has(cursor)).length)
  const doubled = lists.map((list) => list.length - new Set(list).size)
  const deaths = following.reduce((sum, subscriber) => sum + subscriber.deaths(), 0)
  if (long) {
    const count = (counts: number[]) => counts.reduce((sum, n) => sum + n, 0)
    console.log(
      `${size.writers} writers, ${size.subscribers} subscribers, ${log.length} events, ${size.kills} accidents, ` +
        `${deaths} connections ended: ${count(missing)} missing, ${count(doubled)} doubled`,
    )
  }
  for (const [index, subscriber] of following.entries()) {
    expect(lists[index]?.slice(0, log.length)).toEqual(log)
    expect(subscriber.seen.length).toBeLessThan(log.length + 2)
    expect(subscriber.errors).toEqual([])
    expect(subscriber.deaths()).toBeGreaterThan(1)
    await subscriber.stop()
  }
}

/** Creates a contact, again and again until it is there: an answer that was lost may have been a yes. */
async function makeForSure({ url, key }: Door): Promise<void> {
  const phone = newPhone()
  const ask = async (query: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { phone } }),
    })
    return ((await response.json()) as { data: { createContact?: object; contact?: object } | null }).data
  }
  await eventually(async () => {
    try {
      const made = await ask(
        'mutation ($phone: String!) { createContact(input: { phone: $phone, name: "Asha Rao" }) { contact { id } } }',
      )
      return (
        Boolean(made?.createContact) ||
        Boolean((await ask('query ($phone: String!) { contact(phone: $phone) { id } }'))?.contact)
      )
    } catch {
      return false
    }
  }, waitMs)
}

type Link = { next(event: LiveEvent): void; ended(): void; failed(errors: unknown): void }

/** Follows the log, dies after as many events as `life` says, and goes on with its last cursor, until it is stopped. */
function resumingSubscriber(server: Door, transport: Transport, start: string, life: () => number) {
  const seen: LiveEvent[] = []
  const errors: unknown[] = []
  let deaths = 0
  let stopped = false
  let cut: () => void = () => undefined

  const once = () =>
    new Promise<void>((resolve) => {
      let left = life()
      let over = false
      cut = connect(server, transport, seen.at(-1)?.cursor ?? start, {
        next(event) {
          if (over) return
          seen.push(event)
          if (--left > 0) return
          over = true
          cut()
          resolve()
        },
        ended() {
          over = true
          resolve()
        },
        failed: (error) => errors.push(error),
      })
    })
  const live = (async () => {
    while (!stopped) {
      await once()
      deaths++
      // Whether the server is there is found out by trying: not more often than a turn of the loop allows.
      await pause(10)
    }
  })()
  return {
    seen,
    errors,
    deaths: () => deaths,
    stop() {
      stopped = true
      cut()
      return live
    },
  }
}

/** One subscription, on a connection of its own; answers how to cut that without a word. */
function connect(server: Door, transport: Transport, after: string, link: Link): () => void {
  const killer = new AbortController()
  const authorization = `Bearer ${server.key}`
  const sink = {
    next({ data, errors }: { data?: { events: LiveEvent } | null | undefined; errors?: unknown }) {
      if (errors) link.failed(errors)
      else if (data) link.next(data.events)
    },
    error: () => link.ended(),
    complete: () => link.ended(),
  }
  const request = { query: eventsQuery, variables: { after } }
  if (transport === 'SSE') {
    const fetchFn: typeof fetch = (input, init) => {
      const signals = [killer.signal, ...(init?.signal ? [init.signal] : [])]
      return fetch(input, { ...init, signal: AbortSignal.any(signals) })
    }
    const client = createSseClient({
      url: `${server.url}/graphql`,
      headers: { authorization },
      retryAttempts: 0,
      fetchFn,
    })
    client.subscribe(request, sink)
    return () => killer.abort()
  }
  let socket: WebSocket | null = null
  let isCut = false
  const client = createWsClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
    on: {
      opened(opened) {
        socket = opened as WebSocket
        // Cut while it was being opened: nothing else would end it where nothing happens any more.
        if (isCut) socket.terminate()
      },
    },
  })
  client.subscribe(request, sink)
  return () => {
    isCut = true
    socket?.terminate()
  }
}

/** mulberry32: numbers from 0 to 1, the same for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

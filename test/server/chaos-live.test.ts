import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { eventCursor, eventsQuery, type LiveEvent, logSince, makeContact, type Transport } from '../support/live.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000)
const [writers, contactsEach, subscribers] = [4, 25, 10]
/** Much longer than it takes: for machines that do other things. */
const waitMs = 60_000

describeServer('followers whose sockets die at random, while the server is killed and comes back', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  test(
    `miss nothing, see nothing twice, and see one order (CHAOS_SEED=${seed})`,
    async () => {
      const random = seededRandom(seed)
      const start = await eventCursor(server)
      const following = Array.from({ length: subscribers }, (_, index) =>
        resumingSubscriber(server, index % 2 ? 'SSE' : 'WebSocket', start, () => 1 + Math.floor(random() * 20)),
      )
      let made = 0
      const writing = Array.from({ length: writers }, async () => {
        for (let n = 0; n < contactsEach; n++) {
          await makeForSure(server)
          made++
        }
      })
      await eventually(() => made >= (writers * contactsEach) / 2, waitMs)
      await server.kill()
      await server.restart()
      await Promise.all(writing)

      const log = (await logSince(server, start)).map(({ cursor }) => cursor)
      const last = log.at(-1)
      expect(log.length).toBeGreaterThanOrEqual(writers * contactsEach)
      const isThere = ({ seen }: { seen: LiveEvent[] }) => seen.some(({ cursor }) => cursor === last)
      for (const subscriber of following) await eventually(() => isThere(subscriber), waitMs)
      for (const subscriber of following) {
        // The event that marked the end of the log has come, or not yet.
        expect(subscriber.seen.slice(0, log.length).map(({ cursor }) => cursor)).toEqual(log)
        expect(subscriber.seen.length).toBeLessThan(log.length + 2)
        expect(subscriber.errors).toEqual([])
        expect(subscriber.deaths()).toBeGreaterThan(1)
        await subscriber.stop()
      }
    },
    3 * waitMs,
  )
})

/** Creates a contact, again and again until it is there: an answer that was lost may have been a yes. */
async function makeForSure(server: TestServer): Promise<void> {
  const phone = newPhone()
  await eventually(async () => {
    try {
      await makeContact(server, phone)
      return true
    } catch {
      const found = await server
        .graphql('query ($phone: String!) { contact(phone: $phone) { id } }', { phone })
        .catch(() => null)
      return Boolean(found?.data?.contact)
    }
  }, waitMs)
}

type Link = { next(event: LiveEvent): void; ended(): void; failed(errors: unknown): void }

/** Follows the log, dies after as many events as `life` says, and goes on with its last cursor, until it is stopped. */
function resumingSubscriber(server: TestServer, transport: Transport, start: string, life: () => number) {
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
      await new Promise((resolve) => setTimeout(resolve, 10))
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
function connect(server: TestServer, transport: Transport, after: string, link: Link): () => void {
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
  const client = createWsClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
    on: {
      opened(opened) {
        socket = opened as WebSocket
      },
    },
  })
  client.subscribe(request, sink)
  return () => socket?.terminate()
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

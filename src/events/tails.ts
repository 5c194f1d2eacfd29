import { DomainError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import type { LoggedEvent } from './log.js'
import type { Head } from './sequencer.js'

type Options = {
  read(organizationId: string, after: bigint, limit: number): Promise<LoggedEvent[]>
  heads(organizationIds: string[]): Promise<Head[]>
  logger: Logger
  /** How often to ask the database how far the followed logs reach; null where this process hears of everything. */
  pollIntervalMs: number | null
}

/** The newest events of one organization's log, shared by all who follow it here. */
type Tail = {
  /** Consecutive, oldest first; at most `tailLength`. */
  events: LoggedEvent[]
  /** The position of the last event in `events`, or where the tail began. */
  position: bigint
  /** How far the log is known to reach. */
  head: bigint
  started: Promise<void>
  loading: boolean
  followers: number
  waiting: Set<() => void>
}

export type Tails = {
  /** An organization's log now reaches to `position`. May be told late, twice or not at all. */
  advanced(organizationId: string, position: bigint): void
  follow(organizationId: string, after: bigint, signal: AbortSignal): AsyncGenerator<LoggedEvent, void, undefined>
  close(): void
}

const tailLength = 1000
const pageSize = 500
const retryMs = 250
const notStarted = -1n

/**
 * Follows logs for many readers at the cost of one. A reader that is up to date takes what it needs from the tail; one
 * that is behind reads the log from the database. Either way it only ever moves from a position to the very next one,
 * so it cannot miss or repeat an event, whatever wake-ups are lost or doubled.
 */
export function createTails({ read, heads, logger, pollIntervalMs }: Options): Tails {
  const tails = new Map<string, Tail>()
  const closed = new AbortController()

  function advanced(organizationId: string, position: bigint): void {
    const tail = tails.get(organizationId)
    if (!tail || position <= tail.head) return
    tail.head = position
    load(organizationId, tail)
  }

  function load(organizationId: string, tail: Tail): void {
    if (tail.loading || tail.position === notStarted || tail.followers === 0) return
    tail.loading = true
    void fill(organizationId, tail)
  }

  async function fill(organizationId: string, tail: Tail): Promise<void> {
    try {
      while (tail.position < tail.head && tail.followers > 0) {
        const page = await read(organizationId, tail.position, pageSize)
        const last = page.at(-1)
        if (!last) return
        tail.events = [...tail.events, ...page].slice(-tailLength)
        tail.position = last.position
        wakeAll(tail)
      }
    } catch (error) {
      logger.warn({ err: error }, 'the event log could not be read; trying again')
      setTimeout(() => load(organizationId, tail), retryMs).unref()
    } finally {
      tail.loading = false
    }
  }

  async function* follow(
    organizationId: string,
    after: bigint,
    signal: AbortSignal,
  ): AsyncGenerator<LoggedEvent, void, undefined> {
    const stop = AbortSignal.any([signal, closed.signal])
    const tail = join(organizationId)
    let position = after
    try {
      await tail.started
      while (!stop.aborted) {
        const next = fromTail(tail, position) ?? (await fromDatabase(organizationId, position))
        for (const event of next) {
          if (stop.aborted) return
          if (event.position !== position + 1n) throw expired()
          position = event.position
          yield event
        }
        if (next.length === 0) await change(tail, position, stop)
      }
    } finally {
      tail.followers--
      if (tail.followers === 0) tails.delete(organizationId)
    }
  }

  function join(organizationId: string): Tail {
    const existing = tails.get(organizationId)
    if (existing) {
      existing.followers++
      return existing
    }
    const tail: Tail = {
      events: [],
      position: notStarted,
      head: notStarted,
      started: Promise.resolve(),
      loading: false,
      followers: 1,
      waiting: new Set(),
    }
    tails.set(organizationId, tail)
    tail.started = start(organizationId, tail)
    tail.started.catch(() => undefined)
    return tail
  }

  /** A tail begins at the end of the log. It is known before it asks where that is, so no advance falls in between. */
  async function start(organizationId: string, tail: Tail): Promise<void> {
    const [head] = await heads([organizationId])
    tail.position = head?.position ?? 0n
    if (tail.head < tail.position) tail.head = tail.position
    load(organizationId, tail)
  }

  /** What the tail holds after a position; null where the reader is behind the tail. */
  function fromTail(tail: Tail, position: bigint): LoggedEvent[] | null {
    if (position >= tail.position) return []
    const first = tail.events[0]
    if (!first || position + 1n < first.position) return null
    return tail.events.slice(Number(position + 1n - first.position))
  }

  async function fromDatabase(organizationId: string, position: bigint): Promise<LoggedEvent[]> {
    const page = await read(organizationId, position, pageSize)
    if (page.length === 0) throw expired()
    return page
  }

  const timer =
    pollIntervalMs === null
      ? null
      : setInterval(() => {
          poll().catch((error: unknown) => logger.warn({ err: error }, 'the event log could not be polled'))
        }, pollIntervalMs)
  timer?.unref()

  async function poll(): Promise<void> {
    if (tails.size === 0) return
    for (const head of await heads([...tails.keys()])) advanced(head.organizationId, head.position)
  }

  return {
    advanced,
    follow,
    close() {
      if (timer) clearInterval(timer)
      closed.abort()
    },
  }
}

/** Resolves when the tail reaches beyond a position, or the signal aborts. */
function change(tail: Tail, position: bigint, signal: AbortSignal): Promise<void> {
  if (tail.position > position || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      tail.waiting.delete(done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    tail.waiting.add(done)
    signal.addEventListener('abort', done, { once: true })
  })
}

function wakeAll(tail: Tail): void {
  for (const wake of [...tail.waiting]) wake()
}

const expired = () => new DomainError('CURSOR_EXPIRED', 'The event log no longer reaches back to this place.')

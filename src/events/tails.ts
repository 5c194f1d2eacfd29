import { setTimeout as pause } from 'node:timers/promises'
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
  /** The log may reach further. */
  behind: boolean
  loading: boolean
  followers: number
  waiting: Set<() => void>
}

export type Following = { organizations: number; readers: number }

export type Tails = {
  /** An organization's log now reaches to `position`. May be told late, twice, wrongly or not at all. */
  advanced(organizationId: string, position: bigint): void
  follow(organizationId: string, after: bigint, signal: AbortSignal): AsyncGenerator<LoggedEvent, void, undefined>
  /** How far an organization's log is known to reach here; null where nobody follows it, or nobody knows yet. */
  end(organizationId: string): bigint | null
  following(): Following
  close(): void
}

const tailLength = 1000
const pageSize = 500
const retryMs = 250
const notStarted = -1n

/**
 * Follows logs for many readers at the cost of one. A reader that is up to date takes what it needs from the tail; one
 * that is behind reads the log from the database. Either way it only ever moves from a position to the very next one,
 * so it cannot miss or repeat an event, whatever wake-ups are lost or doubled. While the database is away readers wait.
 */
export function createTails({ read, heads, logger, pollIntervalMs }: Options): Tails {
  const tails = new Map<string, Tail>()
  let closed = false

  function advanced(organizationId: string, position: bigint): void {
    const tail = tails.get(organizationId)
    if (!tail || position <= tail.position) return
    tail.behind = true
    load(organizationId, tail)
  }

  function load(organizationId: string, tail: Tail): void {
    if (tail.loading || tail.followers === 0 || closed) return
    tail.loading = true
    void fill(organizationId, tail)
  }

  async function fill(organizationId: string, tail: Tail): Promise<void> {
    try {
      if (tail.position === notStarted) await start(organizationId, tail)
      while (tail.behind && tail.followers > 0 && !closed) {
        tail.behind = false
        extend(tail, await read(organizationId, tail.position, pageSize))
      }
    } catch (error) {
      tail.behind = true
      logger.warn({ err: error }, 'the event log could not be read; trying again')
      setTimeout(() => load(organizationId, tail), retryMs).unref()
    } finally {
      tail.loading = false
    }
  }

  /** A tail begins at the end of the log. It is known before it asks where that is, so no advance falls in between. */
  async function start(organizationId: string, tail: Tail): Promise<void> {
    const [head] = await heads([organizationId])
    tail.position = head?.position ?? 0n
    wakeAll(tail)
  }

  async function* follow(
    organizationId: string,
    after: bigint,
    signal: AbortSignal,
  ): AsyncGenerator<LoggedEvent, void, undefined> {
    const ended = () => closed || signal.aborted
    const tail = join(organizationId)
    let position = after
    try {
      while (!ended()) {
        const next = fromTail(tail, position) ?? (await fromDatabase(organizationId, position, signal))
        for (const event of next ?? []) {
          if (ended()) return
          if (event.position !== position + 1n) throw expired()
          position = event.position
          yield event
        }
        if (next?.length === 0 && !ended()) await change(tail, position, signal)
      }
    } finally {
      tail.followers--
      if (tail.followers === 0) tails.delete(organizationId)
    }
  }

  function join(organizationId: string): Tail {
    const tail = tails.get(organizationId) ?? {
      events: [],
      position: notStarted,
      behind: false,
      loading: false,
      followers: 0,
      waiting: new Set(),
    }
    tail.followers++
    tails.set(organizationId, tail)
    if (tail.position === notStarted) load(organizationId, tail)
    return tail
  }

  /** What follows a position that is behind the tail; null where the database did not answer. */
  async function fromDatabase(
    organizationId: string,
    position: bigint,
    signal: AbortSignal,
  ): Promise<LoggedEvent[] | null> {
    let page: LoggedEvent[]
    try {
      page = await read(organizationId, position, pageSize)
    } catch (error) {
      logger.warn({ err: error }, 'the event log could not be read; trying again')
      await pause(retryMs, undefined, { signal, ref: false }).catch(() => undefined)
      return null
    }
    if (page.length === 0) throw expired()
    return page
  }

  let polling = false
  const timer = pollIntervalMs === null ? null : setInterval(() => void poll(), pollIntervalMs)
  timer?.unref()

  async function poll(): Promise<void> {
    if (polling || tails.size === 0) return
    polling = true
    try {
      for (const head of await heads([...tails.keys()])) advanced(head.organizationId, head.position)
    } catch (error) {
      logger.warn({ err: error }, 'the event log could not be polled')
    } finally {
      polling = false
    }
  }

  return {
    advanced,
    follow,
    end(organizationId) {
      const position = tails.get(organizationId)?.position ?? notStarted
      return position === notStarted ? null : position
    },
    following() {
      const readers = [...tails.values()].reduce((sum, { followers }) => sum + followers, 0)
      return { organizations: tails.size, readers }
    },
    close() {
      if (timer) clearInterval(timer)
      closed = true
      for (const tail of tails.values()) wakeAll(tail)
    },
  }
}

/** What the tail holds after a position; null where the reader is behind the tail. */
function fromTail(tail: Tail, position: bigint): LoggedEvent[] | null {
  if (position >= tail.position) return []
  const first = tail.events[0]
  if (!first || position + 1n < first.position) return null
  return tail.events.slice(Number(position + 1n - first.position))
}

function extend(tail: Tail, page: LoggedEvent[]): void {
  const [first, last] = [page[0], page.at(-1)]
  if (!first || !last) return
  // After a gap (the log was trimmed before it was read) the tail begins anew: it is consecutive or nothing.
  const kept = first.position === tail.position + 1n ? tail.events : []
  tail.events = [...kept, ...page].slice(-tailLength)
  tail.position = last.position
  if (page.length === pageSize) tail.behind = true
  wakeAll(tail)
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

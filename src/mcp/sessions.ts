import { type Clock, minutesMs } from '../core/clock.js'
import { DomainError } from '../core/errors.js'

export type SessionLimits = {
  /** Of one key, on one server. */
  perKey: number
  /** Of all keys together. */
  total: number
  /** A session that is asked nothing for so long, and holds no stream open, is over. */
  idleMs: number
}

export const sessionLimits: SessionLimits = { perKey: 100, total: 1000, idleMs: minutesMs(30) }

/** What a transport keeps between two requests of one client. */
export type Session = { keyId: string; close(): void }

type Kept<S> = { session: S; usedAtMs: number; streams: number }

/**
 * The sessions of this server. Each belongs to the key that began it. Clients seldom end theirs, so where there are too
 * many the one that was idle longest makes room: its client is told 404 and begins anew, as the protocol has it.
 */
export function createSessions<S extends Session>(clock: Clock, limits: SessionLimits = sessionLimits) {
  /** Least recently used first. */
  const kept = new Map<string, Kept<S>>()

  function remove(id: string): void {
    const entry = kept.get(id)
    kept.delete(id)
    entry?.session.close()
  }

  function makeRoom(keyId: string): void {
    const ofKey = [...kept].filter(([, { session }]) => session.keyId === keyId)
    const crowded = ofKey.length >= limits.perKey ? ofKey : kept.size >= limits.total ? [...kept] : null
    if (!crowded) return
    const idle = crowded.find(([, { streams }]) => streams === 0)
    if (!idle) throw new DomainError('RATE_LIMITED', 'Too many MCP sessions are open.', { retryAfter: 60 })
    remove(idle[0])
  }

  return {
    /** Before a session of this key is begun. @throws RATE_LIMITED where every other one has a stream open. */
    makeRoom,
    add(id: string, session: S): void {
      kept.set(id, { session, usedAtMs: clock.now().getTime(), streams: 0 })
    },
    /** Null for one that is not there and for another key's alike. */
    use(id: string, keyId: string): S | null {
      const entry = kept.get(id)
      if (!entry || entry.session.keyId !== keyId) return null
      kept.delete(id)
      kept.set(id, { ...entry, usedAtMs: clock.now().getTime() })
      return entry.session
    },
    /** Keeps a session from being idle, until the function that is answered is called. */
    stream(id: string): () => void {
      const change = (by: number) => {
        const entry = kept.get(id)
        if (entry) kept.set(id, { ...entry, streams: entry.streams + by, usedAtMs: clock.now().getTime() })
      }
      change(1)
      return () => change(-1)
    },
    remove,
    /** Ends those that have been idle for too long. */
    sweep(): void {
      const before = clock.now().getTime() - limits.idleMs
      for (const [id, { streams, usedAtMs }] of kept) if (streams === 0 && usedAtMs < before) remove(id)
    },
    count: () => kept.size,
  }
}

export type Sessions<S extends Session> = ReturnType<typeof createSessions<S>>

/** Also of another key's: whether a session exists is told to its own key alone. */
export const noSuchSession = () => new DomainError('NOT_FOUND', 'No such MCP session: begin with initialize.')

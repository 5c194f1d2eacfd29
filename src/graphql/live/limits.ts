import { secondsMs } from '../../core/clock.js'
import { openLimits } from '../../limits/table.js'

/** Every bound of what is followed live, over WebSocket and SSE alike (docs/decisions/fan-out.md). */
export type LiveLimits = {
  /** WebSockets and event streams that one key may have open on one server. */
  connectionsPerKey: number
  /** And all keys of one organization together. */
  connectionsPerOrganization: number
  /** Subscriptions that may live on one WebSocket. */
  subscriptionsPerSocket: number
  /** What may wait for one subscriber in this process; beyond it, it goes on alone, as fast as it reads. */
  waitingBytes: number
  waitingEvents: number
  /** How long a subscriber may take to make room for the next event, before it is closed. */
  stalledMs: number
  /** How often the keys of everything that is open are looked at: one statement a server. */
  keyCheckMs: number
  /** A comment on an event stream that is idle, so that nothing on the way takes it for dead. */
  streamPingMs: number
}

export const liveLimits: LiveLimits = {
  connectionsPerKey: openLimits.socketsPerKey,
  connectionsPerOrganization: openLimits.socketsPerOrganization,
  subscriptionsPerSocket: 100,
  waitingBytes: 64 * 1024,
  waitingEvents: 1000,
  stalledMs: secondsMs(30),
  keyCheckMs: 500,
  streamPingMs: secondsMs(12),
}

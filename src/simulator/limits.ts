import { GraphError } from './errors.js'
import type { Faults } from './faults.js'

/** One message in 6 s to one customer; up to 45 within 6 s borrow from what comes later (section 6). */
const pairIntervalMs = 6000
const burstMessages = 45

/** Beyond this, pairs whose debt is paid are forgotten. */
const mostPairs = 100_000

/**
 * Meta's rate limits on sends, on the simulator's clock. `pair`: a burst of n is owed n times 6 s, counted from its
 * first message, before the next may go. `perSecond`: a bucket that holds and regains n a second.
 */
export class SendLimits {
  readonly #bursts = new Map<string, { startMs: number; sent: number }>()
  #bucket = { tokens: 0, atMs: Number.NEGATIVE_INFINITY }

  /** Counts one send to `party`. Throws 131056 or 130429 where it is one too many. */
  take(party: string, limits: Faults['limits'], nowMs: number): void {
    if (limits.pair) this.#takePair(party, nowMs)
    if (limits.perSecond > 0) this.#takeThroughput(limits.perSecond, nowMs)
  }

  #takePair(party: string, nowMs: number): void {
    const burst = this.#bursts.get(party)
    if (!burst || nowMs >= owedUntilMs(burst)) {
      this.#forgetPaid(nowMs)
      this.#bursts.delete(party)
      this.#bursts.set(party, { startMs: nowMs, sent: 1 })
      return
    }
    if (nowMs >= burst.startMs + pairIntervalMs || burst.sent >= burstMessages) {
      throw new GraphError({
        code: 131056,
        details:
          'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
      })
    }
    burst.sent += 1
  }

  /** Makes room for a tenth at once, so that a full map is not searched at every send. */
  #forgetPaid(nowMs: number): void {
    if (this.#bursts.size < mostPairs) return
    for (const [party, burst] of this.#bursts) if (nowMs >= owedUntilMs(burst)) this.#bursts.delete(party)
    for (const party of this.#bursts.keys()) {
      if (this.#bursts.size <= mostPairs * 0.9) return
      this.#bursts.delete(party)
    }
  }

  #takeThroughput(perSecond: number, nowMs: number): void {
    const regained = ((nowMs - this.#bucket.atMs) / 1000) * perSecond
    const tokens = Math.min(perSecond, this.#bucket.tokens + regained)
    if (tokens < 1) {
      throw new GraphError({
        code: 130429,
        details: 'Cloud API message throughput has been reached.',
      })
    }
    this.#bucket = { tokens: tokens - 1, atMs: nowMs }
  }
}

const owedUntilMs = (burst: { startMs: number; sent: number }) => burst.startMs + burst.sent * pairIntervalMs

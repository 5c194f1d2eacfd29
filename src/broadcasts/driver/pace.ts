import { secondsMs } from '../../core/clock.js'

/**
 * How fast one number sends: a bucket that fills by so many messages a second, and holds half a second's worth,
 * so that a stall is caught up with and nobody is flooded. A refusal for speed halves the rate, at most once a second;
 * without one it comes back by a twentieth a second. Times are milliseconds of a clock that never goes back.
 */
export type Pace = {
  /** The number's rate as it is set: the fastest of the broadcasts that run over it. */
  setMost(perSecond: number): void
  /** WhatsApp's rating of the number: GREEN, YELLOW, RED or something else. */
  setQuality(rating: string | null): void
  /** WhatsApp said: too fast. */
  tooFast(nowMs: number): void
  /** Messages a second, now. */
  rate(nowMs: number): number
  /** How many may go now. */
  available(nowMs: number): number
  take(count: number, nowMs: number): void
}

const bucketSeconds = 0.5
const slowestFactor = 0.02
const recoveryPerSecond = 0.05
/** After a refusal the rate stays for so long before it grows. */
const holdMs = secondsMs(5)
/** A number whose messages are blocked or ignored is held back by ourselves, before WhatsApp does it. */
const qualityFactors: Record<string, number> = { YELLOW: 0.5, RED: 0.1 }

export function createPace(perSecond: number, startMs: number): Pace {
  let most = perSecond
  let quality = 1
  let factor = 1
  let refusedMs = Number.NEGATIVE_INFINITY
  let tokens = 0
  let filledMs = startMs

  const factorAt = (nowMs: number) => {
    const grownSeconds = Math.max(0, nowMs - refusedMs - holdMs) / 1000
    return Math.min(1, factor + grownSeconds * recoveryPerSecond)
  }
  const rate = (nowMs: number) => Math.max(1, most * quality * factorAt(nowMs))

  function fill(nowMs: number): void {
    const perSecond = rate(nowMs)
    const gained = ((nowMs - filledMs) / 1000) * perSecond
    tokens = Math.min(Math.max(1, perSecond * bucketSeconds), tokens + gained)
    filledMs = nowMs
  }

  return {
    setMost(next) {
      most = next
    },
    setQuality(rating) {
      quality = qualityFactors[rating ?? ''] ?? 1
    },
    tooFast(nowMs) {
      if (nowMs - refusedMs < 1000) return
      factor = Math.max(slowestFactor, factorAt(nowMs) / 2)
      refusedMs = nowMs
    },
    rate,
    available(nowMs) {
      fill(nowMs)
      return Math.floor(tokens)
    },
    take(count, nowMs) {
      fill(nowMs)
      tokens -= count
    },
  }
}

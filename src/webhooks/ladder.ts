import { hoursMs, minutesMs, secondsMs } from '../core/clock.js'
import type { WebhookRetries } from '../generated/prisma/client.js'

/**
 * When a delivery is attempted again (contract, section 8): the wait after the first failure, the second, ...
 * DOCUMENTED ends where the reference's ladder ends.
 */
const waitsMs: Record<WebhookRetries, readonly number[]> = {
  DOCUMENTED: [secondsMs(5), secondsMs(25), minutesMs(2)],
  EXTENDED: [secondsMs(5), secondsMs(25), minutesMs(2), minutesMs(30), hoursMs(2), hoursMs(5), hoursMs(10)],
}

/** Waits are up to a tenth longer, never shorter, so that what failed together does not come back together. */
const jitter = 0.1
/** No endpoint puts a delivery off for longer than this. */
export const maxRetryAfterMs = hoursMs(24)
export const disableAfterMs = hoursMs(5 * 24)

/**
 * How long to wait after the `failures`-th failed attempt, in milliseconds; null where the ladder ends.
 * `retryAfterMs`: what the endpoint asked for. `random`: from 0 to below 1.
 */
export function waitAfterFailure(
  retries: WebhookRetries,
  failures: number,
  retryAfterMs: number | null,
  random: number,
): number | null {
  const waitMs = waitsMs[retries][failures - 1]
  if (waitMs === undefined) return null
  const askedMs = Math.min(retryAfterMs ?? 0, maxRetryAfterMs)
  return Math.max(Math.round(waitMs * (1 + jitter * random)), askedMs)
}

/** Why an endpoint is to be disabled after a failed attempt; null where it is not. */
export function reasonToDisable(responseCode: number | null, failingSince: Date, now: Date): string | null {
  if (responseCode === 410) return 'The endpoint answered 410: it is gone.'
  if (now.getTime() - failingSince.getTime() >= disableAfterMs) return 'Every attempt of five days failed.'
  return null
}

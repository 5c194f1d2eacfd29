import { DomainError, type ExceededLimit } from '../core/errors.js'
import type { LimitName } from './table.js'

/** What a limit says of one attempt. All times are whole seconds. */
export type LimitVerdict = {
  name: LimitName
  allowed: boolean
  limit: number
  /** Attempts left in this window. */
  remaining: number
  /** Until the window ends and the full limit is there again; 0 where none has begun. */
  resetSeconds: number
  /** At least 1 where the attempt is refused, else 0. */
  retryAfterSeconds: number
}

/** The headers of a limited answer (contract, section 4): both spellings, resets as seconds from now. */
export function limitHeaders({ limit, remaining, resetSeconds }: ExceededLimit): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const prefix of ['RateLimit', 'X-RateLimit']) {
    headers[`${prefix}-Limit`] = String(limit)
    headers[`${prefix}-Remaining`] = String(remaining)
    headers[`${prefix}-Reset`] = String(resetSeconds)
  }
  return headers
}

/** RATE_LIMITED for a refused attempt, with the wait in its text and as `retryAfter`. */
export const limitError = (verdict: LimitVerdict): DomainError =>
  new DomainError('RATE_LIMITED', `${refusals[verdict.name](verdict.limit)} Try again in ${wait(verdict)}.`, {
    retryAfter: verdict.retryAfterSeconds,
    limit: { limit: verdict.limit, remaining: verdict.remaining, resetSeconds: verdict.resetSeconds },
  })

const refusals: Record<LimitName, (limit: number) => string> = {
  requests: (limit) => `Too many requests: ${limit} a minute are allowed from one address.`,
  keyRequests: (limit) => `Too many requests: ${limit} a minute are allowed with one key.`,
  uploads: (limit) => `Too many uploads: ${limit} an hour are allowed.`,
  sends: (limit) => `Too many messages to this recipient: ${limit} an hour are allowed.`,
}

function wait({ retryAfterSeconds }: LimitVerdict): string {
  if (retryAfterSeconds === 1) return 'a second'
  if (retryAfterSeconds <= 90) return `${retryAfterSeconds} seconds`
  return `${Math.ceil(retryAfterSeconds / 60)} minutes`
}

import { secondsMs } from '../core/clock.js'
import { upstreamRule } from '../whatsapp/error-codes.js'
import type { SendOutcome } from '../whatsapp/provider.js'

/** An attempt that WhatsApp certainly did not accept. */
export type NotAccepted = Extract<SendOutcome, { outcome: 'refused' | 'not_sent' }>

const maxAttempts = 8
const maxBackoffMs = secondsMs(600)

/** Until the attempt after the `attempts`-th. Meta's own advice: 4^n seconds (whatsapp-cloud-api.md, section 6). */
export const backoffMs = (attempts: number): number => Math.min(secondsMs(4 ** attempts), maxBackoffMs)

/** Only what certainly was not accepted is repeated, and only where the answer may be another next time. */
export function mayRepeat(outcome: NotAccepted, attempts: number): boolean {
  if (outcome.outcome === 'not_sent') return attempts < maxAttempts
  const { retry } = upstreamRule(outcome.error.code)
  return retry === 'backoff' ? attempts < maxAttempts : retry === 'once' && attempts < 2
}

/** The second outcome that nobody knows is the last: the policy chooses between twice and not at all (contract, 6). */
const maxUnknownOutcomes = 2

export const maySendAgain = (policy: 'resend' | 'give_up', unknownOutcomes: number): boolean =>
  policy === 'resend' && unknownOutcomes < maxUnknownOutcomes

import { mayBeSentTo } from '../contacts/consent.js'
import { DomainError, notConfigured } from '../core/errors.js'
import type { ConsentPolicy } from '../generated/prisma/client.js'
import { type LimitVerdict, limitError } from '../limits/verdict.js'
import { isWindowOpen } from './window.js'

/**
 * What keeps a message from being sent, each as the error that a send is refused with. The send and `sendability` both
 * ask here, so that they cannot disagree (contract, section 6).
 */
export function consentRefusal(optedIn: boolean | null, policy: ConsentPolicy): DomainError | null {
  if (mayBeSentTo(optedIn, policy)) return null
  return new DomainError(
    'OPT_IN_REQUIRED',
    optedIn === false
      ? 'This contact has opted out. Only their START message, or an update with the source of a new consent, lifts that.'
      : 'This contact has not opted in. Record the consent on the contact (optedIn: true) first.',
  )
}

/** For everything but templates. */
export function windowRefusal(windowExpiresAt: Date | null, now: Date): DomainError | null {
  if (isWindowOpen(windowExpiresAt, now)) return null
  return new DomainError(
    'WINDOW_CLOSED',
    'More than 24 hours have passed since the last message of this contact: only a template may be sent.',
  )
}

export const limitRefusal = (verdict: LimitVerdict | null): DomainError | null =>
  verdict && !verdict.allowed ? limitError(verdict) : null

/** Everything that a send to somebody is judged by. */
export type SendFacts = {
  /** Whether the organization has a number to send from. */
  configured: boolean
  /** Null: nothing is known, as of a number that is no contact. */
  optedIn: boolean | null
  policy: ConsentPolicy
  windowExpiresAt: Date | null
  /** Of the recipient limit, without counting; null where that is off. */
  verdict: LimitVerdict | null
}

export type Refusal = {
  code: 'OPT_IN_REQUIRED' | 'WINDOW_CLOSED' | 'RATE_LIMITED' | 'NOT_CONFIGURED'
  message: string
  retryAt: Date | null
}

/** Every reason at once, in the order in which a send would meet them. */
export function judgeSend(
  facts: SendFacts,
  now: Date,
): { canSend: boolean; canSendTemplate: boolean; reasons: Refusal[] } {
  const refusals = [
    consentRefusal(facts.optedIn, facts.policy),
    windowRefusal(facts.windowExpiresAt, now),
    limitRefusal(facts.verdict),
    facts.configured ? null : notConfigured(),
  ].filter((refusal) => refusal !== null)
  const reasons = refusals.map(({ code, message, retryAfter }) => ({
    code: code as Refusal['code'],
    message,
    retryAt: retryAfter === undefined ? null : new Date(now.getTime() + retryAfter * 1000),
  }))
  return {
    canSend: reasons.length === 0,
    canSendTemplate: reasons.every(({ code }) => code === 'WINDOW_CLOSED'),
    reasons,
  }
}

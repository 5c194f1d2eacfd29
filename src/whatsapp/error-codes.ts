import { DomainError, type DomainErrorOptions, type ErrorCode } from '../core/errors.js'
import type { UpstreamError } from './upstream-error.js'

/** `once`: one more attempt; `backoff`: several, growing apart, with an end; `no`: the answer would be the same. */
export type UpstreamRetry = 'no' | 'once' | 'backoff'

/**
 * What an error means beyond its message: the connection's token is dead; nothing may be sent from the account for
 * now; the recipient wants no marketing; the template cannot be used any more; what we know of the templates is old.
 */
export type UpstreamEffect =
  | 'none'
  | 'connection_down'
  | 'pause_lanes'
  | 'opt_out'
  | 'stop_template'
  | 'templates_outdated'

export type UpstreamRule = {
  title: string
  retry: UpstreamRetry
  /** What the caller is answered where the error is known in time. */
  callerCode: ErrorCode
  effect: UpstreamEffect
  /** Public text: says what is wrong, holds nothing of the account's. */
  publicMessage: string
}

const rule = (
  title: string,
  callerCode: ErrorCode,
  publicMessage: string,
  more: { retry?: UpstreamRetry; effect?: UpstreamEffect } = {},
): UpstreamRule => ({ title, callerCode, publicMessage, retry: more.retry ?? 'no', effect: more.effect ?? 'none' })

const backoff = { retry: 'backoff' } as const

const tokenDead = rule(
  'Access token rejected',
  'UPSTREAM',
  "WhatsApp no longer accepts this connection's access token.",
  {
    effect: 'connection_down',
  },
)
const permissionMissing = rule(
  'Permission missing',
  'UPSTREAM',
  'The WhatsApp connection lacks a permission that this call needs.',
)
const callLimit = rule('Call limit reached', 'RATE_LIMITED', 'WhatsApp limits how often it is called.', backoff)
const unavailable = rule('Service unavailable', 'UPSTREAM', 'WhatsApp is not available at the moment.', backoff)
const badParameter = rule('Invalid parameter', 'BAD_REQUEST', 'WhatsApp refused the content of the request.')
const accountLocked = rule(
  'Account locked',
  'FORBIDDEN',
  'WhatsApp has restricted this business account; it may send nothing for now.',
  { effect: 'pause_lanes' },
)
const spamLimit = rule(
  'Spam limit reached',
  'UPSTREAM',
  'WhatsApp has limited this number because of how its messages were received.',
  { effect: 'pause_lanes' },
)
const marketingCapped = rule(
  'Marketing message held back',
  'UPSTREAM',
  'WhatsApp does not deliver this marketing message to this person for now.',
)
const numberNotReady = rule(
  'Business number not usable',
  'UPSTREAM',
  'WhatsApp does not let this business number send: its name, payment or certificate is not in order.',
)
const templateFault = rule('Template refused', 'BAD_REQUEST', 'WhatsApp refused the template or its values.')
/** We hold a send against the synced template: where WhatsApp still finds these faults, ours is not the template it has. */
const templateOutdated = rule('Template refused', 'BAD_REQUEST', 'WhatsApp refused the template or its values.', {
  effect: 'templates_outdated',
})
const templateStopped = rule(
  'Template paused or disabled',
  'BAD_REQUEST',
  'WhatsApp has paused or disabled this template.',
  {
    effect: 'stop_template',
  },
)
const registration = rule('Registration fault', 'UPSTREAM', "The business number's registration is not in order.")

/** Meta's error codes (whatsapp-cloud-api.md, section 5). Titles there change, codes do not. */
export const upstreamRules: Readonly<Record<number, UpstreamRule>> = {
  0: tokenDead,
  1: unavailable,
  2: unavailable,
  3: permissionMissing,
  4: callLimit,
  10: permissionMissing,
  33: badParameter,
  100: badParameter,
  190: tokenDead,
  368: accountLocked,
  80007: callLimit,
  130429: rule('Throughput reached', 'RATE_LIMITED', 'This number sends faster than WhatsApp allows.', backoff),
  130472: marketingCapped,
  130497: accountLocked,
  131000: unavailable,
  131005: rule('Access denied', 'UPSTREAM', 'The WhatsApp connection may not do this.'),
  131008: badParameter,
  131009: badParameter,
  131016: unavailable,
  131021: rule('Recipient is the sender', 'BAD_REQUEST', 'A number cannot write to itself.'),
  131026: rule('Message undeliverable', 'BAD_REQUEST', 'The recipient cannot receive this message on WhatsApp.'),
  131030: rule(
    'Recipient not in the allow list',
    'BAD_REQUEST',
    'A test number may write only to the recipients on its list.',
  ),
  131031: accountLocked,
  131037: numberNotReady,
  131042: numberNotReady,
  131045: numberNotReady,
  131047: rule(
    '24-hour window closed',
    'WINDOW_CLOSED',
    'More than 24 hours have passed since the recipient last wrote; only a template may be sent.',
  ),
  131048: spamLimit,
  131049: marketingCapped,
  131050: rule(
    'Recipient stopped marketing',
    'OPT_IN_REQUIRED',
    'The recipient has stopped marketing messages from this business.',
    { effect: 'opt_out' },
  ),
  131051: rule('Unsupported message type', 'BAD_REQUEST', 'WhatsApp does not support this type of message.'),
  131052: rule('Media download failed', 'UPSTREAM', 'WhatsApp could not load the media.', { retry: 'once' }),
  131053: rule('Media upload failed', 'BAD_REQUEST', 'WhatsApp could not take the media: its link or its format.', {
    retry: 'once',
  }),
  131056: rule('Pair rate reached', 'RATE_LIMITED', 'Too many messages to this recipient in a short time.', backoff),
  131057: rule(
    'Number being upgraded',
    'UPSTREAM',
    'WhatsApp is upgrading this number; it takes about a minute.',
    backoff,
  ),
  131062: rule(
    'User id not allowed here',
    'BAD_REQUEST',
    'This message needs the phone number of its recipient, whose user id alone is known.',
  ),
  131064: spamLimit,
  132000: templateOutdated,
  132001: rule('Template not found', 'BAD_REQUEST', 'There is no approved template of this name and language.', {
    effect: 'templates_outdated',
  }),
  132005: templateFault,
  132007: templateFault,
  132008: templateFault,
  132012: templateOutdated,
  132015: templateStopped,
  132016: templateStopped,
  132068: rule('Flow blocked', 'UPSTREAM', 'WhatsApp has blocked this flow.'),
  132069: rule('Flow throttled', 'RATE_LIMITED', 'WhatsApp limits how often this flow is sent.', backoff),
  133004: unavailable,
  135000: rule('Generic parameter error', 'BAD_REQUEST', 'WhatsApp could not make sense of the request.', {
    retry: 'once',
  }),
}

const ranges: readonly { from: number; to: number; rule: UpstreamRule }[] = [
  { from: 200, to: 299, rule: permissionMissing },
  { from: 133000, to: 133016, rule: registration },
]

const unknownCode = rule('Unknown error', 'UPSTREAM', 'WhatsApp refused the request.')

/** The rule of a code; one that no table knows is neither repeated nor held against the caller. */
export const upstreamRule = (code: number): UpstreamRule =>
  (Object.hasOwn(upstreamRules, code) ? upstreamRules[code] : undefined) ??
  ranges.find((range) => code >= range.from && code <= range.to)?.rule ??
  unknownCode

/** Seconds until a repeat is worth while after a limit of Meta's; they tell none themselves. */
const limitRetryAfterSeconds = 60

/**
 * What a caller is told of WhatsApp's refusal. Meta's own details go along where the fault is the caller's: they name
 * the parameter. `more` as in DomainError, such as the `id` of the stored message as `extra`.
 */
export function upstreamDomainError(
  error: UpstreamError,
  more: Pick<DomainErrorOptions, 'extra' | 'replayed'> = {},
): DomainError {
  const { callerCode, publicMessage } = upstreamRule(error.code)
  const named = callerCode === 'BAD_REQUEST' && error.details !== null ? ` (${error.details})` : ''
  return new DomainError(callerCode, `${publicMessage}${named}`, {
    cause: error,
    ...(callerCode === 'RATE_LIMITED' ? { retryAfter: limitRetryAfterSeconds } : {}),
    ...more,
  })
}

import type { Readable } from 'node:stream'
import type { SendableContent } from './content.js'
import type { UpstreamError } from './upstream-error.js'

/** One number of one business, and the token that may act for it. */
export type Credentials = { phoneNumberId: string; businessAccountId: string; accessToken: string }

/** Whom a message is for: a phone in E.164 with the plus, or a business-scoped user id where the phone is hidden. */
export type Recipient = { phone: string } | { userId: string }

export type SendRequest = {
  recipient: Recipient
  content: SendableContent
  /** The message this one answers, by WhatsApp's id. */
  replyToWamid: string | null
  /** Our id of the message. WhatsApp echoes it in every status, which settles a send whose outcome is unknown. */
  messageId: string
}

/**
 * How an attempt ended. WhatsApp knows no idempotency key, so what matters is whether it can have accepted:
 * `accepted` has; `refused` answered with an error of its own and has not; `not_sent` failed before a byte of the
 * request was written, so a repeat is safe; `unknown` may have, and only a status webhook tells.
 */
export type SendOutcome =
  | {
      outcome: 'accepted'
      wamid: string
      /** The recipient as WhatsApp knows it, in digits; it may differ from the number written to. */
      waId: string | null
      userId: string | null
      /** Templates only: `accepted`, `held_for_quality_assessment`, `paused`. */
      messageStatus: string | null
    }
  | { outcome: 'refused'; error: UpstreamError; httpStatus: number }
  | { outcome: 'not_sent'; reason: string }
  | { outcome: 'unknown'; reason: string }

export type PhoneNumberInfo = {
  id: string
  /** As people write it: "+91 98765 43210". */
  displayPhoneNumber: string | null
  verifiedName: string | null
  /** GREEN, YELLOW, RED, NA or UNKNOWN. */
  qualityRating: string | null
  /** CONNECTED, FLAGGED, RESTRICTED, RATE_LIMITED, BANNED, DELETED, DISCONNECTED, ... */
  status: string | null
  nameStatus: string | null
  codeVerificationStatus: string | null
  platformType: string | null
  /** STANDARD or HIGH. */
  throughputLevel: string | null
  /** LIVE or SANDBOX. */
  accountMode: string | null
  messagingLimitTier: string | null
}

export type TemplateInfo = {
  id: string
  name: string
  language: string
  /** APPROVED, PENDING, REJECTED, PAUSED, DISABLED, ... */
  status: string
  category: string
  /** Meta's shape. */
  components: unknown[]
  parameterFormat: 'POSITIONAL' | 'NAMED'
}

export type MediaUpload = {
  stream: Readable
  /** Bytes that `stream` yields, exactly: WhatsApp is told before they come. */
  size: number
  mimeType: string
  filename: string
}

export type MediaInfo = {
  id: string
  /** Valid for about 5 minutes, and only with the token. */
  url: string
  mimeType: string | null
  sha256: string | null
  size: number | null
}

export type MediaDownload = {
  /** Fails with UpstreamFailure where the bytes stop, last too long or pass the limit. */
  stream: Readable
  mimeType: string | null
  size: number | null
}

/**
 * A call other than `send` that failed. `error` is WhatsApp's own where it answered with one; else `message` says what
 * went wrong underneath, for the log. `httpStatus` is null where there was no answer.
 */
export class UpstreamFailure extends Error {
  override name = 'UpstreamFailure'
  readonly error: UpstreamError | null
  readonly httpStatus: number | null

  constructor(reason: string, options: { error?: UpstreamError; httpStatus?: number; cause?: unknown } = {}) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause })
    this.error = options.error ?? null
    this.httpStatus = options.httpStatus ?? null
  }
}

/**
 * WhatsApp, as the domain sees it. Every call ends within the client's timeouts; none keeps state between calls.
 * All but `send` and `close` throw UpstreamFailure.
 */
export type WhatsAppProvider = {
  /** One attempt, never repeated in here. Never throws: the outcome says what happened. */
  send(credentials: Credentials, request: SendRequest): Promise<SendOutcome>
  /** Marks an inbound message, and all before it, as read; `typing` shows the typing indicator besides. */
  markRead(credentials: Credentials, wamid: string, options: { typing: boolean }): Promise<void>
  phoneNumber(credentials: Credentials): Promise<PhoneNumberInfo>
  /** Every number of the business account. */
  phoneNumbers(credentials: Credentials): AsyncIterable<PhoneNumberInfo>
  /** Every template of the business account, over all of WhatsApp's pages. */
  templates(credentials: Credentials): AsyncIterable<TemplateInfo>
  /** Gives the file to WhatsApp; its id may be sent for 30 days. Destroys the stream where it fails. */
  uploadMedia(credentials: Credentials, media: MediaUpload): Promise<{ id: string }>
  mediaInfo(credentials: Credentials, mediaId: string): Promise<MediaInfo>
  /** The bytes behind a `MediaInfo.url`. An `httpStatus` of 404 means that the url has expired: ask for it again. */
  downloadMedia(credentials: Credentials, url: string): Promise<MediaDownload>
  deleteMedia(credentials: Credentials, mediaId: string): Promise<void>
  /** Has the business account's webhooks sent to this app, or to `callbackUrl`, which WhatsApp then verifies. */
  subscribeApp(
    credentials: Credentials,
    options: { callbackUrl?: string | undefined; verifyToken?: string | undefined },
  ): Promise<void>
  /** Lets calls under way end, within their timeout; every later one fails before it is written. */
  close(): Promise<void>
}

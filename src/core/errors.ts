/**
 * The closed list of error codes and what each door makes of it (contract, section 4).
 * A new code comes under one of the statuses already here.
 */
export const errorCodes = {
  BAD_REQUEST: { status: 400 },
  FILE_TOO_LARGE: { status: 400 },
  WINDOW_CLOSED: { status: 400 },
  CURSOR_EXPIRED: { status: 400 },
  NOT_CONFIGURED: { status: 400 },
  UNAUTHENTICATED: { status: 401 },
  FORBIDDEN: { status: 403 },
  OPT_IN_REQUIRED: { status: 403 },
  PLAN_LIMIT: { status: 403 },
  NOT_FOUND: { status: 404 },
  CONFLICT: { status: 409 },
  RATE_LIMITED: { status: 429 },
  UPSTREAM: { status: 500 },
  INTERNAL: { status: 500 },
} as const satisfies Record<string, { status: number }>

export type ErrorCode = keyof typeof errorCodes

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorCodes, value)

/** One fault of the input: `path` names the field as the caller wrote it ("text", "components.0.type"). */
export type ErrorDetail = { path: string; message: string }

/** The limit that refused: its size, what is left of it, and the seconds until it is whole again. */
export type ExceededLimit = { limit: number; remaining: number; resetSeconds: number }

export type DomainErrorOptions = {
  details?: ErrorDetail[]
  /** Whole seconds after which a repeat may succeed: the `Retry-After` of RATE_LIMITED and of CONFLICT in flight. */
  retryAfter?: number
  /** Of RATE_LIMITED: what the RateLimit headers say. */
  limit?: ExceededLimit
  /** Further public fields of the answer: `id` of a stored message, `existingId` of a duplicate. */
  extra?: Record<string, string>
  /** The answer of an earlier request with the same idempotency key, again. */
  replayed?: boolean
  /** The reason underneath. Goes to the log only. */
  cause?: unknown
}

/**
 * The one error that callers get to see. `message` is public text for a person; the cause is logged, never shown.
 * Anything else that is thrown becomes INTERNAL at the door.
 */
export class DomainError extends Error {
  override name = 'DomainError'
  readonly code: ErrorCode
  readonly details: ErrorDetail[] | undefined
  readonly retryAfter: number | undefined
  readonly limit: ExceededLimit | undefined
  readonly extra: Record<string, string> | undefined
  readonly replayed: boolean

  constructor(code: ErrorCode, message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details
    this.retryAfter = options.retryAfter
    this.limit = options.limit
    this.extra = options.extra
    this.replayed = options.replayed ?? false
  }
}

export const notFound = (noun: string) => new DomainError('NOT_FOUND', `No such ${noun}.`)

/** Of whatever needs a number of the organization's. */
export const notConfigured = () => new DomainError('NOT_CONFIGURED', 'This organization has no WhatsApp number yet.')

export const badRequest = (details: ErrorDetail[], message?: string) =>
  new DomainError(
    'BAD_REQUEST',
    message ?? details.map((d) => (d.path ? `${d.path}: ${d.message}` : d.message)).join('; '),
    {
      details,
    },
  )

/** What a door shows of an error: the same code, text and fields through GraphQL, REST and MCP. */
export type PublicError = {
  code: ErrorCode
  message: string
  details?: ErrorDetail[]
  retryAfter?: number
  limit?: ExceededLimit
  extra?: Record<string, string>
  replayed?: boolean
}

/** Masks everything that is not a DomainError. */
export function toPublicError(error: unknown): PublicError {
  if (!(error instanceof DomainError)) return { code: 'INTERNAL', message: 'Something went wrong on our side.' }
  return {
    code: error.code,
    message: error.message,
    ...(error.details ? { details: error.details } : {}),
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
    ...(error.limit ? { limit: error.limit } : {}),
    ...(error.extra ? { extra: error.extra } : {}),
    ...(error.replayed ? { replayed: true } : {}),
  }
}

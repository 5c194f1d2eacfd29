/**
 * Meta's errors as the Graph API answers them: one table of codes, one envelope (whatsapp-cloud-api.md, sections 3
 * and 5). HTTP statuses are those of section 5; copies of Meta's own documents differ there, so clients decide on `code`.
 */

type CodeRow = { title: string; status?: number; transient?: true }

const graphCodes: Readonly<Record<number, CodeRow>> = {
  0: { title: 'AuthException', status: 401 },
  1: { title: 'An unknown error occurred' },
  2: { title: 'Service temporarily unavailable', status: 503, transient: true },
  3: { title: 'Application does not have the capability to make this API call' },
  4: { title: 'Application request limit reached', status: 429 },
  10: { title: 'Application does not have permission for this action', status: 403 },
  33: { title: 'Parameter value is not valid' },
  100: { title: 'Invalid parameter' },
  190: { title: 'Invalid OAuth access token', status: 401 },
  200: { title: 'Permissions error' },
  368: { title: 'Temporarily blocked for policies violations', status: 403 },
  2200: { title: 'Callback verification failed' },
  80007: { title: 'Rate limit issues', status: 429 },
  130429: { title: 'Rate limit hit', status: 429 },
  130472: { title: "User's number is part of an experiment" },
  130497: { title: 'Business account is restricted from messaging users in this country' },
  131000: { title: 'Something went wrong', status: 500 },
  131005: { title: 'Access denied' },
  131008: { title: 'Required parameter is missing' },
  131009: { title: 'Parameter value is not valid' },
  131016: { title: 'Service unavailable', status: 500, transient: true },
  131021: { title: 'Recipient cannot be sender' },
  131026: { title: 'Message undeliverable' },
  131030: { title: 'Recipient phone number not in allowed list' },
  131031: { title: 'Business Account locked', status: 403 },
  131037: { title: 'WhatsApp provided number needs display name approval before message can be sent' },
  131042: { title: 'Business eligibility payment issue' },
  131045: { title: 'Message failed to send due to phone number registration error' },
  131047: { title: 'Re-engagement message' },
  131048: { title: 'Spam rate limit hit' },
  131049: { title: 'This message was not delivered to maintain healthy ecosystem engagement' },
  131050: { title: 'User has stopped marketing messages' },
  131051: { title: 'Unsupported message type' },
  131052: { title: 'Media download error' },
  131053: { title: 'Media upload error' },
  131056: { title: '(Business Account, Consumer Account) pair rate limit hit', status: 429 },
  131057: { title: 'Business Account is in maintenance mode' },
  131062: { title: 'Business-scoped user id is not supported for this message' },
  131064: { title: 'Classification limit hit' },
  132000: { title: 'Number of parameters does not match the expected number of params' },
  132001: { title: 'Template name does not exist in the translation' },
  132005: { title: 'Translated text too long' },
  132007: { title: 'Template format character policy violated' },
  132008: { title: 'Template parameter value is not valid' },
  132012: { title: 'Parameter format does not match format in the created template' },
  132015: { title: 'Template is paused' },
  132016: { title: 'Template is disabled' },
  132068: { title: 'Flow is in blocked state' },
  132069: { title: 'Flow is in throttled state' },
  133004: { title: 'Server is temporarily unavailable' },
  133010: { title: 'Phone number not registered' },
  135000: { title: 'Generic user error' },
}

const titleOf = (code: number) => graphCodes[code]?.title ?? 'Unknown error'

export type GraphErrorFields = {
  code: number
  /** Replaces `(#code) title`. */
  message?: string
  /** `error_data.details`, where Meta says which value was at fault. */
  details?: string
  /** `error_data` as a plain string, which template management answers with. */
  blame?: string
  subcode?: number
  status?: number
  type?: 'OAuthException' | 'GraphMethodException'
  userTitle?: string
  userMessage?: string
}

/** What a Meta path answers where it refuses. Thrown by handlers, turned into the envelope by the router. */
export class GraphError extends Error {
  override name = 'GraphError'
  readonly fields: GraphErrorFields

  constructor(fields: GraphErrorFields) {
    super(fields.message ?? `(#${fields.code}) ${titleOf(fields.code)}`)
    this.fields = fields
  }

  get status(): number {
    return this.fields.status ?? graphCodes[this.fields.code]?.status ?? 400
  }

  /** `{ error }` as section 3 shows it; `traceId` is the answer's own `fbtrace_id`. */
  envelope(traceId: string): Record<string, unknown> {
    const { code, details, blame, subcode, type, userTitle, userMessage } = this.fields
    return {
      error: {
        message: this.message,
        type: type ?? 'OAuthException',
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        ...(details === undefined ? {} : { error_data: { messaging_product: 'whatsapp', details } }),
        ...(blame === undefined ? {} : { error_data: blame }),
        ...(graphCodes[code]?.transient ? { is_transient: true } : {}),
        ...(userTitle === undefined ? {} : { error_user_title: userTitle }),
        ...(userMessage === undefined ? {} : { error_user_msg: userMessage }),
        fbtrace_id: traceId,
      },
    }
  }
}

const graphDocs = 'Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api'

/** An id that names nothing the token may see (400, code 100, subcode 33). */
export const unknownObject = (method: string, id: string) =>
  new GraphError({
    code: 100,
    subcode: 33,
    type: 'GraphMethodException',
    message: `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. ${graphDocs}`,
  })

export const unsupportedMethod = (method: string) =>
  new GraphError({
    code: 100,
    type: 'GraphMethodException',
    message: `Unsupported ${method.toLowerCase()} request. ${graphDocs}`,
  })

export const unknownPath = (path: string) =>
  new GraphError({ code: 100, status: 404, message: `Unknown path components: ${path}` })

export const requiredParameter = (path: string) =>
  new GraphError({ code: 100, message: `(#100) The parameter ${path} is required.` })

export const invalidParameter = (message: string, details?: string) =>
  new GraphError({ code: 100, message: `(#100) ${message}`, ...(details === undefined ? {} : { details }) })

export const missingValue = (details: string) => new GraphError({ code: 131008, details })

export const invalidValue = (details: string) => new GraphError({ code: 131009, details })

export type WebhookError = {
  code: number
  title: string
  message: string
  error_data: { details: string }
  href: string
}

/** An error as a `failed` status carries it in `errors[]`. */
export const webhookError = (code: number, details: string): WebhookError => ({
  code,
  title: titleOf(code),
  message: titleOf(code),
  error_data: { details },
  href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
})

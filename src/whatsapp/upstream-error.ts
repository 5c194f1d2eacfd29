import { repairText } from './json-text.js'
import { isRecord, numberOf, record, textOf } from './read.js'

/**
 * An error in WhatsApp's own words. Decide on `code` (error-codes.ts); the titles are Meta's and will change.
 * Where it comes from: `error` of an answer, or an entry of `errors` in a webhook.
 */
export type UpstreamError = {
  code: number
  title: string
  details: string | null
  subcode?: number
  traceId?: string
  /** Meta's own hint that a repeat may work; absent where it gave none. */
  transient?: boolean
}

/**
 * Reads the answer `{ error: {...} }`. Null where the body holds no error of Meta's, which is one that has a code:
 * what a proxy or a crashed server answers must not pass for WhatsApp's word. Never throws.
 */
export const parseUpstreamError = (body: unknown): UpstreamError | null => readUpstreamError(record(body).error)

/**
 * Reads one error object (whatsapp-cloud-api.md, sections 3 and 4). `error_data` may be an object or, on template
 * calls, a plain string; the code a number or its digits. Null without a code.
 */
export function readUpstreamError(value: unknown): UpstreamError | null {
  if (!isRecord(value)) return null
  const code = numberOf(value.code)
  if (code === null || !Number.isSafeInteger(code)) return null
  const subcode = numberOf(value.error_subcode)
  const traceId = textOf(value.fbtrace_id)
  return {
    code,
    title: shorten(titleOf(value) ?? `WhatsApp error ${code}`),
    details: shortenOrNull(detailsOf(value)),
    ...(subcode === null ? {} : { subcode }),
    ...(traceId === null ? {} : { traceId: shorten(traceId) }),
    ...(typeof value.is_transient === 'boolean' ? { transient: value.is_transient } : {}),
  }
}

/** Webhooks carry `title`; answers carry it in `message`, behind "(#code) ". */
function titleOf(error: Record<string, unknown>): string | null {
  const title = textOf(error.title) ?? textOf(error.message) ?? textOf(error.error_user_title)
  return title === null ? null : title.replace(/^\(#-?\d+\)\s*/, '')
}

function detailsOf(error: Record<string, unknown>): string | null {
  const data = error.error_data
  return (typeof data === 'string' ? textOf(data) : textOf(record(data).details)) ?? textOf(error.error_user_msg)
}

/** Kept with the message: what a peer of theirs wrote must fit the database. */
const shorten = (text: string) => repairText(text, 1000)
const shortenOrNull = (text: string | null) => (text === null ? null : shorten(text))

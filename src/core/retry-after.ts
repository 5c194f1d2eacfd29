import { secondsMs } from './clock.js'

/** A `Retry-After` header, whole seconds or an HTTP date, as milliseconds from now; null where it is neither. */
export function parseRetryAfter(header: string | string[] | undefined, now: Date): number | null {
  const value = (Array.isArray(header) ? header[0] : header)?.trim()
  if (!value) return null
  if (/^\d{1,9}$/.test(value)) return secondsMs(Number(value))
  const at = /^[A-Za-z]{3},/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(at - now.getTime(), 0)
}

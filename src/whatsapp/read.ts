/** Readers of JSON that others wrote: each gives the value where it is of the kind, else the empty one. None throws. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export const recordsOf = (value: unknown): Record<string, unknown>[] => listOf(value).filter(isRecord)

/** Text, or a number's digits (Meta gives some ids both ways); null where there is none or it is empty. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null
}

const maxIdLength = 512

/** An id: text of at most 512 units, which an index of the database can hold; Meta's longest are 128. */
export function idOf(value: unknown): string | null {
  const id = textOf(value)
  return id !== null && id.length <= maxIdLength ? id : null
}

/** A finite number, or the text of one; else null. */
export function numberOf(value: unknown): number | null {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

export const booleanOf = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)

/**
 * A WhatsApp id of a person (`wa_id`, `from`, `recipient_id`: digits) as a phone number in E.164 with the plus;
 * null where it is none, such as a business-scoped user id.
 */
export function phoneOf(value: unknown): string | null {
  const match = /^\+?([1-9]\d{4,14})$/.exec(textOf(value) ?? '')
  return match ? `+${match[1]}` : null
}

const earliestMs = Date.UTC(2010, 0, 1)
const latestMs = Date.UTC(2100, 0, 1)

/**
 * Unix seconds, as Meta writes them: a string, sometimes a number. Null where it is no time between 2010 and 2100;
 * the caller then takes the time of arrival.
 */
export function timeOf(value: unknown): Date | null {
  const seconds = numberOf(value)
  if (seconds === null) return null
  const ms = seconds * 1000
  return ms >= earliestMs && ms < latestMs ? new Date(ms) : null
}

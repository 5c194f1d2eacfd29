import type { ErrorDetail } from '../core/errors.js'
import { maxJsonDepth } from './limits.js'
import { isRecord } from './read.js'

/**
 * PostgreSQL stores neither U+0000 nor half of a surrogate pair, in text or in jsonb, while JSON may carry both.
 * What a caller sends with them is refused; what WhatsApp sends is repaired, since it cannot be asked again.
 */
const nul = '\0'

const maxTextLength = 65_536

const isStorable = (text: string) => !text.includes(nul) && text.isWellFormed()

/** The faults that would keep a value out of the database: its text, its keys and its depth. `path` names the value. */
export function textFaults(value: unknown, path: string, depth = 0): ErrorDetail[] {
  if (depth > maxJsonDepth) return [{ path, message: `is nested deeper than ${maxJsonDepth} levels` }]
  if (typeof value === 'string') return isStorable(value) ? [] : [unstorable(path)]
  if (Array.isArray(value)) return value.flatMap((item, index) => textFaults(item, `${path}.${index}`, depth + 1))
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([key, item]) =>
    isStorable(key) ? textFaults(item, `${path}.${key}`, depth + 1) : [unstorable(path)],
  )
}

const unstorable = (path: string): ErrorDetail => ({
  path,
  message: 'holds U+0000 or half of a surrogate pair, which is no text',
})

/**
 * The value where it can be stored, else a copy that can: U+0000 removed, half surrogates replaced by U+FFFD, text cut
 * at 65,536 UTF-16 units, anything deeper than 32 levels null. Numbers that are not finite become null, as JSON has none.
 */
export const repairJson = (value: unknown): unknown => (isSound(value) ? value : repaired(value))

function isSound(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.length <= maxTextLength && isStorable(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' || value === null
  if (depth >= maxJsonDepth) return false
  if (Array.isArray(value)) return value.every((item) => isSound(item, depth + 1))
  const fields = value as Record<string, unknown>
  return Object.keys(fields).every((key) => isSound(key) && isSound(fields[key], depth + 1))
}

function repaired(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return repairText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? value : null
  if (depth >= maxJsonDepth) return null
  if (Array.isArray(value)) return value.map((item) => repaired(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [repairText(key), repaired(item, depth + 1)]))
}

/** One text, so repaired and cut at `maxLength` UTF-16 units. */
export const repairText = (text: string, maxLength = maxTextLength): string =>
  text.length <= maxLength && isStorable(text) ? text : text.slice(0, maxLength).replaceAll(nul, '').toWellFormed()

import { invalidParameter, requiredParameter } from './errors.js'
import { isObject, type JsonObject, parseJson } from './json.js'

/**
 * Checks of parameters, with the words the Graph API refuses them in. `path` is written as Meta writes it:
 * `text['body']`. All of them throw GraphError with code 100.
 */
export const at = (path: string, key: string | number): string =>
  typeof key === 'number' ? `${path}[${key}]` : `${path}['${key}']`

/** An object, or the JSON text of one: the Graph API takes either for a nested parameter. */
export function objectParam(value: unknown, path: string): JsonObject {
  if (value === undefined || value === null) throw requiredParameter(path)
  const parsed = typeof value === 'string' ? parseJson(value) : value
  if (!isObject(parsed)) throw invalidParameter(`Param ${path} must be a JSON object.`)
  return parsed
}

export function arrayParam(value: unknown, path: string): unknown[] {
  if (value === undefined || value === null) throw requiredParameter(path)
  const parsed = typeof value === 'string' ? parseJson(value) : value
  if (!Array.isArray(parsed)) throw invalidParameter(`Param ${path} must be an array.`)
  return parsed
}

/** A text that is there and not empty. */
export function stringParam(value: unknown, path: string, most = Number.POSITIVE_INFINITY): string {
  if (value === undefined || value === null || value === '') throw requiredParameter(path)
  return checkedString(value, path, most)
}

export function optionalString(value: unknown, path: string, most = Number.POSITIVE_INFINITY): string | null {
  return value === undefined || value === null ? null : checkedString(value, path, most)
}

function checkedString(value: unknown, path: string, most: number): string {
  if (typeof value !== 'string') throw invalidParameter(`Param ${path} must be a string.`)
  if (characters(value) > most) throw invalidParameter(`Param ${path} must be at most ${most} characters long.`)
  return value
}

/** Length as people count it: an emoji beyond the basic plane is one character. */
export function characters(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

export function optionalBoolean(value: unknown, path: string): void {
  if (value === undefined || value === null || typeof value === 'boolean') return
  if (value === 'true' || value === 'false') return
  throw invalidParameter(`Param ${path} must be a boolean.`)
}

/** A number, or the text of one. */
export function numberParam(value: unknown, path: string, least: number, most: number): number {
  if (value === undefined || value === null || value === '') throw requiredParameter(path)
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) throw invalidParameter(`Param ${path} must be a number.`)
  if (number < least || number > most) throw invalidParameter(`Param ${path} must be between ${least} and ${most}.`)
  return number
}

export function enumParam<const Value extends string>(value: unknown, path: string, values: readonly Value[]): Value {
  const found = values.find((known) => known === value)
  if (found === undefined) {
    const list = values.map((known) => known.toUpperCase()).join(', ')
    throw invalidParameter(`Param ${path} must be one of {${list}} - got "${String(value).slice(0, 100)}".`)
  }
  return found
}

/** Refuses keys that the parameter does not have. */
export function onlyKeys(value: JsonObject, path: string, keys: readonly string[]): void {
  const unexpected = Object.keys(value).find((key) => !keys.includes(key))
  if (unexpected !== undefined) throw invalidParameter(`Unexpected key "${unexpected}" on param "${path}".`)
}

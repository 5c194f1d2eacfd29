/**
 * JSON as Meta's servers write it: everything outside ASCII as lower-case \uXXXX, and `/` escaped. The bytes differ from
 * what JSON.stringify makes of the same value, so a client that verifies a signature over re-serialised JSON fails here
 * as it does against Meta (whatsapp-cloud-api.md, section 4).
 */
export const metaJson = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('/', '\\/')

export type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The parsed text, or undefined where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import { DomainError } from './errors.js'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Of a body that any caller of ours has reason to send; parsing many small values takes far longer than one long text. */
const jsonLimits = { values: 20_000, nesting: 500 }

/** A request body as JSON. @throws BAD_REQUEST. */
export function parseJson(bytes: Uint8Array): unknown {
  if (!isBoundedJson(bytes)) {
    throw new DomainError('BAD_REQUEST', 'The body holds too many values, or nests them too deep.')
  }
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    throw new DomainError('BAD_REQUEST', 'The body is not JSON in UTF-8.')
  }
}

/** A request body as a JSON object. @throws BAD_REQUEST. */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  const body = parseJson(bytes)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DomainError('BAD_REQUEST', 'The body must be a JSON object.')
  }
  return body as Record<string, unknown>
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const opening = new Set([0x5b, 0x7b])
const closing = new Set([0x5d, 0x7d])

/** Whether a text in UTF-8, if it is JSON at all, stays within the limits: one look at its bytes, nothing is built. */
export function isBoundedJson(bytes: Uint8Array): boolean {
  let values = 0
  let depth = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === quote) at = endOfString(bytes, at)
    else if (byte === comma) values++
    else if (opening.has(byte)) {
      values++
      depth++
    } else if (closing.has(byte)) depth--
    if (values > jsonLimits.values || depth > jsonLimits.nesting) return false
  }
  return true
}

function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === backslash) at++
    else if (bytes[at] === quote) return at
  }
  return bytes.length
}

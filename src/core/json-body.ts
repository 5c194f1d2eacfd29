import { DomainError } from './errors.js'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A request body as a JSON object. @throws BAD_REQUEST. */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  let body: unknown
  try {
    body = JSON.parse(utf8.decode(bytes))
  } catch {
    throw new DomainError('BAD_REQUEST', 'The body is not JSON in UTF-8.')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DomainError('BAD_REQUEST', 'The body must be a JSON object.')
  }
  return body as Record<string, unknown>
}

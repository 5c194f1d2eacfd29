import { createHash } from 'node:crypto'
import type { ErrorDetail } from '../core/errors.js'

/** What is wrong with a caller's key (contract, section 6); null where nothing is. */
export const keyFault = (key: string | null): ErrorDetail | null =>
  key === null || /^[\x20-\x7e]{1,255}$/.test(key)
    ? null
    : { path: 'idempotencyKey', message: 'must be 1 to 255 printable ASCII characters' }

/** SHA-256 of a normalised request: those that mean the same have the same, whatever the order of their fields. */
export function hashRequest(request: unknown): Uint8Array<ArrayBuffer> {
  const canonical = JSON.stringify(request, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return new Uint8Array(createHash('sha256').update(canonical).digest())
}

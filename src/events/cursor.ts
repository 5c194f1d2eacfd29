import { crc32 } from 'node:zlib'
import { badRequest } from '../core/errors.js'

/**
 * A place in an organization's event log, as clients see it: 12 bytes in base64url, the position and a check over
 * position and organization. The check tells a mistyped cursor, an invented one and another organization's apart from
 * ours; it guards against mistakes, not against forgery, which would gain nothing.
 */
export function encodeCursor(organizationId: string, position: bigint): string {
  const bytes = Buffer.alloc(12)
  bytes.writeBigUInt64BE(position)
  bytes.writeUInt32BE(check(organizationId, position), 8)
  return bytes.toString('base64url')
}

/** @throws BAD_REQUEST naming `path` where the text is not a cursor of this organization. */
export function decodeCursor(organizationId: string, cursor: string, path: string): bigint {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length === 12 && bytes.toString('base64url') === cursor) {
    const position = bytes.readBigUInt64BE()
    if (bytes.readUInt32BE(8) === check(organizationId, position)) return position
  }
  throw badRequest([{ path, message: 'is not a cursor of the event log' }])
}

const check = (organizationId: string, position: bigint) => crc32(`${organizationId}:${position}`)

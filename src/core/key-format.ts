import { hash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * The format of an API key (contract, section 3): `kaanha_`, 30 random base62 characters, then the CRC-32 (IEEE) of all
 * that stands before as 6 base62 digits, most significant first. A mistyped or invented key is known as such without
 * asking the database.
 */
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomLength = 30
const checkLength = 6
const shape = /^kaanha_[0-9A-Za-z]{36}$/

export function generateApiKey(): string {
  const random = Array.from({ length: randomLength }, () => base62[randomInt(62)]).join('')
  const body = `kaanha_${random}`
  return body + checksum(body)
}

/** Whether a text has the form and the right checksum. Says nothing of whether the key exists. */
export const isApiKey = (value: string): boolean =>
  shape.test(value) && checksum(value.slice(0, -checkLength)) === value.slice(-checkLength)

/** What is stored of a key: SHA-256 of the whole. The key has 178 random bits, so no slow hash is needed. */
export const hashApiKey = (key: string): Uint8Array<ArrayBuffer> => new Uint8Array(hash('sha256', key, 'buffer'))

/** What is shown of a key in lists: `kaanha_` and four characters more. */
export const apiKeyPrefix = (key: string): string => key.slice(0, 'kaanha_'.length + 4)

function checksum(body: string): string {
  let rest = crc32(body)
  let digits = ''
  for (let i = 0; i < checkLength; i++) {
    digits = base62.charAt(rest % 62) + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** A key of 32 bytes and the name by which what it encrypted knows it. */
export type EncryptionKey = { id: string; key: Uint8Array }

/** What was encrypted cannot be read: the text says why, for the operator, and holds nothing of it. */
export class SecretError extends Error {
  override name = 'SecretError'
}

/**
 * The form of a secret at rest: version (1 byte), length of the key id (1), key id, nonce (12), tag (16), ciphertext.
 * AES-256-GCM; the version, the key id and the context are authenticated with it.
 */
const version = 1
const nonceBytes = 12
const tagBytes = 16
const keyBytes = 32

/** A new key in the form of KAANHA_ENCRYPTION_KEYS. */
export const generateEncryptionKey = (): string =>
  `k${randomBytes(4).toString('hex')}:${randomBytes(keyBytes).toString('base64')}`

/** Reads `id:base64key,...`. @throws Error whose message ends the sentence "KAANHA_ENCRYPTION_KEYS must be ...". */
export function parseEncryptionKeys(text: string): EncryptionKey[] {
  const keys = text.split(',').map((entry) => {
    const [, id, base64] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(entry.trim()) ?? []
    if (id === undefined || base64 === undefined) {
      throw new Error(
        'a list of id:base64key, separated by commas, each key 32 bytes (npm run --silent secrets -- key)',
      )
    }
    return { id, key: new Uint8Array(Buffer.from(base64, 'base64')) }
  })
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new Error('a list in which no id comes twice')
  return keys
}

/** `context` names where the secret belongs: moved to another place, it cannot be read. */
export function encrypt({ id, key }: EncryptionKey, text: string, context: string): Uint8Array<ArrayBuffer> {
  const header = Buffer.concat([Buffer.from([version, id.length]), Buffer.from(id, 'ascii')])
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.concat([header, Buffer.from(context)]))
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return new Uint8Array(Buffer.concat([header, nonce, cipher.getAuthTag(), ciphertext]))
}

/** @throws SecretError where the key is not among them, or the bytes are not as they were written. */
export function decrypt(keys: readonly EncryptionKey[], bytes: Uint8Array, context: string): string {
  const id = encryptedWith(bytes)
  const key = keys.find((candidate) => candidate.id === id)?.key
  if (key === undefined) throw new SecretError(`KAANHA_ENCRYPTION_KEYS has no key "${id}".`)
  const header = bytes.subarray(0, 2 + id.length)
  const nonce = bytes.subarray(header.length, header.length + nonceBytes)
  const tag = bytes.subarray(header.length + nonceBytes, header.length + nonceBytes + tagBytes)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(Buffer.concat([header, Buffer.from(context)]))
    decipher.setAuthTag(tag)
    const ciphertext = bytes.subarray(header.length + nonceBytes + tagBytes)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
  } catch {
    throw new SecretError(`What the key "${id}" encrypted was changed, or the key is another under the same id.`)
  }
}

/** The id of the key that encrypted it. @throws SecretError. */
export function encryptedWith(bytes: Uint8Array): string {
  const length = bytes[1] ?? 0
  if (bytes[0] !== version || length === 0 || bytes.length < 2 + length + nonceBytes + tagBytes) {
    throw new SecretError('This is nothing that was encrypted here.')
  }
  return Buffer.from(bytes.subarray(2, 2 + length)).toString('ascii')
}

import { DomainError } from '../core/errors.js'
import { decrypt, type EncryptionKey, encrypt, encryptedWith } from './cipher.js'

/** Encrypts with the first of the keys, and reads what any of them encrypted. */
export type SecretBox = {
  /** @throws NOT_CONFIGURED where there is no key. */
  seal(text: string, context: string): Uint8Array<ArrayBuffer>
  /** @throws SecretError. */
  open(bytes: Uint8Array, context: string): string
  /** Whether it was encrypted with the first key, which is what `seal` would do. @throws SecretError, NOT_CONFIGURED. */
  isCurrent(bytes: Uint8Array): boolean
  /** The id of the first key. @throws NOT_CONFIGURED. */
  keyId(): string
  /** The ids of all keys. */
  keyIds(): string[]
}

export function createSecretBox(keys: readonly EncryptionKey[]): SecretBox {
  const first = (): EncryptionKey => {
    const [key] = keys
    if (key) return key
    throw new DomainError(
      'NOT_CONFIGURED',
      'This server has no encryption key, and stores no secret without one: its operator must set KAANHA_ENCRYPTION_KEYS.',
    )
  }
  return {
    seal: (text, context) => encrypt(first(), text, context),
    open: (bytes, context) => decrypt(keys, bytes, context),
    isCurrent: (bytes) => encryptedWith(bytes) === first().id,
    keyId: () => first().id,
    keyIds: () => keys.map(({ id }) => id),
  }
}

import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { decrypt, encrypt, encryptedWith, generateEncryptionKey, parseEncryptionKeys } from '../src/secrets/cipher.js'
import { keysOfFolder } from '../src/secrets/key-file.js'
import { createSecretBox } from '../src/secrets/secret-box.js'
import { makeTemporaryFolder } from './support/temporary-folder.js'

const newKey = () => {
  const [key] = parseEncryptionKeys(generateEncryptionKey())
  if (!key) throw new Error('no key')
  return key
}
const text = 'EAAG… नमस्ते 👋'

describe('what is encrypted', () => {
  const key = newKey()
  const bytes = encrypt(key, text, 'here')

  it('is read with the same key in the same place, and is never twice the same', () => {
    expect(decrypt([newKey(), key], bytes, 'here')).toBe(text)
    expect(decrypt([key], encrypt(key, '', ''), '')).toBe('')
    expect(encrypt(key, text, 'here')).not.toEqual(bytes)
    expect(Buffer.from(bytes).includes(text)).toBe(false)
    expect(encryptedWith(bytes)).toBe(key.id)
  })

  it('is refused where any bit of it was changed', () => {
    for (let i = 0; i < bytes.length; i++) {
      const changed = Uint8Array.from(bytes)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(() => decrypt([key], changed, 'here'), `byte ${i}`).toThrow(
        /was changed|has no key|nothing that was encrypted/,
      )
    }
  })

  it('is refused where it was cut short or made longer', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decrypt([key], bytes.subarray(0, length), 'here')).toThrow(/was changed|nothing that was encrypted/)
    }
    expect(() => decrypt([key], Uint8Array.from([...bytes, 0]), 'here')).toThrow(/was changed/)
  })

  it('is refused in another place, and with another key under the same id', () => {
    expect(() => decrypt([key], bytes, 'there')).toThrow(/was changed/)
    expect(() => decrypt([{ ...newKey(), id: key.id }], bytes, 'here')).toThrow(/was changed/)
  })

  it('names the key that is missing', () => {
    expect(() => decrypt([newKey()], bytes, 'here')).toThrow(`KAANHA_ENCRYPTION_KEYS has no key "${key.id}".`)
    expect(() => decrypt([], bytes, 'here')).toThrow(`KAANHA_ENCRYPTION_KEYS has no key "${key.id}".`)
  })
})

describe('the box', () => {
  it('seals with the first key, and opens what any of them sealed', () => {
    const [old, young] = [newKey(), newKey()]
    const before = createSecretBox([old]).seal(text, 'here')
    const box = createSecretBox([young, old])
    expect(box.keyId()).toBe(young.id)
    expect(box.open(before, 'here')).toBe(text)
    expect([box.isCurrent(before), box.isCurrent(box.seal(text, 'here'))]).toEqual([false, true])
    expect(createSecretBox([young]).open(box.seal(text, 'here'), 'here')).toBe(text)
  })

  it('without a key seals nothing, and says what is to be set', () => {
    expect(() => createSecretBox([]).seal(text, 'here')).toThrow(
      expect.objectContaining({ code: 'NOT_CONFIGURED', message: expect.stringContaining('KAANHA_ENCRYPTION_KEYS') }),
    )
  })
})

describe('the keys of a data folder', () => {
  it('are made once, for its owner alone, and may be more', async () => {
    const folder = await makeTemporaryFolder()
    onTestFinished(() => folder.remove())
    const made = await keysOfFolder(folder.path)
    expect(made).toHaveLength(1)
    expect(await keysOfFolder(folder.path)).toEqual(made)
    const file = join(folder.path, 'encryption-keys')
    expect((await stat(file)).mode & 0o077).toBe(0)
    const second = generateEncryptionKey()
    await writeFile(file, `${second},${(await readFile(file, 'utf8')).trim()}\n`)
    expect(await keysOfFolder(folder.path)).toEqual([...parseEncryptionKeys(second), ...made])
  })

  it('that cannot be read are never replaced', async () => {
    const folder = await makeTemporaryFolder()
    onTestFinished(() => folder.remove())
    const file = join(folder.path, 'encryption-keys')
    await writeFile(file, 'half a k')
    await expect(keysOfFolder(folder.path)).rejects.toThrow(/encryption-keys must be a list of id:base64key/)
    expect(await readFile(file, 'utf8')).toBe('half a k')
  })
})

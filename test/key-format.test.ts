import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { apiKeyPrefix, generateApiKey, hashApiKey, isApiKey } from '../src/core/key-format.js'

/** Written from contract section 3 alone: the checksum bit by bit, its digits from the powers of 62 downwards. */
const digits = [
  ...Array.from({ length: 10 }, (_, i) => String.fromCharCode(48 + i)),
  ...Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i)),
  ...Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i)),
]

function crc(text: string): bigint {
  let register = 0xffffffffn
  for (const byte of new TextEncoder().encode(text)) {
    register ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) {
      register = (register & 1n) === 1n ? (register >> 1n) ^ 0xedb88320n : register >> 1n
    }
  }
  return register ^ 0xffffffffn
}

function checkDigits(body: string): string {
  const value = crc(body)
  return [5n, 4n, 3n, 2n, 1n, 0n].map((power) => digits[Number((value / 62n ** power) % 62n)]).join('')
}

const keys = Array.from({ length: 20 }, generateApiKey)
const body = (key: string) => key.slice(0, 37)

describe('the format of an API key', () => {
  test('the checksum that these tests compute is the CRC-32 of the standard check value', () => {
    expect(crc('123456789')).toBe(0xcbf43926n)
  })

  test('a generated key is kaanha_, 30 base62 characters, and the CRC-32 of both in 6 base62 digits', () => {
    for (const key of keys) {
      expect(key).toMatch(/^kaanha_[0-9A-Za-z]{30}[0-9A-Za-z]{6}$/)
      expect(key.slice(37)).toBe(checkDigits(body(key)))
    }
  })

  test('a key made by another program from the same description is accepted', () => {
    // Among so many there are checksums of every length: one below 62^5 begins with a zero.
    let padded = 0
    for (let i = 0; i < 2000; i++) {
      const made = `kaanha_${String(i * 7919).padStart(30, 'Zz9')}`
      const check = checkDigits(made)
      if (check.startsWith('0')) padded++
      expect(isApiKey(made + check), made).toBe(true)
    }
    expect(padded).toBeGreaterThan(0)
  })

  test('one character changed to any other is refused, wherever it stands', () => {
    for (const key of keys.slice(0, 5)) {
      for (let place = 0; place < key.length; place++) {
        for (const other of [...digits, '_', '-', ' ', 'é', '\n']) {
          if (other === key[place]) continue
          const mutated = key.slice(0, place) + other + key.slice(place + 1)
          expect(isApiKey(mutated), mutated).toBe(false)
        }
      }
    }
  })

  test('two neighbours that changed places are refused', () => {
    for (const key of keys) {
      for (let place = 0; place + 1 < key.length; place++) {
        const [a, b] = [key.charAt(place), key.charAt(place + 1)]
        if (a === b) continue
        const swapped = key.slice(0, place) + b + a + key.slice(place + 2)
        expect(isApiKey(swapped), swapped).toBe(false)
      }
    }
  })

  test('a character too many or too few is refused, at the ends and inside', () => {
    for (const key of keys.slice(0, 5)) {
      for (let place = 0; place <= key.length; place++) {
        expect(isApiKey(key.slice(0, place) + key.slice(place + 1)), `without ${place}`).toBe(place === key.length)
        for (const extra of ['0', 'a', ' ', '\n']) {
          expect(isApiKey(key.slice(0, place) + extra + key.slice(place)), `${extra} at ${place}`).toBe(false)
        }
      }
    }
  })

  test.each(['', 'kaanha_', 'kaanha', `kaanha_${'0'.repeat(36)}`, `KAANHA_${'0'.repeat(36)}`, 'x'.repeat(43)])(
    '%j is no key',
    (text) => {
      expect(isApiKey(text)).toBe(false)
    },
  )

  test('another prefix is refused, even with the checksum that fits it', () => {
    const other = body(keys[0] ?? '').replace('kaanha_', 'kaanhb_')
    expect(isApiKey(other + checkDigits(other))).toBe(false)
  })

  test('generated keys are all different, and use every base62 character at random', () => {
    const many = Array.from({ length: 5000 }, generateApiKey)
    expect(new Set(many).size).toBe(many.length)
    const counts = new Map<string, number>()
    for (const key of many) for (const c of key.slice(7, 37)) counts.set(c, (counts.get(c) ?? 0) + 1)
    expect([...counts.keys()].sort()).toEqual([...digits].sort())
    // 150,000 characters, 2,419 of each expected: ten standard deviations on either side.
    for (const count of counts.values()) expect(Math.abs(count - 2419)).toBeLessThan(490)
  })

  test('only the SHA-256 of the whole key is for storing, and only its beginning for showing', () => {
    for (const key of keys) {
      expect(Buffer.from(hashApiKey(key)).toString('hex')).toBe(createHash('sha256').update(key).digest('hex'))
      expect(apiKeyPrefix(key)).toBe(key.slice(0, 11))
    }
  })
})

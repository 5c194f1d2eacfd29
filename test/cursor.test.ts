import fc from 'fast-check'
import { expect, it } from 'vitest'
import { newId } from '../src/core/ids.js'
import { decodeCursor, encodeCursor } from '../src/events/cursor.js'

const organization = newId('Organization')
const other = newId('Organization')
const position = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })
const refusal = expect.objectContaining({
  code: 'BAD_REQUEST',
  details: [{ path: 'after', message: 'is not a cursor of the event log' }],
})

const outcome = (organizationId: string, cursor: string): unknown => {
  try {
    return decodeCursor(organizationId, cursor, 'after')
  } catch (error) {
    return error
  }
}

it('a cursor brings back the position it was made of, and is safe in a URL', () => {
  fc.assert(
    fc.property(position, (at) => {
      const cursor = encodeCursor(organization, at)
      expect(cursor).toMatch(/^[\w-]{16}$/)
      expect(outcome(organization, cursor)).toBe(at)
    }),
  )
})

it("another organization's cursor is refused", () => {
  fc.assert(
    fc.property(position, (at) => {
      expect(outcome(organization, encodeCursor(other, at))).toEqual(refusal)
    }),
  )
})

it('a cursor with one wrong character is refused', () => {
  const sign = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. ')
  fc.assert(
    fc.property(position, fc.nat({ max: 15 }), sign, (at, index, wrong) => {
      const cursor = encodeCursor(organization, at)
      fc.pre(cursor[index] !== wrong)
      expect(outcome(organization, cursor.slice(0, index) + wrong + cursor.slice(index + 1))).toEqual(refusal)
    }),
    { numRuns: 500 },
  )
})

it('a cursor that was cut, lengthened, padded or wrapped in spaces is refused', () => {
  const cursor = encodeCursor(organization, 42n)
  for (const wrong of [
    ...Array.from(cursor, (_, length) => cursor.slice(0, length)),
    `${cursor}A`,
    `${cursor}AAAA`,
    `${cursor}=`,
    ` ${cursor}`,
    `${cursor}\n`,
    cursor.repeat(2),
  ]) {
    expect(outcome(organization, wrong)).toEqual(refusal)
  }
})

it('whatever else a client sends is refused, and nothing else is thrown', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    fc.constantFrom(
      '',
      '0',
      '1',
      '-1',
      'null',
      'undefined',
      'AAAAAAAAAAAAAAAA',
      '________________',
      'x'.repeat(1_000_000),
    ),
  )
  fc.assert(
    fc.property(text, (given) => {
      expect(outcome(organization, given)).toEqual(refusal)
    }),
    { numRuns: 500 },
  )
})

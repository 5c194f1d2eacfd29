import fc from 'fast-check'
import { expect } from 'vitest'
import type { Answer } from './server.js'

const givenRuns = process.env.KAANHA_FUZZ_RUNS
/** The long form, of `npm run audit`. */
export const longFuzz = givenRuns !== undefined

/** Fixed, so that a failure comes again; what fast-check prints of it is the smallest input that still fails. */
export const fuzzRuns = { seed: 20_260_101, numRuns: Number(givenRuns ?? 120) }

/** Under other programs' load a few hundred requests may take their time. */
export const fuzzTimeoutMs = longFuzz ? 3_600_000 : 180_000

/** In the long form the server's memory can be looked at, and it says little, since all that it says is kept. */
export const fuzzServer = longFuzz ? { env: { NODE_OPTIONS: '--inspect=127.0.0.1:0', LOG_LEVEL: 'warn' } } : {}

let answered = 0
/** How many inputs this file has sent so far and found answered without harm. */
export const inputs = (): number => answered

export const check = <Ts extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof Ts]: fc.Arbitrary<Ts[K]> },
  property: (...args: Ts) => Promise<void>,
): Promise<void> => fc.assert(fc.asyncProperty(...arbitraries, property), fuzzRuns)

/** What has broken programs: NUL, halves of surrogate pairs, the signs of SQL, JSON, LIKE and paths, ids of nothing. */
const known = [
  ...['', ' ', '\0', 'a\0b', '\ud83d', '\udc4d', '%', '_', '\\', '{}', '[]', 'null', 'NaN', '-1', '0', '1e999'],
  ...['\'; DROP TABLE "Contact"; --', '99999999999999999999', '../../etc/passwd', '$(id)', 'x'.repeat(5000)],
  ...['__proto__', 'constructor', 'toString', '+919812345678', 'wamid.x'],
  ...['con', 'cnv', 'msg', 'mbr', 'zzz'].map((prefix) => `${prefix}_01h2xcejqtf2nbrexx3vqjhp41`),
  'con_81h2xcejqtf2nbrexx3vqjhp41',
]

export const nasty: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(...known),
)

const deep = fc.integer({ min: 1, max: 150 }).map((levels) => {
  let value: unknown = 'leaf'
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value }
  return value
})

const plain = [null, true, false, 0, -1, 1.5, 2 ** 53, -(2 ** 31), 1e308, [], {}, [[]], [null]]

export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: nasty },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }) },
  { weight: 2, arbitrary: fc.constantFrom(...plain) },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: fc.array(nasty, { maxLength: 60 }) },
)

/** An object of some of these fields with anything in them. */
export const bodyOf = (...fields: string[]) => fc.dictionary(fc.constantFrom(...fields, '__proto__'), anyJson)

/** As headers are: latin1, without what ends a line. */
export const headerText: fc.Arbitrary<string> = fc.oneof(
  // Several together stay below 16 KB, beyond which Node answers 431 by itself.
  nasty.map((text) =>
    text
      .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
      .slice(0, 2000)
      .trim(),
  ),
  fc.constantFrom('Bearer', 'bearer \t', 'Basic eDp5', 'Bearer kaanha_', `Bearer kaanha_${'a'.repeat(36)}`, 'sha256='),
)

/** As bodies are: any bytes, or JSON of anything. */
export const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  anyJson.map((value) => Buffer.from(JSON.stringify(value) ?? '')),
)

export const encoding = fc.constantFrom('identity', 'gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'x')

/** A query string of anything, well-formed as fetch has it. */
export const queryString = (record: Record<string, string>) =>
  new URLSearchParams(Object.entries(record).map(([key, value]) => [key, value.toWellFormed()])).toString()

/** Whatever was sent: an answer below 500 with its request id, and none of our insides in it. */
export function expectHarmless({ status, headers, text, json }: Answer): void {
  expect(status).toBeLessThan(500)
  expect(headers.get('x-request-id')).toMatch(/^[\w.-]{1,128}$/)
  expect(text).not.toMatch(/\n\s+at .*:\d+:\d+|node_modules|Something went wrong on our side/)
  if (status >= 400 && json?.error !== undefined && json.jsonrpc === undefined) {
    expect(json).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), error: expect.stringMatching(/\S/) })
  }
  answered++
}

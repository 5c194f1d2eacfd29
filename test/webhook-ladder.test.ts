import { describe, expect, test } from 'vitest'
import { hoursMs, minutesMs, secondsMs } from '../src/core/clock.js'
import { parseRetryAfter } from '../src/core/retry-after.js'
import { disableAfterMs, maxRetryAfterMs, reasonToDisable, waitAfterFailure } from '../src/webhooks/ladder.js'

const documented = [secondsMs(5), secondsMs(25), minutesMs(2)]
const extended = [...documented, minutesMs(30), hoursMs(2), hoursMs(5), hoursMs(10)]
const ladders = { DOCUMENTED: documented, EXTENDED: extended } as const
const now = new Date('2026-11-24T12:00:00.000Z')

describe.each(['DOCUMENTED', 'EXTENDED'] as const)('the ladder %s', (retries) => {
  const rungs = ladders[retries]

  test('has these waits, and then ends', () => {
    const waits = Array.from({ length: rungs.length + 2 }, (_, i) => waitAfterFailure(retries, i + 1, null, 0))
    expect(waits).toEqual([...rungs, null, null])
  })

  test('is never earlier, and at most a tenth later', () => {
    rungs.forEach((rung, i) => {
      for (const random of [0, 0.25, 0.5, 0.999]) {
        const waitMs = waitAfterFailure(retries, i + 1, null, random) ?? 0
        expect(waitMs).toBeGreaterThanOrEqual(rung)
        expect(waitMs).toBeLessThanOrEqual(rung * 1.1)
      }
      expect(waitAfterFailure(retries, i + 1, null, 0.5)).toBe(rung * 1.05)
    })
  })

  test('waits as long as the endpoint asks for, never shorter than the rung, and a day at most', () => {
    rungs.forEach((rung, i) => {
      expect(waitAfterFailure(retries, i + 1, 0, 0)).toBe(rung)
      expect(waitAfterFailure(retries, i + 1, rung - 1, 0)).toBe(rung)
      expect(waitAfterFailure(retries, i + 1, rung + 1, 0)).toBe(rung + 1)
      expect(waitAfterFailure(retries, i + 1, hoursMs(10_000), 0)).toBe(maxRetryAfterMs)
    })
    expect(waitAfterFailure(retries, rungs.length + 1, secondsMs(60), 0)).toBe(null)
  })
})

test.each([
  ['120', 120_000],
  [' 7 ', 7000],
  ['0', 0],
  ['Tue, 24 Nov 2026 12:01:30 GMT', 90_000],
  ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
  [['30', '60'], 30_000],
  ['-1', null],
  ['1.5', null],
  ['soon', null],
  ['12345678901234567890', null],
  ['2026', 2_026_000],
  ['', null],
  [undefined, null],
])('Retry-After %j means %s ms', (header, ms) => {
  expect(parseRetryAfter(header, now)).toBe(ms)
})

describe('an endpoint is disabled', () => {
  const since = (ms: number) => new Date(now.getTime() - ms)

  test('at once where it answers 410, whatever came before', () => {
    expect(reasonToDisable(410, now, now)).toContain('410')
  })

  test('after five days in which everything failed, not a moment sooner', () => {
    expect(disableAfterMs).toBe(hoursMs(120))
    for (const code of [null, 404, 500]) {
      expect(reasonToDisable(code, since(disableAfterMs - 1), now)).toBe(null)
      expect(reasonToDisable(code, since(disableAfterMs), now)).toContain('five days')
    }
  })

  test.each([null, 301, 400, 401, 404, 411, 429, 500, 503])('not for a single %s', (code) => {
    expect(reasonToDisable(code, now, now)).toBe(null)
  })
})

import { describe, expect, it } from 'vitest'
import { createPace } from '../src/broadcasts/driver/pace.js'

/** Takes whatever may go, every 50 ms; answers how many went in each second. */
function run(pace: ReturnType<typeof createPace>, seconds: number, startMs = 0): number[] {
  const each = Array<number>(seconds).fill(0)
  for (let nowMs = startMs; nowMs < startMs + seconds * 1000; nowMs += 50) {
    const count = pace.available(nowMs)
    pace.take(count, nowMs)
    each[Math.floor((nowMs - startMs) / 1000)] = (each[Math.floor((nowMs - startMs) / 1000)] ?? 0) + count
  }
  return each
}

const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)

describe('the pace of a number', () => {
  it.each([1, 80, 1000])('is held within 1% over a minute at %i a second, and never exceeded by a second', (rate) => {
    const each = run(createPace(rate, 0), 61).slice(1)
    expect(Math.abs(sum(each) / 60 - rate) / rate).toBeLessThan(0.01)
    expect(Math.max(...each)).toBeLessThanOrEqual(rate + 1)
  })

  it('catches up with a stall of up to half a second, and with no more', () => {
    const pace = createPace(80, 0)
    expect(pace.available(500)).toBe(40)
    expect(pace.available(1000)).toBe(40)
    expect(pace.available(60_000)).toBe(40)
  })

  it('halves when WhatsApp says that it is too fast, at most once a second, and comes back', () => {
    const pace = createPace(80, 0)
    for (const nowMs of [1000, 1100, 1900]) pace.tooFast(nowMs)
    expect(pace.rate(2000)).toBe(40)
    pace.tooFast(2000)
    expect(pace.rate(2000)).toBe(20)
    expect(pace.rate(7000)).toBe(20)
    expect(pace.rate(12_000)).toBe(40)
    expect(pace.rate(60_000)).toBe(80)
  })

  it('never stops altogether, however often it is too fast', () => {
    const pace = createPace(80, 0)
    for (let nowMs = 0; nowMs < 60_000; nowMs += 1000) pace.tooFast(nowMs)
    expect(pace.rate(60_000)).toBeGreaterThanOrEqual(1)
  })

  it('is a half for a number rated YELLOW and a tenth for one rated RED', () => {
    const pace = createPace(80, 0)
    const rates = ['GREEN', 'YELLOW', 'RED', null, 'UNKNOWN'].map((rating) => {
      pace.setQuality(rating)
      return pace.rate(0)
    })
    expect(rates).toEqual([80, 40, 8, 80, 80])
    pace.setMost(1000)
    expect(pace.rate(0)).toBe(1000)
  })
})

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { DomainError } from '../src/core/errors.js'
import { connectRedis } from '../src/limits/redis.js'
import { type LimitVerdict, limitError, limitHeaders } from '../src/limits/verdict.js'
import { limitsOver } from './support/limits.js'
import { silentLogger } from './support/silent-logger.js'

const testRedisUrl = process.env.TEST_REDIS_URL

const refused: LimitVerdict = {
  name: 'requests',
  allowed: false,
  limit: 120,
  remaining: 0,
  resetSeconds: 12,
  retryAfterSeconds: 12,
}

/** The same guarantees, whoever counts. */
function countsLike(store: () => Redis | null) {
  it('allows exactly the limit out of attempts that come all at once', async () => {
    const { requests } = limitsOver(store(), { requestsPerMinute: 5 })
    const verdicts = await Promise.all(Array.from({ length: 9 }, () => requests.consume('203.0.113.1')))
    expect(verdicts.filter((verdict) => verdict?.allowed)).toHaveLength(5)
    expect(verdicts.filter((verdict) => verdict && !verdict.allowed)).toHaveLength(4)
  })

  it('counts down to zero, and a refusal says when to come back', async () => {
    const { requests } = limitsOver(store())
    const verdicts = []
    for (let attempt = 0; attempt < 4; attempt++) verdicts.push(await requests.consume('203.0.113.1'))
    expect(verdicts.map((verdict) => verdict?.remaining)).toEqual([2, 1, 0, 0])
    expect(verdicts.map((verdict) => verdict?.allowed)).toEqual([true, true, true, false])
    expect(verdicts[0]).toMatchObject({ name: 'requests', limit: 3, retryAfterSeconds: 0 })
    expect(verdicts[3]?.retryAfterSeconds).toBeGreaterThanOrEqual(1)
    expect(verdicts[3]?.retryAfterSeconds).toBeLessThanOrEqual(60)
    expect(Number.isInteger(verdicts[3]?.retryAfterSeconds)).toBe(true)
  })

  it('counts each address, each recipient and each organization apart', async () => {
    const { requests, sends } = limitsOver(store(), { requestsPerMinute: 1, sendsPerHour: 1 })
    expect(await requests.consume('203.0.113.1')).toMatchObject({ allowed: true })
    expect(await requests.consume('203.0.113.2')).toMatchObject({ allowed: true })
    expect(await sends.consume('org_a', 'con_1')).toMatchObject({ allowed: true })
    expect(await sends.consume('org_a', 'con_2')).toMatchObject({ allowed: true })
    expect(await sends.consume('org_b', 'con_1')).toMatchObject({ allowed: true })
    expect(await sends.consume('org_a', 'con_1')).toMatchObject({ allowed: false })
  })

  it('lets one more send go out for each that was given back, whatever was refused in between', async () => {
    const { sends } = limitsOver(store())
    const consume = () => sends.consume('org_a', 'con_1')
    await consume()
    await consume()
    for (let attempt = 0; attempt < 3; attempt++) expect(await consume()).toMatchObject({ allowed: false })
    expect(await sends.giveBack('org_a', 'con_1')).toMatchObject({ remaining: 1 })
    expect(await consume()).toMatchObject({ allowed: true, remaining: 0 })
    expect(await consume()).toMatchObject({ allowed: false })
  })

  it('never allows more than the limit for sends given back that were not counted in this window', async () => {
    const { sends } = limitsOver(store())
    await Promise.all(Array.from({ length: 3 }, () => sends.giveBack('org_a', 'con_1')))
    const verdicts = await Promise.all(Array.from({ length: 4 }, () => sends.consume('org_a', 'con_1')))
    expect(verdicts.filter((verdict) => verdict?.allowed)).toHaveLength(2)
  })

  it('peeks without counting, and says no where a send would be refused', async () => {
    const { sends } = limitsOver(store())
    const peek = () => sends.peek('org_a', 'con_1')
    expect(await peek()).toEqual({
      name: 'sends',
      allowed: true,
      limit: 2,
      remaining: 2,
      resetSeconds: 0,
      retryAfterSeconds: 0,
    })
    await sends.consume('org_a', 'con_1')
    await peek()
    expect(await peek()).toMatchObject({ allowed: true, remaining: 1 })
    await sends.consume('org_a', 'con_1')
    expect(await peek()).toMatchObject({ allowed: false, remaining: 0 })
    expect((await peek())?.retryAfterSeconds).toBeGreaterThanOrEqual(1)
  })

  it('counts each key, and the uploads of each organization, apart from all else', async () => {
    const { requests, keyRequests, uploads } = limitsOver(store(), {
      requestsPerMinute: 1,
      requestsPerKeyPerMinute: 1,
      uploadsPerHour: 1,
    })
    for (const name of ['a', 'b']) {
      expect(await requests.consume(name)).toMatchObject({ allowed: true, limit: 1 })
      expect(await keyRequests.consume(name)).toMatchObject({ allowed: true, limit: 1 })
      expect(await uploads.consume(name)).toMatchObject({ allowed: true, limit: 1 })
    }
    expect(await keyRequests.consume('a')).toMatchObject({ name: 'keyRequests', allowed: false })
    expect(await uploads.consume('a')).toMatchObject({ name: 'uploads', allowed: false })
  })

  it('is off at 0: every answer is null', async () => {
    const { requests, sends } = limitsOver(store(), { requestsPerMinute: 0, sendsPerHour: 0 })
    expect(await requests.consume('203.0.113.1')).toBeNull()
    expect(await sends.consume('org_a', 'con_1')).toBeNull()
    expect(await sends.giveBack('org_a', 'con_1')).toBeNull()
    expect(await sends.peek('org_a', 'con_1')).toBeNull()
  })
}

describe('limits counted in this process', () => {
  countsLike(() => null)

  describe('as time passes', () => {
    afterEach(() => {
      vi.useRealTimers()
    })

    it('end with their window, and refused attempts do not lengthen the wait', async () => {
      vi.useFakeTimers()
      const { requests } = limitsOver(null, { requestsPerMinute: 1 })
      const consume = () => requests.consume('203.0.113.1')
      expect(await consume()).toMatchObject({ allowed: true, resetSeconds: 60 })
      await vi.advanceTimersByTimeAsync(30_000)
      expect(await consume()).toMatchObject({ allowed: false, retryAfterSeconds: 30 })
      await vi.advanceTimersByTimeAsync(29_900)
      expect(await consume()).toMatchObject({ allowed: false, retryAfterSeconds: 1 })
      await vi.advanceTimersByTimeAsync(100)
      expect(await consume()).toMatchObject({ allowed: true, resetSeconds: 60 })
    })

    it('forget a send given back after the window that counted it has ended', async () => {
      vi.useFakeTimers()
      const { sends } = limitsOver(null, { sendsPerHour: 1 })
      await sends.consume('org_a', 'con_1')
      await vi.advanceTimersByTimeAsync(3_600_000)
      expect(await sends.giveBack('org_a', 'con_1')).toMatchObject({ remaining: 1 })
      expect(await sends.consume('org_a', 'con_1')).toMatchObject({ allowed: true })
      expect(await sends.consume('org_a', 'con_1')).toMatchObject({ allowed: false })
    })

    it('hold a timer for each address only until its window ends', async () => {
      vi.useFakeTimers()
      const { requests } = limitsOver(null)
      for (let host = 0; host < 500; host++) await requests.consume(`2001:db8:0:${host.toString(16)}::/64`)
      expect(vi.getTimerCount()).toBe(500)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(vi.getTimerCount()).toBe(0)
    })
  })
})

describe.skipIf(!testRedisUrl)('limits counted in Redis (needs TEST_REDIS_URL)', () => {
  let redis: Redis
  beforeAll(async () => {
    redis = connectRedis(testRedisUrl ?? '', silentLogger)
    await once(redis, 'ready')
  })
  afterAll(() => redis.disconnect())

  countsLike(() => redis)

  it('are one count for several servers', async () => {
    const other = connectRedis(testRedisUrl ?? '', silentLogger)
    try {
      await once(other, 'ready')
      const keyPrefix = `test:${randomUUID()}`
      const servers = [limitsOver(redis, { keyPrefix }), limitsOver(other, { keyPrefix })]
      const verdicts = await Promise.all(
        Array.from({ length: 8 }, (_, attempt) => servers[attempt % 2]?.requests.consume('203.0.113.1')),
      )
      expect(verdicts.filter((verdict) => verdict?.allowed)).toHaveLength(3)
    } finally {
      other.disconnect()
    }
  })

  it('leave no key behind that does not expire', async () => {
    const keyPrefix = `test:${randomUUID()}`
    const { requests, sends } = limitsOver(redis, { keyPrefix, requestsPerMinute: 1 })
    await requests.consume('203.0.113.1')
    await requests.consume('203.0.113.1')
    await sends.giveBack('org_a', 'con_1')
    await sends.consume('org_a', 'con_2')
    const keys = await redis.keys(`${keyPrefix}*`)
    expect(keys).toHaveLength(3)
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0)
  })
})

describe('what a limit tells the caller', () => {
  it('is both spellings of the headers', () => {
    const standing = { 'RateLimit-Limit': '120', 'RateLimit-Remaining': '0', 'RateLimit-Reset': '12' }
    const legacy = { 'X-RateLimit-Limit': '120', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '12' }
    expect(limitHeaders(refused)).toEqual({ ...standing, ...legacy })
  })

  it('is RATE_LIMITED with the wait, as a number and in words, and with what the headers say', () => {
    const error = limitError(refused)
    expect(error).toBeInstanceOf(DomainError)
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 12 })
    expect(error.limit).toEqual({ limit: 120, remaining: 0, resetSeconds: 12 })
    expect(error.message).toBe('Too many requests: 120 a minute are allowed from one address. Try again in 12 seconds.')
    expect(limitError({ ...refused, name: 'sends', limit: 20, retryAfterSeconds: 3_001 }).message).toBe(
      'Too many messages to this recipient: 20 an hour are allowed. Try again in 51 minutes.',
    )
  })
})

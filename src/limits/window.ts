import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Logger } from '../core/logger.js'
import { type LimitName, limitTable } from './table.js'
import type { LimitVerdict } from './verdict.js'

export type LimitStore = {
  /** Null: this process counts alone. */
  redis: Redis | null
  keyPrefix: string
  logger: Logger
}

/**
 * One limit: a window begins with a key's first attempt, `limit` attempts are allowed in it, and it ends by itself,
 * so that refused attempts never lengthen the wait. Keys expire in Redis and in memory alike.
 */
export type Window = {
  consume(key: string): Promise<LimitVerdict>
  giveBack(key: string): Promise<LimitVerdict>
  peek(key: string): Promise<LimitVerdict>
}

export function createWindow(name: LimitName, limit: number, store: LimitStore): Window {
  const { givesBack } = limitTable[name]
  const limiter = createLimiter(name, limit, store)

  function verdict(result: RateLimiterRes, allowed: boolean): LimitVerdict {
    const resetSeconds = Math.max(0, Math.ceil(result.msBeforeNext / 1000))
    return {
      name,
      allowed,
      limit,
      remaining: Math.min(limit, result.remainingPoints),
      resetSeconds,
      retryAfterSeconds: allowed ? 0 : Math.max(1, resetSeconds),
    }
  }

  const peeked = (result: RateLimiterRes) => verdict(result, result.remainingPoints > 0)

  async function reward(key: string): Promise<RateLimiterRes> {
    const result = await limiter.reward(key)
    // The window that counted the attempt may have ended: nothing is given back to the next one.
    return result.consumedPoints < 0 ? limiter.penalty(key, 1) : result
  }

  return {
    async consume(key) {
      try {
        return verdict(await limiter.consume(key), true)
      } catch (refusal) {
        // The library rejects with a plain result where the attempt is refused, with an Error where it failed.
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        // It has counted the refused attempt too; left there, it would swallow the next one that is given back.
        if (givesBack) await reward(key)
        return verdict(refusal, false)
      }
    },
    giveBack: async (key) => peeked(await reward(key)),
    peek: async (key) => peeked((await limiter.get(key)) ?? new RateLimiterRes(limit, 0, 0)),
  }
}

function createLimiter(name: LimitName, points: number, { redis, keyPrefix, logger }: LimitStore) {
  const options = { points, duration: limitTable[name].windowSeconds, keyPrefix: `${keyPrefix}:${name}` }
  if (!redis) return new RateLimiterMemory(options)
  return new RateLimiterRedis({
    ...options,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new InsuranceLimiter(options, logger),
  })
}

/** Counts in this process while Redis does not answer, and says so, once a minute at most. */
class InsuranceLimiter extends RateLimiterMemory {
  #silentUntilMs = 0
  readonly #logger: Logger

  constructor(options: { points: number; duration: number; keyPrefix: string }, logger: Logger) {
    super(options)
    this.#logger = logger
  }

  override consume(...args: Parameters<RateLimiterMemory['consume']>): Promise<RateLimiterRes> {
    const nowMs = performance.now()
    if (nowMs >= this.#silentUntilMs) {
      this.#silentUntilMs = nowMs + 60_000
      this.#logger.warn({ limit: this.keyPrefix }, 'Redis does not answer: this process counts the limit alone')
    }
    return super.consume(...args)
  }
}

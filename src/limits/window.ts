import type { Redis } from 'ioredis'
import { RateLimiterRes } from 'rate-limiter-flexible'
import type { Logger } from '../core/logger.js'
import { createMemoryCounter, createRedisCounter } from './counter.js'
import type { StandIn } from './stand-in.js'
import { type LimitName, windowLimits } from './table.js'
import type { LimitVerdict } from './verdict.js'

export type LimitStore = {
  /** Null: this process counts alone. */
  redis: Redis | null
  /** Counts while Redis is away. */
  standIn: StandIn
  keyPrefix: string
  logger: Logger
  refused: (limit: LimitName) => void
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

export function createWindow(
  name: LimitName,
  limit: number,
  { redis, standIn, keyPrefix, logger, refused }: LimitStore,
): Window {
  const { givesBack, windowSeconds } = windowLimits[name]
  const options = { points: limit, duration: windowSeconds, keyPrefix: `${keyPrefix}:${name}` }
  const counter = redis ? createRedisCounter(options, redis, standIn, logger) : createMemoryCounter(options)

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
    const result = await counter.add(key, -1)
    // The window that counted the attempt may have ended: nothing is given back to the next one.
    return result.consumedPoints < 0 ? counter.add(key, 1) : result
  }

  return {
    async consume(key) {
      const { result, allowed } = await counter.consume(key)
      // A refused attempt has been counted too; left there, it would swallow the next one that is given back.
      if (!allowed && givesBack) await reward(key)
      if (!allowed) refused(name)
      return verdict(result, allowed)
    },
    giveBack: async (key) => peeked(await reward(key)),
    peek: async (key) => peeked((await counter.get(key)) ?? new RateLimiterRes(limit, 0, 0)),
  }
}

import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Logger } from '../core/logger.js'

export type CounterOptions = { points: number; duration: number; keyPrefix: string }

/** Counts attempts by key, each key in a window that its first attempt begins. */
export type Counter = {
  consume(key: string): Promise<{ result: RateLimiterRes; allowed: boolean }>
  /** Counts so many more, or fewer, without asking whether they are allowed. */
  add(key: string, points: number): Promise<RateLimiterRes>
  get(key: string): Promise<RateLimiterRes | null>
}

/** In this process alone. */
export function createMemoryCounter(options: CounterOptions): Counter {
  const limiter = new RateLimiterMemory(options)
  return {
    consume: (key) => outcome(limiter.consume(key)),
    add: (key, points) => limiter.penalty(key, points),
    get: (key) => limiter.get(key),
  }
}

/** The library rejects with a plain result where the attempt is refused, with an Error where it failed. */
async function outcome(consuming: Promise<RateLimiterRes>): Promise<{ result: RateLimiterRes; allowed: boolean }> {
  try {
    return { result: await consuming, allowed: true }
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    return { result: refusal, allowed: false }
  }
}

/** Sets a count that Redis has lost, where what it has is less. */
const raise = `if tonumber(redis.call('get', KEYS[1]) or '0') < tonumber(ARGV[1]) then
  redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
end`

/**
 * In Redis, for several servers; while it does not answer, in this process. A server keeps beside it what it last heard
 * of each window: that is where it goes on counting when Redis is away, and what it tells a Redis that has come back
 * without it. So a window that a server has begun to count it never counts from the beginning again.
 */
export function createRedisCounter(options: CounterOptions, redis: Redis, logger: Logger): Counter {
  const own = new OwnCount(options, logger)
  const shared = new RateLimiterRedis({
    ...options,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: own,
  })
  const restoring = new Map<string, Promise<void>>()
  const connection = connectionOf(redis)

  /** Before anything is counted: a Redis of which it is not certain that it still has this window is told of it. */
  async function restore(key: string): Promise<void> {
    const known = await own.get(key)
    if (!known || redis.status !== 'ready' || (await own.heardOn(key)) === connection.number) return
    const running = restoring.get(key) ?? tell(key, known).finally(() => restoring.delete(key))
    restoring.set(key, running)
    await running
  }

  async function tell(key: string, known: RateLimiterRes): Promise<void> {
    const ms = Math.ceil(known.msBeforeNext)
    if (ms <= 0 || known.consumedPoints <= 0) return
    try {
      await redis.eval(raise, 1, shared.getKey(key), known.consumedPoints, ms)
      await own.hear(key, known, connection.number)
    } catch {
      // Away again: this process goes on counting.
    }
  }

  async function heard(key: string, result: RateLimiterRes): Promise<void> {
    if (!own.made(result)) await own.hear(key, result, connection.number)
  }

  return {
    async consume(key) {
      await restore(key)
      const { result, allowed } = await outcome(shared.consume(key))
      await heard(key, result)
      return { result, allowed }
    },
    async add(key, points) {
      await restore(key)
      const result = await shared.penalty(key, points)
      await heard(key, result)
      return result
    },
    async get(key) {
      await restore(key)
      return shared.get(key)
    },
  }
}

const connectionNumbers = new WeakMap<Redis, { number: number }>()

/** Counts the connections of a client: what was heard on an earlier one may be lost to the Redis of this one. */
function connectionOf(redis: Redis): { number: number } {
  const known = connectionNumbers.get(redis)
  if (known) return known
  const connection = { number: 0 }
  redis.on('ready', () => {
    connection.number++
  })
  connectionNumbers.set(redis, connection)
  return connection
}

/** The insurance: what this process knows of each window, and counts on by itself while Redis does not answer. */
class OwnCount extends RateLimiterMemory {
  /** On which connection to Redis each key was last heard of; forgotten together with the window. */
  readonly #heardOn: RateLimiterMemory
  readonly #made = new WeakSet<RateLimiterRes>()
  #silentUntilMs = 0
  readonly #logger: Logger

  constructor(options: CounterOptions, logger: Logger) {
    super(options)
    this.#heardOn = new RateLimiterMemory(options)
    this.#logger = logger
  }

  /** Whether this process counted it alone. */
  made = (result: RateLimiterRes): boolean => this.#made.has(result)

  async heardOn(key: string): Promise<number | undefined> {
    return (await this.#heardOn.get(key))?.consumedPoints
  }

  /** Takes over what Redis says. */
  async hear(key: string, { consumedPoints, msBeforeNext }: RateLimiterRes, connection: number): Promise<void> {
    const seconds = Math.max(msBeforeNext, 1) / 1000
    await this.set(key, consumedPoints, seconds)
    await this.#heardOn.set(key, connection, seconds)
  }

  override async consume(...args: Parameters<RateLimiterMemory['consume']>): Promise<RateLimiterRes> {
    this.#warn()
    try {
      return await this.#mark(args[0], super.consume(...args))
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) this.#made.add(refusal)
      throw refusal
    }
  }

  override penalty(...args: Parameters<RateLimiterMemory['penalty']>): Promise<RateLimiterRes> {
    return this.#mark(args[0], super.penalty(...args))
  }

  async #mark(key: string | number, counting: Promise<RateLimiterRes>): Promise<RateLimiterRes> {
    // Redis has not heard of this attempt, whether it has gone or only hung.
    await this.#heardOn.delete(key)
    const result = await counting
    this.#made.add(result)
    return result
  }

  /** Once a minute at most. */
  #warn(): void {
    const nowMs = performance.now()
    if (nowMs < this.#silentUntilMs) return
    this.#silentUntilMs = nowMs + 60_000
    this.#logger.warn({ limit: this.keyPrefix }, 'Redis does not answer: this process counts the limit alone')
  }
}

import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Logger } from '../core/logger.js'
import { connectionOf } from './connection.js'
import type { KnownWindow, StandIn } from './stand-in.js'

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
 * In Redis, for several servers; while it does not answer, in the stand-in, and where that does not answer either, in
 * this process. A server keeps beside it what it last heard of each window: the stand-in is told of it as soon as Redis
 * has gone, and a Redis that comes back without it is told too. So all servers together allow what the window allows,
 * and a window that one of them has begun to count is never counted from the beginning again.
 */
export function createRedisCounter(options: CounterOptions, redis: Redis, standIn: StandIn, logger: Logger): Counter {
  const own = new OwnCount(options, standIn, logger)
  const shared = new RateLimiterRedis({
    ...options,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: own,
  })
  const restoring = new Map<string, Promise<void>>()
  const connection = connectionOf(redis)
  connection.lost(async () => standIn.hear(await own.windows()))
  connection.found(async () => {
    await standIn.settle()
    for (const key of own.keys()) await restore(key)
  })

  /** Before anything is counted: a Redis of which it is not certain that it still has this window is told of it. */
  async function restore(key: string): Promise<void> {
    const known = await own.get(key)
    if (!known || redis.status !== 'ready' || (await own.heardOn(key)) === connection.number) return
    const running = restoring.get(key) ?? tell(key, known).finally(() => restoring.delete(key))
    restoring.set(key, running)
    await running
  }

  async function tell(key: string, heard: RateLimiterRes): Promise<void> {
    const known = (await own.counted(key)) ?? heard
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

const secondsLeft = ({ msBeforeNext }: RateLimiterRes) => Math.max(msBeforeNext, 1) / 1000

/** In place of the number of a connection. */
const standInHeard = -1

/** The insurance: what this process knows of each window, and where it is counted while Redis does not answer. */
class OwnCount extends RateLimiterMemory {
  /** Where each key was last heard of: the connection to Redis, or the stand-in; forgotten together with the window. */
  readonly #heardOn: RateLimiterMemory
  readonly #made = new WeakSet<RateLimiterRes>()
  readonly #keys = new Set<string>()
  /** How many keys there may be before those whose windows have ended are forgotten. */
  #pruneAt = 1000
  #silentUntilMs = 0
  readonly #standIn: StandIn
  readonly #logger: Logger

  constructor(options: CounterOptions, standIn: StandIn, logger: Logger) {
    super(options)
    this.#heardOn = new RateLimiterMemory(options)
    this.#standIn = standIn
    this.#logger = logger
  }

  /** Whether it was counted without Redis. */
  made = (result: RateLimiterRes): boolean => this.#made.has(result)

  /** Of the windows that this process knows, and of some that have ended. */
  keys = (): string[] => [...this.#keys]

  /** Every window that this process knows and the stand-in may not. */
  async windows(): Promise<KnownWindow[]> {
    const windows: KnownWindow[] = []
    for (const key of this.keys()) {
      const known = await this.get(key)
      if (!known) this.#keys.delete(key)
      else if ((await this.heardOn(key)) !== standInHeard) windows.push(this.#window(key, known))
    }
    return windows
  }

  async heardOn(key: string): Promise<number | undefined> {
    return (await this.#heardOn.get(key))?.consumedPoints
  }

  /** What all servers have counted in the stand-in, where this one has too. */
  async counted(key: string): Promise<RateLimiterRes | null> {
    if ((await this.heardOn(key)) !== standInHeard) return null
    const window = await this.#standIn.get(this.getKey(key))
    return window && this.#result(window)
  }

  /** Takes over what Redis says. */
  async hear(key: string, result: RateLimiterRes, connection: number): Promise<void> {
    await this.#know(key, result)
    await this.#heardOn.set(key, connection, secondsLeft(result))
  }

  override async consume(...args: Parameters<RateLimiterMemory['consume']>): Promise<RateLimiterRes> {
    this.#warn()
    const together = await this.#together(`${args[0]}`, 1)
    if (together && together.consumedPoints > this.points) throw together
    if (together) return together
    try {
      return this.#mark(await super.consume(...args))
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) this.#mark(refusal)
      throw refusal
    }
  }

  override async penalty(...[key, points = 1, options]: Parameters<RateLimiterMemory['penalty']>) {
    return (await this.#together(`${key}`, points)) ?? this.#mark(await super.penalty(key, points, options))
  }

  /** Counts with the other servers; null where that cannot be done, and where this process knows that it is refused. */
  async #together(key: string, points: number): Promise<RateLimiterRes | null> {
    const told = (await this.heardOn(key)) === standInHeard
    // Redis has not heard of this attempt, whether it has gone or only hung.
    await this.#heardOn.delete(key)
    const known = await this.get(key)
    if (points > 0 && known && known.consumedPoints > this.points) return null
    const window = this.#window(key, known ?? new RateLimiterRes(this.points, this.duration * 1000, 0))
    const counted = await this.#standIn.add(told ? { ...window, consumed: 0 } : window, points)
    if (!counted) return null
    const result = this.#mark(this.#result(counted))
    // First of all: until then, what is known is taken for something that the stand-in has not heard of.
    await this.#heardOn.set(key, standInHeard, secondsLeft(result))
    await this.#know(key, result)
    return result
  }

  #result({ consumed, msLeft }: KnownWindow): RateLimiterRes {
    return new RateLimiterRes(Math.max(0, this.points - consumed), msLeft, consumed)
  }

  async #know(key: string, result: RateLimiterRes): Promise<void> {
    await this.set(key, result.consumedPoints, secondsLeft(result))
    this.#keys.add(key)
    if (this.#keys.size > this.#pruneAt) {
      // Forgets those that have ended.
      await this.windows()
      this.#pruneAt = Math.max(1000, 2 * this.#keys.size)
    }
  }

  #window(key: string, { consumedPoints, msBeforeNext }: RateLimiterRes): KnownWindow {
    return { name: this.getKey(key), consumed: consumedPoints, msLeft: Math.ceil(msBeforeNext) }
  }

  #mark(result: RateLimiterRes): RateLimiterRes {
    this.#made.add(result)
    return result
  }

  /** Once a minute at most. */
  #warn(): void {
    const nowMs = performance.now()
    if (nowMs < this.#silentUntilMs) return
    this.#silentUntilMs = nowMs + 60_000
    this.#logger.warn({ limit: this.keyPrefix }, 'Redis does not answer: the limit is counted without it')
  }
}

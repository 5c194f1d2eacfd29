import type { Redis } from 'ioredis'

/** The connection of a client to its Redis, which comes and goes. */
export type RedisConnection = {
  /** Counts them: what was heard on an earlier one may be lost to the Redis of this one. */
  readonly number: number
  /** Runs once each time that it is lost. What it throws is not heard of. */
  lost(then: () => Promise<void>): void
  /** Runs each time that there is one again. What it throws is not heard of. */
  found(then: () => Promise<void>): void
}

const connections = new WeakMap<Redis, RedisConnection>()

export function connectionOf(redis: Redis): RedisConnection {
  const known = connections.get(redis)
  if (known) return known
  let number = 0
  let ready = redis.status === 'ready'
  const whenLost: (() => Promise<void>)[] = []
  const whenFound: (() => Promise<void>)[] = []
  const runAll = (all: (() => Promise<void>)[]) => {
    for (const then of all) then().catch(() => undefined)
  }
  redis.on('ready', () => {
    number++
    ready = true
    runAll(whenFound)
  })
  redis.on('close', () => {
    // Every attempt to connect that fails closes, too.
    if (ready) runAll(whenLost)
    ready = false
  })
  const connection: RedisConnection = {
    get number() {
      return number
    },
    lost: (then) => whenLost.push(then),
    found: (then) => whenFound.push(then),
  }
  connections.set(redis, connection)
  return connection
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import { createDatabase } from '../src/database/client.js'
import { createPool } from '../src/database/pool.js'
import { connectRedis } from '../src/limits/redis.js'
import { onEveryStore } from './support/event-log.js'
import { freePort } from './support/free-port.js'
import { limitsOver } from './support/limits.js'
import { hasRedisServer } from './support/redis-process.js'
import { silentLogger } from './support/silent-logger.js'
import { eventually, within } from './support/wait.js'

describe.skipIf(!hasRedisServer)('limits while Redis is away (needs redis-server)', () => {
  const ending: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ending.splice(0)) await end()
  })

  async function startServer(port: number): Promise<ChildProcess> {
    const server = spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', ''], {
      stdio: 'ignore',
    })
    await once(server, 'spawn')
    ending.push(() => stop(server))
    return server
  }

  async function stop(server: ChildProcess): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exit = once(server, 'exit')
    server.kill('SIGKILL')
    await exit
  }

  function connect(port: number): Redis {
    const redis = connectRedis(`redis://127.0.0.1:${port}`, silentLogger)
    ending.push(() => redis.disconnect())
    return redis
  }

  const ready = (redis: Redis) => eventually(() => redis.status === 'ready')

  it('go on where they were when Redis dies, and where they were again when it comes back without its data', async () => {
    const port = await freePort()
    let server = await startServer(port)
    const redis = connect(port)
    await ready(redis)
    const { requests, sends } = limitsOver(redis, { requestsPerMinute: 6, sendsPerHour: 5 })
    const consume = () => within(5_000, requests.consume('203.0.113.1'))
    const send = () => within(5_000, sends.consume('org_a', 'con_1'))
    const lose = async () => {
      await stop(server)
      await eventually(() => redis.status !== 'ready')
    }
    const findAgain = async () => {
      server = await startServer(port)
      await ready(redis)
    }
    const remaining: unknown[] = []
    const both = async () => remaining.push([(await consume())?.remaining, (await send())?.remaining])

    await both()
    await both()
    await sends.giveBack('org_a', 'con_1')
    await lose()
    await both()
    await findAgain()
    await both()
    await lose()
    // Nobody asks between two outages.
    await findAgain()
    await lose()
    await findAgain()
    await both()
    await both()
    expect(remaining).toEqual([
      [5, 4],
      [4, 3],
      [3, 3],
      [2, 2],
      [1, 1],
      [0, 0],
    ])
    expect([await consume(), await send()]).toMatchObject([{ allowed: false }, { allowed: false }])
    expect(await redis.dbsize()).toBe(2)
    for (const key of await redis.keys('*')) expect(await redis.pttl(key)).toBeGreaterThan(0)
  })

  it('allow no more of many that come at once while Redis goes and comes', async () => {
    const port = await freePort()
    const server = await startServer(port)
    const redis = connect(port)
    await ready(redis)
    const { requests } = limitsOver(redis, { requestsPerMinute: 50 })
    const burst = () => Promise.all(Array.from({ length: 20 }, () => within(5_000, requests.consume('203.0.113.1'))))
    const verdicts = await burst()
    const during = burst()
    await stop(server)
    verdicts.push(...(await during))
    await eventually(() => redis.status !== 'ready')
    await startServer(port)
    await ready(redis)
    verdicts.push(...(await burst()))
    expect(verdicts.filter((verdict) => verdict?.allowed)).toHaveLength(50)
    expect(await burst()).not.toContainEqual(expect.objectContaining({ allowed: true }))
  })

  onEveryStore('with a database to stand in', (database) => {
    it('of two servers are one count throughout, whoever is asked, and over a second outage', async () => {
      const port = await freePort()
      let server = await startServer(port)
      const [one, two] = [connect(port), connect(port)]
      const both = (is: (redis: Redis) => boolean) => eventually(() => is(one) && is(two))
      const lose = async () => {
        await stop(server)
        await both(({ status }) => status !== 'ready')
      }
      const findAgain = async () => {
        server = await startServer(port)
        await both(({ status }) => status === 'ready')
      }
      await both(({ status }) => status === 'ready')
      const [first, second] = [one, two].map((redis) =>
        limitsOver(redis, { requestsPerMinute: 10, sendsPerHour: 4, keyPrefix: 'test:two', database: database() }),
      )
      const remaining = async (limits: typeof first) => (await limits?.requests.consume('203.0.113.1'))?.remaining
      const send = async (limits: typeof first) => (await limits?.sends.consume('org_a', 'con_1'))?.allowed

      expect([await remaining(first), await remaining(second), await remaining(second)]).toEqual([9, 8, 7])
      expect([await send(first), await send(second)]).toEqual([true, true])
      await lose()
      // The first has heard of one alone; the second has told of the rest.
      await eventually(async () => (await database().query('SELECT FROM "LimitWindow" WHERE heard = 3')).length === 1)
      expect([await remaining(first), await remaining(second), await remaining(first)]).toEqual([6, 5, 4])
      expect([await send(first), await send(second), await send(first)]).toEqual([true, true, false])
      await second?.sends.giveBack('org_a', 'con_1')
      await findAgain()
      await eventually(async () => (await database().query('SELECT FROM "LimitWindow" WHERE added <> 0')).length === 0)
      expect(await remaining(second)).toBe(3)
      await lose()
      expect([await remaining(second), await remaining(first), await remaining(second)]).toEqual([2, 1, 0])
      expect([await send(first), await send(second)]).toEqual([true, false])
      await findAgain()
      expect([
        await first?.requests.consume('203.0.113.1'),
        await second?.requests.consume('203.0.113.1'),
      ]).toMatchObject([{ allowed: false }, { allowed: false }])
    })
  })

  it('of two servers that have no database either are what each knows to be left', async () => {
    const port = await freePort()
    const server = await startServer(port)
    const [one, two] = [connect(port), connect(port)]
    await Promise.all([ready(one), ready(two)])
    const pool = createPool(`postgresql://127.0.0.1:${await freePort()}/gone`, { logger: silentLogger })
    const database = createDatabase(pool)
    ending.push(
      () => database.close(),
      () => pool.end(),
    )
    const [first, second] = [one, two].map((redis) =>
      limitsOver(redis, { requestsPerMinute: 6, keyPrefix: 'test:two', database }),
    )
    const consume = async (limits: typeof first) => (await limits?.requests.consume('203.0.113.1'))?.allowed
    for (let i = 0; i < 2; i++) expect([await consume(first), await consume(second)]).toEqual([true, true])
    await stop(server)
    await eventually(() => one.status !== 'ready' && two.status !== 'ready')
    // 4 were counted, of which the first has heard of 3.
    const alone = []
    for (let i = 0; i < 4; i++) alone.push([await consume(first), await consume(second)])
    expect(alone).toEqual([
      [true, true],
      [true, true],
      [true, false],
      [false, false],
    ])
    await startServer(port)
    await Promise.all([ready(one), ready(two)])
    expect([await consume(first), await consume(second)]).toEqual([false, false])
  })

  it('answer a request that Redis took and never answered', async () => {
    const port = await freePort()
    const server = await startServer(port)
    const redis = connect(port)
    await ready(redis)
    const { requests, sends } = limitsOver(redis)
    await requests.consume('203.0.113.1')

    server.kill('SIGSTOP')
    expect(await within(5_000, requests.consume('203.0.113.1'))).toMatchObject({ allowed: true, limit: 3 })
    expect(await within(5_000, sends.peek('org_a', 'con_1'))).toMatchObject({ allowed: true, remaining: 2 })
    expect(await within(5_000, sends.giveBack('org_a', 'con_1'))).toMatchObject({ remaining: 2 })
    await eventually(() => redis.status !== 'ready')

    server.kill('SIGCONT')
    await ready(redis)
    expect(await within(5_000, redis.ping())).toBe('PONG')
  })

  it('are counted from the start where Redis has never been there', async () => {
    const { requests } = limitsOver(connect(await freePort()), { requestsPerMinute: 1 })
    expect(await within(5_000, requests.consume('203.0.113.1'))).toMatchObject({ allowed: true })
    expect(await within(5_000, requests.consume('203.0.113.1'))).toMatchObject({ allowed: false })
  })
})

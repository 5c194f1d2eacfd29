import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createRedisBus } from '../src/events/redis-bus.js'
import { connectRedis } from '../src/limits/redis.js'
import {
  append,
  appended,
  carried,
  gate,
  newOrganization,
  numberOf,
  onPostgres,
  openLog,
  startReader,
  upTo,
  wholeLog,
} from './support/event-log.js'
import { freePort } from './support/free-port.js'
import { silentLogger } from './support/silent-logger.js'
import { eventually } from './support/wait.js'

const redisUrl = process.env.TEST_REDIS_URL ?? null

onPostgres('the event log of several sessions', (db) => {
  it('shows what commits first, and what was inserted before but committed after it behind that', async () => {
    const database = db()
    const log = openLog(database)
    const organization = await newOrganization(database)
    const reader = startReader(log, organization, 0n)
    const [inserted, commit] = [gate(), gate()]
    const first = database.transaction(async (tx) => {
      const numbers = await append(log, tx, organization, 2)
      inserted.open()
      await commit.opened
      return numbers
    })
    await inserted.opened
    const second = await appended(database, log, organization, 2)
    expect(await carried(reader, 2)).toEqual(second)
    expect(await log.head(organization)).toBe(2n)
    commit.open()
    const all = [...second, ...(await first)]
    expect(await carried(reader, 4)).toEqual(all)
    expect(reader.events.map((event) => event.position)).toEqual(upTo(4))
    expect(await wholeLog(database, log, organization)).toEqual(reader.events)
  })

  it('what was inserted before many that have their places already, and committed after them, comes before what follows it', async () => {
    const database = db()
    const log = openLog(database)
    const organization = await newOrganization(database)
    const reader = startReader(log, organization, 0n)
    const [inserted, commit] = [gate(), gate()]
    const slow = database.transaction(async (tx) => {
      const numbers = await append(log, tx, organization)
      inserted.open()
      await commit.opened
      return numbers
    })
    await inserted.opened
    const expected: number[] = []
    for (let step = 1; step <= 8; step++) {
      expected.push(...(await appended(database, log, organization)))
      await carried(reader, step)
    }
    commit.open()
    expected.push(...(await slow), ...(await appended(database, log, organization)))
    expect(await carried(reader, 10)).toEqual(expected)
    expect(reader.events.map((event) => event.position)).toEqual(upTo(10))
  })

  it('a transaction that stays open holds up no other organization and no later event', async () => {
    const database = db()
    const log = openLog(database)
    const [one, other] = [await newOrganization(database), await newOrganization(database)]
    const [inserted, commit] = [gate(), gate()]
    const open = database.transaction(async (tx) => {
      await append(log, tx, one)
      inserted.open()
      await commit.opened
      throw new Error('rolled back')
    })
    await inserted.opened
    const mine = startReader(log, one, 0n)
    const theirs = startReader(log, other, 0n)
    expect(await appended(database, log, other, 3)).toEqual(await carried(theirs, 3))
    const later = await appended(database, log, one, 3)
    expect(await carried(mine, 3)).toEqual(later)
    commit.open()
    await expect(open).rejects.toThrow('rolled back')
    const last = await appended(database, log, one)
    expect(await carried(mine, 4)).toEqual([...later, ...last])
    expect(mine.events.map((event) => event.position)).toEqual(upTo(4))
  })

  it('many writers at once over several organizations and two servers make dense logs, which every reader sees whole', async () => {
    const database = db()
    const logs = [openLog(database, { pollIntervalMs: 20 }), openLog(database, { pollIntervalMs: 20 })]
    const organizations = await Promise.all(Array.from({ length: 4 }, () => newOrganization(database)))
    const readers = organizations.flatMap((id) => logs.map((log) => ({ id, reader: startReader(log, id, 0n) })))
    const written = new Map<string, number[]>(organizations.map((id) => [id, []]))
    const writer = async (index: number) => {
      const log = logs[index % 2]
      const id = organizations[index % 4]
      if (!log || !id) throw new Error('a log and an organization')
      for (let i = 0; i < 10; i++) written.get(id)?.push(...(await appended(database, log, id, 1 + (i % 3))))
    }
    await Promise.all(Array.from({ length: 24 }, (_, index) => writer(index)))
    for (const id of organizations) {
      const whole = await wholeLog(database, openLog(database), id)
      expect(whole.map((event) => event.position)).toEqual(upTo(114))
      expect(new Set(whole.map(numberOf))).toEqual(new Set(written.get(id)))
      for (const { reader } of readers.filter((other) => other.id === id)) {
        await eventually(() => reader.events.length >= 114)
        expect(reader.events).toEqual(whole)
      }
    }
  })

  it('goes on by polling while the Redis that should wake the others is away', async () => {
    const database = db()
    const address = `redis://127.0.0.1:${await freePort()}`
    const [writing, reading] = [serverBus(address), serverBus(address)]
    const organization = await newOrganization(database)
    const reader = startReader(openLog(database, { bus: reading, pollIntervalMs: 20 }), organization, 0n)
    const written = await appended(database, openLog(database, { bus: writing }), organization, 3)
    expect(await carried(reader, 3)).toEqual(written)
  })

  describe.skipIf(redisUrl === null)('with Redis between two servers (TEST_REDIS_URL)', () => {
    it('wakes the readers of the other server without any polling, in order and whole', async () => {
      const database = db()
      const [one, other] = [serverBus(redisUrl ?? ''), serverBus(redisUrl ?? '')]
      const logs = [openLog(database, { bus: one }), openLog(database, { bus: other })]
      const organization = await newOrganization(database)
      const readers = logs.map((log) => startReader(log, organization, 0n))
      await eventually(async () => (await listeners(one.name)) + (await listeners(other.name)) === 2)
      const writing = logs.flatMap((log) => Array.from({ length: 30 }, () => appended(database, log, organization)))
      await Promise.all(writing)
      for (const reader of readers) {
        await eventually(() => reader.events.length === 60)
        expect(reader.events.map((event) => event.position)).toEqual(upTo(60))
      }
    })

    it('listens again after its subscription was cut', async () => {
      const database = db()
      const [one, other] = [serverBus(redisUrl ?? ''), serverBus(redisUrl ?? '')]
      const [writing, reading] = [openLog(database, { bus: one }), openLog(database, { bus: other })]
      const organization = await newOrganization(database)
      const reader = startReader(reading, organization, 0n)
      await eventually(async () => (await listeners(other.name)) === 1)
      const first = await appended(database, writing, organization)
      expect(await carried(reader, 1)).toEqual(first)
      const cut = await subscriptionOf(other.name)
      await admin((redis) => redis.client('KILL', 'ID', cut ?? ''))
      await eventually(async () => ![undefined, cut].includes(await subscriptionOf(other.name)))
      const second = await appended(database, writing, organization)
      expect(await carried(reader, 2)).toEqual([...first, ...second])
    })
  })
})

/** The bus of a server: its own connection under a name of its own, closed after the test. */
function serverBus(url: string) {
  const name = `test-${randomUUID()}`
  const address = new URL(url)
  address.searchParams.set('connectionName', name)
  const redis = connectRedis(address.href, silentLogger)
  onTestFinished(() => redis.disconnect())
  return { name, ...createRedisBus(redis, silentLogger) }
}

async function admin<T>(run: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(redisUrl ?? '')
  try {
    return await run(redis)
  } finally {
    redis.disconnect()
  }
}

/** The connections of this name that listen to a channel. */
const subscriptions = async (name: string): Promise<string[]> =>
  String(await admin((redis) => redis.client('LIST', 'TYPE', 'PUBSUB')))
    .split('\n')
    .filter((line) => line.includes(` name=${name} `) && line.includes(' sub=1 '))

const listeners = async (name: string) => (await subscriptions(name)).length
const subscriptionOf = async (name: string) => /\bid=(\d+)/.exec((await subscriptions(name))[0] ?? '')?.[1]

import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Database } from '../src/database/client.js'
import {
  append,
  appended,
  carried,
  insertUnsequenced,
  newOrganization,
  numberOf,
  onEveryStore,
  openLog,
  startReader,
  testBus,
  upTo,
  wholeLog,
} from './support/event-log.js'
import { eventually } from './support/wait.js'

onEveryStore('the event log', (db) => {
  it('gives events the order of their transaction, dense from 1, and each organization a log of its own', async () => {
    const database = db()
    const log = openLog(database)
    const [one, other] = [await newOrganization(database), await newOrganization(database)]
    const mine = [...(await appended(database, log, one, 3)), ...(await appended(database, log, one, 2))]
    const theirs = await appended(database, log, other, 2)
    const events = await wholeLog(database, log, one)
    expect(events.map(numberOf)).toEqual(mine)
    expect(events.map((event) => event.position)).toEqual(upTo(5))
    expect(await log.head(one)).toBe(5n)
    expect((await wholeLog(database, log, other)).map(numberOf)).toEqual(theirs)
  })

  it('ends behind whatever was committed before its end is asked for, whoever committed it', async () => {
    const database = db()
    const log = openLog(database)
    const organization = await newOrganization(database)
    for (let count = 1; count <= 20; count++) {
      await appended(database, log, organization, 1)
      expect(await log.head(organization)).toBe(BigInt(count))
    }
    await insertUnsequenced(database, organization, 2500)
    expect(await log.head(organization)).toBe(2520n)
  })

  it('leaves no gap where a transaction rolled back', async () => {
    const database = db()
    const log = openLog(database)
    const organization = await newOrganization(database)
    const reader = startReader(log, organization, 0n)
    const before = await appended(database, log, organization, 2)
    const rolledBack = database.transaction(async (tx) => {
      await append(log, tx, organization, 3)
      throw new Error('rolled back')
    })
    await expect(rolledBack).rejects.toThrow('rolled back')
    const after = await appended(database, log, organization, 1)
    expect(await carried(reader, 3)).toEqual([...before, ...after])
    expect(reader.events.map((event) => event.position)).toEqual(upTo(3))
  })

  it('keeps its promise under any schedule of writers, rollbacks and readers that join', async () => {
    const database = db()
    const transaction = fc.record({
      organization: fc.integer({ min: 0, max: 2 }),
      count: fc.integer({ min: 1, max: 4 }),
      turnsBefore: fc.integer({ min: 0, max: 30 }),
      turnsInside: fc.integer({ min: 0, max: 10 }),
      fails: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    })
    const joining = fc.record({
      organization: fc.integer({ min: 0, max: 2 }),
      turnsBefore: fc.integer({ min: 0, max: 40 }),
      fromStart: fc.boolean(),
      slow: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(transaction, { minLength: 10, maxLength: 40 }),
        fc.array(joining, { minLength: 3, maxLength: 8 }),
        (transactions, joins) => promiseKept(database, transactions, joins),
      ),
      { numRuns: 6, endOnFailure: true },
    )
  })

  it('brings a reader far behind up to a tail that keeps moving, and one that is up to date along with it', async () => {
    const database = db()
    const log = openLog(database)
    const organization = await newOrganization(database)
    await insertUnsequenced(database, organization, 4500)
    await appended(database, log, organization, 1)
    await eventually(async () => (await log.head(organization)) === 4501n)
    const ahead = startReader(log, organization, 4501n)
    const behind = startReader(log, organization, 0n)
    while (behind.events.length < 4400) {
      await appended(database, log, organization, 5)
      await turn()
    }
    const whole = await wholeLog(database, log, organization)
    expect(whole.map((event) => event.position)).toEqual(upTo(whole.length))
    await eventually(() => behind.events.length === whole.length)
    expect(behind.events).toEqual(whole)
    await eventually(() => ahead.events.length === whole.length - 4501)
    expect(ahead.events).toEqual(whole.slice(4501))
  })

  it('gives every one of many readers that join amid appends exactly what follows its place', async () => {
    const database = db()
    const log = openLog(database)
    const organization = await newOrganization(database)
    const readers = []
    for (let i = 0; i < 20; i++) {
      const writing = appended(database, log, organization, 3)
      const after = await log.head(organization)
      readers.push({ after, reader: startReader(log, organization, after) })
      await writing
    }
    const whole = await wholeLog(database, log, organization)
    expect(whole).toHaveLength(60)
    for (const { after, reader } of readers) {
      await eventually(() => reader.events.length >= whole.length - Number(after))
      expect(reader.events).toEqual(whole.slice(Number(after)))
    }
  })

  it('numbers what a server left behind that died between its commit and the wake-up, more than one step holds', async () => {
    const database = db()
    const organization = await newOrganization(database)
    await insertUnsequenced(database, organization, 2500)
    const log = openLog(database)
    const reader = startReader(log, organization, 0n)
    await eventually(() => reader.events.length === 2500)
    expect(reader.events.map(numberOf)).toEqual(upTo(2500).map((n) => -Number(n)))
  })

  it('two servers on one database number at once, and a reader of either sees all, in one order', async () => {
    const database = db()
    const logs = [openLog(database, { pollIntervalMs: 20 }), openLog(database, { pollIntervalMs: 20 })]
    const organization = await newOrganization(database)
    const readers = logs.map((log) => startReader(log, organization, 0n))
    const writing = logs.flatMap((log) => Array.from({ length: 40 }, () => appended(database, log, organization, 2)))
    const written = (await Promise.all(writing)).flat()
    const [one, other] = logs
    if (!one || !other) throw new Error('two logs')
    const whole = await wholeLog(database, one, organization)
    expect(whole.map(numberOf).sort()).toEqual(written.sort())
    expect(whole.map((event) => event.position)).toEqual(upTo(160))
    for (const reader of readers) {
      await eventually(() => reader.events.length >= 160)
      expect(reader.events).toEqual(whole)
    }
  })

  it('finds by polling what no wake-up told of, and goes on through wake-ups that are late, doubled or wrong', async () => {
    const database = db()
    const organization = await newOrganization(database)
    const writer = openLog(database)
    const silent = startReader(openLog(database, { pollIntervalMs: 20 }), organization, 0n)
    const bus = testBus()
    const told = startReader(openLog(database, { bus }), organization, 0n)
    const written: number[] = []
    const positions = [1_000_000n, 1n, 3n, 3n, 2n, 0n, 9n]
    for (const position of positions) {
      written.push(...(await appended(database, writer, organization)))
      await eventually(async () => (await writer.head(organization)) === BigInt(written.length))
      bus.tell(organization, position)
    }
    bus.tell(organization, BigInt(written.length))
    expect(await carried(silent, written.length)).toEqual(written)
    expect(await carried(told, written.length)).toEqual(written)
  })
})

type Transaction = {
  organization: number
  count: number
  turnsBefore: number
  turnsInside: number
  fails: boolean
}
type Joining = { organization: number; turnsBefore: number; fromStart: boolean; slow: boolean }

/** Runs a schedule; every log is dense and holds what was committed, every reader has exactly what follows its start. */
async function promiseKept(database: Database, transactions: Transaction[], joins: Joining[]): Promise<void> {
  const log = openLog(database)
  const organizations = [
    await newOrganization(database),
    await newOrganization(database),
    await newOrganization(database),
  ]
  const organizationAt = (index: number) => organizations[index] ?? ''
  const turns = async (count: number) => {
    for (let i = 0; i < count; i++) await turn()
  }
  const committed = new Map(organizations.map((organization) => [organization, [] as number[]]))

  const write = async ({ organization, count, turnsBefore, turnsInside, fails }: Transaction) => {
    await turns(turnsBefore)
    const numbers = await database
      .transaction(async (tx) => {
        const numbers = await append(log, tx, organizationAt(organization), count)
        await turns(turnsInside)
        if (fails) throw new Error('rolled back')
        return numbers
      })
      .catch(() => [])
    committed.get(organizationAt(organization))?.push(...numbers)
  }
  const join = async ({ organization, turnsBefore, fromStart, slow }: Joining) => {
    await turns(turnsBefore)
    const id = organizationAt(organization)
    const after = fromStart ? 0n : await log.head(id)
    return { id, after, reader: startReader(log, id, after, slow ? () => turns(3) : undefined) }
  }

  const [readers] = await Promise.all([Promise.all(joins.map(join)), Promise.all(transactions.map(write))])
  for (const organization of organizations) {
    const whole = await wholeLog(database, log, organization)
    expect(whole.map((event) => event.position)).toEqual(upTo(whole.length))
    expect(whole.map(numberOf).sort()).toEqual(committed.get(organization)?.sort())
    for (const { after, reader } of readers.filter(({ id }) => id === organization)) {
      await eventually(() => reader.events.length >= whole.length - Number(after))
      expect(reader.events).toEqual(whole.slice(Number(after)))
    }
  }
  await log.close()
}

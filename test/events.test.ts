import { getEventListeners } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Database } from '../src/database/client.js'
import type { Bus } from '../src/events/bus.js'
import type { Head } from '../src/events/sequencer.js'
import {
  append,
  appended,
  carried,
  insertUnsequenced,
  type LogStore,
  newOrganization,
  numberOf,
  openEmbeddedStore,
  openLog,
  openPostgresStore,
  startReader,
  trim,
  wholeLog,
} from './support/event-log.js'
import { testDatabaseUrl } from './support/fresh-postgres.js'
import { eventually, within } from './support/wait.js'

const waitMs = 15_000
const upTo = (count: number) => Array.from({ length: count }, (_, index) => BigInt(index + 1))

describe('the event log of the embedded database', () => holdsOnEveryStore(openEmbeddedStore))

describe.skipIf(testDatabaseUrl === null)('the event log of a PostgreSQL server (TEST_DATABASE_URL)', () => {
  holdsOnEveryStore(openPostgresStore)
})

/** What the log promises whichever database keeps it. */
function holdsOnEveryStore(open: () => Promise<LogStore>): void {
  let store: LogStore
  let database: Database
  beforeAll(async () => {
    store = await open()
    database = store.database
  })
  afterAll(() => store.close())

  it('gives events the order of their transaction, dense from 1, and each organization a log of its own', async () => {
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

  it('leaves no gap where a transaction rolled back', async () => {
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
    const organization = await newOrganization(database)
    await insertUnsequenced(database, organization, 2500)
    const log = openLog(database)
    const reader = startReader(log, organization, 0n)
    await eventually(() => reader.events.length === 2500)
    expect(reader.events.map(numberOf)).toEqual(upTo(2500).map((n) => -Number(n)))
  })

  it('two servers on one database number at once, and a reader of either sees all, in one order', async () => {
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
      bus.tell([{ organizationId: organization, position }])
    }
    bus.tell([{ organizationId: organization, position: BigInt(written.length) }])
    expect(await carried(silent, written.length)).toEqual(written)
    expect(await carried(told, written.length)).toEqual(written)
  })

  it('ends a waiting reader at once when it is aborted, and keeps nothing of it', async () => {
    const log = openLog(database)
    const organization = await newOrganization(database)
    const leaving = new AbortController()
    const waiting = log.follow(organization, 0n, leaving.signal)
    const staying = startReader(log, organization, 0n)
    const [n] = await appended(database, log, organization)
    expect(numberOf((await waiting.next()).value as never)).toBe(n)
    const next = waiting.next()
    await eventually(() => getEventListeners(leaving.signal, 'abort').length > 0)
    expect(log.following()).toEqual({ organizations: 1, readers: 2 })
    leaving.abort()
    expect(await within(waitMs, next)).toEqual({ done: true, value: undefined })
    expect(getEventListeners(leaving.signal, 'abort')).toEqual([])
    expect(log.following()).toEqual({ organizations: 1, readers: 1 })
    await staying.stop()
    expect(log.following()).toEqual({ organizations: 0, readers: 0 })
  })

  it('takes nothing for a reader that was aborted before it began', async () => {
    const log = openLog(database)
    const reader = log.follow(await newOrganization(database), 0n, AbortSignal.abort())
    expect(await within(waitMs, reader.next())).toEqual({ done: true, value: undefined })
    expect(log.following()).toEqual({ organizations: 0, readers: 0 })
  })

  it('ends every reader when it is closed, those that wait and those that are behind', async () => {
    const log = openLog(database)
    const organization = await newOrganization(database)
    await appended(database, log, organization, 3)
    await wholeLog(database, log, organization)
    const waiting = startReader(log, organization, 3n)
    const paused = startReader(log, organization, 0n, () => eventually(() => false).catch(() => undefined))
    await eventually(() => paused.events.length === 1)
    await log.close()
    expect(await within(waitMs, waiting.ended)).toBeUndefined()
  })

  it('lets readers wait while the database does not answer, the waiting and those behind, and go on afterwards', async () => {
    const log = openLog(database)
    const organization = await newOrganization(database)
    await appended(database, log, organization, 700)
    await eventually(async () => (await log.head(organization)) === 700n)
    const live = startReader(log, organization, 700n)
    let resume: () => void = () => undefined
    const resumed = new Promise<void>((resolve) => {
      resume = resolve
    })
    const behind = startReader(log, organization, 0n, () => (behind.events.length === 100 ? resumed : undefined))
    await eventually(() => behind.events.length === 100 && log.following().readers === 2)
    await database.query('ALTER TABLE "Event" RENAME TO "EventAway"')
    onTestFinished(() => database.query('ALTER TABLE IF EXISTS "EventAway" RENAME TO "Event"').then(() => undefined))
    resume()
    await eventually(() => behind.events.length === 500)
    await database.query('ALTER TABLE "EventAway" RENAME TO "Event"')
    const [n] = await appended(database, log, organization, 1)
    await eventually(() => behind.events.length === 701 && live.events.length === 1)
    expect(live.events.map(numberOf)).toEqual([n])
    expect(behind.events).toEqual(await wholeLog(database, log, organization))
  })

  describe('where the log has been trimmed', () => {
    it('refuses a cursor it no longer reaches back to, also where nothing is left', async () => {
      const log = openLog(database)
      const organization = await newOrganization(database)
      await appended(database, log, organization, 10)
      await wholeLog(database, log, organization)
      const at = (position: bigint) => log.startOf(organization, log.cursorOf(organization, position), 'after')
      await trim(database, organization, 4)
      await expect(at(3n)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' })
      expect([await at(4n), await at(7n), await at(10n)]).toEqual([4n, 7n, 10n])
      await trim(database, organization, 10)
      await expect(at(9n)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' })
      expect(await at(10n)).toBe(10n)
      const reader = startReader(log, organization, 10n)
      expect(await carried(reader, 0)).toEqual([])
      expect(await appended(database, log, organization)).toEqual(await carried(reader, 1))
    })

    it('tells a reader whose next events are gone, and the others read on', async () => {
      const log = openLog(database)
      const organization = await newOrganization(database)
      await appended(database, log, organization, 1200)
      await eventually(async () => (await log.head(organization)) === 1200n)
      let resume: () => void = () => undefined
      const resumed = new Promise<void>((resolve) => {
        resume = resolve
      })
      const slow = startReader(log, organization, 0n, () => (slow.events.length === 400 ? resumed : undefined))
      const live = startReader(log, organization, 1200n)
      await eventually(() => slow.events.length === 400)
      await trim(database, organization, 1100)
      resume()
      expect(await within(waitMs, slow.ended)).toMatchObject({ code: 'CURSOR_EXPIRED' })
      expect(slow.events.map((event) => event.position)).toEqual(upTo(500))
      expect(await appended(database, log, organization)).toEqual(await carried(live, 1))
    })

    it('goes on behind a gap that the tail itself ran into', async () => {
      const bus = testBus()
      const writer = openLog(database)
      const log = openLog(database, { bus })
      const organization = await newOrganization(database)
      const fallen = startReader(log, organization, 0n)
      await eventually(() => log.following().readers === 1)
      await appended(database, writer, organization, 2)
      await wholeLog(database, writer, organization)
      bus.tell([{ organizationId: organization, position: 2n }])
      await carried(fallen, 2)
      await appended(database, writer, organization, 8)
      const whole = await wholeLog(database, writer, organization)
      await trim(database, organization, 5)
      bus.tell([{ organizationId: organization, position: 10n }])
      expect(await within(waitMs, fallen.ended)).toMatchObject({ code: 'CURSOR_EXPIRED' })
      const keeping = startReader(log, organization, 8n)
      const joined = startReader(log, organization, 5n)
      expect(await carried(joined, 5)).toEqual(whole.slice(5).map(numberOf))
      expect(await carried(keeping, 2)).toEqual(whole.slice(8).map(numberOf))
    })
  })
}

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

/** A bus of the test's own, which tells what the test wants told. */
function testBus(): Bus & { tell(heads: Head[]): void } {
  let listener: (heads: Head[]) => void = () => undefined
  return {
    publish() {},
    subscribe(given) {
      listener = given
    },
    async close() {},
    tell: (heads) => listener(heads),
  }
}

import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import { newId } from '../../src/core/ids.js'
import { createDatabase, type Database, type Tx } from '../../src/database/client.js'
import { openEmbedded } from '../../src/database/embedded/open.js'
import { applyMigrations } from '../../src/database/migrate.js'
import { createPool } from '../../src/database/pool.js'
import { type Bus, createMemoryBus } from '../../src/events/bus.js'
import { createEventLog, type EventLog, type LoggedEvent } from '../../src/events/log.js'
import type { Head } from '../../src/events/sequencer.js'
import { createTestDatabase, testDatabaseUrl } from './fresh-postgres.js'
import { silentLogger } from './silent-logger.js'
import { eventually } from './wait.js'

type Store = { database: Database; close(): Promise<void> }

async function openEmbeddedStore(): Promise<Store> {
  const { pool, close } = await openEmbedded({ dataDir: null, logger: silentLogger })
  await applyMigrations({ pool, embedded: true })
  const database = createDatabase(pool)
  return {
    database,
    async close() {
      await database.close()
      await close()
    },
  }
}

async function openPostgresStore(): Promise<Store> {
  const { url, drop } = await createTestDatabase()
  const pool = createPool(url, { logger: silentLogger })
  await applyMigrations({ pool, embedded: false })
  const database = createDatabase(pool)
  return {
    database,
    async close() {
      await database.close()
      await pool.end()
      await drop()
    },
  }
}

/** Runs tests on the embedded database and on a PostgreSQL server; `database` gives the one of the suite. */
export function onEveryStore(what: string, tests: (database: () => Database) => void): void {
  describe(`${what} (embedded)`, () => tests(storeOfSuite(openEmbeddedStore)))
  onPostgres(what, tests)
}

/** Runs tests on a PostgreSQL server; they are skipped by name where there is none. */
export function onPostgres(what: string, tests: (database: () => Database) => void): void {
  describe.skipIf(testDatabaseUrl === null)(`${what} (PostgreSQL, TEST_DATABASE_URL)`, () =>
    tests(storeOfSuite(openPostgresStore)),
  )
}

function storeOfSuite(open: () => Promise<Store>): () => Database {
  let store: Store | null = null
  beforeAll(async () => {
    store = await open()
  })
  afterAll(() => store?.close())
  return () => {
    if (!store) throw new Error('The store is not open')
    return store.database
  }
}

export type LogOptions = { bus?: Bus; pollIntervalMs?: number | null }

/** An event log as one server has it, closed after the test. */
export function openLog(
  database: Database,
  { bus = createMemoryBus(), pollIntervalMs = null }: LogOptions = {},
): EventLog {
  const log = createEventLog({ database, bus, logger: silentLogger, pollIntervalMs })
  onTestFinished(async () => {
    await log.close()
    await bus.close()
  })
  return log
}

export async function newOrganization(database: Database): Promise<string> {
  const id = newId('Organization')
  await database.prisma.organization.create({ data: { id, slug: id, name: id } })
  return id
}

/** Positions from the first on. */
export const upTo = (count: number): bigint[] => Array.from({ length: count }, (_, index) => BigInt(index + 1))

/** A promise, and how to keep it. */
export function gate(): { opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

/** A bus of the test's own, which tells what the test wants told. */
export function testBus(): Bus & { tell(organizationId: string, position: bigint): void } {
  let listener: (heads: Head[]) => void = () => undefined
  return {
    publish() {},
    subscribe(given) {
      listener = given
    },
    async close() {},
    tell: (organizationId, position) => listener([{ organizationId, position }]),
  }
}

let counter = 0

/** Appends events inside a transaction; answers what they carry, which no other event does. */
export async function append(log: EventLog, tx: Tx, organizationId: string, count = 1): Promise<number[]> {
  const appended: number[] = []
  for (let i = 0; i < count; i++) {
    const n = ++counter
    await log.append(tx, { organizationId, type: 'message.updated', data: { n } })
    appended.push(n)
  }
  return appended
}

/** The same in a transaction of their own. */
export const appended = (database: Database, log: EventLog, organizationId: string, count = 1): Promise<number[]> =>
  database.transaction((tx) => append(log, tx, organizationId, count))

/** Committed events that nobody was told of, as a server leaves them that dies between commit and wake-up. */
export async function insertUnsequenced(database: Database, organizationId: string, count: number): Promise<void> {
  await database.query(
    `INSERT INTO "Event" ("organizationId", id, type, data)
     SELECT $1, 'evt_' || gen_random_uuid(), 'message.updated', jsonb_build_object('n', -n) FROM generate_series(1, $2) AS n`,
    [organizationId, count],
  )
}

export const trim = (database: Database, organizationId: string, upTo: bigint | number) =>
  database.query('DELETE FROM "Event" WHERE "organizationId" = $1 AND "position" <= $2', [organizationId, String(upTo)])

/** What an event carries. */
export const numberOf = (event: LoggedEvent): number => (event.data as { n: number }).n

/** Waits until everything committed has its place, and reads the log. */
export async function wholeLog(database: Database, log: EventLog, organizationId: string): Promise<LoggedEvent[]> {
  await eventually(async () => {
    const [row] = await database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM "Event" WHERE "organizationId" = $1 AND "position" IS NULL',
      [organizationId],
    )
    return row?.n === 0
  })
  const events: LoggedEvent[] = []
  for (;;) {
    const page = await log.read(organizationId, events.at(-1)?.position ?? 0n, 1000)
    if (page.length === 0) return events
    events.push(...page)
  }
}

export type Reader = {
  events: LoggedEvent[]
  /** What the reading ended with: an error, or undefined where it was stopped. */
  ended: Promise<unknown>
  stop(): Promise<unknown>
}

/** Reads on and on from a position, until it is stopped after the test at the latest. */
export function startReader(
  log: EventLog,
  organizationId: string,
  after: bigint,
  pause: () => Promise<unknown> | undefined = () => undefined,
): Reader {
  const stopped = new AbortController()
  const events: LoggedEvent[] = []
  const read = async () => {
    for await (const event of log.follow(organizationId, after, stopped.signal)) {
      events.push(event)
      await pause()
    }
  }
  const ended = read().catch((error: unknown) => error)
  const stop = () => {
    stopped.abort()
    return ended
  }
  onTestFinished(async () => void (await stop()))
  return { events, ended, stop }
}

/** Waits for a number of events, and answers what they carry. */
export async function carried(reader: Reader, count: number): Promise<number[]> {
  await eventually(() => reader.events.length >= count)
  return reader.events.map(numberOf)
}

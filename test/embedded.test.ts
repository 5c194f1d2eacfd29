import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { DataFolderUnusable } from '../src/database/embedded/data-folder.js'
import { type EmbeddedDatabase, type EmbeddedOptions, openEmbedded } from '../src/database/embedded/open.js'
import { keepUp } from '../src/database/embedded/upkeep.js'
import { DataFolderInUse } from '../src/database/lock-file.js'
import { startChild } from './support/children.js'
import { silentLogger } from './support/silent-logger.js'
import { temporaryFolder } from './support/temporary-folder.js'
import { within } from './support/wait.js'

/** What a server leaves that has made an empty table: made once, because making it takes seconds. */
let template: string
beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'kaanha-'))
  const database = await openEmbedded({ dataDir: template, logger: silentLogger })
  await database.pool.query('CREATE TABLE written (id int PRIMARY KEY, text text)')
  await database.close()
})
afterAll(() => rm(template, { recursive: true, force: true }))

async function dataFolder(): Promise<string> {
  const folder = await temporaryFolder()
  await cp(template, folder, { recursive: true })
  return folder
}

/** Closed after the test, if the test did not do so. */
async function open(options: Omit<EmbeddedOptions, 'logger'>): Promise<EmbeddedDatabase> {
  const database = await openEmbedded({ logger: silentLogger, ...options })
  onTestFinished(database.close)
  return database
}

const insert = ({ pool }: EmbeddedDatabase, id: number) => pool.query('INSERT INTO written (id) VALUES ($1)', [id])
const writtenIds = async ({ pool }: EmbeddedDatabase) =>
  (await pool.query<{ id: number }>('SELECT id FROM written ORDER BY id')).rows.map((row) => row.id)

describe('opening the embedded database', () => {
  it('leaves nothing but the database in the folder, and finds its rows again', async () => {
    const dataDir = await dataFolder()
    const first = await open({ dataDir })
    await insert(first, 1)
    await first.close()
    expect(await readdir(dataDir)).toEqual(['postgres'])
    expect(await writtenIds(await open({ dataDir }))).toEqual([1])
  })

  it('starts over where a start was killed while it made the database', async () => {
    const dataDir = join(await temporaryFolder(), 'made', 'with its parents')
    await mkdir(join(dataDir, 'postgres.new', 'base'), { recursive: true })
    await mkdir(join(dataDir, 'postgres'))
    await writeFile(join(dataDir, 'postgres.new', 'PG_VERSION'), '18\n')
    const database = await open({ dataDir })
    expect((await database.pool.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'server.lock'])
  })

  it('keeps its statistics, and uses the room of dead rows again, as a server does by itself', async () => {
    const { pool } = await open({ dataDir: await dataFolder() })
    const database = { query: async (sql: string) => (await pool.query(sql)).rows }
    const known = async () => {
      await pool.query('SELECT pg_stat_force_next_flush()')
      const { rows } = await pool.query(
        `SELECT c.reltuples AS rows, s.n_dead_tup::int AS dead FROM pg_class AS c JOIN pg_stat_user_tables AS s ON s.relid = c.oid
         WHERE c.relname = 'written'`,
      )
      return rows[0]
    }
    await pool.query('INSERT INTO written (id) SELECT generate_series(1, 1000)')
    await known()
    await keepUp(database)
    expect(await known()).toMatchObject({ rows: 1000 })
    await pool.query('DELETE FROM written WHERE id <= 500')
    expect(await known()).toMatchObject({ dead: 500 })
    await keepUp(database)
    expect(await known()).toEqual({ rows: 500, dead: 0 })
  })

  it('has the extensions that the migrations ask for', async () => {
    const { pool } = await open({ dataDir: await dataFolder() })
    await pool.query('CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin')
    await pool.query('CREATE INDEX ON written USING gin (id, text gin_trgm_ops)')
    expect((await pool.query("SELECT similarity('kaanha', 'kaanha') AS s")).rows).toEqual([{ s: 1 }])
  })

  it('is refused while another server has the folder, and works once that one was killed', async () => {
    const dataDir = await dataFolder()
    const other = startChild('embedded-child.mjs', 'write', dataDir)
    onTestFinished(other.kill)
    await other.nextLine()
    const refusal = await openEmbedded({ dataDir, logger: silentLogger }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(DataFolderInUse)
    expect(refusal).toMatchObject({ pid: other.pid })
    await other.kill()
    expect(await writtenIds(await open({ dataDir }))).toContain(1)
  })

  it('begins with the archive of another one, in memory', async () => {
    const first = await open({ dataDir: await dataFolder() })
    await insert(first, 1)
    const second = await open({ dataDir: null, archive: await first.dump() })
    await insert(first, 2)
    await insert(second, 3)
    expect(await writtenIds(first)).toEqual([1, 2])
    expect(await writtenIds(second)).toEqual([1, 3])
  })
})

describe('a folder that cannot be opened is one line of why, and stays as it is', () => {
  it.each([
    ['of another PostgreSQL', 'PG_VERSION', '17\n', /written by PostgreSQL 17, and this version reads 18 only/],
    ['without a readable version', 'PG_VERSION', '', /is not a database/],
    [
      'with a broken control file',
      'global/pg_control',
      'x'.repeat(8192),
      /cannot be opened \(FATAL: {2}.*incompatible/,
    ],
    ['without its settings', 'postgresql.conf', '= nonsense\n', /cannot be opened \(FATAL: {2}configuration file/],
  ])('%s', async (_, file, content, reason) => {
    const dataDir = await dataFolder()
    await writeFile(join(dataDir, 'postgres', file), content)
    const error = await openEmbedded({ dataDir, logger: silentLogger }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(DataFolderUnusable)
    expect(String(error)).toMatch(reason)
    expect(String(error)).not.toContain('\n')
    expect((await readdir(dataDir)).sort()).toEqual(['postgres'])
  })

  it('where something else lies in its place', async () => {
    const dataDir = await temporaryFolder()
    await mkdir(join(dataDir, 'postgres'))
    await writeFile(join(dataDir, 'postgres', 'letter.txt'), 'mine')
    await expect(openEmbedded({ dataDir, logger: silentLogger })).rejects.toThrow(/is not a database/)
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['letter.txt'])
  })
})

describe('closing the embedded database', () => {
  it('waits for the queries that were asked before, refuses later ones, and may be repeated', async () => {
    const dataDir = await dataFolder()
    const database = await open({ dataDir })
    const asked = Array.from({ length: 20 }, (_, id) => insert(database, id))
    const closed = database.close()
    await Promise.all(asked)
    await closed
    await database.close()
    await expect(insert(database, 99)).rejects.toThrow()
    expect(await writtenIds(await open({ dataDir }))).toHaveLength(20)
  })

  it('waits for a transaction, and rolls it back where it does not end in time', async () => {
    const dataDir = await dataFolder()
    const database = await open({ dataDir, drainTimeoutMs: 200 })
    await insert(database, 1)
    const forgotten = await database.pool.connect()
    await forgotten.query('BEGIN; INSERT INTO written (id) VALUES (2)')
    const waiting = insert(database, 3).catch((error: unknown) => String(error))
    await database.close()
    await expect(forgotten.query('COMMIT')).rejects.toThrow()
    forgotten.release()
    expect(await within(5_000, waiting)).toBe('Error: The embedded database is closed.')
    expect(await writtenIds(await open({ dataDir }))).toEqual([1])
  })
})

describe('the end of the embedded database', () => {
  it('by kill -9 while it writes loses no row that was acknowledged', async () => {
    const dataDir = await dataFolder()
    for (let round = 0; round < 2; round++) {
      const writer = startChild('embedded-child.mjs', 'write', dataDir)
      onTestFinished(writer.kill)
      for (let id = 1; id <= 500; id++) await writer.nextLine()
      await writer.kill()
      let acknowledged = 500
      for await (const line of writer.rest()) acknowledged = Number(line)

      const database = await open({ dataDir })
      const ids = await writtenIds(database)
      expect(ids.slice(0, acknowledged)).toEqual(Array.from({ length: acknowledged }, (_, i) => i + 1))
      expect(ids.length).toBeLessThanOrEqual(acknowledged + 1)
      await database.pool.query('TRUNCATE written')
      await database.close()
    }
  })

  it('by itself fails what is asked and whatever comes, and tells its listener once', async () => {
    const dataDir = await dataFolder()
    const database = await open({ dataDir })
    await insert(database, 1)
    const told: Error[] = []
    database.onExit((error) => told.push(error))
    // PGlite has nobody to read the rows from, and ends.
    const [failing, waiting] = await Promise.allSettled([
      database.pool.query('COPY written FROM STDIN'),
      database.pool.query('SELECT 1'),
    ])
    const expected = /^Error: The embedded database stopped unexpectedly: FATAL: {2}/
    expect(failing).toMatchObject({ status: 'rejected', reason: expect.anything() })
    expect(String(failing.status === 'rejected' && failing.reason)).toMatch(expected)
    expect(String(waiting.status === 'rejected' && waiting.reason)).toMatch(expected)
    await expect(database.pool.query('SELECT 1')).rejects.toThrow(/stopped unexpectedly/)
    await expect(database.dump()).rejects.toThrow(/stopped unexpectedly/)
    expect(told.map(String)).toEqual([expect.stringMatching(expected)])
    await new Promise<void>((resolve) => database.onExit(() => resolve()))

    await database.close()
    expect(await writtenIds(await open({ dataDir }))).toEqual([1])
  })
})

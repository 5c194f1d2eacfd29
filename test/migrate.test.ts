import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type EmbeddedDatabase, openEmbedded } from '../src/database/embedded/open.js'
import {
  applyMigrations,
  DatabaseNewerThanCode,
  DatabaseTooOld,
  MigrationError,
  migrationsDirectory,
} from '../src/database/migrate.js'
import { createPool } from '../src/database/pool.js'
import { readMigrations } from '../src/database/schema-engine.js'
import { freshPostgres, testDatabaseUrl } from './support/fresh-postgres.js'
import { silentLogger } from './support/silent-logger.js'
import { temporaryFolder } from './support/temporary-folder.js'
import { eventually, within } from './support/wait.js'

const init = `
-- A comment; with a semicolon
CREATE TABLE item (id int PRIMARY KEY, text text DEFAULT 'a;b');
CREATE FUNCTION answer() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 42; END $$;
-- The end, without a line end`
const addColumn = 'ALTER TABLE item ADD COLUMN added int;'

/** A folder of migrations, by name; a second call adds to the first or replaces. */
async function migrations(texts: Record<string, string>, directory?: string): Promise<string> {
  const folder = directory ?? (await temporaryFolder())
  for (const [name, sql] of Object.entries(texts)) {
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, 'migration.sql'), sql)
  }
  return folder
}

const columns = async (pool: pg.Pool) =>
  (
    await pool.query<{ name: string }>(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'item' ORDER BY ordinal_position",
    )
  ).rows.map((row) => row.name)

const history = async (pool: pg.Pool) =>
  (
    await pool.query<{ migration_name: string; done: boolean; given_up: boolean }>(
      `SELECT migration_name, finished_at IS NOT NULL AS done, rolled_back_at IS NOT NULL AS given_up
       FROM _prisma_migrations ORDER BY started_at`,
    )
  ).rows

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )

/** What holds on every database alike. `database` gives an empty one. */
function guarantees(embedded: boolean, database: () => Promise<pg.Pool>): void {
  const apply = (pool: pg.Pool, directory: string) => applyMigrations({ pool, embedded, directory })

  it('applies what is there in order, then only what is new, then nothing', async () => {
    const pool = await database()
    const directory = await migrations({ '0001_init': init })
    expect(await apply(pool, directory)).toEqual({ applied: ['0001_init'] })
    expect(await apply(pool, directory)).toEqual({ applied: [] })
    await migrations({ '0002_add': addColumn, '0003_more': 'ALTER TABLE item ADD COLUMN more int;' }, directory)
    expect(await apply(pool, directory)).toEqual({ applied: ['0002_add', '0003_more'] })
    expect(await apply(pool, directory)).toEqual({ applied: [] })
    expect(await columns(pool)).toEqual(['id', 'text', 'added', 'more'])
    expect((await pool.query('SELECT answer() AS n')).rows).toEqual([{ n: 42 }])
  })

  it('takes the same migration with CRLF line ends for the same', async () => {
    const pool = await database()
    await apply(pool, await migrations({ '0001_init': init }))
    expect(await apply(pool, await migrations({ '0001_init': init.replaceAll('\n', '\r\n') }))).toEqual({ applied: [] })
  })

  it('refuses a database that is newer than the code, and changes nothing', async () => {
    const pool = await database()
    await apply(pool, await migrations({ '0001_init': init, '0009_later': addColumn }))
    const before = await history(pool)
    const error = await failureOf(
      apply(pool, await migrations({ '0001_init': init, '0002_other': 'DROP TABLE item;' })),
    )
    expect(error).toBeInstanceOf(DatabaseNewerThanCode)
    expect(String(error)).toBe(
      'DatabaseNewerThanCode: The database has migration 0009_later which this version does not know: ' +
        'run the version that made it, or a newer one.',
    )
    expect(await history(pool)).toEqual(before)
    expect(await columns(pool)).toEqual(['id', 'text', 'added'])
  })

  it('refuses a migration whose text was changed after it was applied', async () => {
    const pool = await database()
    await apply(pool, await migrations({ '0001_init': init }))
    const error = await failureOf(apply(pool, await migrations({ '0001_init': `${init} changed` })))
    expect(error).toBeInstanceOf(MigrationError)
    expect(String(error)).toMatch(/^MigrationError: The migration 0001_init is another by now [^\n]*$/)
  })

  it('refuses a database that belongs to another program', async () => {
    const pool = await database()
    await pool.query('CREATE TABLE of_another (id int)')
    const error = await failureOf(apply(pool, await migrations({ '0001_init': init })))
    expect(String(error)).toMatch(/^MigrationError: The database holds tables of another program[^\n]*$/)
    expect(await columns(pool)).toEqual([])
  })

  it('keeps nothing of a migration that fails, says why in one line, and goes on once its text is corrected', async () => {
    const pool = await database()
    const directory = await migrations({ '0001_init': init, '0002_bad': `${addColumn} SELECT 1/0;`, '0003_more': '' })
    const error = await failureOf(apply(pool, directory))
    expect(error).toBeInstanceOf(MigrationError)
    expect(String(error)).toBe(
      'MigrationError: The migration 0002_bad failed and nothing of it was kept: division by zero',
    )
    expect(await columns(pool)).toEqual(['id', 'text'])
    await migrations({ '0002_bad': addColumn, '0003_more': 'ALTER TABLE item ADD COLUMN more int;' }, directory)
    expect(await apply(pool, directory)).toEqual({ applied: ['0002_bad', '0003_more'] })
    expect(await columns(pool)).toEqual(['id', 'text', 'added', 'more'])
    expect(await history(pool)).toEqual([
      { migration_name: '0001_init', done: true, given_up: false },
      { migration_name: '0002_bad', done: false, given_up: true },
      { migration_name: '0002_bad', done: true, given_up: false },
      { migration_name: '0003_more', done: true, given_up: false },
    ])
  })

  it('tries again where a process ended before its migration was committed', async () => {
    const pool = await database()
    const directory = await migrations({ '0001_init': init })
    await apply(pool, directory)
    await pool.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '0002_add')`)
    await migrations({ '0002_add': addColumn }, directory)
    expect(await apply(pool, directory)).toEqual({ applied: ['0002_add'] })
  })

  it('notes a migration as applied in the transaction that applies it', async () => {
    const pool = await database()
    const probe = `CREATE TABLE probe AS SELECT 1;
      CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.finished_at IS NOT NULL AND OLD.finished_at IS NULL THEN
          CREATE TABLE noted_by AS SELECT xmin::text = pg_current_xact_id()::xid::text AS same
            FROM pg_class WHERE relname = 'probe';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER noted BEFORE UPDATE ON _prisma_migrations FOR EACH ROW EXECUTE FUNCTION noted();`
    await apply(pool, await migrations({ '0001_probe': probe }))
    expect((await pool.query('SELECT same FROM noted_by')).rows).toEqual([{ same: true }])
  })
}

describe('migrations on the embedded database', () => {
  let database: EmbeddedDatabase
  beforeAll(async () => {
    database = await openEmbedded({ dataDir: null, logger: silentLogger })
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await database.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  })

  guarantees(true, async () => database.pool)

  it('tries a migration again that failed before, because nobody else could clear it', async () => {
    const directory = await migrations({ '0001_init': init, '0002_bad': 'INSERT INTO item VALUES (1);' })
    const apply = () => applyMigrations({ pool: database.pool, embedded: true, directory })
    await apply()
    await database.pool.query('DELETE FROM _prisma_migrations WHERE migration_name = $1', ['0002_bad'])
    expect(String(await failureOf(apply()))).toMatch(/0002_bad failed .*duplicate key/)
    await database.pool.query('DELETE FROM item')
    expect(await apply()).toEqual({ applied: ['0002_bad'] })
  })

  it('are refused on a PostgreSQL older than 15 before anything is done', async () => {
    const { pool } = database
    const client = await pool.connect()
    await client.query("CREATE FUNCTION current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT '140011' $$")
    await client.query('SET search_path = public, pg_catalog')
    client.release()
    onTestFinished(async () => void (await pool.query('RESET search_path')))
    const directory = await migrations({ '0001_init': init })
    const error = await failureOf(applyMigrations({ pool, embedded: true, directory }))
    expect(error).toBeInstanceOf(DatabaseTooOld)
    expect(String(error)).toMatch(/^DatabaseTooOld: The database is PostgreSQL 14, and 15 is the oldest[^\n]*$/)
    expect(await columns(pool)).toEqual([])
  })

  it('of the project apply to an empty database', async () => {
    const names = (await readMigrations(migrationsDirectory)).map((migration) => migration.name)
    expect(names.length).toBeGreaterThan(0)
    expect(await applyMigrations({ pool: database.pool, embedded: true })).toEqual({ applied: names })
    expect(await applyMigrations({ pool: database.pool, embedded: true })).toEqual({ applied: [] })
  })
})

describe('npm run migration -- --check', () => {
  const check = (folder: string) => promisify(execFile)(process.execPath, ['scripts/migration.mjs', '--check', folder])

  it('finds that the migrations make exactly what schema.prisma describes', async () => {
    expect((await check('prisma')).stdout).toBe('The migrations lead to schema.prisma.\n')
  })

  it('finds what is missing', async () => {
    const folder = await temporaryFolder()
    await cp('prisma', folder, { recursive: true })
    const schema = join(folder, 'schema.prisma')
    await writeFile(schema, `${await readFile(schema, 'utf8')}\nmodel Forgotten {\n  id String @id\n}\n`)
    const failure = await failureOf(check(folder))
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('CREATE TABLE "Forgotten"') })
    expect(failure).toMatchObject({ stderr: expect.not.stringContaining('INDEX') })
  })
})

describe.skipIf(testDatabaseUrl === null)('migrations on a PostgreSQL server (TEST_DATABASE_URL)', () => {
  async function pools(count: number): Promise<pg.Pool[]> {
    const url = await freshPostgres()
    return Array.from({ length: count }, () => {
      const pool = createPool(url, { logger: silentLogger, max: 2 })
      onTestFinished(() => pool.end())
      return pool
    })
  }
  const onePool = async () => (await pools(1))[0] as pg.Pool

  guarantees(false, onePool)

  it('are applied once where several servers start at the same time, and all of them start', async () => {
    const servers = await pools(5)
    const directory = await migrations({ '0001_init': init, '0002_add': `SELECT pg_sleep(0.3); ${addColumn}` })
    const outcomes = await within(
      30_000,
      Promise.all(servers.map((pool) => applyMigrations({ pool, embedded: false, directory }))),
    )
    expect(outcomes.map(({ applied }) => applied).sort()).toEqual([[], [], [], [], ['0001_init', '0002_add']])
  })

  it('leave no lock behind, and the pool its time limits', async () => {
    const pool = await onePool()
    await applyMigrations({ pool, embedded: false, directory: await migrations({ '0001_init': init }) })
    const locks = `SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
      WHERE locktype = 'advisory' AND datname = current_database()`
    // The server notices the end of a connection a moment after the client.
    await eventually(async () => (await pool.query(locks)).rowCount === 0)
    expect((await pool.query("SELECT current_setting('statement_timeout') AS t")).rows).toEqual([{ t: '30s' }])
  })

  it('may take longer than the statements of the server may', async () => {
    const url = new URL(await freshPostgres())
    url.searchParams.set('statement_timeout', '100')
    const pool = createPool(url.href, { logger: silentLogger })
    onTestFinished(() => pool.end())
    const directory = await migrations({ '0001_slow': 'SELECT pg_sleep(0.5); CREATE TABLE item (id int);' })
    expect(await applyMigrations({ pool, embedded: false, directory })).toEqual({ applied: ['0001_slow'] })
  })

  it('are not tried again by every restart where the same text has failed, until somebody has looked', async () => {
    const pool = await onePool()
    const directory = await migrations({ '0001_init': init, '0002_bad': 'SELECT 1/0;' })
    const apply = () => applyMigrations({ pool, embedded: false, directory })
    expect(String(await failureOf(apply()))).toMatch(/0002_bad failed and nothing/)
    const before = await history(pool)
    const refusal = String(await failureOf(apply()))
    expect(refusal).toMatch(/^MigrationError: The migration 0002_bad failed here before [^\n]*division by zero[^\n]*$/)
    expect(await history(pool)).toEqual(before)
    const cure = /run (DELETE .*?) and start again/.exec(refusal)?.[1] ?? ''
    await pool.query(cure)
    expect(String(await failureOf(apply()))).toMatch(/0002_bad failed and nothing/)
  })

  it('are not told that they failed while another server still runs them', async () => {
    const [first, second] = (await pools(2)) as [pg.Pool, pg.Pool]
    const gate = await first.connect()
    await gate.query('CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.gate ()')
    await gate.query('BEGIN; LOCK TABLE elsewhere.gate')
    const directory = await migrations({ '0001_init': `LOCK TABLE elsewhere.gate; ${init}` })
    const running = applyMigrations({ pool: first, embedded: false, directory })
    const waiting = applyMigrations({ pool: second, embedded: false, directory })
    await gate.query('ROLLBACK')
    gate.release()
    expect([(await running).applied, (await waiting).applied].sort()).toEqual([[], ['0001_init']])
  })
})

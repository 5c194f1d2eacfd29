import { createHash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { packageFile } from '../core/package-file.js'
import { type Migration, migrationList, noFilters, openSchemaEngine, readMigrations } from './schema-engine.js'

/** The message of each of these is one line for a person at a terminal. */
export class MigrationError extends Error {
  override name = 'MigrationError'
}

export class DatabaseNewerThanCode extends MigrationError {
  override name = 'DatabaseNewerThanCode'
}

export class DatabaseTooOld extends MigrationError {
  override name = 'DatabaseTooOld'
}

export type MigrateOptions = {
  pool: pg.Pool
  /** The embedded database: one session, ours alone, so there is nobody to wait for. */
  embedded: boolean
  /** Holds `NNNN_name/migration.sql` files; prisma/migrations where not given. */
  directory?: string
  /** The last one to apply, for data that is of an older version; the newest where not given. */
  upTo?: string
}

export const migrationsDirectory = packageFile('prisma/migrations')

const leastVersion = 15
/** Prisma's own key, so that its tools wait for us and we for them. */
const lockKey = 72707369
const lockTimeoutMs = 600_000

/**
 * Brings the database up to the migrations in `directory`; where it is there already, that is two short queries and the
 * engine is not loaded. Servers that start at once on one PostgreSQL take turns.
 *
 * A migration is applied whole or not at all: its script must hold no transaction control of its own.
 * Throws MigrationError, or a kind of it, where the database cannot be brought there.
 */
export async function applyMigrations(options: MigrateOptions): Promise<{ applied: string[] }> {
  const directory = options.directory ?? migrationsDirectory
  const { upTo } = options
  const known = (await readMigrations(directory)).filter(({ name }) => upTo === undefined || name <= upTo)
  if (isCurrent(await readState(options.pool), known)) return { applied: [] }
  if (options.embedded) return { applied: await migrate(options.pool, known, directory, true) }

  const connection = await lockedConnection(options.pool)
  try {
    return { applied: await migrate(connection, known, directory, false) }
  } finally {
    await connection.end()
  }
}

async function migrate(pool: pg.Pool, known: Migration[], directory: string, embedded: boolean): Promise<string[]> {
  const state = await readState(pool)
  refuse(state, known, embedded)
  if (isCurrent(state, known)) return []
  if (state.length > 0) await pool.query(dismissUnfinished)

  let failure: unknown = null
  const adapter = migrationAdapter(pool, (error) => {
    failure = error
  })
  const engine = await openSchemaEngine(adapter.factory)
  try {
    const input = { migrationsList: migrationList(directory, known), filters: noFilters }
    const { appliedMigrationNames } = await engine.applyMigrations(input)
    return appliedMigrationNames
  } catch (error) {
    throw await explain(pool, error, failure)
  } finally {
    engine.free()
    await adapter.dispose()
  }
}

/** `failure` is what the database said to a script, if it came to that; `error` what the engine made of it. */
async function explain(pool: pg.Pool, error: unknown, failure: unknown): Promise<MigrationError> {
  const cause = { cause: error }
  // https://www.prisma.io/docs/orm/reference/error-reference#p3005
  if (error instanceof Error && 'code' in error && error.code === 'P3005') {
    return new MigrationError('The database holds tables of another program: give this one an empty database.', cause)
  }
  const failed = (await readState(pool).catch(() => [])).find((row) => !row.finished)
  const reason = firstLine(failure ?? error)
  return new MigrationError(
    failed === undefined
      ? `The migrations cannot be applied: ${reason}`
      : `The migration ${failed.name} failed and nothing of it was kept: ${reason}`,
    cause,
  )
}

/** What Prisma's table says of one migration. Attempts that were given up are left out. */
type Row = { name: string; checksum: string; finished: boolean; logs: string | null }

async function readState(pool: pg.Pool): Promise<Row[]> {
  const { rows } = await pool.query<{ version: number; migrated: boolean }>(
    `SELECT current_setting('server_version_num')::int AS version,
            to_regclass('public._prisma_migrations') IS NOT NULL AS migrated`,
  )
  const version = Math.floor((rows[0]?.version ?? 0) / 10_000)
  if (version < leastVersion) {
    throw new DatabaseTooOld(
      `The database is PostgreSQL ${version}, and ${leastVersion} is the oldest that is supported: upgrade it.`,
    )
  }
  if (rows[0]?.migrated !== true) return []
  const state = await pool.query<Row>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished, logs
     FROM public._prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name COLLATE "C"`,
  )
  return state.rows
}

const isCurrent = (state: readonly Row[], known: readonly Migration[]): boolean =>
  state.length === known.length &&
  state.every((row, i) => row.finished && row.name === known[i]?.name && row.checksum === checksum(known[i].sql))

/** As Prisma makes it. */
const checksum = (sql: string): string => createHash('sha256').update(sql).digest('hex')

function refuse(state: readonly Row[], known: readonly Migration[], embedded: boolean): void {
  const checksums = new Map(known.map(({ name, sql }) => [name, checksum(sql)]))
  for (const { name, finished, checksum } of state) {
    if (!finished) continue
    if (!checksums.has(name)) {
      throw new DatabaseNewerThanCode(
        `The database has migration ${name} which this version does not know: run the version that made it, or a newer one.`,
      )
    }
    if (checksums.get(name) !== checksum) {
      throw new MigrationError(
        `The migration ${name} is another by now than when this database applied it: ` +
          'bring its text back, and make a new migration of the change.',
      )
    }
  }
  for (const { name, finished, checksum, logs } of state) {
    // Nothing of an unfinished migration was kept, so it can be tried again. Not where every restart would put a busy
    // server through the same failure; there somebody looks first.
    if (finished || embedded || logs === null || checksums.get(name) !== checksum) continue
    throw new MigrationError(
      `The migration ${name} failed here before and nothing of it was kept (${databaseLine(logs)}): remove the cause, ` +
        `then run DELETE FROM _prisma_migrations WHERE migration_name = '${name}' and start again.`,
    )
  }
}

/** Prisma refuses to go on while there is one; `rolled_back_at` is what its `migrate resolve --rolled-back` sets. */
const dismissUnfinished = `UPDATE public._prisma_migrations SET rolled_back_at = now()
  WHERE finished_at IS NULL AND rolled_back_at IS NULL`

/** Run with the script and so committed with it: no crash can leave a migration applied but not noted. */
const noteFinished = `UPDATE public._prisma_migrations SET finished_at = now()
  WHERE finished_at IS NULL AND rolled_back_at IS NULL`

/**
 * The lock belongs to a session and the engine takes it too, without ever giving it back; in the server's own pool it
 * would stay behind in a connection and keep the next server waiting. So the migrations have a connection to themselves,
 * which also has none of the pool's time limits: a migration takes as long as its data needs.
 */
async function lockedConnection(pool: pg.Pool): Promise<pg.Pool> {
  const { password } = pool.options
  const own = new pg.Pool({
    ...pool.options,
    ...(password === undefined ? {} : { password }),
    max: 1,
    min: 0,
    idleTimeoutMillis: 0,
    query_timeout: 0,
  })
  // The query that runs into it says so; an event that nobody hears would end the process.
  own.on('error', () => undefined)
  try {
    await own.query(
      `SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = ${lockTimeoutMs}`,
    )
    await own.query('SELECT pg_advisory_lock($1)', [lockKey])
    await own.query('SET lock_timeout = 0')
    return own
  } catch (error) {
    await own.end()
    if (!(error instanceof pg.DatabaseError) || error.code !== '55P03') throw error
    throw new MigrationError(
      `Another process has been migrating this database for ${lockTimeoutMs / 60_000} minutes: ` +
        'look at pg_stat_activity, and start again when it has ended.',
      { cause: error },
    )
  }
}

/**
 * The adapter's own executeScript cuts a script at every semicolon, also inside comments and function bodies, and runs
 * the pieces one by one. As one message the script is one transaction.
 */
function migrationAdapter(pool: pg.Pool, onFailure: (error: unknown) => void) {
  const base = new PrismaPg(pool)
  const connected: SqlDriverAdapter[] = []
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: base.provider,
    adapterName: base.adapterName,
    async connect() {
      const adapter = await base.connect()
      adapter.executeScript = async (script) => {
        try {
          await runScript(pool, `${script}\n;${noteFinished}`)
        } catch (error) {
          onFailure(error)
          throw toAdapterError(error)
        }
      }
      connected.push(adapter)
      return adapter
    },
    connectToShadowDb: () => Promise.reject(new Error('Migrations are applied without a shadow database.')),
  }
  return {
    factory,
    async dispose() {
      for (const adapter of connected) await adapter.dispose()
    },
  }
}

/** Keeps the connection when the script fails, and with it the lock. */
async function runScript(pool: pg.Pool, script: string): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query(script)
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

function toAdapterError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  return new DriverAdapterError({
    kind: 'postgres',
    code: error.code ?? 'N/A',
    severity: error.severity ?? 'N/A',
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
  })
}

/** The engine's errors are several lines: what kind it is, what the database said, and a trace. */
function databaseLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  const line = lines.find((line) => line !== '' && line !== 'external connector error') ?? ''
  return line.replace(/^Error querying the database: (ERROR: )?/, '')
}

const firstLine = (error: unknown): string => databaseLine(error instanceof Error ? error.message : String(error))

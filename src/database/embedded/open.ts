import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from '../../core/logger.js'
import { type Lock, takeLock } from '../lock-file.js'
import { watchPool } from '../pool.js'
import { DataFolderUnusable, prepareFolder } from './data-folder.js'
import { createDatabase, DatabaseThread } from './database-thread.js'

const defaultDrainTimeoutMs = 10_000

export type EmbeddedOptions = {
  /** The database lives in `postgres` under it; null = in memory, gone at the end. */
  dataDir: string | null
  logger: Pick<Logger, 'info' | 'warn' | 'error'>
  /** In memory only: begin with this database (from `dump`) instead of an empty one. */
  archive?: Uint8Array
  /** How long close() waits for queries and transactions in flight, 10 s. What is still open then is rolled back. */
  drainTimeoutMs?: number
}

export type EmbeddedDatabase = {
  /**
   * One connection, because there is one session: whatever asks for it while a transaction holds it waits, without a
   * limit in time. A query outside a transaction that the same code holds open therefore waits for ever.
   */
  pool: pg.Pool
  /** Waits for what is in flight, writes everything to its files, frees the folder. May be called again. */
  close(): Promise<void>
  /** Called once where the database ends by itself: every query fails from then on, and only a new start helps. */
  onExit(listener: (error: Error) => void): void
  /** The database as an archive for `archive`, for tests. Takes its turn on the connection. */
  dump(): Promise<Uint8Array>
}

/**
 * Opens PostgreSQL inside this process (PGlite, in a thread of its own), creating the database where there is none.
 *
 * Throws DataFolderInUse where a living process has the folder, DataFolderUnusable where its content cannot be opened.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { dataDir, logger } = options
  if (dataDir === null) {
    const archive = options.archive ?? (await createDatabase(null))
    return serve(await DatabaseThread.open(null, archive), null, options)
  }
  const root = resolve(dataDir)
  const lock = await lockFolder(root)
  try {
    const folder = await prepareFolder(root, (draft) => {
      logger.info({ folder: root }, 'creating the embedded database')
      return createDatabase(draft)
    }).catch((error: unknown) => Promise.reject(unusable(root, error)))
    const thread = await openFolder(folder)
    logger.warn(
      'embedded database: it survives a crash of the server, but a power cut can lose its last writes; ' +
        'set DATABASE_URL to a PostgreSQL server where that matters',
    )
    return serve(thread, lock, options)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function lockFolder(root: string): Promise<Lock> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 })
    return await takeLock(join(root, 'server.lock'))
  } catch (error) {
    throw unusable(root, error)
  }
}

/** What the system says of a folder (no permission, no space, not a folder), with what to do about it. */
function unusable(root: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  return new DataFolderUnusable(
    `The data folder ${root} cannot be used (${error.message}): ` +
      'let this user write there, or choose another folder with DATA_DIR.',
    { cause: error },
  )
}

async function openFolder(folder: string): Promise<DatabaseThread> {
  try {
    return await DatabaseThread.open(folder, null)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DataFolderUnusable(
      `The database in ${folder} cannot be opened (${reason}): restore it from a backup, or move it away to start empty.`,
      { cause: error },
    )
  }
}

function serve(thread: DatabaseThread, lock: Lock | null, options: EmbeddedOptions): EmbeddedDatabase {
  const pool = new pg.Pool({
    stream: () => thread.connect(),
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 0,
    // pg would otherwise take these from the PG* variables of the environment, which mean another server.
    host: 'localhost',
    port: 5432,
    user: 'postgres',
    database: 'postgres',
    ssl: false,
  })
  watchPool(pool, options.logger)

  let closed: Promise<void> | null = null
  const close = async () => {
    await drain(pool, options.drainTimeoutMs ?? defaultDrainTimeoutMs)
    await thread.close()
    await lock?.release()
  }
  return {
    pool,
    close: () => (closed ??= close()),
    onExit: (listener) => thread.onExit(listener),
    async dump() {
      const client = await pool.connect()
      try {
        return await thread.dump()
      } finally {
        client.release()
      }
    },
  }
}

/**
 * Everything that has asked for the connection gets it; nothing that comes later does. Where the time runs out, or the
 * thread is dead, the pool stays open and fails whatever still waits in it.
 */
async function drain(pool: pg.Pool, timeoutMs: number): Promise<void> {
  const drained = async () => {
    do {
      const client = await pool.connect()
      client.release()
    } while (pool.waitingCount > 0)
    await pool.end()
  }
  const timeout = new AbortController()
  await Promise.race([
    drained().catch(() => undefined),
    wait(timeoutMs, undefined, { signal: timeout.signal }).catch(() => undefined),
  ])
  timeout.abort()
}

import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type pg from 'pg'
import type { ClientBase } from 'pg'
import type { Config } from '../config.js'
import { minutesMs } from '../core/clock.js'
import type { Logger } from '../core/logger.js'
import { borrowSession, openSession, type Session } from '../database/copy/session.js'
import { openEmbedded } from '../database/embedded/open.js'
import { applyMigrations } from '../database/migrate.js'
import { createPool } from '../database/pool.js'
import { callOperator } from '../operator/call.js'
import { StartError } from '../start-error.js'
import type { Target } from './restore.js'

export type Opened<T> = T & { close(): Promise<void> }

/** The database of the configuration, to be read: a server, or the folder. @throws StartError where there is none. */
export async function openSource(config: Config, logger: Logger): Promise<Opened<{ client: ClientBase }>> {
  return config.databaseUrl === null ? openFolder(config.dataDir, logger) : reached(openSession(config.databaseUrl))
}

/**
 * The embedded database at one moment: a copy that the running server makes, or, with none running, the folder itself.
 */
export async function openCopy(dataDir: string, logger: Logger): Promise<Opened<{ client: ClientBase }>> {
  requireDatabase(dataDir)
  const made = await callOperator(dataDir, ['internal', 'copy'], minutesMs(10))
  if (made === null) return openFolder(dataDir, logger)
  const copy = made.stdout.trim()
  if (made.exitCode !== 0) {
    throw new StartError(
      `the running server made no copy of its database (${made.stderr.trim()}): stop it, and try again`,
    )
  }
  const remove = () => rm(copy, { recursive: true, force: true })
  try {
    const { client, close } = await openFolder(copy, logger)
    return { client, close: () => close().then(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}

/** The embedded database itself. @throws DataFolderInUse where a server runs on it, StartError where there is none. */
export async function openFolder(dataDir: string, logger: Logger): Promise<Opened<{ client: ClientBase }>> {
  requireDatabase(dataDir)
  const embedded = await openEmbedded({ dataDir, logger })
  const session = await borrowSession(embedded.pool)
  return { client: session.client, close: () => session.close().then(() => embedded.close()) }
}

export function requireDatabase(dataDir: string): void {
  if (existsSync(join(dataDir, 'postgres', 'PG_VERSION'))) return
  throw new StartError(
    `there is no database in ${resolve(dataDir)}: say with DATA_DIR where it is, or set DATABASE_URL`,
  )
}

/** The database that is to be filled: a server, or a folder, where an empty database is made if there is none. */
export async function openTarget(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  logger: Logger,
): Promise<Opened<Target>> {
  if (databaseUrl === null) {
    const { pool, close } = await openEmbedded({ dataDir, logger })
    return { ...targetOf(pool, true, () => borrowSession(pool)), close }
  }
  const pool = createPool(databaseUrl, { logger, max: 1 })
  const session = () => reached(openSession(databaseUrl))
  return { ...targetOf(pool, false, session), close: () => pool.end() }
}

function targetOf(pool: pg.Pool, embedded: boolean, session: () => Promise<Session>): Target {
  return {
    async migrate(upTo) {
      await reached(pool.query('SELECT 1'))
      await applyMigrations({ pool, embedded, ...(upTo === undefined ? {} : { upTo }) })
    },
    async fill(work) {
      const { client, close } = await session()
      await work(client).finally(close)
    },
  }
}

async function reached<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening
  } catch (error) {
    throw new StartError(`the database cannot be reached (${error instanceof Error ? error.message : String(error)})`)
  }
}

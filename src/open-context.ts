import type { Redis } from 'ioredis'
import type pg from 'pg'
import { createBackground } from './background.js'
import { type Closing, closeAll, withTimeout } from './closing.js'
import type { Config } from './config.js'
import type { Context } from './context.js'
import { type Clock, systemClock } from './core/clock.js'
import type { Logger } from './core/logger.js'
import { createSignal } from './core/signal.js'
import { createDatabase } from './database/client.js'
import { openEmbedded } from './database/embedded/open.js'
import { applyMigrations } from './database/migrate.js'
import { createPool } from './database/pool.js'
import { type Bus, createMemoryBus } from './events/bus.js'
import { createEventLog } from './events/log.js'
import { createLimits } from './limits/limits.js'
import { openMediaStore } from './media/open-store.js'
import type { Metrics } from './metrics/metrics.js'
import { createPublicFetcher } from './net/public-fetcher.js'
import { keysOfFolder } from './secrets/key-file.js'
import { createSecretBox } from './secrets/secret-box.js'
import { StartError } from './start-error.js'
import { createCloudApi } from './whatsapp/cloud-api.js'

/** At a stop, for queries that nobody waits for any more. */
const databaseDrainTimeoutMs = 1000

/** The domain's context alone, for the operator's commands. */
export async function openContext(config: Config, logger: Logger): Promise<{ ctx: Context; close(): Promise<void> }> {
  const closing: Closing = []
  try {
    const { ctx } = await createContext(config, logger, systemClock, closing, () => undefined)
    return { ctx, close: () => closeAll(closing, logger) }
  } catch (error) {
    await closeAll(closing, logger)
    throw error
  }
}

/**
 * Opens what the domain stands on: database (migrated), events, limits, WhatsApp, media. What it opened, `closing` ends.
 * @throws StartError, and others with one clear line.
 */
export async function createContext(
  config: Config,
  logger: Logger,
  clock: Clock,
  closing: Closing,
  fail: (error: Error) => void,
  metrics?: Metrics,
): Promise<{ ctx: Context; embedded: boolean; pool: pg.Pool }> {
  const embedded = config.databaseUrl === null
  const pool = await openPool(config, logger, closing, fail)
  const { applied } = await applyMigrations({ pool, embedded })
  if (applied.length > 0) logger.info({ applied }, 'the database has been migrated')
  const database = createDatabase(pool)
  closing.push(() => withTimeout(database.close(), databaseDrainTimeoutMs))

  const redis = config.redisUrl === null ? null : await openRedis(config.redisUrl, logger, closing)
  const events = createEvents(config, logger, database, redis, closing, metrics?.appended)
  const whatsapp = createCloudApi({ baseUrl: config.whatsapp.apiUrl, version: config.whatsapp.apiVersion })
  closing.push((msLeft) => withTimeout(whatsapp.close(), msLeft()))
  const publicFetcher = createPublicFetcher({ allowPrivate: config.allowPrivateUrls })
  closing.push(() => publicFetcher.close())
  const background = createBackground(logger)
  closing.push((msLeft) => withTimeout(background.drain(), msLeft()))
  const limits = createLimits({
    ...config.limits,
    redis: redis?.client ?? null,
    database,
    logger,
    ...(metrics ? { refused: metrics.refused } : {}),
  })
  const files = await openMediaStore(config)
  const mediaArrived = createSignal()
  const webhooksDue = createSignal()
  const broadcastsDue = createSignal()
  const agentTurnsDue = createSignal()
  const keys = config.encryptionKeys ?? (embedded ? await keysOfFolder(config.dataDir) : [])
  const secrets = createSecretBox(keys)
  const payments = config.stripe && (await openStripe(config.stripe))
  const parts = {
    payments,
    events,
    limits,
    whatsapp,
    files,
    publicFetcher,
    mediaArrived,
    webhooksDue,
    broadcastsDue,
    agentTurnsDue,
    secrets,
  }
  return { ctx: { config, database, clock, logger, background, ...parts }, embedded, pool }
}

/** Its library is loaded only where it is used. */
async function openStripe(settings: NonNullable<Config['stripe']>): Promise<Context['payments']> {
  const { createStripe } = await import('./payments/stripe.js')
  return createStripe(settings)
}

/** What needs the Redis client is loaded only where there is a Redis: it is 20 MB of memory. */
async function openRedis(url: string, logger: Logger, closing: Closing): Promise<{ client: Redis; bus: Bus }> {
  const [{ connectRedis }, { createRedisBus }] = await Promise.all([
    import('./limits/redis.js'),
    import('./events/redis-bus.js'),
  ])
  const client = connectRedis(url, logger)
  closing.push(() => client.disconnect())
  return { client, bus: createRedisBus(client, logger) }
}

function createEvents(
  config: Config,
  logger: Logger,
  database: Context['database'],
  redis: { bus: Bus } | null,
  closing: Closing,
  appended?: (types: string[]) => void,
): Context['events'] {
  const bus = redis?.bus ?? createMemoryBus()
  closing.push(() => bus.close())
  // Embedded, this process makes every event itself. With a server there may be others: Redis wakes, polling makes sure.
  const pollIntervalMs = config.databaseUrl === null ? null : redis ? 2000 : 500
  if (config.databaseUrl !== null && !redis) {
    logger.info({ pollIntervalMs }, 'without REDIS_URL, events of other servers are found by polling')
  }
  const events = createEventLog({ database, bus, logger, pollIntervalMs, ...(appended ? { appended } : {}) })
  closing.push((msLeft) => withTimeout(events.close(), msLeft()))
  return events
}

async function openPool(
  config: Config,
  logger: Logger,
  closing: Closing,
  fail: (error: Error) => void,
): Promise<pg.Pool> {
  if (config.databaseUrl === null) {
    const embedded = await openEmbedded({ dataDir: config.dataDir, logger, drainTimeoutMs: databaseDrainTimeoutMs })
    closing.push(() => embedded.close())
    embedded.onExit(fail)
    return embedded.pool
  }
  const pool = createPool(config.databaseUrl, { logger })
  closing.push(() => withTimeout(pool.end(), databaseDrainTimeoutMs))
  try {
    await pool.query('SELECT 1')
  } catch (error) {
    throw new StartError(
      `the database at DATABASE_URL cannot be used (${reasonOf(error)}): ` +
        'check the address, user, password and name in it, and that PostgreSQL runs there',
    )
  }
  return pool
}

const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}

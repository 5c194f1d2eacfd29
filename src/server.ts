import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import type pg from 'pg'
import { ensureBootstrapKey } from './api-keys/api-keys.js'
import { createBackground } from './background.js'
import { type Closing, closeAll, withTimeout } from './closing.js'
import { type Config, describeConfig } from './config.js'
import { checkConnection, ensureEnvironmentConnection } from './connections/connections.js'
import type { Context } from './context.js'
import { type Clock, minutesMs, secondsMs, systemClock } from './core/clock.js'
import { createLogger, type Logger } from './core/logger.js'
import { createSignal } from './core/signal.js'
import { createDatabase } from './database/client.js'
import { openEmbedded } from './database/embedded/open.js'
import { applyMigrations } from './database/migrate.js'
import { createPool } from './database/pool.js'
import { type Bus, createMemoryBus } from './events/bus.js'
import { createEventLog } from './events/log.js'
import { serveWebSocket } from './graphql/websocket.js'
import { createApp } from './http/app.js'
import { authenticated } from './http/authenticate.js'
import { answersOf, closeDoors, type Sockets } from './http/closing.js'
import { requestIdOf } from './http/request-id.js'
import { cutSlowClients } from './http/slow-clients.js'
import { createLimits } from './limits/limits.js'
import { openLimits } from './limits/table.js'
import { listen } from './listen.js'
import { createInboundFetcher } from './media/fetch-inbound.js'
import { createFileStore } from './media/store.js'
import { createDeliveries } from './messages/inbound/deliveries.js'
import { announceMedia } from './messages/media-change.js'
import { createCollector } from './metrics/collect.js'
import { createMetrics, type Metrics } from './metrics/metrics.js'
import { createPublicFetcher } from './net/public-fetcher.js'
import { serveOperator } from './operator/serve.js'
import { ensureDemoOrganization } from './organizations/organizations.js'
import { keysOfFolder } from './secrets/key-file.js'
import { createSecretBox } from './secrets/secret-box.js'
import { startSimulatorThread } from './simulator-thread.js'
import { StartError } from './start-error.js'
import { syncAtConnect } from './templates/templates.js'
import { createCloudApi } from './whatsapp/cloud-api.js'
import { startWorkers } from './workers.js'

export type RunningServer = {
  /** Where it listens, such as http://127.0.0.1:4000. */
  url: string
  /** The simulator's address, where it runs beside the server. */
  simulatorUrl: string | null
  /** The first key's secret, on the start that made it; to be shown once. */
  newKey: string | null
  /** Resolves where the server can go on no longer, with the reason. */
  failed: Promise<Error>
  /** Lets what is under way end, closes every socket, and lets go of everything; within 10 seconds. */
  stop(): Promise<void>
}

export type Overrides = { clock?: Clock; logger?: Logger }

const firstCheckTimeoutMs = 3000
/** A body's pace is held by cutSlowClients: 16 MB on the slowest line that it allows take 35 minutes. */
const httpTimeouts = {
  headersTimeout: secondsMs(15),
  requestTimeout: minutesMs(45),
  connectionsCheckingInterval: secondsMs(5),
  // Longer than the balancers in front keep one: whoever is to close it first must not be us.
  keepAliveTimeout: secondsMs(65),
}
/** Beyond that, for queries that nobody waits for any more. */
const databaseDrainTimeoutMs = 1500

/** Puts the parts together: the only file that knows them all. @throws StartError, and others with one clear line. */
export async function start(config: Config, overrides: Overrides = {}): Promise<RunningServer> {
  const logger = overrides.logger ?? createLogger(config.logLevel)
  const closing: Closing = []
  try {
    return await startParts(config, logger, overrides.clock ?? systemClock, closing)
  } catch (error) {
    await closeAll(closing, logger)
    throw error
  }
}

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

async function startParts(config: Config, logger: Logger, clock: Clock, closing: Closing): Promise<RunningServer> {
  let fail: (error: Error) => void = () => undefined
  const failed = new Promise<Error>((resolve) => {
    fail = resolve
  })
  logger.info({ config: describeConfig(config) }, 'starting')

  let simulator: Awaited<ReturnType<typeof startSimulatorThread>> | null = null
  // Pushed before everything that may still send: the simulator ends after the last send has.
  closing.push(() => simulator?.stop())
  const metrics = createMetrics()
  const { ctx, embedded, pool } = await createContext(config, logger, clock, closing, fail, metrics)
  const deliveries = createDeliveries(ctx, embedded ? 1 : 4)
  const fetcher = createInboundFetcher(ctx, 4, announceMedia)
  const state = { ready: false, stopping: false }
  let sockets: Sockets | null = null
  const update = createCollector(ctx, metrics, { pool: () => poolNow(pool), sockets: () => sockets?.open() ?? 0 })
  const door = createApp(ctx, deliveries, state, {}, { metrics, update })
  const server = createServer(httpTimeouts, door.app)
  server.maxConnections = openLimits.connections
  door.connections.guard(server)
  cutSlowClients(server)
  const answers = answersOf(server)
  await listen(server, config)
  closing.push((msLeft) => closeDoors(server, answers, sockets, door.cutStreams, msLeft))
  const { port } = server.address() as AddressInfo
  const host = config.host.includes(':') ? `[${config.host}]` : config.host

  sockets = serveWebSocket(
    server,
    door.yoga,
    door.live,
    {
      authenticate: (req, authorization) => authenticated(ctx, req, authorization),
      countOperation: (req) => door.requestLimit.countOperation(req),
      hold: door.connections.hold,
      requestIdOf,
    },
    logger,
  )
  if (config.simulator) {
    const everywhere = ['0.0.0.0', '::', ''].includes(config.host)
    const callbackUrl = `http://${everywhere ? '127.0.0.1' : host}:${port}/webhooks/whatsapp`
    simulator = await startSimulatorThread(config, config.simulator.port, callbackUrl, logger)
  }

  const newKey = await prepareDemo(ctx)
  if (embedded) {
    const operator = await serveOperator(ctx)
    closing.push((msLeft) => withTimeout(operator.close(), msLeft()))
  }
  startWorkers(ctx, { deliveries, fetcher, embedded }, closing)
  state.ready = true
  logger.info({ host: config.host, port, simulator: simulator?.url ?? null }, 'ready')

  return {
    url: `http://${host}:${port}`,
    simulatorUrl: simulator?.url ?? null,
    newKey,
    failed,
    async stop() {
      state.stopping = true
      logger.info('stopping')
      await closeAll(closing, logger)
      logger.info('stopped')
    },
  }
}

async function createContext(
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
  closing.push(() => database.close())

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
    logger,
    ...(metrics ? { refused: metrics.refused } : {}),
  })
  const files = createFileStore(join(config.dataDir, 'media'))
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

const poolNow = ({ totalCount, idleCount, waitingCount }: pg.Pool) => ({
  total: totalCount,
  idle: idleCount,
  waiting: waitingCount,
})

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

/** Organization, number and first key of the demo; number and templates are asked about before the server says it is ready. */
async function prepareDemo(ctx: Context): Promise<string | null> {
  const organization = await ensureDemoOrganization(ctx)
  const newKey = await ensureBootstrapKey(ctx, organization.id, ctx.config.bootstrapKey)
  const connection = await ensureEnvironmentConnection(ctx, organization.id)
  const check = checkConnection(ctx, connection).then((checked) => syncAtConnect(ctx, checked))
  ctx.background.run('check the WhatsApp connection', () => check)
  await withTimeout(check, firstCheckTimeoutMs)
  return newKey
}

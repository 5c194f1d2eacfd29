import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type pg from 'pg'
import { ensureBootstrapKey } from './api-keys/api-keys.js'
import { type Closing, closeAll, withTimeout } from './closing.js'
import { type Config, describeConfig } from './config.js'
import { checkConnection, ensureEnvironmentConnection } from './connections/connections.js'
import type { Context } from './context.js'
import { type Clock, minutesMs, secondsMs, systemClock } from './core/clock.js'
import { createLogger, type Logger } from './core/logger.js'
import { serveWebSocket } from './graphql/websocket.js'
import { createApp } from './http/app.js'
import { authenticated } from './http/authenticate.js'
import { answersOf, closeDoors, type Sockets } from './http/closing.js'
import { requestIdOf } from './http/request-id.js'
import { cutSlowClients } from './http/slow-clients.js'
import { openLimits } from './limits/table.js'
import { listen } from './listen.js'
import { createInboundFetcher } from './media/fetch-inbound.js'
import { createDeliveries } from './messages/inbound/deliveries.js'
import { announceMedia } from './messages/media-change.js'
import { createCollector } from './metrics/collect.js'
import { createMetrics } from './metrics/metrics.js'
import { createContext } from './open-context.js'
import { serveOperator } from './operator/serve.js'
import { ensureDemoOrganization } from './organizations/organizations.js'
import { startSimulatorThread } from './simulator-thread.js'

import { syncAtConnect } from './templates/templates.js'
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
  const server = createServer(httpTimeouts, door.listener)
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
      authenticate: (req, authorization) =>
        authenticated(ctx, req, authorization ?? door.sessions.authorizationOf(req)),
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

const poolNow = ({ totalCount, idleCount, waitingCount }: pg.Pool) => ({
  total: totalCount,
  idle: idleCount,
  waiting: waitingCount,
})

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

import type { Context } from '../context.js'
import type { Metrics } from './metrics.js'

/** Beyond that a queue is only called long: counting on would cost the database what the queue costs it already. */
const mostCounted = 10_000
const freshMs = 2000

/** What waits, by queue: each is counted along the partial index that its worker uses. */
const queues = {
  inbound: '"InboundDelivery" WHERE "processedAt" IS NULL',
  sends: '"Message" WHERE "leaseExpiresAt" IS NOT NULL',
  scheduled: '"Message" WHERE "startsAt" IS NOT NULL',
  media: '"Media" WHERE "nextFetchAt" IS NOT NULL',
  webhooks: `"WebhookDelivery" WHERE "status" = 'PENDING'`,
  agent_turns: '"AgentTurn" WHERE "nextAttemptAt" IS NOT NULL',
  broadcasts: `"Broadcast" WHERE "status" IN ('DRAFT', 'SCHEDULED', 'RUNNING')`,
} as const

const statement = `SELECT ${Object.entries(queues)
  .map(([name, rows]) => `(SELECT count(*)::int FROM (SELECT 1 FROM ${rows} LIMIT ${mostCounted}) AS q) AS ${name}`)
  .join(', ')},
  (SELECT count(*)::int FROM (SELECT 1 FROM "Event" WHERE "position" IS NULL LIMIT ${mostCounted}) AS q) AS unsequenced,
  (SELECT extract(epoch FROM now() - min("createdAt"))::float8 FROM (
    SELECT "createdAt" FROM "Event" WHERE "position" IS NULL ORDER BY insertion LIMIT 1) AS e) AS lag`

type Row = Record<keyof typeof queues, number> & { unsequenced: number; lag: number | null }

type Sources = {
  /** The connections to the database: all, those at rest, and who waits for one. */
  pool(): { total: number; idle: number; waiting: number }
  sockets(): number
}

/**
 * Adds to the metrics what is looked up: queues, the event log, sockets, the pool. Answers what brings them up to date
 * before a scrape; where the database does not answer, the last figures stay and `kaanha_database_up` is 0.
 */
export function createCollector(
  ctx: Pick<Context, 'database' | 'events' | 'logger'>,
  metrics: Metrics,
  sources: Sources,
): () => Promise<void> {
  const depth = metrics.gauge('kaanha_queue_depth', `What waits, up to ${mostCounted}.`, ['queue'])
  const unsequenced = metrics.gauge('kaanha_events_unsequenced', 'Events that are written and not yet in their order.')
  const lag = metrics.gauge('kaanha_event_lag_seconds', 'How long the oldest of those has waited.')
  const up = metrics.gauge('kaanha_database_up', 'Whether the database has answered.')
  const sockets = metrics.gauge('kaanha_websockets', 'WebSockets open on this server.')
  const followers = metrics.gauge('kaanha_event_followers', 'Who follows the event log on this server.')
  const pool = metrics.gauge('kaanha_database_connections', 'Connections of this server, and who waits for one.', [
    'state',
  ])
  let readAtMs = 0

  async function readDatabase(): Promise<void> {
    const nowMs = performance.now()
    if (readAtMs > 0 && nowMs - readAtMs < freshMs) return
    readAtMs = nowMs
    try {
      const [row] = await ctx.database.query<Row>(statement)
      if (!row) return
      for (const queue of Object.keys(queues) as (keyof typeof queues)[]) depth.set({ queue }, row[queue])
      unsequenced.set(row.unsequenced)
      lag.set(Math.max(0, row.lag ?? 0))
      up.set(1)
    } catch (err) {
      ctx.logger.warn({ err }, 'the metrics could not be read from the database')
      up.set(0)
    }
  }

  return async () => {
    await readDatabase()
    const { total, idle, waiting } = sources.pool()
    pool.set({ state: 'busy' }, total - idle)
    pool.set({ state: 'idle' }, idle)
    pool.set({ state: 'waiting' }, waiting)
    sockets.set(sources.sockets())
    followers.set(ctx.events.following().readers)
  }
}

// Our server of bench/fanout.mjs: the log, the graph and the door, on the embedded database.
import { createServer } from 'node:http'
import { createApiKey } from '../../src/api-keys/api-keys.ts'
import { createBackground } from '../../src/background.ts'
import { loadConfig } from '../../src/config.ts'
import { systemClock } from '../../src/core/clock.ts'
import { newId } from '../../src/core/ids.ts'
import { createLogger } from '../../src/core/logger.ts'
import { createDatabase } from '../../src/database/client.ts'
import { openEmbedded } from '../../src/database/embedded/open.ts'
import { applyMigrations } from '../../src/database/migrate.ts'
import { createMemoryBus } from '../../src/events/bus.ts'
import { createEventLog } from '../../src/events/log.ts'
import { serveWebSocket } from '../../src/graphql/websocket.ts'
import { createApp } from '../../src/http/app.ts'
import { authenticated } from '../../src/http/authenticate.ts'
import { requestIdOf } from '../../src/http/request-id.ts'
import { createLimits } from '../../src/limits/limits.ts'
import { createDeliveries } from '../../src/messages/inbound/deliveries.ts'

/** `data` is what each event brings. */
export async function open(data) {
  const logger = createLogger('error')
  const { pool } = await openEmbedded({ dataDir: null, logger })
  await applyMigrations({ pool, embedded: true })
  const database = createDatabase(pool)
  const events = createEventLog({ database, bus: createMemoryBus(), logger, pollIntervalMs: null })
  const limits = createLimits({ requestsPerMinute: 0, sendsPerHour: 0, redis: null, logger })
  const background = createBackground(logger)
  const ctx = {
    config: loadConfig({}),
    database,
    events,
    limits,
    whatsapp: null,
    clock: systemClock,
    logger,
    background,
  }
  const organizationId = newId('Organization')
  await database.prisma.organization.create({ data: { id: organizationId, slug: 'bench', name: 'bench' } })
  const { secret } = await createApiKey(ctx, organizationId, { name: 'bench' })
  const door = createApp(ctx, createDeliveries(ctx, 1), { ready: true, stopping: false })
  const server = createServer(door.listener)
  const authenticate = (req, authorization) => authenticated(ctx, req, authorization)
  const { countOperation } = door.requestLimit
  serveWebSocket(
    server,
    door.yoga,
    door.live,
    { authenticate, countOperation, hold: door.connections.hold, requestIdOf },
    logger,
  )
  // All but one in one statement: what is measured is the fan-out, not the embedded database's inserts.
  const emit = (count) =>
    database.transaction(async (tx) => {
      await tx.$executeRawUnsafe(
        `INSERT INTO "Event" ("organizationId", id, type, data)
         SELECT $1, 'evt_' || gen_random_uuid(), 'contact.updated', $2::jsonb FROM generate_series(2, $3::int)`,
        organizationId,
        JSON.stringify(data),
        count,
      )
      await events.append(tx, { organizationId, type: 'contact.updated', data })
    })
  return { server, key: secret, emit }
}

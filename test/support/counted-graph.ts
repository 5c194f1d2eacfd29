import { type DocumentNode, parse, validate } from 'graphql'
import { createBackground } from '../../src/background.js'
import { loadConfig } from '../../src/config.js'
import type { ActorContext } from '../../src/context.js'
import { systemClock } from '../../src/core/clock.js'
import { createSignal } from '../../src/core/signal.js'
import { createDatabase } from '../../src/database/client.js'
import { openEmbedded } from '../../src/database/embedded/open.js'
import { applyMigrations } from '../../src/database/migrate.js'
import { createMemoryBus } from '../../src/events/bus.js'
import { createEventLog } from '../../src/events/log.js'
import { execute } from '../../src/graphql/execute.js'
import type { GraphContext } from '../../src/graphql/graph-context.js'
import { schema } from '../../src/graphql/schema.js'
import { createLimits } from '../../src/limits/limits.js'
import { createFileStore } from '../../src/media/file-store.js'
import { createStripe } from '../../src/payments/stripe.js'
import { createCloudApi } from '../../src/whatsapp/cloud-api.js'
import { type Rows, rowsOf } from './rows.js'
import { silentLogger } from './silent-logger.js'
import { startStripe } from './stripe.js'
import { makeTemporaryFolder } from './temporary-folder.js'

export type CountedGraph = {
  rows: Rows
  organizationId: string
  /** Runs a document without errors; answers its data and the SQL it took, statement for statement. */
  run(document: string, variables?: Record<string, unknown>): Promise<{ data: Data; statements: string[] }>
  close(): Promise<void>
}
export type Data = Record<string, unknown>

/** The graph in this process, on a database in memory, with every statement that reaches it written down. */
export async function openCountedGraph(): Promise<CountedGraph> {
  const logger = silentLogger
  const { pool, close } = await openEmbedded({ dataDir: null, logger })
  let statements: string[] = []
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    const counted = (...args: unknown[]) => {
      const [first] = args
      statements.push(typeof first === 'string' ? first : (first as { text: string }).text)
      return query(...args)
    }
    Object.assign(client, { query: counted })
  })
  await applyMigrations({ pool, embedded: true })
  const rows = rowsOf(pool)
  const organization = await rows.organization('counted')

  const database = createDatabase(pool)
  const events = createEventLog({ database, bus: createMemoryBus(), logger, pollIntervalMs: null })
  // Nothing here follows events, and nobody is to number them in the middle of a count.
  await events.close()
  const config = loadConfig({})
  const whatsapp = createCloudApi({ baseUrl: config.whatsapp.apiUrl, version: config.whatsapp.apiVersion })
  const actor: ActorContext['actor'] = {
    organizationId: organization.id,
    organization: { id: organization.id, slug: 'counted', name: 'Counted', plan: 'PRO', consentPolicy: 'ENFORCED' },
    key: { id: 'key', name: 'test', expiresAt: null },
    scopes: new Set(['*']),
  }
  const limits = createLimits({ requestsPerMinute: 0, sendsPerHour: 0, redis: null, logger })
  const background = createBackground(logger)
  const folder = await makeTemporaryFolder()
  const stripe = await startStripe()
  const payments = createStripe({ secretKey: 'sk_test', webhookSecret: 'whsec_test', apiUrl: stripe.url })
  const context = {
    ...{ config, database, events, limits, whatsapp, clock: systemClock, logger, background, actor, payments },
    files: createFileStore(folder.path),
    broadcastsDue: createSignal(),
  }

  return {
    rows,
    organizationId: organization.id,
    async run(document, variables = {}) {
      statements = []
      const contextValue = { ...context, requestId: 'counted' } as unknown as GraphContext
      const { data, errors } = await execute({ document: parsed(document), variableValues: variables, contextValue })
      if (errors) throw new Error(errors.map(({ message }) => message).join('\n'))
      return { data: JSON.parse(JSON.stringify(data)), statements }
    },
    async close() {
      await whatsapp.close()
      await stripe.stop()
      await folder.remove()
      await database.close()
      await close()
    },
  }
}

/** The same document once more is known, as it is to the doors. @throws where it is not valid. */
function parsed(text: string): DocumentNode {
  const document = documents.get(text) ?? parse(text)
  const [error] = documents.has(text) ? [] : validate(schema, document)
  if (error) throw error
  documents.set(text, document)
  return document
}
const documents = new Map<string, DocumentNode>()

/** The columns that a statement reads for its answer of the rows under an alias. */
export function columnsOf(statement = '', alias: string): string[] {
  const selected = statement.slice(0, statement.search(/\sFROM\s/i))
  const columns = [...selected.matchAll(new RegExp(`\\b${alias}\\."?(\\w+)"?`, 'g'))].map(([, column]) => column ?? '')
  return [...new Set(columns)].sort()
}

import pg from 'pg'
import type { Logger } from '../core/logger.js'

export type PoolOptions = {
  logger: Pick<Logger, 'error'>
  /** Connections at most; 10 where not given. */
  max?: number
  /** How long a query waits for a free connection, and a connection for the server, before it fails; 5 s. */
  connectionTimeoutMs?: number
  /** As pg_stat_activity shows it. */
  applicationName?: string
}

/** A statement of ours takes milliseconds: one that takes this long holds locks that others wait for. */
const statementTimeoutMs = 30_000
/** The same for a transaction that its code has forgotten, or whose process hangs. */
const idleInTransactionTimeoutMs = 30_000
/** The client's own limit, for a server that has gone without a word: above the server's, so that its error comes first. */
const queryTimeoutMs = 40_000

/**
 * Connections to the PostgreSQL server at `databaseUrl`, opened when they are first needed. What the URL says
 * (`sslmode`, `application_name`) wins over what is given here.
 */
export function createPool(databaseUrl: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 5_000,
    idleTimeoutMillis: 30_000,
    application_name: options.applicationName ?? 'kaanha-graph',
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    query_timeout: queryTimeoutMs,
    // Compiling a large statement, which PostgreSQL does by its estimated cost, takes longer than ours take to run.
    onConnect: async (client) => void (await client.query('SET jit = off')),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  watchPool(pool, options.logger)
  return pool
}

/**
 * A lost connection is an `error` event, and one that nobody listens for ends the process. The pool listens to its idle
 * clients only: one that is in use tells its user by failing the query.
 */
export function watchPool(pool: pg.Pool, logger: Pick<Logger, 'error'>): void {
  pool.on('error', (err) => logger.error({ err }, 'the database dropped an idle connection'))
  pool.on('connect', (client) => client.on('error', () => undefined))
}

import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLogger } from '../src/core/logger.js'
import { createPool } from '../src/database/pool.js'
import { freshPostgres, testDatabaseUrl } from './support/fresh-postgres.js'
import { silentLogger } from './support/silent-logger.js'
import { eventually } from './support/wait.js'

it('the pool gives up on a server that accepts a connection and says nothing', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => silent.once('listening', resolve))
  onTestFinished(() => void silent.close())
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const pool = createPool(`postgresql://u@127.0.0.1:${port}/d`, { logger: silentLogger, connectionTimeoutMs: 100 })
  onTestFinished(() => pool.end())
  await expect(pool.query('SELECT 1')).rejects.toThrow(/timeout/)
})

describe.skipIf(testDatabaseUrl === null)('the pool of a PostgreSQL server (TEST_DATABASE_URL)', () => {
  it('names itself, bounds statements and forgotten transactions, and has nothing compiled', async () => {
    const pool = createPool(await freshPostgres(), { logger: silentLogger })
    onTestFinished(() => pool.end())
    const { rows } = await pool.query(
      `SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS statement,
              current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('jit') AS jit`,
    )
    expect(rows).toEqual([{ name: 'kaanha-graph', statement: '30s', idle: '30s', jit: 'off' }])
  })

  it('survives the loss of its connections, in use and idle, and connects again', async () => {
    const lines: string[] = []
    const logger = createLogger('error', { write: (line) => void lines.push(line) })
    const pool = createPool(await freshPostgres(), { logger })
    onTestFinished(() => pool.end())
    const [killer, idle, used] = [await pool.connect(), await pool.connect(), await pool.connect()]
    idle.release()
    await used.query('BEGIN')
    await killer.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
    )
    await eventually(() => lines.length > 0)
    await expect(used.query('SELECT 1')).rejects.toThrow()
    used.release(true)
    killer.release()
    expect(lines).toEqual([expect.stringContaining('the database dropped an idle connection')])
    expect(
      (await Promise.all([1, 2, 3].map((n) => pool.query('SELECT $1::int AS n', [n])))).map(({ rows }) => rows[0]),
    ).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  })
})

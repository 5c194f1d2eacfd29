import pg from 'pg'
import { secondsMs } from '../../core/clock.js'

/** One connection for work that takes as long as the data needs. */
export type Session = { client: pg.ClientBase; close(): Promise<void> }

/** How values read as text: the same on every server, so that what one wrote the other reads. */
const plainText = `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres';
  SET bytea_output = 'hex'; SET extra_float_digits = 1; SET statement_timeout = 0; SET lock_timeout = '10s';
  SET idle_in_transaction_session_timeout = 0`

/** A connection of its own to a PostgreSQL server, without the limits in time that the server's pool has. */
export async function openSession(databaseUrl: string): Promise<Session> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'kaanha-graph copy',
    connectionTimeoutMillis: secondsMs(10),
    keepAlive: true,
  })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(plainText)
  return { client, close: () => client.end() }
}

/** The one connection of the embedded database, until it is closed. */
export async function borrowSession(pool: pg.Pool): Promise<Session> {
  const client = await pool.connect()
  await client.query(plainText)
  return { client, close: async () => client.release(true) }
}

import type pg from 'pg'
import { newId } from '../../src/core/ids.js'
import { openEmbedded } from '../../src/database/embedded/open.js'
import { createPool } from '../../src/database/pool.js'
import type { TestServer } from './server.js'
import { silentLogger } from './silent-logger.js'

/**
 * Reads or writes rows past every door: for what no door makes, and to see what is left. An embedded folder has one
 * owner, so the server that has it is stopped meanwhile and starts again.
 */
export async function withRows<T>(server: TestServer, run: (rows: Rows) => Promise<T>): Promise<T> {
  const { DATABASE_URL, DATA_DIR = '' } = server.env
  if (DATABASE_URL) {
    const pool = createPool(DATABASE_URL, { logger: silentLogger, max: 1 })
    return run(rowsOf(pool)).finally(() => pool.end())
  }
  await server.stop()
  const database = await openEmbedded({ dataDir: DATA_DIR, logger: silentLogger })
  const result = await run(rowsOf(database.pool)).finally(() => database.close())
  await server.restart()
  return result
}

type Values = Record<string, unknown>
export type Rows = {
  select(sql: string, params?: unknown[]): Promise<Values[]>
  insert(table: string, values: Values): Promise<void>
  organizationId(slug: string): Promise<string>
  /** A person of an organization; answers the id. */
  member(organizationId: string, values: { name: string; active?: boolean }): Promise<string>
  /** A file of an organization, of a message or of none; answers the id. */
  media(organizationId: string, messageId?: string | null): Promise<string>
}

export function rowsOf(pool: pg.Pool): Rows {
  const insert = async (table: string, values: Values) => {
    const columns = Object.keys(values)
    const places = columns.map((_, i) => `$${i + 1}`)
    const names = columns.map((column) => `"${column}"`)
    await pool.query(`INSERT INTO "${table}" (${names}) VALUES (${places})`, Object.values(values))
  }
  return {
    insert,
    async select(sql, params = []) {
      return (await pool.query(sql, params)).rows
    },
    async organizationId(slug) {
      const { rows } = await pool.query('SELECT id FROM "Organization" WHERE slug = $1', [slug])
      return rows[0].id
    },
    async member(organizationId, { name, active = true }) {
      const id = newId('Member')
      await insert('Member', { organizationId, id, name, email: `${id}@example.com`, active })
      return id
    },
    async media(organizationId, messageId = null) {
      const id = newId('Media')
      const file = { mimeType: 'image/png', size: 68, filename: 'dot.png', sha256: 'ab'.repeat(32) }
      await insert('Media', { organizationId, id, messageId, ...file })
      return id
    },
  }
}

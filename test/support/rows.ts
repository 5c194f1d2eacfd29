import type pg from 'pg'
import { newId } from '../../src/core/ids.js'
import { openEmbedded } from '../../src/database/embedded/open.js'
import { createPool } from '../../src/database/pool.js'
import { newPhone, type TestServer } from './server.js'
import { silentLogger } from './silent-logger.js'

/**
 * Reads or writes rows past every door: for what no door makes, and to see what is left. An embedded folder has one
 * owner, so the server that has it is stopped meanwhile and starts again.
 */
export async function withRows<T>(server: TestServer, run: (rows: Rows) => Promise<T>): Promise<T> {
  if (server.env.DATABASE_URL) return withDatabase(server.env, run)
  await server.stop()
  const result = await withDatabase(server.env, run)
  await server.restart()
  return result
}

/** The same on the database of an environment. An embedded one must be open nowhere else. */
export async function withDatabase<T>(
  { DATABASE_URL, DATA_DIR = '' }: Record<string, string>,
  run: (rows: Rows) => Promise<T>,
): Promise<T> {
  if (DATABASE_URL) {
    const pool = createPool(DATABASE_URL, { logger: silentLogger, max: 1 })
    return run(rowsOf(pool)).finally(() => pool.end())
  }
  const database = await openEmbedded({ dataDir: DATA_DIR, logger: silentLogger })
  return run(rowsOf(database.pool)).finally(() => database.close())
}

type Values = Record<string, unknown>
export type Rows = {
  select(sql: string, params?: unknown[]): Promise<Values[]>
  insert(table: string, values: Values): Promise<void>
  organizationId(slug: string): Promise<string>
  /** A second tenant, with a number that nobody reaches; answers its ids. */
  organization(slug: string): Promise<{ id: string; connectionId: string }>
  /** A number that nobody reaches; answers the id. */
  connection(organizationId: string): Promise<string>
  /** A customer and the conversation with them; answers both ids. */
  conversation(organizationId: string, values?: Values): Promise<{ id: string; contactId: string }>
  message(of: { organizationId: string; conversationId: string; contactId: string }, values?: Values): Promise<string>
  /** A person of an organization; answers the id. */
  member(organizationId: string, values: { name: string; active?: boolean }): Promise<string>
  /** A quick reply, an AI agent that does nothing, and a payment link for a contact; answers their ids. */
  inbox(
    organizationId: string,
    contactId: string,
  ): Promise<{ QuickReply: string; AiAgent: string; PaymentLink: string }>
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
  const connection = async (organizationId: string) => {
    const id = newId('WhatsAppConnection')
    const number = { phoneNumberId: id, businessAccountId: id, source: 'STORED', updatedAt: new Date() }
    await insert('WhatsAppConnection', { organizationId, id, ...number })
    return id
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
    async organization(slug) {
      const id = newId('Organization')
      await insert('Organization', { id, slug, name: slug, updatedAt: new Date() })
      return { id, connectionId: await connection(id) }
    },
    connection,
    async conversation(organizationId, values = {}) {
      const [id, contactId] = [newId('Conversation'), newId('Contact')]
      const now = new Date()
      await insert('Contact', { organizationId, id: contactId, phone: newPhone(), updatedAt: now })
      const sql = 'SELECT id FROM "WhatsAppConnection" WHERE "organizationId" = $1'
      const connectionId = (await pool.query(sql, [organizationId])).rows[0].id
      const of = { organizationId, id, contactId, connectionId }
      await insert('Conversation', { ...of, lastActivityAt: now, updatedAt: now, ...values })
      return { id, contactId }
    },
    async message(of, values = {}) {
      const id = newId('Message')
      const message = {
        direction: 'INBOUND',
        type: 'TEXT',
        status: 'RECEIVED',
        text: 'Hello',
        content: { text: 'Hello' },
      }
      await insert('Message', { ...of, id, ...message, ...values })
      return id
    },
    async member(organizationId, { name, active = true }) {
      const id = newId('Member')
      await insert('Member', { organizationId, id, name, email: `${id}@example.com`, active })
      return id
    },
    async inbox(organizationId, contactId) {
      const [QuickReply, AiAgent, PaymentLink] = [newId('QuickReply'), newId('AiAgent'), newId('PaymentLink')]
      const common = { organizationId, updatedAt: new Date() }
      const reply = { shortcut: 'hi', text: 'Hello', searchText: 'hi hello' }
      await insert('QuickReply', { ...common, id: QuickReply, ...reply })
      const agent = { name: 'Agent', task: 'FAQ', prompt: 'Help', provider: 'CUSTOM', model: 'm', maxTurns: 3 }
      const baseUrl = 'https://ai.example.com/v1'
      await insert('AiAgent', { ...common, id: AiAgent, ...agent, baseUrl, triggerKeywords: [], handoverKeywords: [] })
      const link = { provider: 'stripe', providerId: PaymentLink, url: 'https://buy.example.com', amount: 5 }
      await insert('PaymentLink', {
        ...common,
        id: PaymentLink,
        ...link,
        currency: 'USD',
        description: 'Order',
        contactId,
      })
      return { QuickReply, AiAgent, PaymentLink }
    },
    async media(organizationId, messageId = null) {
      const id = newId('Media')
      const file = { mimeType: 'image/png', size: 68, filename: 'dot.png', sha256: 'ab'.repeat(32) }
      await insert('Media', { organizationId, id, ...file })
      const sql = 'UPDATE "Message" SET "mediaId" = $3 WHERE "organizationId" = $1 AND id = $2'
      if (messageId !== null) await pool.query(sql, [organizationId, messageId, id])
      return id
    },
  }
}

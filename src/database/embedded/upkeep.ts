import type { Database } from '../client.js'

/**
 * What autovacuum does on a server, and nothing does by itself in the embedded database: without it statements are
 * planned for the empty tables of the first start for ever, and the room of dead rows is never used again. The
 * thresholds are PostgreSQL's own (50 rows and a tenth of the table changed, or a fifth dead).
 */
export async function keepUp(database: Pick<Database, 'query'>): Promise<void> {
  const tables = await database.query<{ name: string; dead: boolean }>(
    `SELECT quote_ident(t.relname) AS name, t.n_dead_tup > 50 + 0.2 * greatest(c.reltuples, 0) AS dead
     FROM pg_stat_user_tables AS t JOIN pg_class AS c ON c.oid = t.relid
     WHERE t.n_dead_tup > 50 + 0.2 * greatest(c.reltuples, 0)
       OR t.n_mod_since_analyze > 50 + 0.1 * greatest(c.reltuples, 0)`,
  )
  for (const { name, dead } of tables) await database.query(`${dead ? 'VACUUM (ANALYZE)' : 'ANALYZE'} ${name}`)
}

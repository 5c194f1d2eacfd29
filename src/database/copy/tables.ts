import type { ClientBase } from 'pg'

export type Column = { name: string; type: string }
export type Table = { name: string; columns: Column[] }
/** A sequence and where it stands. `called`: whether `value` has been given out. */
export type Sequence = { name: string; value: string; called: boolean }

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Prisma's own table tells of the schema, and is made by the migrations. */
const migrationsTable = '_prisma_migrations'

/** Every table of ours with its columns, by name. */
export async function readTables(client: ClientBase): Promise<Table[]> {
  const { rows } = await client.query<{ table: string; column: string; type: string }>(
    `SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> $1
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     ORDER BY c.relname COLLATE "C", a.attname COLLATE "C"`,
    [migrationsTable],
  )
  const tables = new Map<string, Table>()
  for (const { table, column, type } of rows) {
    const found = tables.get(table) ?? { name: table, columns: [] }
    found.columns.push({ name: column, type })
    tables.set(table, found)
  }
  return [...tables.values()]
}

/** The names of the migrations that the database has, in their order; none where it is new. */
export async function readMigrationNames(client: ClientBase): Promise<string[]> {
  const { rows: found } = await client.query(`SELECT to_regclass('public.${migrationsTable}') IS NOT NULL AS there`)
  if (found[0]?.there !== true) return []
  const { rows } = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM ${migrationsTable}
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name COLLATE "C"`,
  )
  return rows.map(({ name }) => name)
}

export async function readSequences(client: ClientBase): Promise<Sequence[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
     ORDER BY relname COLLATE "C"`,
  )
  const sequences: Sequence[] = []
  for (const { name } of rows) {
    const { rows: state } = await client.query<Omit<Sequence, 'name'>>(
      `SELECT last_value::text AS value, is_called AS called FROM ${quoted(name)}`,
    )
    if (state[0]) sequences.push({ name, ...state[0] })
  }
  return sequences
}

export async function setSequences(client: ClientBase, sequences: readonly Sequence[]): Promise<void> {
  for (const { name, value, called } of sequences) {
    await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [`public.${quoted(name)}`, value, called])
  }
}

/** The first table that has a row; null where the database is empty. */
export async function firstFilled(client: ClientBase, tables: readonly Table[]): Promise<string | null> {
  for (const { name } of tables) {
    const { rows } = await client.query(`SELECT 1 FROM ${quoted(name)} LIMIT 1`)
    if (rows.length > 0) return name
  }
  return null
}

import type { ClientBase } from 'pg'
import { quoted, type Table } from './tables.js'

/** The values of a row as PostgreSQL writes them, in the order of the table's columns. */
export type TextRow = (string | null)[]

/** What one batch may take of memory, about. */
const batchBytes = 2 << 20
const mostRows = 5000
const firstRows = 200

/** All rows of a table, a batch at a time, as the client's transaction sees them. One reading at a time. */
export async function* readRows(client: ClientBase, { name, columns }: Table): AsyncGenerator<TextRow[]> {
  const values = columns.map((column) => `${quoted(column.name)}::text`)
  await client.query(`DECLARE copied NO SCROLL CURSOR FOR SELECT ${values.join(', ')} FROM ${quoted(name)}`)
  for (let size = firstRows; ; ) {
    const { rows } = await client.query<TextRow>({ text: `FETCH ${size} FROM copied`, rowMode: 'array' })
    if (rows.length === 0) break
    yield rows
    const bytesPerRow = Math.max(1, bytesOf(rows) / rows.length)
    size = Math.max(1, Math.min(mostRows, Math.floor(batchBytes / bytesPerRow)))
  }
  await client.query('CLOSE copied')
}

const bytesOf = (rows: TextRow[]): number =>
  rows.reduce((sum, row) => sum + row.reduce((bytes, value) => bytes + (value?.length ?? 0), 0), 0)

export async function insertRows(client: ClientBase, { name, columns }: Table, rows: TextRow[]): Promise<void> {
  if (rows.length === 0) return
  const names = columns.map((column) => quoted(column.name))
  const values = columns.map((column, i) => `v${i}::${column.type}`)
  const arrays = columns.map((_, i) => `$${i + 1}::text[]`)
  await client.query(
    `INSERT INTO ${quoted(name)} (${names.join(', ')}) SELECT ${values.join(', ')}
     FROM unnest(${arrays.join(', ')}) AS given(${columns.map((_, i) => `v${i}`).join(', ')})`,
    columns.map((_, i) => rows.map((row) => row[i] ?? null)),
  )
}

/** What a table holds: how many rows, and the sum of their hashes, whatever their order. */
export type Digest = { rows: string; hash: string }

/** Computed by the database itself from every value of every row. */
export async function digestOf(client: ClientBase, { name, columns }: Table): Promise<Digest> {
  const values = columns.map((column) => `${quoted(column.name)}::text`)
  const half = (from: number) => `coalesce(sum(('x' || substr(hash, ${from}, 16))::bit(64)::bigint), 0)::text`
  const { rows } = await client.query<{ rows: string; high: string; low: string }>(
    `SELECT count(*)::text AS rows, ${half(1)} AS high, ${half(17)} AS low
     FROM (SELECT md5(ROW(${values.join(', ')})::text) AS hash FROM ${quoted(name)}) AS hashes`,
  )
  const [found] = rows
  if (!found) throw new Error(`${name} cannot be counted`)
  return { rows: found.rows, hash: `${found.high}:${found.low}` }
}

import { Prisma } from '../generated/prisma/client.js'
import type { Tx } from './client.js'

/** The columns that a change writes of a row, beside its key. */
export type Columns<Row> = readonly (keyof Row & string)[]

/**
 * Rows of a table as a statement takes them in FROM, in one parameter; of each the columns named, or all it has. What is
 * null is left out, since each field is read again at the other end. The limit tells the planner how many they are: it
 * takes any list for a hundred, and reads a whole table of some thousand rows to find four.
 */
export function rowsOf<Row extends object>(table: string, rows: Row[], columns?: Columns<Row>): Prisma.Sql {
  const json = JSON.stringify(rows.map((row) => withoutNulls(row, columns ?? Object.keys(row))))
  return Prisma.sql`(SELECT * FROM jsonb_populate_recordset(NULL::${named(table)}, ${json}::jsonb) LIMIT ${rows.length})`
}

function withoutNulls(row: object, columns: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const column of columns) {
    const value = (row as Record<string, unknown>)[column]
    if (value !== null) values[column] = value
  }
  return values
}

/** Writes these columns of rows that are there, in one statement. */
export async function updateRows<Row extends { organizationId: string; id: string }>(
  tx: Tx,
  table: string,
  columns: Columns<Row>,
  rows: Row[],
): Promise<void> {
  if (rows.length === 0) return
  const values = Prisma.raw(columns.map((column) => `"${column}" = row."${column}"`).join(', '))
  await tx.$executeRaw`
    UPDATE ${named(table)} AS t SET ${values} FROM ${rowsOf(table, rows, ['organizationId', 'id', ...columns])} AS row
    WHERE t."organizationId" = row."organizationId" AND t.id = row.id`
}

const named = (table: string) => Prisma.raw(`"${table}"`)

import type { Rows } from './rows.js'

/** Every row of every table as text, in one order whatever the store. */
export async function everyRow(rows: Rows): Promise<Map<string, string[]>> {
  const columns = await rows.select(
    `SELECT table_name AS table, string_agg(quote_ident(column_name), ', ' ORDER BY column_name COLLATE "C") AS columns
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
     GROUP BY 1 ORDER BY table_name COLLATE "C"`,
  )
  const found = new Map<string, string[]>()
  for (const { table, columns: values } of columns) {
    const read = await rows.select(`SELECT ROW(${values})::text AS row FROM "${table}"`)
    found.set(String(table), read.map(({ row }) => String(row)).sort())
  }
  return found
}

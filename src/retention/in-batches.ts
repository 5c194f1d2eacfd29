import type { Context } from '../context.js'

/** Rows of one statement: each ends long before anybody waits for it. */
export const batchSize = 1000

/** Repeats a removal of at most `batchSize` rows, which answers how many there were, until nothing is left. */
export async function inBatches(remove: () => Promise<number>): Promise<void> {
  for (let removed = batchSize; removed === batchSize; ) removed = await remove()
}

/**
 * Removes the rows of a table that a query names by `key`, its columns, a batch at a time. `old`: the query without its
 * end, with the oldest first; `$1` stands for the time.
 */
export function removeRows(ctx: Context, { table, key, old }: Old, before: Date): Promise<void> {
  const columns = key.map((column) => `"${column}"`)
  const same = columns.map((column) => `gone.${column} = old.${column}`).join(' AND ')
  const sql = `
    WITH old AS (${old} LIMIT ${batchSize}), removed AS (
      DELETE FROM "${table}" AS gone USING old WHERE ${same} RETURNING 1
    )
    SELECT count(*)::int AS removed FROM removed`
  return inBatches(async () => {
    const [row] = await ctx.database.query<{ removed: number }>(sql, [before])
    return row?.removed ?? 0
  })
}

type Old = { table: string; key: readonly string[]; old: string }

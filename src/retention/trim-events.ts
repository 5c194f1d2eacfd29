import type { Context } from '../context.js'
import { batchSize, inBatches } from './in-batches.js'

/**
 * Removes the beginning of each organization's event log: everything before the first event that is not older than
 * `before`. Always a whole beginning, never something between, so that a reader either finds the next position or knows
 * that the log no longer reaches back (CURSOR_EXPIRED). `EventHead` stays: positions go on where they were.
 */
export async function trimEvents(ctx: Context, before: Date): Promise<void> {
  const heads = await ctx.database.prisma.eventHead.findMany({ select: { organizationId: true } })
  for (const { organizationId } of heads) {
    await inBatches(() => trimBatch(ctx, organizationId, before))
  }
}

async function trimBatch(ctx: Context, organizationId: string, before: Date): Promise<number> {
  const [row] = await ctx.database.query<{ removed: number }>(
    `WITH oldest AS (
       SELECT "position", "createdAt" FROM "Event"
       WHERE "organizationId" = $1 AND "position" IS NOT NULL ORDER BY "position" LIMIT ${batchSize}
     ), kept AS (
       SELECT min("position") AS first FROM oldest WHERE "createdAt" >= $2
     ), gone AS (
       DELETE FROM "Event" AS e USING oldest, kept
       WHERE e."organizationId" = $1 AND e."position" = oldest."position"
         AND (kept.first IS NULL OR oldest."position" < kept.first)
       RETURNING 1
     )
     SELECT count(*)::int AS removed FROM gone`,
    [organizationId, before],
  )
  return row?.removed ?? 0
}

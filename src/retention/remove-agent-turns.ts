import type { Context } from '../context.js'

const batchSize = 1000

/** Removes the turns of AI agents that ended before a time. Their messages stay, and none is ever given a second turn. */
export async function removeAgentTurns(ctx: Context, before: Date): Promise<void> {
  for (let removed = batchSize; removed === batchSize; ) {
    const [row] = await ctx.database.query<{ removed: number }>(
      `WITH old AS (
         SELECT "organizationId", id FROM "AgentTurn" WHERE "finishedAt" < $1 ORDER BY "finishedAt" LIMIT ${batchSize}
       ), gone AS (
         DELETE FROM "AgentTurn" AS t USING old
         WHERE t."organizationId" = old."organizationId" AND t.id = old.id RETURNING 1
       )
       SELECT count(*)::int AS removed FROM gone`,
      [before],
    )
    removed = row?.removed ?? 0
  }
}

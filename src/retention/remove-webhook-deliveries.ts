import type { Context } from '../context.js'

const batchSize = 1000

/**
 * Removes deliveries made before a time, with their attempts: the finished ones, and those of disabled webhooks. What an
 * enabled webhook still owes stays, since others of its conversation wait for it; the ladder or five days end it.
 */
export async function removeWebhookDeliveries(ctx: Context, before: Date): Promise<void> {
  for (let removed = batchSize; removed === batchSize; ) {
    const [row] = await ctx.database.query<{ removed: number }>(
      `WITH old AS (
         SELECT d."organizationId", d.id FROM "WebhookDelivery" d JOIN "Webhook" w
           ON w."organizationId" = d."organizationId" AND w.id = d."webhookId"
         WHERE d."createdAt" < $1 AND (d.status <> 'PENDING' OR w."disabledAt" IS NOT NULL)
         ORDER BY d."createdAt" LIMIT ${batchSize}
       ), gone AS (
         DELETE FROM "WebhookDelivery" AS d USING old
         WHERE d."organizationId" = old."organizationId" AND d.id = old.id RETURNING 1
       )
       SELECT count(*)::int AS removed FROM gone`,
      [before],
    )
    removed = row?.removed ?? 0
  }
}

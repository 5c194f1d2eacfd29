import type { Context } from '../context.js'
import { removeRows } from './in-batches.js'

const finished = {
  table: 'WebhookDelivery',
  key: ['organizationId', 'id'],
  old: `SELECT d."organizationId", d.id FROM "WebhookDelivery" d JOIN "Webhook" w
      ON w."organizationId" = d."organizationId" AND w.id = d."webhookId"
    WHERE d."createdAt" < $1 AND (d.status <> 'PENDING' OR w."disabledAt" IS NOT NULL) ORDER BY d."createdAt"`,
}

/**
 * Removes deliveries made before a time, with their attempts: the finished ones, and those of disabled webhooks. What an
 * enabled webhook still owes stays, since others of its conversation wait for it; the ladder or five days end it.
 */
export const removeWebhookDeliveries = (ctx: Context, before: Date): Promise<void> => removeRows(ctx, finished, before)

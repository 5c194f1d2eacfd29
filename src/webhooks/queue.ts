import { rowKey, type Tx } from '../database/client.js'
import type { Webhook, WebhookDelivery } from '../generated/prisma/client.js'

/**
 * The webhook's row, locked: whoever makes, ends or begins again deliveries of it does so one after the other, so that
 * each conversation always has an unfinished delivery that is due, as long as it has an unfinished one.
 */
export async function lockWebhook(tx: Tx, organizationId: string, id: string): Promise<Webhook | null> {
  await tx.$executeRaw`
    SELECT 1 FROM "Webhook" WHERE "organizationId" = ${organizationId} AND id = ${id} FOR NO KEY UPDATE`
  return tx.webhook.findUnique({ where: rowKey({ organizationId, id }) })
}

/** The oldest unfinished delivery of the conversation becomes due, unless it is already. */
export async function releaseConversation(
  tx: Tx,
  delivery: Pick<WebhookDelivery, 'organizationId' | 'webhookId' | 'conversationId'>,
  now: Date,
): Promise<void> {
  const { organizationId, webhookId, conversationId } = delivery
  if (conversationId === null) return
  await tx.$executeRaw`
    UPDATE "WebhookDelivery" AS d SET "nextAttemptAt" = ${now}
    FROM (
      SELECT id FROM "WebhookDelivery" WHERE "organizationId" = ${organizationId} AND "webhookId" = ${webhookId}
        AND "conversationId" = ${conversationId} AND status = 'PENDING' ORDER BY "position" LIMIT 1
    ) AS oldest
    WHERE d."organizationId" = ${organizationId} AND d.id = oldest.id AND d."nextAttemptAt" IS NULL`
}

/** What waits for nothing becomes due: what has no conversation, and the oldest unfinished one of each. */
export const releaseAll = (tx: Tx, { organizationId, id }: Webhook, now: Date): Promise<number> =>
  tx.$executeRaw`
    UPDATE "WebhookDelivery" AS d SET "nextAttemptAt" = ${now}
    WHERE d."organizationId" = ${organizationId} AND d."webhookId" = ${id} AND d.status = 'PENDING'
      AND d."nextAttemptAt" IS NULL
      AND (d."conversationId" IS NULL OR NOT EXISTS (
        SELECT 1 FROM "WebhookDelivery" AS e WHERE e."organizationId" = d."organizationId"
          AND e."webhookId" = d."webhookId" AND e."conversationId" = d."conversationId" AND e.status = 'PENDING'
          AND e."position" < d."position"))`

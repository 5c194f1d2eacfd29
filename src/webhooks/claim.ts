import type { Context } from '../context.js'
import type { Webhook, WebhookDelivery } from '../generated/prisma/client.js'
import { webhookLimits } from './limits.js'

/** A delivery in the hands of this process until its lease ends, with what its endpoint needs. */
export type Claimed = Pick<
  WebhookDelivery,
  'organizationId' | 'id' | 'webhookId' | 'eventId' | 'body' | 'conversationId' | 'failures'
> &
  Pick<Webhook, 'url' | 'secret' | 'previousSecret' | 'previousSecretUntil' | 'signatureFormat' | 'retries'> & {
    leaseExpiresAt: Date
  }

export type DueWebhook = { organizationId: string; id: string; failing: boolean; due: number }

/** The webhooks that something is due for, in no order, each with how much, counted up to what may run at once. */
export function findDue(ctx: Context): Promise<DueWebhook[]> {
  return ctx.database.query<DueWebhook>(
    `SELECT w."organizationId", w.id, w."failingSince" IS NOT NULL AS failing, d.due
     FROM "Webhook" w CROSS JOIN LATERAL (
       SELECT count(*)::int AS due FROM (
         SELECT 1 FROM "WebhookDelivery" WHERE "organizationId" = w."organizationId" AND "webhookId" = w.id
           AND "nextAttemptAt" <= $1 LIMIT ${webhookLimits.atOnce.healthy}
       ) AS few
     ) AS d
     WHERE w."disabledAt" IS NULL AND d.due > 0 ORDER BY random() LIMIT 500`,
    [ctx.clock.now()],
  )
}

/**
 * The delivery of a webhook that has been due longest; no other server takes it until the lease is over. MATERIALIZED:
 * looked for once, where a join might look again and lease more than the one row that is answered.
 */
export async function claim(ctx: Context, organizationId: string, webhookId: string): Promise<Claimed | null> {
  const now = ctx.clock.now()
  const [row] = await ctx.database.query<Claimed>(
    `WITH due AS MATERIALIZED (
       SELECT id FROM "WebhookDelivery" WHERE "organizationId" = $1 AND "webhookId" = $2 AND "nextAttemptAt" <= $3
       ORDER BY "nextAttemptAt", "position" LIMIT 1 FOR UPDATE SKIP LOCKED
     )
     UPDATE "WebhookDelivery" AS d SET "nextAttemptAt" = $4, "leaseExpiresAt" = $4
     FROM "Webhook" AS w, due
     WHERE d."organizationId" = $1 AND d.id = due.id AND w."organizationId" = $1 AND w.id = $2 AND w."disabledAt" IS NULL
     RETURNING d."organizationId", d.id, d."webhookId", d."eventId", d.body, d."conversationId", d.failures,
       d."leaseExpiresAt", w.url, w.secret, w."previousSecret", w."previousSecretUntil", w."signatureFormat", w.retries`,
    [organizationId, webhookId, now, new Date(now.getTime() + webhookLimits.leaseMs)],
  )
  return row ?? null
}

/** Gives a delivery back whose attempt was broken off: whoever looks next takes it. */
export async function giveBack(ctx: Context, { organizationId, id, leaseExpiresAt }: Claimed): Promise<void> {
  await ctx.database.prisma.webhookDelivery.updateMany({
    where: { organizationId, id, leaseExpiresAt, status: 'PENDING' },
    data: { nextAttemptAt: ctx.clock.now(), leaseExpiresAt: null },
  })
}

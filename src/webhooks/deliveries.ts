import type { ActorContext } from '../context.js'
import { badRequest, notFound } from '../core/errors.js'
import { requireId } from '../core/ids.js'
import type { Tx } from '../database/client.js'
import { columnIs, hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { Prisma, type Webhook, type WebhookDelivery, type WebhookDeliveryStatus } from '../generated/prisma/client.js'
import { webhookLimits } from './limits.js'
import { lockWebhook, releaseAll } from './queue.js'

/** Which columns and relations a caller wants of each delivery. */
export type DeliveryQuery = { select?: Prisma.WebhookDeliverySelect }

export type DeliveryFilter = {
  webhookId?: string | null | undefined
  status?: WebhookDeliveryStatus | null | undefined
  event?: string | null | undefined
  since?: Date | null | undefined
}

/** Newest first. `since`: made then or later. */
export async function listDeliveries(
  ctx: ActorContext,
  { webhookId, status, event, since }: DeliveryFilter,
  args: PageArgs,
  query: DeliveryQuery = {},
): Promise<Page<WebhookDelivery>> {
  const { organizationId } = ctx.actor
  const conditions = [Prisma.sql`"organizationId" = ${organizationId}`]
  if (webhookId != null) conditions.push(columnIs('webhookId', 'Webhook', webhookId))
  if (status != null) conditions.push(Prisma.sql`status = ${status}::"WebhookDeliveryStatus"`)
  if (event != null) conditions.push(Prisma.sql`event = ${event}`)
  if (since != null) conditions.push(Prisma.sql`"createdAt" >= ${inRange(since)}`)
  const list = { table: 'WebhookDelivery', where: Prisma.join(conditions, ' AND '), timeColumn: null }
  const page = await pageOfIds(ctx.database, list, args)
  return hydrate(page, (ids) =>
    ctx.database.prisma.webhookDelivery.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

export type RedeliverInput = {
  webhookId?: string | null | undefined
  deliveryId?: string | null | undefined
  since?: Date | null | undefined
  until?: Date | null | undefined
  failedSince?: Date | null | undefined
}

/**
 * Begins deliveries again, each on the first rung of the ladder and with the same `webhook-id`: one; all that were made
 * in a range; or all made since a time that FAILED. At most 10,000 of the oldest; `count` says how many. What is being
 * attempted right now is left alone. @throws BAD_REQUEST, NOT_FOUND.
 */
export async function redeliverWebhook(
  ctx: ActorContext,
  input: RedeliverInput,
): Promise<{ webhook: Webhook; count: number }> {
  const { organizationId } = ctx.actor
  const chosen = chosenBy(input)
  const webhookId = await webhookIdOf(ctx, input)
  const answer = await ctx.database.transaction(async (tx) => {
    const webhook = await lockWebhook(tx, organizationId, webhookId)
    if (!webhook) throw notFound('webhook')
    if (webhook.disabledAt !== null) {
      throw badRequest([{ path: 'webhookId', message: 'is disabled: enable it first' }])
    }
    const count = await restart(tx, webhook, chosen)
    await releaseAll(tx, webhook, ctx.clock.now())
    return { webhook, count }
  })
  ctx.webhooksDue.emit()
  return answer
}

/** No delivery is older or younger than this, and the database cannot hold every time that a Date can. */
const [earliestMs, latestMs] = [0, Date.UTC(9999, 0, 1)]
const inRange = (time: Date): Date => new Date(Math.min(Math.max(time.getTime(), earliestMs), latestMs))

/** @throws BAD_REQUEST where the input does not say which in exactly one way. */
function chosenBy({ deliveryId, since, until, failedSince }: RedeliverInput): Prisma.Sql {
  const ways = [deliveryId != null, since != null || until != null, failedSince != null].filter(Boolean)
  if (ways.length !== 1) {
    throw badRequest([{ path: 'deliveryId', message: 'give exactly one of deliveryId, since and until, failedSince' }])
  }
  if (deliveryId != null) return Prisma.sql`id = ${deliveryId}`
  if (failedSince != null) return Prisma.sql`"createdAt" >= ${inRange(failedSince)} AND status = 'FAILED'`
  if (since != null && until != null && until < since) {
    throw badRequest([{ path: 'until', message: 'lies before since' }])
  }
  const from = since == null ? Prisma.empty : Prisma.sql`AND "createdAt" >= ${inRange(since)}`
  const to = until == null ? Prisma.empty : Prisma.sql`AND "createdAt" <= ${inRange(until)}`
  return Prisma.sql`TRUE ${from} ${to}`
}

/** A delivery names its webhook; anything else needs it given. */
async function webhookIdOf(ctx: ActorContext, { webhookId, deliveryId }: RedeliverInput): Promise<string> {
  const { organizationId } = ctx.actor
  if (deliveryId == null) {
    if (webhookId == null) throw badRequest([{ path: 'webhookId', message: 'is required' }])
    return requireId('Webhook', webhookId)
  }
  const id = requireId('WebhookDelivery', deliveryId)
  const delivery = await ctx.database.prisma.webhookDelivery.findFirst({
    where: { organizationId, id, ...(webhookId == null ? {} : { webhookId }) },
    select: { webhookId: true },
  })
  if (!delivery) throw notFound('delivery')
  return delivery.webhookId
}

const restart = (tx: Tx, { organizationId, id }: Webhook, chosen: Prisma.Sql): Promise<number> =>
  tx.$executeRaw`
    WITH chosen AS MATERIALIZED (
      SELECT id FROM "WebhookDelivery"
      WHERE "organizationId" = ${organizationId} AND "webhookId" = ${id} AND "leaseExpiresAt" IS NULL AND ${chosen}
      ORDER BY id LIMIT ${webhookLimits.redeliveries} FOR UPDATE
    )
    UPDATE "WebhookDelivery" AS d SET status = 'PENDING', failures = 0, "nextAttemptAt" = NULL, "deliveredAt" = NULL
    FROM chosen WHERE d."organizationId" = ${organizationId} AND d.id = chosen.id`

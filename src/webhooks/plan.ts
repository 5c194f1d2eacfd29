import type { Context } from '../context.js'
import { newId } from '../core/ids.js'
import type { Tx } from '../database/client.js'
import { webhookBody } from './body.js'
import { webhookLimits } from './limits.js'

type Behind = { organizationId: string; id: string; events: string[]; position: bigint; head: bigint }
type Found = {
  organizationId: string
  id: string
  position: bigint
  type: string
  data: unknown
  conversationId: string | null
  createdAt: Date
}
type NewDelivery = {
  organizationId: string
  id: string
  webhookId: string
  eventId: string
  event: string
  body: string
  conversationId: string | null
  position: bigint
  nextAttemptAt: Date | null
  createdAt: Date
}

/**
 * Makes deliveries of what the event log holds behind the place of each webhook, and moves that place, in one
 * transaction: a crash leaves both or neither, so that nothing is lost and nothing made twice. Resolves when no webhook
 * of these organizations is behind; null: of any. Answers whether there were any.
 */
export async function planDeliveries(ctx: Context, organizationIds: string[] | null): Promise<boolean> {
  for (let planned = false; ; planned = true) {
    const behind = await ctx.database.query<{ organizationId: string; id: string }>(
      `SELECT w."organizationId", w.id FROM "Webhook" w JOIN "EventHead" h USING ("organizationId")
       WHERE w."disabledAt" IS NULL AND w."position" < h."position" AND ($1::text[] IS NULL OR w."organizationId" = ANY($1))
       ORDER BY w.id LIMIT ${webhookLimits.webhooksAtOnce}`,
      [organizationIds],
    )
    if (behind.length === 0) return planned
    await ctx.database.transaction((tx) => planSome(ctx, tx, behind))
  }
}

/** The lock of the webhook's row also keeps a delivery of it from ending meanwhile, so that `holdBack` sees what is so. */
async function planSome(ctx: Context, tx: Tx, behind: { organizationId: string; id: string }[]): Promise<void> {
  const organizationIds = behind.map(({ organizationId }) => organizationId)
  const ids = behind.map(({ id }) => id)
  // The head is read before the events: what is numbered in between lies beyond it and is not skipped.
  const webhooks = await tx.$queryRaw<Behind[]>`
    SELECT w."organizationId", w.id, w.events, w."position", h."position" AS head
    FROM "Webhook" w JOIN "EventHead" h USING ("organizationId")
    WHERE w."organizationId" = ANY(${organizationIds}) AND w.id = ANY(${ids}) AND w."disabledAt" IS NULL ORDER BY w.id FOR NO KEY UPDATE OF w`
  const deliveries: NewDelivery[] = []
  for (const webhook of webhooks) {
    const events = await tx.$queryRaw<Found[]>`
      SELECT "organizationId", id, "position", type, data, "conversationId", "createdAt" FROM "Event"
      WHERE "organizationId" = ${webhook.organizationId} AND "position" > ${webhook.position}
      ORDER BY "position" LIMIT ${webhookLimits.eventsAtOnce}`
    // Where no event is left up to the head, the log has been trimmed: there is nothing to wait for.
    const reached = events.at(-1)?.position ?? webhook.head
    await tx.$executeRaw`
      UPDATE "Webhook" SET "position" = GREATEST("position", ${reached}::bigint)
      WHERE "organizationId" = ${webhook.organizationId} AND id = ${webhook.id}`
    const chosen = events.filter(({ type }) => webhook.events.includes(type))
    deliveries.push(...chosen.map((event) => deliveryOf(ctx, webhook.id, event)))
  }
  if (deliveries.length > 0) {
    await holdBack(tx, deliveries)
    await tx.webhookDelivery.createMany({ data: deliveries, skipDuplicates: true })
  }
}

const deliveryOf = (ctx: Context, webhookId: string, event: Found): NewDelivery => {
  const now = ctx.clock.now()
  return {
    organizationId: event.organizationId,
    id: newId('WebhookDelivery'),
    webhookId,
    eventId: event.id,
    event: event.type,
    body: webhookBody(event),
    conversationId: event.conversationId,
    position: event.position,
    nextAttemptAt: now,
    createdAt: now,
  }
}

/** Only the first unfinished delivery of a conversation is due; the others wait until it has ended. */
async function holdBack(tx: Tx, deliveries: NewDelivery[]): Promise<void> {
  const conversationIds = [...new Set(deliveries.flatMap(({ conversationId }) => conversationId ?? []))]
  const webhookIds = [...new Set(deliveries.map(({ webhookId }) => webhookId))]
  const organizationIds = [...new Set(deliveries.map(({ organizationId }) => organizationId))]
  const unfinished = await tx.$queryRaw<{ webhookId: string; conversationId: string }[]>`
    SELECT DISTINCT "webhookId", "conversationId" FROM "WebhookDelivery"
    WHERE "organizationId" = ANY(${organizationIds}) AND "webhookId" = ANY(${webhookIds})
      AND "conversationId" = ANY(${conversationIds}) AND status = 'PENDING'`
  const key = (row: { webhookId: string; conversationId: string | null }) => `${row.webhookId} ${row.conversationId}`
  const busy = new Set(unfinished.map(key))
  for (const delivery of deliveries) {
    if (delivery.conversationId === null) continue
    if (busy.has(key(delivery))) delivery.nextAttemptAt = null
    busy.add(key(delivery))
  }
}

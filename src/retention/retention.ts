import type { Context } from '../context.js'
import { hoursMs } from '../core/clock.js'
import { expireMedia } from './expire-media.js'
import { batchSize, removeRows } from './in-batches.js'
import { removeAgentTurns } from './remove-agent-turns.js'
import { removeWebhookDeliveries } from './remove-webhook-deliveries.js'
import { trimEvents } from './trim-events.js'

/** Callers are promised 24 h (contract, section 6). */
const idempotencyKeysMs = hoursMs(48)
const deliveriesMs = hoursMs(30 * 24)

const idempotencyKeys = {
  table: 'IdempotencyKey',
  key: ['organizationId', 'key'],
  old: 'SELECT "organizationId", key FROM "IdempotencyKey" WHERE "createdAt" < $1 ORDER BY "createdAt"',
}

const limitWindows = {
  table: 'LimitWindow',
  key: ['name'],
  old: 'SELECT name FROM "LimitWindow" WHERE "endsAt" < $1 ORDER BY "endsAt"',
}

/**
 * The recurring work that removes what is kept no longer: idempotency keys after 48 hours, windows of limits
 * once they have ended, WhatsApp's webhooks after 30
 * days once processed, as turns of AI agents once they have ended, events and our own webhooks' deliveries after
 * EVENT_RETENTION_DAYS, the files of messages after MEDIA_RETENTION_DAYS. In small statements of their own, so that nobody waits for it.
 */
export function createRetention(ctx: Context): () => Promise<void> {
  return async function removeOld() {
    const nowMs = ctx.clock.now().getTime()
    const before = (ageMs: number) => new Date(nowMs - ageMs)
    await removeRows(ctx, idempotencyKeys, before(idempotencyKeysMs))
    await removeRows(ctx, limitWindows, before(0))
    await removeDeliveries(ctx, before(deliveriesMs))
    await removeAgentTurns(ctx, before(deliveriesMs))
    const eventsBefore = before(hoursMs(ctx.config.eventRetentionDays * 24))
    await removeWebhookDeliveries(ctx, eventsBefore)
    await trimEvents(ctx, eventsBefore)
    const { mediaRetentionDays } = ctx.config
    if (mediaRetentionDays !== null) await expireMedia(ctx, before(hoursMs(mediaRetentionDays * 24)))
  }
}

/**
 * In the order of arrival, which needs no index: a delivery is processed after it came, so what came later than
 * `before` ends the search. One that never could be processed stays, for a person to look at.
 */
async function removeDeliveries(ctx: Context, before: Date): Promise<void> {
  for (let after: string | null = '0'; after !== null; ) {
    const [row]: { last: string | null; found: number; reached: boolean | null }[] = await ctx.database.query(
      `WITH oldest AS (
         SELECT id, "receivedAt", "processedAt" FROM "InboundDelivery" WHERE id > $1::bigint ORDER BY id LIMIT ${batchSize}
       ), gone AS (
         DELETE FROM "InboundDelivery" WHERE id IN (SELECT id FROM oldest WHERE "processedAt" < $2) RETURNING 1
       )
       SELECT max(id)::text AS last, count(*)::int AS found, bool_or("receivedAt" >= $2) AS reached FROM oldest`,
      [after, before],
    )
    after = row && row.found === batchSize && !row.reached ? row.last : null
  }
}

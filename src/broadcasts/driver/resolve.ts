import type { Context } from '../../context.js'
import { rowKey, type Tx } from '../../database/client.js'
import { Prisma } from '../../generated/prisma/client.js'
import { tagCondition } from '../audience.js'
import { changeBroadcast, lockBroadcast } from '../control.js'
import { countBroadcast, countBroadcastIn } from '../counts.js'
import { broadcastLimits } from '../limits.js'
import { exceedsPlan, planLimitMessage } from '../plan.js'
import { type Driven, holdsLease } from './lease.js'

type Step = { last: string | null; seen: number }

/**
 * One step towards knowing every recipient: it looks at so many contacts, whoever of them is meant, so that no step is
 * long however rare a tag is. After the last the recipients are frozen. Answers whether there is more to do; false, too,
 * where the broadcast is no longer ours, or cannot begin.
 */
export function resolveStep(ctx: Context, driven: Driven, token: string): Promise<boolean> {
  return ctx.database.transaction(async (tx) => {
    if (!(await holdsLease(tx, driven, token))) return false
    const broadcast = await tx.broadcast.findUniqueOrThrow({ where: rowKey(driven) })
    if (broadcast.resolvedAt !== null) return false
    const { last, seen } = await (broadcast.retryOfId === null
      ? addByTags(tx, broadcast, ctx.clock.now())
      : addFailed(tx, { ...broadcast, retryOfId: broadcast.retryOfId }, ctx.clock.now()))
    const more = seen === broadcastLimits.contactsAtOnce
    await tx.broadcast.update({
      where: rowKey(driven),
      data: { ...(last === null ? {} : { resolvedTo: last }), ...(more ? {} : { resolvedAt: ctx.clock.now() }) },
      select: { id: true },
    })
    if (!more) await failWhereWrong(ctx, tx, driven)
    return more
  })
}

/** So many rows change how they are best read. */
const manyRecipients = 1000

/**
 * Statistics for the planner, who otherwise takes a new broadcast for an empty one and reads all its recipients for each
 * turn, until PostgreSQL makes them by itself: a minute or two later.
 */
export async function learnRecipients({ database }: Context, driven: Driven): Promise<void> {
  const { total } = await countBroadcast(database, driven)
  if (total >= manyRecipients) await database.query('ANALYZE "BroadcastRecipient"', [])
}

type Resolving = Pick<Driven, 'organizationId' | 'id' | 'tags' | 'tagMatch' | 'resolvedTo'>

async function addByTags(tx: Tx, broadcast: Resolving, now: Date): Promise<Step> {
  const { organizationId, id, resolvedTo } = broadcast
  const [step] = await tx.$queryRaw<Step[]>`
    WITH seen AS MATERIALIZED (
      SELECT k.id, k.tags FROM "Contact" AS k WHERE k."organizationId" = ${organizationId} AND k.id > ${resolvedTo ?? ''}
      ORDER BY k.id LIMIT ${broadcastLimits.contactsAtOnce} FOR KEY SHARE
    ), added AS (
      INSERT INTO "BroadcastRecipient" ("organizationId", "broadcastId", "contactId", "dueAt")
      SELECT ${organizationId}, ${id}, seen.id, ${now} FROM seen WHERE ${tagCondition(Prisma.sql`seen.tags`, broadcast)}
      ON CONFLICT DO NOTHING
    )
    SELECT max(id) AS last, count(*)::int AS seen FROM seen`
  return step ?? { last: null, seen: 0 }
}

/** Those whose message failed in the broadcast that is tried again, with the values they had there. */
async function addFailed(tx: Tx, broadcast: Resolving & { retryOfId: string }, now: Date): Promise<Step> {
  const { organizationId, id, retryOfId, resolvedTo } = broadcast
  const [step] = await tx.$queryRaw<Step[]>`
    WITH seen AS MATERIALIZED (
      SELECT r."contactId" AS id, r.parameters, m.status FROM "BroadcastRecipient" AS r
      LEFT JOIN "Message" AS m ON m."organizationId" = r."organizationId" AND m."broadcastId" = r."broadcastId"
        AND m."contactId" = r."contactId"
      WHERE r."organizationId" = ${organizationId} AND r."broadcastId" = ${retryOfId} AND r."contactId" > ${resolvedTo ?? ''}
      ORDER BY r."contactId" LIMIT ${broadcastLimits.contactsAtOnce}
    ), added AS (
      INSERT INTO "BroadcastRecipient" ("organizationId", "broadcastId", "contactId", parameters, "dueAt")
      SELECT ${organizationId}, ${id}, seen.id, seen.parameters, ${now} FROM seen WHERE seen.status = 'FAILED'
      ON CONFLICT DO NOTHING
    )
    SELECT max(id) AS last, count(*)::int AS seen FROM seen`
  return step ?? { last: null, seen: 0 }
}

/** Since it was created, tags may have been given to more contacts than the plan allows, or taken from all of them. */
async function failWhereWrong(ctx: Context, tx: Tx, driven: Driven): Promise<void> {
  const { total } = await countBroadcastIn(tx, driven)
  const statusReason = exceedsPlan(driven.organization, total)
    ? `The audience ${planLimitMessage(driven.organization)}.`
    : total === 0
      ? 'The audience is empty: nobody is left to write to.'
      : null
  if (statusReason === null) return
  const broadcast = await lockBroadcast(tx, driven)
  if (broadcast)
    await changeBroadcast(ctx, tx, broadcast, { status: 'FAILED', statusReason, completedAt: ctx.clock.now() })
}

import type { Context } from '../context.js'
import type { Tx } from '../database/client.js'
import { type BroadcastStatus, Prisma } from '../generated/prisma/client.js'

/**
 * How far the recipients of a broadcast have come. `total` is all of them; `sent` those that WhatsApp accepted, of which
 * `delivered` reached the phone, of which `read` were read; `open`: a message is made, and its outcome not known yet.
 */
export type BroadcastCounts = {
  total: number
  pending: number
  open: number
  sent: number
  delivered: number
  read: number
  failed: number
  skipped: number
}

export const noCounts: BroadcastCounts = {
  total: 0,
  pending: 0,
  open: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  skipped: 0,
}

type Row = { id: string; status: BroadcastStatus } & BroadcastCounts

/**
 * Counted from the messages, by an index that holds their status, rather than kept in a row that every status of WhatsApp's would
 * have to lock.
 */
const countSql = (organizationId: string, ids: readonly string[]) => Prisma.sql`
  SELECT b.id, b.status, r.*, m.*
  FROM "Broadcast" AS b
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS total, count(*) FILTER (WHERE state = 'PENDING')::int AS pending,
      count(*) FILTER (WHERE state = 'SKIPPED')::int AS skipped
    FROM "BroadcastRecipient" WHERE "organizationId" = ${organizationId} AND "broadcastId" = b.id
  ) AS r
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE status IN ('QUEUED', 'UNKNOWN'))::int AS open,
      count(*) FILTER (WHERE status IN ('SENT', 'DELIVERED', 'READ'))::int AS sent,
      count(*) FILTER (WHERE status IN ('DELIVERED', 'READ'))::int AS delivered,
      count(*) FILTER (WHERE status = 'READ')::int AS read, count(*) FILTER (WHERE status = 'FAILED')::int AS failed
    FROM "Message" WHERE "organizationId" = ${organizationId} AND "broadcastId" = b.id
  ) AS m
  WHERE b."organizationId" = ${organizationId} AND b.id = ANY(${[...ids]})`

/** Of several broadcasts in one statement; those that are not there have no entry. */
export async function countBroadcasts(
  database: Context['database'],
  organizationId: string,
  ids: readonly string[],
): Promise<Map<string, BroadcastCounts>> {
  const rows = await database.select<Row>(countSql(organizationId, ids))
  return new Map(rows.map((row) => [row.id, countsOf(row)]))
}

export async function countBroadcast(
  database: Context['database'],
  { organizationId, id }: { organizationId: string; id: string },
): Promise<BroadcastCounts> {
  return (await countBroadcasts(database, organizationId, [id])).get(id) ?? noCounts
}

export async function countBroadcastIn(
  tx: Tx,
  { organizationId, id }: { organizationId: string; id: string },
): Promise<BroadcastCounts> {
  const [row] = await tx.$queryRaw<Row[]>(countSql(organizationId, [id]))
  return row ? countsOf(row) : noCounts
}

/** Whoever still waits when a broadcast is cancelled is skipped with that, without a write for each. */
function countsOf({ id: _, status, ...counts }: Row): BroadcastCounts {
  if (status !== 'CANCELLED') return counts
  return { ...counts, pending: 0, skipped: counts.skipped + counts.pending }
}

import type { Context } from '../../context.js'
import type { Tx } from '../../database/client.js'
import { type Broadcast, type ConnectionStatus, type Organization, Prisma } from '../../generated/prisma/client.js'
import { broadcastLimits } from '../limits.js'

export type Key = { organizationId: string; id: string }

/** A broadcast in the hands of this server, with what the driving needs of its number and its organization. */
export type Driven = Broadcast & {
  connectionStatus: ConnectionStatus
  qualityRating: string | null
  businessAccountId: string
  organization: Pick<Organization, 'id' | 'slug' | 'name' | 'plan' | 'consentPolicy'>
}

const isDue = (now: Date) => Prisma.sql`(b.status = 'RUNNING' OR (b.status = 'SCHEDULED' AND b."scheduledAt" <= ${now}))
  AND (b."leaseExpiresAt" IS NULL OR b."leaseExpiresAt" <= ${now})`

/**
 * Takes the broadcasts that are due and that nobody drives, or whose server has not been heard of. All those of one
 * number are driven by one server, which alone can hold its pace. One server at a time claims.
 */
export async function claimDue(ctx: Context, token: string, room: number): Promise<Key[]> {
  const now = ctx.clock.now()
  if (room <= 0) return []
  const due = await ctx.database.select(Prisma.sql`SELECT 1 FROM "Broadcast" AS b WHERE ${isDue(now)} LIMIT 1`)
  if (due.length === 0) return []
  return ctx.database.transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('broadcasts', 0))`
    return tx.$queryRaw<Key[]>`
      WITH due AS MATERIALIZED (
        SELECT b."organizationId", b.id FROM "Broadcast" AS b
        WHERE ${isDue(now)} AND NOT EXISTS (
          SELECT 1 FROM "Broadcast" AS o WHERE o."organizationId" = b."organizationId"
            AND o."connectionId" = b."connectionId" AND o.status = 'RUNNING' AND o."leaseToken" <> ${token}
            AND o."leaseExpiresAt" > ${now}
        )
        ORDER BY COALESCE(b."scheduledAt", b."createdAt"), b.id LIMIT ${room} FOR NO KEY UPDATE OF b SKIP LOCKED
      )
      UPDATE "Broadcast" AS b SET status = 'RUNNING', "statusReason" = NULL,
        "startedAt" = COALESCE(b."startedAt", ${now}), "leaseToken" = ${token},
        "leaseExpiresAt" = ${new Date(now.getTime() + broadcastLimits.leaseMs)}, "updatedAt" = ${now}
      FROM due WHERE b."organizationId" = due."organizationId" AND b.id = due.id
      RETURNING b."organizationId", b.id`
  })
}

/** Says that this server lives, and answers how things stand; null where the broadcast is no longer its own. */
export async function heartbeat(ctx: Context, { organizationId, id }: Key, token: string): Promise<Driven | null> {
  const [row] = await ctx.database.query<Driven>(
    `UPDATE "Broadcast" AS b SET "leaseExpiresAt" = $4
     FROM "WhatsAppConnection" AS w, "Organization" AS o
     WHERE b."organizationId" = $1 AND b.id = $2 AND b.status = 'RUNNING' AND b."leaseToken" = $3
       AND w."organizationId" = b."organizationId" AND w.id = b."connectionId" AND o.id = b."organizationId"
     RETURNING b.*, w.status AS "connectionStatus", w."qualityRating", w."businessAccountId",
       jsonb_build_object('id', o.id, 'slug', o.slug, 'name', o.name, 'plan', o.plan, 'consentPolicy', o."consentPolicy") AS organization`,
    [organizationId, id, token, new Date(ctx.clock.now().getTime() + broadcastLimits.leaseMs)],
  )
  return row ?? null
}

/**
 * Whether the broadcast is still this server's; then nobody can pause, cancel or take it over before the transaction
 * ends. Whoever was slower than its lease changes nothing any more.
 */
export async function holdsLease(tx: Tx, { organizationId, id }: Key, token: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Broadcast" WHERE "organizationId" = ${organizationId} AND id = ${id} AND status = 'RUNNING'
      AND "leaseToken" = ${token} FOR NO KEY UPDATE`
  return rows.length > 0
}

/** Lets go, so that another server, or the next sweep, goes on at once. */
export async function release(ctx: Context, { organizationId, id }: Key, token: string): Promise<void> {
  await ctx.database.query(
    `UPDATE "Broadcast" SET "leaseToken" = NULL, "leaseExpiresAt" = NULL
     WHERE "organizationId" = $1 AND id = $2 AND "leaseToken" = $3`,
    [organizationId, id, token],
  )
}

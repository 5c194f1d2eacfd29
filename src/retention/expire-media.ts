import type { Context } from '../context.js'
import { batchSize } from './in-batches.js'

/**
 * Files made before a time, unless a message has carried them since or is still to be sent, or a quick reply offers them.
 * Named after one, since what is kept would be found again and again.
 */
const oldSql = `
  WITH old AS MATERIALIZED (
    SELECT "organizationId", id, "createdAt" FROM "Media"
    WHERE status = 'READY' AND "createdAt" < $1 AND ("createdAt", id) > ($2, $3) ORDER BY "createdAt", id LIMIT ${batchSize}
  ), gone AS (
    UPDATE "Media" AS f SET status = 'EXPIRED', "whatsappMediaId" = NULL, "whatsappExpiresAt" = NULL
    FROM old WHERE f."organizationId" = old."organizationId" AND f.id = old.id AND f.status = 'READY'
      AND NOT EXISTS (SELECT 1 FROM "QuickReply" q WHERE q."organizationId" = f."organizationId" AND q."mediaId" = f.id)
      AND NOT EXISTS (
        SELECT 1 FROM "Message" m WHERE m."organizationId" = f."organizationId" AND m."mediaId" = f.id
          AND (m."createdAt" >= $1 OR m."leaseExpiresAt" IS NOT NULL OR m."startsAt" IS NOT NULL)
      )
    RETURNING f.id
  )
  SELECT (SELECT array_agg(id) FROM gone) AS gone, count(*)::int AS found,
    (SELECT "createdAt" FROM old ORDER BY "createdAt" DESC, id DESC LIMIT 1) AS "lastAt",
    (SELECT id FROM old ORDER BY "createdAt" DESC, id DESC LIMIT 1) AS "lastId"
  FROM old`

type Row = { gone: string[] | null; found: number; lastAt: Date | null; lastId: string | null }

/** Removes the bytes of files that are kept no longer. Their rows stay, EXPIRED, as their messages do. */
export async function expireMedia(ctx: Context, before: Date): Promise<void> {
  for (let at = new Date(0), id = ''; ; ) {
    const [row] = await ctx.database.query<Row>(oldSql, [before, at, id])
    // The row first: a crash in between leaves a file that no row needs, which the sweep of files removes.
    for (const gone of row?.gone ?? []) await ctx.files.remove(gone)
    if (!row?.lastAt || row.lastId === null || row.found < batchSize) return
    at = row.lastAt
    id = row.lastId
  }
}

import type { Context } from '../context.js'
import { hoursMs } from '../core/clock.js'
import type { Tx } from '../database/client.js'

/**
 * Deletes those of some media that no message and no quick reply carries any more, and after the commit their files. What a crash in
 * between leaves of the files, `sweepFiles` removes.
 */
export async function removeUnusedMedia(ctx: Context, tx: Tx, organizationId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  const gone = await tx.$queryRaw<{ id: string }[]>`
    DELETE FROM "Media" AS f WHERE f."organizationId" = ${organizationId} AND f.id = ANY(${ids}) AND NOT EXISTS (
      SELECT 1 FROM "Message" AS m WHERE m."organizationId" = f."organizationId" AND m."mediaId" = f.id
    ) AND NOT EXISTS (
      SELECT 1 FROM "QuickReply" AS q WHERE q."organizationId" = f."organizationId" AND q."mediaId" = f.id
    ) RETURNING f.id`
  if (gone.length === 0) return
  ctx.database.afterCommit(() =>
    ctx.background.run('remove files', async () => {
      for (const { id } of gone) await ctx.files.remove(id)
    }),
  )
}

/** A file is there before its row: one so old whose row never came, or is gone, belongs to nobody. */
const minAgeMs = hoursMs(2)

const neededSql = `SELECT id FROM "Media" WHERE id = ANY($1) AND status IN ('PENDING', 'READY')`

/**
 * Removes the files that no row names, or only one that has no need of it. Nothing where the folder belongs to another database: whoever changes
 * DATABASE_URL and goes back finds the files again.
 */
export async function sweepFiles(ctx: Context): Promise<void> {
  const [oldest] = await ctx.database.query<{ id: string }>('SELECT id FROM "Organization" ORDER BY id LIMIT 1')
  if (!oldest) return
  if ((await ctx.files.ownedBy(oldest.id)) !== oldest.id) {
    ctx.logger.warn('the folder of media belongs to another database: files that no row names stay in it')
    return
  }
  for await (const ids of ctx.files.writtenBefore(new Date(Date.now() - minAgeMs))) {
    const known = await ctx.database.query<{ id: string }>(neededSql, [ids])
    const kept = new Set(known.map(({ id }) => id))
    for (const id of ids) if (!kept.has(id)) await ctx.files.remove(id)
  }
}

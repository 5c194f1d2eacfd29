import type { ActorContext } from '../context.js'
import { isId } from '../core/ids.js'
import { rowKey } from '../database/client.js'
import { hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { type Broadcast, type BroadcastStatus, Prisma } from '../generated/prisma/client.js'

/** Which columns a caller wants of each broadcast. */
export type BroadcastQuery = { select?: Prisma.BroadcastSelect }

/** Newest first. */
export async function listBroadcasts(
  ctx: ActorContext,
  { status }: { status?: BroadcastStatus | null | undefined },
  args: PageArgs,
  query: BroadcastQuery = {},
): Promise<Page<Broadcast>> {
  const { organizationId } = ctx.actor
  const ofStatus = status == null ? Prisma.empty : Prisma.sql`AND status = ${status}::"BroadcastStatus"`
  const where = Prisma.sql`"organizationId" = ${organizationId} ${ofStatus}`
  const page = await pageOfIds(ctx.database, { table: 'Broadcast', where, timeColumn: null }, args)
  return hydrate(page, (ids) =>
    ctx.database.prisma.broadcast.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

/** Null where there is none. */
export async function findBroadcast(
  ctx: ActorContext,
  id: string,
  query: BroadcastQuery = {},
): Promise<Broadcast | null> {
  if (!isId('Broadcast', id)) return null
  const { organizationId } = ctx.actor
  return ctx.database.prisma.broadcast.findUnique({ where: rowKey({ organizationId, id }), ...query })
}

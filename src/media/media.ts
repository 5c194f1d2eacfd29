import type { ActorContext, Context } from '../context.js'
import { isId } from '../core/ids.js'
import { rowKey } from '../database/client.js'
import type { Media, Prisma } from '../generated/prisma/client.js'

export type MediaQuery = { select?: Prisma.MediaSelect; include?: Prisma.MediaInclude }

export async function findMedia(ctx: ActorContext, id: string, query: MediaQuery = {}): Promise<Media | null> {
  const { organizationId } = ctx.actor
  if (!isId('Media', id)) return null
  return ctx.database.prisma.media.findUnique({ where: rowKey({ organizationId, id }), ...query })
}

/** Where the bytes of a file are read. */
export const mediaUrl = (ctx: Context, id: string): string => `${ctx.config.publicUrl}/api/media/${id}`

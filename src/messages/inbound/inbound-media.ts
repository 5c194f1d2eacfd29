import type { Context } from '../../context.js'
import { newId } from '../../core/ids.js'
import type { Tx } from '../../database/client.js'
import type { Message, Prisma } from '../../generated/prisma/client.js'
import { safeFilename } from '../../media/filename.js'
import { mediaUrl } from '../../media/media.js'
import type { MessageEntry } from '../../whatsapp/inbound-entries.js'
import { record } from '../../whatsapp/read.js'

type Content = Prisma.InputJsonObject
type Columns = { content?: Prisma.JsonObject; mediaId?: string }

const textIn = (content: unknown, field: string): string | null => {
  const value = record(content)[field]
  return typeof value === 'string' ? value : null
}

/**
 * The columns of a customer's message that names a file; none of one that does not. The file has a row at once, which is
 * PENDING: the message shows before the bytes are here. A message that names the same file as before, as an edited
 * caption does, keeps it. `before`: the row as it was.
 */
export async function inboundMedia(
  ctx: Context,
  tx: Tx,
  organizationId: string,
  { phoneNumberId }: MessageEntry,
  content: Content,
  before: Message | null,
): Promise<Columns> {
  const whatsappMediaId = textIn(content, 'whatsappMediaId')
  if (whatsappMediaId === null) return {}
  if (before?.mediaId && textIn(before.content, 'whatsappMediaId') === whatsappMediaId) {
    const { mediaId, url, mimeType } = before.content as Record<string, string>
    return {
      mediaId: before.mediaId,
      content: { ...content, ...(mediaId && url && mimeType ? { mediaId, url, mimeType } : {}) },
    }
  }
  const now = ctx.clock.now()
  const mediaId = newId('Media')
  await tx.media.create({
    data: {
      organizationId,
      id: mediaId,
      status: 'PENDING',
      mimeType: textIn(content, 'mimeType')?.split(';')[0]?.trim() || 'application/octet-stream',
      filename: safeFilename(textIn(content, 'filename')),
      whatsappMediaId,
      phoneNumberId,
      nextFetchAt: now,
      createdAt: now,
    },
    select: { id: true },
  })
  ctx.database.afterCommit(() => ctx.mediaArrived.emit())
  return { mediaId, content: { ...content, mediaId, url: mediaUrl(ctx, mediaId) } }
}

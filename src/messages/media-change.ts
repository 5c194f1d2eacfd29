import type { Context } from '../context.js'
import { rowKey, type Tx } from '../database/client.js'
import type { Prisma } from '../generated/prisma/client.js'
import { lockMessage } from './locked-messages.js'
import { appendMessageEvent } from './message-event.js'

/** What became of a file: the messages that carry it say its true type, with `message.updated`. */
export async function announceMedia(
  ctx: Context,
  tx: Tx,
  { organizationId, id: mediaId, mimeType }: { organizationId: string; id: string; mimeType: string },
): Promise<void> {
  const messages = await tx.message.findMany({
    where: { organizationId, mediaId },
    select: { organizationId: true, id: true },
    orderBy: { id: 'asc' },
  })
  for (const key of messages) {
    const message = await lockMessage(tx, key)
    if (!message) continue
    const content = { ...(message.content as Prisma.JsonObject), mimeType }
    const updated = await tx.message.update({ where: rowKey(key), data: { content } })
    await appendMessageEvent(ctx, tx, 'message.updated', updated)
  }
}

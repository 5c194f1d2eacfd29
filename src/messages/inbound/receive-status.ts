import type { Context } from '../../context.js'
import { isId } from '../../core/ids.js'
import type { Tx } from '../../database/client.js'
import { type Message, Prisma, type WhatsAppConnection } from '../../generated/prisma/client.js'
import type { StatusEntry } from '../../whatsapp/inbound-entries.js'
import { applyStep, statusEventKind } from '../apply-status.js'
import { lockMessage, lockWamid } from '../message-locks.js'

/**
 * A status webhook: kept, each once, and taken into its message. It names the message by our own id, which WhatsApp
 * echoes, or by the wamid; where it names none yet it waits as an orphan for the send that learns its wamid.
 */
export async function receiveStatus(ctx: Context, connection: WhatsAppConnection, entry: StatusEntry): Promise<void> {
  const { organizationId } = connection
  const timestamp = entry.timestamp ?? ctx.clock.now()
  await ctx.database.transaction(async (tx) => {
    await lockWamid(tx, organizationId, entry.wamid)
    const message = await messageOf(tx, organizationId, entry)
    const { count } = await tx.messageStatusEvent.createMany({
      data: [
        {
          organizationId,
          wamid: entry.wamid,
          messageId: message?.id ?? null,
          kind: statusEventKind(entry.status),
          occurredAt: timestamp,
          errors: entry.errors.length > 0 ? (entry.errors as unknown as Prisma.InputJsonValue) : Prisma.DbNull,
        },
      ],
      skipDuplicates: true,
    })
    if (count === 0 || !message) return
    await applyStep(ctx, tx, message, { status: entry.status, timestamp, wamid: entry.wamid, errors: entry.errors })
  })
}

/** The message, locked; null where we do not know it. */
async function messageOf(tx: Tx, organizationId: string, entry: StatusEntry): Promise<Message | null> {
  if (entry.messageId !== null && isId('Message', entry.messageId)) {
    const message = await lockMessage(tx, { organizationId, id: entry.messageId })
    if (message) return message
  }
  const found = await tx.message.findUnique({
    where: { organizationId_wamid: { organizationId, wamid: entry.wamid } },
    select: { id: true },
  })
  return found ? lockMessage(tx, { organizationId, id: found.id }) : null
}

import type { Context } from '../../context.js'
import { isId } from '../../core/ids.js'
import type { Tx } from '../../database/client.js'
import { type Message, Prisma, type WhatsAppConnection } from '../../generated/prisma/client.js'
import type { StatusEntry } from '../../whatsapp/inbound-entries.js'
import { applyStep, statusEventKind } from '../apply-status.js'
import { attachOrphans, lockMessage, lockWamid } from '../message-locks.js'
import { applyUpstreamEffects } from '../upstream-effects.js'
import { learnRecipient } from './person.js'
import { notBeyond } from './transactions.js'

/**
 * A status webhook: kept, each once, and taken into its message. It names the message by our own id, which WhatsApp
 * echoes, or by the wamid; where it names none yet it waits as an orphan for the send that learns its wamid.
 */
export async function receiveStatus(ctx: Context, connection: WhatsAppConnection, entry: StatusEntry): Promise<void> {
  const { organizationId } = connection
  const message = await ctx.database.transaction((tx) => store(ctx, tx, organizationId, entry))
  if (!message) return
  const { contactId } = message
  // Transactions of their own: they take the contact, which a deletion takes before the messages.
  const recipient = { phone: entry.recipientPhone, userId: entry.recipientUserId }
  await learnRecipient(ctx, { organizationId, id: contactId }, recipient)
  const [error] = entry.errors
  if (!error) return
  const at = notBeyond(ctx.clock.now(), entry.timestamp)
  const about = { organizationId, connectionId: connection.id, contactId, proof: entry.wamid, at }
  await applyUpstreamEffects(ctx, error.code, about)
}

/** The message that the status is about, where we know it. */
async function store(ctx: Context, tx: Tx, organizationId: string, entry: StatusEntry): Promise<Message | null> {
  const timestamp = entry.timestamp ?? ctx.clock.now()
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
  if (count === 0 || !message) return message
  const step = { status: entry.status, timestamp, wamid: entry.wamid, errors: entry.errors }
  const settled = await applyStep(ctx, tx, message, step)
  // Told the wamid only now, by our own id: earlier statuses may have come with the wamid alone.
  return message.wamid === null ? attachOrphans(ctx, tx, settled) : settled
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

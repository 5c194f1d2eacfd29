import { contactSummary, type SummarisedContact } from '../contacts/contact-data.js'
import type { Context } from '../context.js'
import { rowKey, type Tx } from '../database/client.js'
import type { NewEvent } from '../events/log.js'
import type { EventType } from '../events/types.js'
import type { Contact, Message, Prisma } from '../generated/prisma/client.js'

export type MessageEventType = Extract<EventType, `message.${string}`>

/** Appends an event of a message, with the message and its contact as they are in the transaction. */
export async function appendMessageEvent(
  ctx: Context,
  tx: Tx,
  type: MessageEventType,
  message: Message,
  options: { timestamp?: Date; contact?: Contact } = {},
): Promise<void> {
  const { organizationId } = message
  const contact =
    options.contact ??
    (await tx.contact.findUniqueOrThrow({ where: rowKey({ organizationId, id: message.contactId }) }))
  await ctx.events.append(tx, messageEvent(type, message, contact, options.timestamp ?? ctx.clock.now()))
}

/** An event of a message, to be appended in the transaction that changes it. `timestamp`: when it happened. */
export const messageEvent = (
  type: MessageEventType,
  message: Message,
  contact: SummarisedContact,
  timestamp: Date,
): NewEvent => ({
  organizationId: message.organizationId,
  type,
  contactId: message.contactId,
  conversationId: message.conversationId,
  messageId: message.id,
  data: messageEventData(type, message, contact, timestamp),
})

/** The body of contract section 8: with its content where the customer wrote, with its status where we did. */
function messageEventData(
  type: MessageEventType,
  message: Message,
  contact: SummarisedContact,
  timestamp: Date,
): Prisma.InputJsonObject {
  const common = {
    messageId: message.wamid,
    id: message.id,
    conversationId: message.conversationId,
    contact: contactSummary(contact),
  }
  const kind = message.type.toLowerCase()
  if (type === 'message.received') {
    return {
      ...common,
      message: {
        type: kind,
        text: message.text,
        timestamp: timestamp.toISOString(),
        content: message.content as Prisma.InputJsonValue,
      },
    }
  }
  return {
    ...common,
    status: message.status,
    timestamp: timestamp.toISOString(),
    message: { type: kind, text: message.text },
    ...(message.aiAgentId === null ? {} : { aiAgentId: message.aiAgentId }),
    ...(message.error === null ? {} : { error: message.error }),
    ...(message.scheduledAt === null ? {} : { scheduledAt: message.scheduledAt.toISOString() }),
    ...(message.editedAt === null ? {} : { editedAt: message.editedAt.toISOString() }),
    ...(message.revokedAt === null ? {} : { revokedAt: message.revokedAt.toISOString() }),
  }
}

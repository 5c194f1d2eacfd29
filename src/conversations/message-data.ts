import type { Message, Prisma } from '../generated/prisma/client.js'

/** A message as events carry it inside a conversation (contract, section 5). */
export const messageData = (message: Message): Prisma.InputJsonObject => ({
  id: message.id,
  conversationId: message.conversationId,
  contactId: message.contactId,
  direction: message.direction,
  type: message.type.toLowerCase(),
  status: message.status,
  text: message.text,
  content: message.content as Prisma.InputJsonValue,
  messageId: message.wamid,
  error: message.error as Prisma.InputJsonValue,
  replyToId: message.replyToId,
  createdAt: message.createdAt.toISOString(),
  sentAt: message.sentAt?.toISOString() ?? null,
  deliveredAt: message.deliveredAt?.toISOString() ?? null,
  readAt: message.readAt?.toISOString() ?? null,
  failedAt: message.failedAt?.toISOString() ?? null,
  editedAt: message.editedAt?.toISOString() ?? null,
  revokedAt: message.revokedAt?.toISOString() ?? null,
  scheduledAt: message.scheduledAt?.toISOString() ?? null,
})

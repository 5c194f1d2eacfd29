import { contactSummary } from '../contacts/contact-data.js'
import type { Contact, Conversation, Member, Message, Prisma } from '../generated/prisma/client.js'
import { messageData } from './message-data.js'

export type ConversationWithRelations = Conversation & {
  contact: Contact
  assignedTo: Member | null
  lastMessage: Message | null
}

/** A conversation as events and webhooks carry it (contract, sections 5 and 8). */
export const conversationData = (conversation: ConversationWithRelations): Prisma.InputJsonObject => ({
  id: conversation.id,
  status: conversation.status,
  channel: 'whatsapp',
  contact: contactSummary(conversation.contact),
  assignedTo: conversation.assignedTo
    ? { id: conversation.assignedTo.id, name: conversation.assignedTo.name, email: conversation.assignedTo.email }
    : null,
  unreadCount: conversation.unreadCount,
  lastMessage: conversation.lastMessage ? messageData(conversation.lastMessage) : null,
  lastMessageAt: conversation.lastMessageAt?.toISOString() ?? null,
  windowExpiresAt: conversation.windowExpiresAt?.toISOString() ?? null,
  createdAt: conversation.createdAt.toISOString(),
})

import { insertContact } from '../contacts/contacts.js'
import type { ActorContext } from '../context.js'
import { appendConversationEvent, openConversation } from '../conversations/conversations.js'
import { DomainError } from '../core/errors.js'
import { isId, newId } from '../core/ids.js'
import { rowKey, type Tx, uniqueViolation } from '../database/client.js'
import type { Contact, Conversation, Message, MessageType, Prisma } from '../generated/prisma/client.js'
import { contentText, type OutboundContent } from '../whatsapp/content.js'
import { messageTypes } from '../whatsapp/message-types.js'
import { leaseMs } from './attempt.js'
import { KeyTaken } from './idempotency.js'
import { appendMessageEvent } from './message-event.js'
import { isWamid } from './messages.js'

export type OutboundMessage = {
  to: { contactId: string } | { phone: string }
  contact: Contact | null
  content: OutboundContent
  replyTo: string | null
  idempotencyKey: string | null
  requestHash: Uint8Array<ArrayBuffer>
}

const triesAgainstRaces = 3

/**
 * The one transaction that accepts a send: the key claimed, the contact of an unknown number, the message QUEUED with a
 * lease, the events. After it the message goes out, whatever crashes.
 * @throws KeyTaken where the idempotency key was claimed meanwhile, NOT_FOUND for a reply to nothing we know.
 */
export async function storeOutbound(ctx: ActorContext, send: OutboundMessage): Promise<Message> {
  for (let tries = 1; ; tries++) {
    try {
      return await ctx.database.transaction((tx) => store(ctx, tx, send))
    } catch (error) {
      const columns = uniqueViolation(error)
      if (columns?.includes('key')) throw new KeyTaken()
      if (!columns || tries >= triesAgainstRaces) throw error
      // Somebody made the same contact or conversation at the same moment: the next try finds it.
    }
  }
}

async function store(ctx: ActorContext, tx: Tx, send: OutboundMessage): Promise<Message> {
  const { organizationId } = ctx.actor
  const id = newId('Message')
  const now = ctx.clock.now()
  if (send.idempotencyKey !== null) {
    await tx.idempotencyKey.create({
      data: { organizationId, key: send.idempotencyKey, requestHash: send.requestHash, messageId: id, createdAt: now },
      select: { messageId: true },
    })
  }
  const contact = await recipient(ctx, tx, send)
  const connectionId = await connectionFor(tx, organizationId, contact.id)
  const { conversation, created } = await openConversation(ctx, tx, {
    organizationId,
    contactId: contact.id,
    connectionId,
  })
  const message = await tx.message.create({
    data: {
      organizationId,
      id,
      conversationId: conversation.id,
      contactId: contact.id,
      direction: 'OUTBOUND',
      type: messageTypes[send.content.type].graphql as MessageType,
      status: 'QUEUED',
      text: contentText(send.content),
      content: withoutType(send.content),
      ...(await replyColumns(tx, conversation, send.replyTo)),
      createdAt: now,
      leaseExpiresAt: new Date(now.getTime() + leaseMs),
    },
  })
  const touched = await touchConversation(ctx, tx, conversation, message)
  await appendMessageEvent(ctx, tx, 'message.queued', message, { contact })
  const type = created ? 'conversation.opened' : 'conversation.updated'
  await appendConversationEvent(ctx, tx, type, touched, { contact, lastMessage: message })
  return message
}

const withoutType = ({ type: _, ...fields }: OutboundContent) => fields as unknown as Prisma.InputJsonObject

/** The contact, still there; or a new one for a number that nobody knew. */
async function recipient(ctx: ActorContext, tx: Tx, send: OutboundMessage): Promise<Contact> {
  const { organizationId } = ctx.actor
  if ('phone' in send.to) {
    const { phone } = send.to
    const existing = await tx.contact.findUnique({ where: { organizationId_phone: { organizationId, phone } } })
    return existing ?? insertContact(ctx, tx, organizationId, { phone })
  }
  const contact = await tx.contact.findUnique({
    where: rowKey({ organizationId, id: send.to.contactId }),
  })
  if (!contact) throw new DomainError('NOT_FOUND', 'No such contact.')
  return contact
}

/** The number the contact last wrote to or was written from, else the organization's first. */
async function connectionFor(tx: Tx, organizationId: string, contactId: string): Promise<string> {
  const conversation = await tx.conversation.findFirst({
    where: { organizationId, contactId },
    orderBy: { lastActivityAt: 'desc' },
    select: { connectionId: true },
  })
  if (conversation) return conversation.connectionId
  const connection = await tx.whatsAppConnection.findFirst({
    where: { organizationId },
    orderBy: { id: 'asc' },
    select: { id: true },
  })
  if (!connection) throw new DomainError('NOT_CONFIGURED', 'This organization has no WhatsApp number yet.')
  return connection.id
}

/** A reply names a message of the same conversation. By a wamid we do not know it is kept as it is. */
async function replyColumns(
  tx: Tx,
  conversation: Conversation,
  replyTo: string | null,
): Promise<{ replyToId?: string; replyToWamid?: string | null }> {
  if (replyTo === null) return {}
  const { organizationId } = conversation
  const known = isId('Message', replyTo) || isWamid(replyTo)
  const message = known
    ? await tx.message.findFirst({
        where: {
          organizationId,
          conversationId: conversation.id,
          ...(isId('Message', replyTo) ? { id: replyTo } : { wamid: replyTo }),
        },
        select: { id: true, wamid: true },
      })
    : null
  if (message) return { replyToId: message.id, replyToWamid: message.wamid }
  if (isWamid(replyTo)) return { replyToWamid: replyTo }
  throw new DomainError('NOT_FOUND', 'No such message to reply to in this conversation.', {
    details: [{ path: 'replyTo', message: 'names no message of this conversation' }],
  })
}

/** A message becomes the last of its conversation, and moves it to the top of the inbox. */
function touchConversation(
  ctx: ActorContext,
  tx: Tx,
  conversation: Conversation,
  message: Message,
): Promise<Conversation> {
  return tx.conversation.update({
    where: rowKey(conversation),
    data: {
      lastMessageId: message.id,
      lastMessageAt: message.createdAt,
      lastActivityAt: message.createdAt,
      updatedAt: ctx.clock.now(),
    },
  })
}

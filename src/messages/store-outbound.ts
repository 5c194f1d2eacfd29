import { insertContact, lockContact } from '../contacts/write.js'
import type { ActorContext } from '../context.js'
import { appendConversationEvent, openConversation } from '../conversations/conversations.js'
import { badRequest, DomainError, notFound } from '../core/errors.js'
import { newId } from '../core/ids.js'
import { rowKey, type Tx, uniqueViolation } from '../database/client.js'
import type { Contact, Conversation, Message, MessageType, Prisma } from '../generated/prisma/client.js'
import { contentText, type OutboundContent } from '../whatsapp/content.js'
import { messageTypes } from '../whatsapp/message-types.js'
import { firstLeaseMs } from './attempt.js'
import { KeyTaken } from './idempotency.js'
import { appendMessageEvent } from './message-event.js'
import { checkConsent, type SendRecipient } from './recipient.js'
import { findReferred } from './referred.js'
import type { CheckedSend, SendTarget } from './send-input.js'

const triesAgainstRaces = 3

/**
 * The one transaction that accepts a send: the key claimed, the contact of an unknown number, the message QUEUED with a
 * lease, the events. After it the message goes out, whatever crashes.
 * @throws KeyTaken where the idempotency key was claimed meanwhile, NOT_FOUND for a reply to nothing we know.
 */
export async function storeOutbound(ctx: ActorContext, send: CheckedSend, to: SendRecipient): Promise<Message> {
  for (let tries = 1; ; tries++) {
    try {
      return await ctx.database.transaction((tx) => store(ctx, tx, send, to))
    } catch (error) {
      const columns = uniqueViolation(error)
      if (columns?.includes('key')) throw new KeyTaken()
      if (!columns || tries >= triesAgainstRaces) throw error
      // Somebody made the same contact or conversation at the same moment: the next try finds it.
    }
  }
}

async function store(ctx: ActorContext, tx: Tx, send: CheckedSend, to: SendRecipient): Promise<Message> {
  const { organizationId } = ctx.actor
  const id = newId('Message')
  const now = ctx.clock.now()
  if (send.idempotencyKey !== null) {
    await tx.idempotencyKey.create({
      data: { organizationId, key: send.idempotencyKey, requestHash: send.requestHash, messageId: id, createdAt: now },
      select: { messageId: true },
    })
  }
  const contact = await recipient(ctx, tx, send.to)
  const connectionId = to.connectionId ?? (await firstConnection(tx, organizationId))
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
      content: await contentFields(tx, conversation, send.content),
      ...(await replyColumns(tx, conversation, send.replyTo)),
      createdAt: now,
      leaseExpiresAt: new Date(now.getTime() + firstLeaseMs),
    },
  })
  // WhatsApp's own inbox shows a reaction in its place, and does not move the conversation for it.
  const quiet = send.content.type === 'reaction'
  const touched = quiet ? conversation : await touchConversation(ctx, tx, conversation, message)
  await appendMessageEvent(ctx, tx, 'message.queued', message, { contact })
  const type = created ? 'conversation.opened' : 'conversation.updated'
  await appendConversationEvent(ctx, tx, type, touched, { contact, ...(quiet ? {} : { lastMessage: message }) })
  return message
}

/**
 * The contact as it is now, kept from being deleted until the transaction ends; or a new one for a number that nobody
 * knew. Locked before its conversation, in the order in which a deletion takes them.
 */
async function recipient(ctx: ActorContext, tx: Tx, to: SendTarget): Promise<Contact> {
  const { organizationId } = ctx.actor
  const contact = await lockContact(tx, organizationId, 'phone' in to ? to : { id: to.contactId })
  if (contact) {
    checkConsent(ctx, contact)
    return contact
  }
  if ('contactId' in to) throw notFound('contact')
  return insertContact(ctx, tx, organizationId, { phone: to.phone })
}

async function firstConnection(tx: Tx, organizationId: string): Promise<string> {
  const connection = await tx.whatsAppConnection.findFirst({
    where: { organizationId },
    orderBy: { id: 'asc' },
    select: { id: true },
  })
  if (!connection) throw new DomainError('NOT_CONFIGURED', 'This organization has no WhatsApp number yet.')
  return connection.id
}

async function replyColumns(tx: Tx, conversation: Conversation, replyTo: string | null) {
  if (replyTo === null) return {}
  const { id, wamid } = await findReferred(tx, conversation, replyTo, 'replyTo')
  return { replyToWamid: wamid, ...(id === null ? {} : { replyToId: id }) }
}

/** The fields of the kind. A reaction is stored with our id of its message, where we know that message. */
async function contentFields(
  tx: Tx,
  conversation: Conversation,
  content: OutboundContent,
): Promise<Prisma.InputJsonObject> {
  const { type: _, ...fields } = content
  if (content.type !== 'reaction') return fields as unknown as Prisma.InputJsonObject
  const { id, wamid } = await findReferred(tx, conversation, content.messageId, 'messageId')
  if (wamid === null) {
    throw badRequest([{ path: 'messageId', message: 'names a message that WhatsApp has not accepted' }])
  }
  return { messageId: id ?? wamid, emoji: content.emoji }
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

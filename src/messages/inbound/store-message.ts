import { engageAgent } from '../../ai-agents/engage.js'
import type { Context } from '../../context.js'
import {
  conversationEvent,
  lockConversation,
  openConversation,
  statusOfReopened,
  updateConversations,
} from '../../conversations/conversations.js'
import { rowKey, type Tx } from '../../database/client.js'
import type { NewEvent } from '../../events/log.js'
import type { Contact, Conversation, Member, Message } from '../../generated/prisma/client.js'
import type { MessageEntry } from '../../whatsapp/inbound-entries.js'
import { lockMessage } from '../locked-messages.js'
import { appendMessageEvent, messageEvent } from '../message-event.js'
import { insertMessages, newMessage } from '../new-message.js'
import { opensWindow, windowAfter } from '../window.js'
import { inboundMedia } from './inbound-media.js'
import { type Held, isWritten } from './revision.js'

/** A message that came in. `wamid`: of the row it is about; `contact` is locked; `at`: when it was written. */
export type Arrival = {
  entry: MessageEntry
  wamid: string
  contact: Contact
  at: Date
  now: Date
  isOriginal: boolean
}

/** A new row, with its events. */
export async function storeMessage(
  ctx: Context,
  tx: Tx,
  connectionId: string,
  arrival: Arrival,
  held: Held,
): Promise<void> {
  const { contact, entry } = arrival
  const { organizationId, id: contactId } = contact
  const { conversation, created } = await openConversation(ctx, tx, { organizationId, contactId, connectionId })
  const message = inboundMessage(arrival, conversation, held, {
    content: await contentOf(tx, organizationId, entry, held),
    ...(await inboundMedia(ctx, tx, organizationId, entry, held.content, null)),
    ...(await replyColumns(tx, organizationId, entry.replyToWamid)),
  })
  await insertMessages(tx, [message])
  const changed = await takeIn(tx, conversation, message, arrival, isWritten(held))
  const type = isWritten(held) ? 'message.received' : 'message.updated'
  await ctx.events.appendAll(tx, [
    messageEvent(type, message, contact, arrival.at),
    await changeEvent(tx, conversation, changed, message, { contact, created }),
  ])
  const asks = isWritten(held) && held.revokedAt === null && !isQuiet(entry) && entry.type !== 'unsupported'
  if (asks) await engageAgent(ctx, tx, { conversation: changed, contact, message })
}

/** The row of a message that came in. `columns`: what else it has, and what takes the place of what `held` says. */
export const inboundMessage = (
  { contact, wamid, now }: Arrival,
  { id: conversationId }: Conversation,
  held: Held,
  columns: Partial<Message>,
): Message =>
  newMessage({
    organizationId: contact.organizationId,
    conversationId,
    contactId: contact.id,
    direction: 'INBOUND',
    status: 'RECEIVED',
    wamid,
    replyToId: null,
    replyToWamid: null,
    createdAt: now,
    ...columnsOf(held),
    content: held.content as Message['content'],
    ...columns,
  })

/** An existing row, changed as `change` says of it once it is locked, with its events. */
export async function reviseMessage(
  ctx: Context,
  tx: Tx,
  row: Message,
  arrival: Arrival,
  change: (locked: Message) => Held | null,
): Promise<void> {
  const { organizationId, id, conversationId } = row
  const conversation = await lockConversation(tx, organizationId, conversationId)
  const locked = await lockMessage(tx, { organizationId, id })
  const held = locked && change(locked)
  if (!locked || !held) return
  const message = await tx.message.update({
    where: rowKey(row),
    data: {
      ...columnsOf(held),
      ...(await inboundMedia(ctx, tx, organizationId, arrival.entry, held.content, locked)),
      ...(row.replyToWamid === null ? await replyColumns(tx, organizationId, arrival.entry.replyToWamid) : {}),
    },
  })
  // A row that only said that its message was taken back may get that message now.
  const isFirstWords = !isWritten(locked) && isWritten(held)
  const changed = await takeIn(tx, conversation, message, arrival, isFirstWords)
  const contact = arrival.contact.id === row.contactId ? arrival.contact : undefined
  const type = isFirstWords ? 'message.received' : 'message.updated'
  await appendMessageEvent(ctx, tx, type, message, { timestamp: arrival.at, ...(contact ? { contact } : {}) })
  if (changed !== conversation || conversation.lastMessageId === id) {
    await ctx.events.append(tx, await changeEvent(tx, conversation, changed, message, contact ? { contact } : {}))
  }
}

const columnsOf = ({ type, text, content, sentAt, editedAt, revokedAt }: Held) => ({
  type,
  text,
  content,
  sentAt,
  editedAt,
  revokedAt,
})

/** A reaction names its message by our id where we know that message, else by the wamid. */
async function contentOf(
  tx: Tx,
  organizationId: string,
  { content }: MessageEntry,
  held: Held,
): Promise<Message['content']> {
  if (content.type !== 'reaction') return held.content as Message['content']
  const { emoji, messageId: wamid } = content
  const where = { organizationId_wamid: { organizationId, wamid } }
  const message = await tx.message.findUnique({ where, select: { id: true } })
  return { messageId: message?.id ?? wamid, emoji }
}

async function replyColumns(
  tx: Tx,
  organizationId: string,
  wamid: string | null,
): Promise<{ replyToId?: string; replyToWamid?: string }> {
  if (wamid === null) return {}
  const where = { organizationId_wamid: { organizationId, wamid } }
  const message = await tx.message.findUnique({ where, select: { id: true } })
  return { replyToWamid: wamid, ...(message ? { replyToId: message.id } : {}) }
}

/** Kinds that WhatsApp's own inbox shows in their place, but neither counts as unread nor moves the conversation for. */
const isQuiet = ({ type }: MessageEntry): boolean => type === 'reaction' || type === 'system'

/** Writes the conversation as it is after a message in it; answers the same object where nothing of it changes. */
async function takeIn(
  tx: Tx,
  conversation: Conversation,
  message: Message,
  arrival: Arrival,
  isFirstWords: boolean,
): Promise<Conversation> {
  const after = conversationAfter(conversation, message, arrival, isFirstWords)
  if (after !== conversation) await updateConversations(tx, [after])
  return after
}

/** The conversation after a message in it; the same object where nothing of it changes. */
export function conversationAfter(
  conversation: Conversation,
  message: Message,
  { entry, at, now, isOriginal }: Arrival,
  isFirstWords: boolean,
): Conversation {
  const counts = isFirstWords && !isQuiet(entry)
  const opens = isOriginal && opensWindow(entry)
  if (!counts && !opens) return conversation
  return {
    ...conversation,
    ...(opens ? { windowExpiresAt: windowAfter(conversation.windowExpiresAt, at, now) } : {}),
    ...(counts
      ? {
          unreadCount: conversation.unreadCount + 1,
          lastMessageId: message.id,
          lastMessageAt: now,
          lastActivityAt: now,
        }
      : {}),
    ...(counts && conversation.status === 'RESOLVED' ? { status: statusOfReopened(conversation), openedAt: now } : {}),
    updatedAt: now,
  }
}

/** What a message made of its conversation, as an event. What is not known is read. */
export function changeEvent(
  tx: Tx,
  before: Conversation,
  after: Conversation,
  message: Message,
  { created = false, ...known }: { contact?: Contact; assignedTo?: Member; created?: boolean },
): Promise<NewEvent> {
  const reopened = before.status === 'RESOLVED' && after.status !== 'RESOLVED'
  return conversationEvent(tx, created || reopened ? 'conversation.opened' : 'conversation.updated', after, {
    ...known,
    ...(after.lastMessageId === message.id ? { lastMessage: message } : {}),
    reopened,
  })
}

import { consentColumns, consentSaid } from '../../contacts/consent.js'
import { appendContactEvents, appendOptedOut, insertContact } from '../../contacts/contacts.js'
import { foldName } from '../../contacts/search.js'
import type { Context } from '../../context.js'
import { appendConversationEvent, openConversation, statusOfReopened } from '../../conversations/conversations.js'
import { newId } from '../../core/ids.js'
import { rowKey, type Tx, uniqueViolation } from '../../database/client.js'
import type { Contact, Conversation, MessageType, Prisma, WhatsAppConnection } from '../../generated/prisma/client.js'
import type { MessageEntry } from '../../whatsapp/inbound-entries.js'
import { messageTypes } from '../../whatsapp/message-types.js'
import { appendMessageEvent } from '../message-event.js'
import { opensWindow, windowAfter } from '../window.js'
import { lockPerson } from './person.js'

const triesAgainstRaces = 4

/**
 * A customer's message becomes rows and events, in one transaction; a second delivery of it changes nothing, because
 * the database knows its wamid (architecture, flow 2).
 */
export async function receiveMessage(ctx: Context, connection: WhatsAppConnection, entry: MessageEntry): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await ctx.database.transaction((tx) => store(ctx, tx, connection, entry))
      return
    } catch (error) {
      if (error instanceof Duplicate) return
      // Two deliveries made the same contact, conversation or message at once: the next try finds it.
      if (!uniqueViolation(error) || tries >= triesAgainstRaces) throw error
    }
  }
}

/** Rolls the transaction back: the message is there already. */
class Duplicate extends Error {
  override name = 'Duplicate'
}

async function store(ctx: Context, tx: Tx, connection: WhatsAppConnection, entry: MessageEntry): Promise<void> {
  const { organizationId } = connection
  const where = { organizationId_wamid: { organizationId, wamid: entry.wamid } }
  if (await tx.message.findUnique({ where, select: { id: true } })) throw new Duplicate()

  const now = ctx.clock.now()
  const contact = await writer(ctx, tx, organizationId, entry, now)
  const opened = await openConversation(ctx, tx, {
    organizationId,
    contactId: contact.id,
    connectionId: connection.id,
  })
  const { conversation } = opened
  const writtenAt = entry.timestamp ?? now
  const message = await tx.message.create({
    data: {
      organizationId,
      id: newId('Message'),
      conversationId: conversation.id,
      contactId: contact.id,
      direction: 'INBOUND',
      type: messageTypes[entry.type].graphql as MessageType,
      status: 'RECEIVED',
      text: entry.text,
      content: contentOf(entry),
      wamid: entry.wamid,
      ...(await replyColumns(tx, organizationId, entry.replyToWamid)),
      createdAt: now,
      sentAt: writtenAt,
    },
  })
  const reopened = conversation.status === 'RESOLVED'
  const windowExpiresAt = opensWindow(entry) ? windowAfter(conversation.windowExpiresAt, writtenAt, now) : undefined
  const changed = await takeIn(tx, conversation, message.id, { reopened, windowExpiresAt, now })
  await appendMessageEvent(ctx, tx, 'message.received', message, { timestamp: writtenAt, contact })
  const type = opened.created || reopened ? 'conversation.opened' : 'conversation.updated'
  await appendConversationEvent(ctx, tx, type, changed, { contact, lastMessage: message, reopened })
}

function contentOf(entry: MessageEntry): Prisma.InputJsonObject {
  const { type: _, ...fields } = entry.content
  return fields as unknown as Prisma.InputJsonObject
}

/** Whoever wrote, known or new, with what the message says of them: their name, their ids, their consent. */
async function writer(ctx: Context, tx: Tx, organizationId: string, entry: MessageEntry, now: Date): Promise<Contact> {
  const known = await lockPerson(tx, organizationId, entry)
  const consent = consentOf(entry, known, now)
  if (!known) {
    const { phone, userId, profileName: name } = entry
    const contact = await insertContact(ctx, tx, organizationId, { phone, userId, name, ...consent })
    if (contact.optedIn === false) await appendOptedOut(ctx, tx, contact)
    return contact
  }
  const changes: Prisma.ContactUncheckedUpdateInput = {
    ...consent,
    ...(known.name === null && entry.profileName !== null
      ? { name: entry.profileName, searchName: foldName(entry.profileName) }
      : {}),
    ...(await linkedIds(tx, known, entry)),
  }
  if (Object.keys(changes).length === 0) return known
  const contact = await tx.contact.update({
    where: rowKey({ organizationId, id: known.id }),
    data: { ...changes, updatedAt: now },
  })
  await appendContactEvents(ctx, tx, known, contact)
  return contact
}

/** STOP and START say it; writing to us at all is consent where nothing was known (contract, section 5). */
function consentOf(entry: MessageEntry, known: Contact | null, now: Date): ReturnType<typeof consentColumns> {
  const said = entry.edit === null ? consentSaid(entry.text) : null
  const before = known?.optedIn ?? null
  if (said !== null) return said === before ? {} : consentColumns(said, 'keyword', entry.wamid, now)
  return before === null && entry.type !== 'system' ? consentColumns(true, 'inbound', entry.wamid, now) : {}
}

/** Phone and user id of one person are joined where both come together, unless another contact holds one of them. */
async function linkedIds(
  tx: Tx,
  known: Contact,
  { phone, userId }: MessageEntry,
): Promise<{ phone?: string; userId?: string }> {
  const { organizationId } = known
  if (known.userId === null && userId !== null) {
    const holder = await tx.contact.findUnique({ where: { organizationId_userId: { organizationId, userId } } })
    return holder ? {} : { userId }
  }
  return known.phone === null && phone !== null ? { phone } : {}
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

function takeIn(
  tx: Tx,
  conversation: Conversation,
  lastMessageId: string,
  { reopened, windowExpiresAt, now }: { reopened: boolean; windowExpiresAt: Date | undefined; now: Date },
): Promise<Conversation> {
  return tx.conversation.update({
    where: rowKey(conversation),
    data: {
      unreadCount: { increment: 1 },
      lastMessageId,
      lastMessageAt: now,
      lastActivityAt: now,
      ...(windowExpiresAt ? { windowExpiresAt } : {}),
      ...(reopened ? { status: statusOfReopened(conversation) } : {}),
      updatedAt: now,
    },
  })
}

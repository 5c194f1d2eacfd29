import { hasSecrets } from '../connections/connections.js'
import { insertContact, lockContact, lockContacts } from '../contacts/write.js'
import type { ActorContext } from '../context.js'
import { lockConversations, openConversation } from '../conversations/conversations.js'
import { badRequest, DomainError, notConfigured, notFound } from '../core/errors.js'
import type { Tx } from '../database/client.js'
import type { Contact, Conversation, Prisma } from '../generated/prisma/client.js'
import type { ReadySend } from './outbound-media.js'
import { checkConsent, type SendRecipient } from './recipient.js'
import { findReferred } from './referred.js'
import type { CheckedSend, SendTarget } from './send-input.js'

/** A send that has passed every check, and whom it goes to. */
export type AcceptedSend = { ctx: ActorContext; send: ReadySend; to: SendRecipient }

/** Where a send is stored: rows locked until the transaction ends, and what of the message depends on them. */
export type Opened = {
  contact: Contact
  conversation: Conversation
  /** The conversation was made for this send. */
  created: boolean
  replyToId: string | null
  replyToWamid: string | null
  /** The fields of the kind. */
  content: Prisma.InputJsonObject
}

/** What the send was checked against has changed since: it must be opened alone. Never leaves the domain. */
export class Moved extends Error {
  override name = 'Moved'
}

/** A send to somebody known, in a conversation that is there, that names no other message: nothing is to be looked up. */
export const isPlain = ({ send, to }: AcceptedSend): boolean =>
  to.contact !== null && to.conversation !== null && send.replyTo === null && send.content.type !== 'reaction'

/** Locks the rows of plain sends, contacts first, as a deletion takes them. For each send its rows or its error. */
export async function openTogether(tx: Tx, sends: AcceptedSend[]): Promise<(Opened | Error)[]> {
  const keyOf = ({ ctx }: AcceptedSend, row: { id: string } | null) => ({
    organizationId: ctx.actor.organizationId,
    id: row?.id ?? null,
  })
  const contacts = await lockContacts(
    tx,
    sends.map((one) => keyOf(one, one.to.contact)),
  )
  const conversations = await lockConversations(
    tx,
    sends.map((one) => keyOf(one, one.to.conversation)),
  )
  return sends.map(({ ctx, send, to }) => {
    const isOurs = (row: { organizationId: string }) => row.organizationId === ctx.actor.organizationId
    const contact = contacts.find((row) => isOurs(row) && row.id === to.contact?.id)
    const conversation = conversations.find((row) => isOurs(row) && row.id === to.conversation?.id)
    const sameNumber = 'contactId' in send.to || contact?.phone === send.to.phone
    if (!contact || !conversation || !sameNumber) return new Moved()
    const refusal = errorOf(() => {
      checkConsent(ctx, contact)
      checkAgent(send, conversation)
    })
    const { type: _, ...content } = send.content
    return (
      refusal ?? {
        contact,
        conversation,
        created: false,
        replyToId: null,
        replyToWamid: null,
        content: content as unknown as Prisma.InputJsonObject,
      }
    )
  })
}

/** An AI agent writes only where it still has the conversation. @throws CONFLICT. */
function checkAgent({ aiAgent }: CheckedSend, conversation: Conversation): void {
  if (aiAgent === null) return
  const { id, status, aiAgentId } = conversation
  if (id === aiAgent.conversationId && status === 'AI_ACTIVE' && aiAgentId === aiAgent.id) return
  throw new DomainError('CONFLICT', 'The AI agent no longer has this conversation.')
}

function errorOf(check: () => void): Error | null {
  try {
    check()
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/**
 * The same for any send; makes the contact of a number that nobody knew, and the conversation.
 * @throws OPT_IN_REQUIRED, NOT_FOUND, BAD_REQUEST, NOT_CONFIGURED: then the transaction must roll back.
 */
export async function openAlone(tx: Tx, { ctx, send, to }: AcceptedSend): Promise<Opened> {
  const { organizationId } = ctx.actor
  const contact = await openContact(ctx, tx, send.to)
  const connectionId = to.conversation?.connectionId ?? (await firstConnection(tx, organizationId))
  const opened = await openConversation(ctx, tx, { organizationId, contactId: contact.id, connectionId })
  checkAgent(send, opened.conversation)
  const reply = send.replyTo === null ? null : await findReferred(tx, opened.conversation, send.replyTo, 'replyTo')
  return {
    contact,
    ...opened,
    replyToId: reply?.id ?? null,
    replyToWamid: reply?.wamid ?? null,
    content: await contentFields(tx, opened.conversation, send.content),
  }
}

/** The contact as it is now, kept from being deleted until the transaction ends; or a new one. */
async function openContact(ctx: ActorContext, tx: Tx, to: SendTarget): Promise<Contact> {
  const { organizationId } = ctx.actor
  const contact = await lockContact(tx, organizationId, 'phone' in to ? to : { id: to.contactId })
  if (contact) {
    checkConsent(ctx, contact)
    return contact
  }
  if ('contactId' in to) throw notFound('contact')
  return insertContact(ctx, tx, organizationId, { phone: to.phone })
}

/** As findConnection. */
async function firstConnection(tx: Tx, organizationId: string): Promise<string> {
  const first = (where: Prisma.WhatsAppConnectionWhereInput) =>
    tx.whatsAppConnection.findFirst({ where, orderBy: { id: 'asc' }, select: { id: true } })
  const connection = (await first({ organizationId, ...hasSecrets })) ?? (await first({ organizationId }))
  if (!connection) throw notConfigured()
  return connection.id
}

/** A reaction is stored with our id of its message, where we know that message. */
async function contentFields(
  tx: Tx,
  conversation: Conversation,
  content: CheckedSend['content'],
): Promise<Prisma.InputJsonObject> {
  const { type: _, ...fields } = content
  if (content.type !== 'reaction') return fields as unknown as Prisma.InputJsonObject
  const { id, wamid } = await findReferred(tx, conversation, content.messageId, 'messageId')
  if (wamid === null) {
    throw badRequest([{ path: 'messageId', message: 'names a message that WhatsApp has not accepted' }])
  }
  return { messageId: id ?? wamid, emoji: content.emoji }
}

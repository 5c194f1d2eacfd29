import { engageAgent } from '../../ai-agents/engage.js'
import type { Context } from '../../context.js'
import { updateConversations } from '../../conversations/conversations.js'
import type { Tx } from '../../database/client.js'
import type { NewEvent } from '../../events/log.js'
import type { Contact, Conversation, Message, MessageType } from '../../generated/prisma/client.js'
import type { MessageEntry } from '../../whatsapp/inbound-entries.js'
import { messageTypes } from '../../whatsapp/message-types.js'
import { messageEvent } from '../message-event.js'
import { insertMessages } from '../new-message.js'
import { inboundMedia } from './inbound-media.js'
import { afterOriginal } from './revision.js'
import { type Arrival, changeEvent, conversationAfter, inboundMessage } from './store-message.js'
import {
  hasActiveAgents,
  knownMessages,
  membersOf,
  NotTogether,
  type Numbered,
  openConversations,
  writers,
} from './together.js'
import { notBeyond } from './transactions.js'

/** Messages of one transaction: it is to stay well under a second. */
export const maxTogether = 50

/** Whether a message may be taken in with others: it is one of its own, of somebody with a number, and writes something. */
export const isPlain = ({ edit, revoke, type, phone }: MessageEntry): boolean =>
  edit === null && revoke === null && type !== 'reaction' && type !== 'system' && phone !== null

/**
 * Plain messages of one organization become the same rows and events as by `receiveMessage` one after the other, in one
 * transaction and a few statements: contacts, then conversations, then messages, as everybody takes them.
 * @throws where one of them cannot be taken in so; then nothing is stored of any.
 */
export const receiveTogether = (ctx: Context, messages: Numbered[]): Promise<void> =>
  ctx.database.transaction((tx) => receiveAll(ctx, tx, messages))

type Taken = { arrival: Arrival; message: Message; conversation: Conversation }

async function receiveAll(ctx: Context, tx: Tx, messages: Numbered[]): Promise<void> {
  const organizationId = messages[0]?.connection.organizationId ?? ''
  const now = ctx.clock.now()
  const known = await knownMessages(tx, organizationId, messages)
  const fresh = messages.filter(({ entry }) => known.takeNew(entry.wamid))
  if (fresh.length === 0) return
  const timed = fresh.map((of) => ({ ...of, at: notBeyond(now, of.entry.timestamp), events: [] as NewEvent[] }))
  const contacts = await writers(ctx, tx, organizationId, timed)
  const places = timed.map(({ connection }, n) => ({ contactId: contacts[n]?.id ?? '', connectionId: connection.id }))
  const conversations = await openConversations(ctx, tx, organizationId, places)
  const members = await membersOf(tx, organizationId, conversations.all())

  const taken: Taken[] = []
  for (const [n, { connection, entry, at, events }] of timed.entries()) {
    const contact = contacts[n] as Contact
    const { conversation: before, created } = conversations.of({ contactId: contact.id, connectionId: connection.id })
    const arrival: Arrival = { entry, wamid: entry.wamid, contact, at, now, isOriginal: true }
    const message = await row(ctx, tx, arrival, before, known.idOf)
    known.add(message)
    const after = conversationAfter(before, message, arrival, true)
    conversations.set(after)
    const assignedTo = members.get(after.assignedToId)
    events.push(
      messageEvent('message.received', message, contact, at),
      await changeEvent(tx, before, after, message, { contact, created, ...(assignedTo ? { assignedTo } : {}) }),
    )
    taken.push({ arrival, message, conversation: after })
  }
  await insertMessages(
    tx,
    taken.map(({ message }) => message),
  )
  await updateConversations(tx, conversations.all())
  await ctx.events.appendAll(
    tx,
    timed.flatMap(({ events }) => events),
  )
  await engageAgents(ctx, tx, organizationId, taken)
}

async function row(
  ctx: Context,
  tx: Tx,
  arrival: Arrival,
  conversation: Conversation,
  idOf: (wamid: string) => string | null,
): Promise<Message> {
  const { entry, at, contact } = arrival
  const held = afterOriginal(null, { entry, type: messageTypes[entry.type].graphql as MessageType, at })
  if (!held) throw new NotTogether()
  const { replyToWamid } = entry
  return inboundMessage(arrival, conversation, held, {
    ...(await inboundMedia(ctx, tx, contact.organizationId, entry, held.content, null)),
    ...(replyToWamid === null ? {} : { replyToWamid, replyToId: idOf(replyToWamid) }),
  })
}

/** An agent changes the conversation, so of one that has an agent only one message is taken in here. */
async function engageAgents(ctx: Context, tx: Tx, organizationId: string, taken: Taken[]): Promise<void> {
  const mayCome = await hasActiveAgents(tx, organizationId)
  const asking = taken.filter(({ conversation }) => mayCome || conversation.aiAgentId !== null)
  if (new Set(asking.map(({ conversation }) => conversation.id)).size < asking.length) throw new NotTogether()
  for (const { arrival, conversation, message } of asking) {
    const { contact, entry } = arrival
    if (entry.type !== 'unsupported') await engageAgent(ctx, tx, { conversation, contact, message })
  }
}

import { contactSummary } from '../contacts/contact-data.js'
import { foundBy } from '../contacts/contacts.js'
import type { ActorContext, Context } from '../context.js'
import { notFound } from '../core/errors.js'
import { isId, newId, requireId } from '../core/ids.js'
import { rowKey, type Tx } from '../database/client.js'
import { columnIs, type Page, type PageArgs } from '../database/page.js'
import { type HotList, type PageQuery, pageOfRows } from '../database/page-of-rows.js'
import { findRow, isRow, type RowQuery } from '../database/rows.js'
import { updateRows } from '../database/write-rows.js'
import type { NewEvent } from '../events/log.js'
import type { EventType } from '../events/types.js'
import {
  type Contact,
  type Conversation,
  type ConversationStatus,
  type Member,
  type Message,
  Prisma,
} from '../generated/prisma/client.js'
import { conversationData } from './conversation-data.js'

/** Both bot states count as open for whoever looks at the inbox (contract, section 5). */
const statusesShownAs = (status: ConversationStatus): ConversationStatus[] =>
  status === 'OPEN' ? ['OPEN', 'BOT_ACTIVE', 'AI_ACTIVE'] : [status]

export type ConversationFilter = {
  status?: ConversationStatus | null | undefined
  contactId?: string | null | undefined
  assignedToId?: string | null | undefined
  /** Only those with messages not yet marked read, or only those without. */
  unread?: boolean | null | undefined
  /** Any part of the contact's name, or of the phone's digits. */
  search?: string | null | undefined
}

/** Newest activity first. An id that names nothing, malformed ones too, leaves nothing. */
export async function listConversations(
  ctx: ActorContext,
  filter: ConversationFilter,
  args: PageArgs,
  query: PageQuery,
): Promise<Page<Conversation>> {
  const { organizationId } = ctx.actor
  const conditions = [Prisma.sql`"organizationId" = ${organizationId}`]
  if (filter.status) {
    const statuses = statusesShownAs(filter.status)
    conditions.push(
      statuses.length === 1
        ? Prisma.sql`status = ${statuses[0]}::"ConversationStatus"`
        : Prisma.sql`status = ANY(${statuses}::"ConversationStatus"[])`,
    )
  }
  if (filter.contactId != null) conditions.push(columnIs('contactId', 'Contact', filter.contactId))
  if (filter.assignedToId != null) conditions.push(columnIs('assignedToId', 'Member', filter.assignedToId))
  if (filter.unread != null) conditions.push(Prisma.sql`("unreadCount" > 0) = ${filter.unread}`)
  const found = foundBy(filter.search)
  if (found) {
    conditions.push(
      Prisma.sql`"contactId" IN (SELECT id FROM "Contact" WHERE "organizationId" = ${organizationId} AND ${found})`,
    )
  }
  const where = Prisma.join(conditions, ' AND ')
  const list: HotList = { table: 'Conversation', where, timeColumn: 'lastActivityAt', searched: found !== null }
  return pageOfRows(ctx.database, list, args, query)
}

export async function findConversation(
  ctx: ActorContext,
  id: string,
  query: RowQuery = {},
): Promise<Conversation | null> {
  if (!isId('Conversation', id)) return null
  return findRow(ctx.database, 'Conversation', isRow(ctx.actor.organizationId, id), query)
}

/** @throws NOT_FOUND where there is no such conversation. */
export async function requireConversation(ctx: ActorContext, id: string): Promise<void> {
  if (!(await findConversation(ctx, id, { select: { id: true } }))) throw notFound('conversation')
}

/**
 * The one conversation of a contact over a number, made where there is none, and locked until the transaction ends.
 * `created` says so; whoever made it appends `conversation.opened` when the first message stands in it.
 */
export async function openConversation(
  ctx: Context,
  tx: Tx,
  of: { organizationId: string; contactId: string; connectionId: string },
): Promise<{ conversation: Conversation; created: boolean }> {
  const [existing] = await tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "organizationId" = ${of.organizationId} AND "contactId" = ${of.contactId}
      AND "connectionId" = ${of.connectionId} FOR NO KEY UPDATE`
  if (existing) return { conversation: existing, created: false }
  const now = ctx.clock.now()
  const conversation = await tx.conversation.create({
    data: { ...of, id: newId('Conversation'), lastActivityAt: now, openedAt: now, createdAt: now, updatedAt: now },
  })
  return { conversation, created: true }
}

type ConversationEventType = Extract<EventType, `conversation.${string}`>
type KnownOfConversation = { contact?: Contact; lastMessage?: Message; assignedTo?: Member; reopened?: boolean }

/** Appends an event with the conversation as it is given. */
export async function appendConversationEvent(
  ctx: Context,
  tx: Tx,
  type: ConversationEventType,
  conversation: Conversation,
  known: KnownOfConversation = {},
): Promise<void> {
  await ctx.events.append(tx, await conversationEvent(tx, type, conversation, known))
}

/**
 * An event with the conversation as it is given, to be appended in the transaction that changes it. Its contact, last
 * message and assignee are read where the caller does not hold them already.
 */
export async function conversationEvent(
  tx: Tx,
  type: ConversationEventType,
  conversation: Conversation,
  known: KnownOfConversation = {},
): Promise<NewEvent> {
  const { organizationId, id, contactId, lastMessageId, assignedToId } = conversation
  const find = <T>(rowId: string | null, read: (where: ReturnType<typeof rowKey>) => Promise<T | null>) =>
    rowId === null ? null : read(rowKey({ organizationId, id: rowId }))
  const contact =
    known.contact ?? (await tx.contact.findUniqueOrThrow({ where: rowKey({ organizationId, id: contactId }) }))
  const lastMessage = known.lastMessage ?? (await find(lastMessageId, (where) => tx.message.findUnique({ where })))
  const assignedTo = known.assignedTo ?? (await find(assignedToId, (where) => tx.member.findUnique({ where })))
  return {
    organizationId,
    type,
    conversationId: id,
    contactId,
    data: {
      conversationId: id,
      conversation: conversationData({ ...conversation, contact, assignedTo, lastMessage }),
      contact: contactSummary(contact),
      ...(known.reopened ? { reopened: true } : {}),
    },
  }
}

/** @throws NOT_FOUND. */
export const resolveConversation = (ctx: ActorContext, input: { id: string }): Promise<Conversation> =>
  changeConversation(ctx, input.id, 'conversation.resolved', async (tx, before) => {
    if (before.status === 'RESOLVED') return null
    const { organizationId, id: conversationId, openedAt, assignedToId: memberId } = before
    await tx.conversationResolution.create({
      data: { organizationId, conversationId, openedAt, resolvedAt: ctx.clock.now(), memberId },
      select: { id: true },
    })
    return { status: 'RESOLVED', aiAgentId: null, agentTurns: 0, handedOverAt: null }
  })

/** Back to its assignee, or to everybody; no AI agent comes in. @throws NOT_FOUND. */
export const reopenConversation = (ctx: ActorContext, input: { id: string }): Promise<Conversation> =>
  changeConversation(ctx, input.id, 'conversation.opened', async (_tx, before) => {
    if (before.status !== 'RESOLVED') return null
    const now = ctx.clock.now()
    return { status: statusOfReopened(before), openedAt: now, handedOverAt: now }
  })

/** Where a resolved conversation goes when it is taken up again (contract, section 5). */
export const statusOfReopened = (conversation: { assignedToId: string | null }): ConversationStatus =>
  conversation.assignedToId === null ? 'OPEN' : 'ASSIGNED'

/**
 * One change of a conversation under its row's lock. `decide` answers the columns to write, or null where nothing
 * changes: then nothing is written and no event is appended.
 */
export async function changeConversation(
  ctx: ActorContext,
  conversationId: string,
  type: Extract<EventType, `conversation.${string}`>,
  decide: (tx: Tx, before: Conversation) => Promise<Prisma.ConversationUncheckedUpdateInput | null>,
): Promise<Conversation> {
  const { organizationId } = ctx.actor
  const id = requireId('Conversation', conversationId)
  return ctx.database.transaction(async (tx) => {
    const before = await lockConversation(tx, organizationId, id)
    const data = await decide(tx, before)
    if (!data) return before
    const where = rowKey({ organizationId, id })
    const conversation = await tx.conversation.update({ where, data: { ...data, updatedAt: ctx.clock.now() } })
    await appendConversationEvent(ctx, tx, type, conversation, { reopened: type === 'conversation.opened' })
    return conversation
  })
}

/** The row, locked until the transaction ends. @throws NOT_FOUND. */
export async function lockConversation(tx: Tx, organizationId: string, id: string): Promise<Conversation> {
  const [conversation] = await tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "organizationId" = ${organizationId} AND id = ${id} FOR NO KEY UPDATE`
  if (!conversation) throw notFound('conversation')
  return conversation
}

/** Several of them, in the order in which every transaction takes them. */
export const lockConversations = (
  tx: Tx,
  keys: { organizationId: string; id: string | null }[],
): Promise<Conversation[]> => tx.$queryRaw`
  SELECT * FROM "Conversation" WHERE ("organizationId", id) IN (SELECT * FROM
    unnest(${keys.map(({ organizationId }) => organizationId)}::text[], ${keys.map(({ id }) => id)}::text[]))
  ORDER BY id FOR NO KEY UPDATE`

/** A message becomes the last of its conversation at `at`, and moves it to the top of the inbox. */
export const touched = (conversation: Conversation, { id }: Message, at: Date): Conversation => ({
  ...conversation,
  lastMessageId: id,
  lastMessageAt: at,
  lastActivityAt: at,
  updatedAt: at,
})

/** What messages change of a conversation. */
const movedColumns = [
  'status',
  'unreadCount',
  'lastMessageId',
  'lastMessageAt',
  'lastActivityAt',
  'windowExpiresAt',
  'openedAt',
  'aiAgentId',
  'agentTurns',
  'handedOverAt',
  'updatedAt',
] as const

/** Writes what messages change of their conversations, which the caller has locked, in one statement. */
export const updateConversations = (tx: Tx, conversations: Conversation[]): Promise<void> =>
  updateRows(tx, 'Conversation', movedColumns, conversations)

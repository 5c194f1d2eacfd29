import type { ActorContext } from '../context.js'
import { requireConversation } from '../conversations/conversations.js'
import { isId } from '../core/ids.js'
import { rowKey } from '../database/client.js'
import { checkPageArgs, columnIs, cursorOfId, hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { type Message, Prisma } from '../generated/prisma/client.js'

export type MessageQuery = { select?: Prisma.MessageSelect; include?: Prisma.MessageInclude }

/** Newest first, across conversations or of one. @throws NOT_FOUND for a conversation that is not there. */
export async function listMessages(
  ctx: ActorContext,
  filter: { conversationId?: string | null | undefined },
  args: PageArgs,
  query: MessageQuery = {},
): Promise<Page<Message>> {
  const { organizationId } = ctx.actor
  if (filter.conversationId != null) await requireConversation(ctx, filter.conversationId)
  const where =
    filter.conversationId == null
      ? Prisma.sql`"organizationId" = ${organizationId}`
      : Prisma.sql`"organizationId" = ${organizationId} AND ${columnIs('conversationId', 'Conversation', filter.conversationId)}`
  const page = await pageOfIds(ctx.database, { table: 'Message', where, timeColumn: null }, args)
  return hydrate(page, (ids) => loadMessages(ctx, ids, query))
}

/**
 * A page of the messages of each of several conversations, newest first, in two statements however many there are and
 * however long they have become: the database takes only the rows of each page.
 */
export async function listMessagesOf(
  ctx: ActorContext,
  conversationIds: readonly string[],
  args: PageArgs,
  query: MessageQuery = {},
): Promise<Page<Message>[]> {
  const { organizationId } = ctx.actor
  const { limit, backward, skip, cursor } = checkPageArgs(args, false)
  const direction = Prisma.raw(backward ? 'ASC' : 'DESC')
  const beyond = cursor ? Prisma.sql`AND id ${Prisma.raw(backward ? '>' : '<')} ${cursor.id}` : Prisma.empty
  const found = await ctx.database.select<{ parent: string; id: string }>(Prisma.sql`
    SELECT c.id AS parent, m.id FROM unnest(${[...conversationIds]}::text[]) AS c(id)
    CROSS JOIN LATERAL (
      SELECT id FROM "Message"
      WHERE "organizationId" = ${organizationId} AND "conversationId" = c.id ${beyond}
      ORDER BY id ${direction} LIMIT ${limit + 1} OFFSET ${skip}
    ) AS m`)
  const loaded = await loadMessages(
    ctx,
    found.map((row) => row.id),
    query,
  )
  const byId = new Map(loaded.map((message) => [message.id, message]))
  const idsOf = new Map<string, string[]>(conversationIds.map((id) => [id, []]))
  for (const row of found) idsOf.get(row.parent)?.push(row.id)

  return conversationIds.map((conversationId) => {
    const ids = idsOf.get(conversationId) ?? []
    const more = ids.length > limit
    const kept = ids.slice(0, limit)
    if (backward) kept.reverse()
    const rows = kept.flatMap((id) => byId.get(id) ?? [])
    return {
      rows,
      cursors: rows.map((row) => cursorOfId(row.id)),
      hasNextPage: backward ? Boolean(args.before) : more,
      hasPreviousPage: backward ? more : Boolean(args.after) || skip > 0,
      totalCount: () => ctx.database.prisma.message.count({ where: { organizationId, conversationId } }),
    }
  })
}

const loadMessages = (ctx: ActorContext, ids: string[], query: MessageQuery): Promise<Message[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : ctx.database.prisma.message.findMany({
        where: { organizationId: ctx.actor.organizationId, id: { in: ids } },
        ...query,
      })

/** By our id or by WhatsApp's; null where there is none. */
export function findMessage(ctx: ActorContext, id: string, query: MessageQuery = {}): Promise<Message | null> {
  const { organizationId } = ctx.actor
  if (isId('Message', id)) {
    return ctx.database.prisma.message.findUnique({ where: rowKey({ organizationId, id }), ...query })
  }
  if (!isWamid(id)) return Promise.resolve(null)
  return ctx.database.prisma.message.findUnique({
    where: { organizationId_wamid: { organizationId, wamid: id } },
    ...query,
  })
}

/** WhatsApp's message ids begin with "wamid." and have at most 128 characters. */
export const isWamid = (id: string): boolean => /^wamid\.[\x21-\x7e]{1,122}$/.test(id)

import type { ActorContext } from '../context.js'
import { requireConversation } from '../conversations/conversations.js'
import { isId } from '../core/ids.js'
import { checkPageArgs, cursorOfId, type Page, type PageArgs } from '../database/page.js'
import { type PageQuery, pageOfRows } from '../database/page-of-rows.js'
import { findRow, isRow, type RowQuery, readerOf } from '../database/rows.js'
import { type Message, Prisma } from '../generated/prisma/client.js'

/** Newest first, across conversations or of one. @throws NOT_FOUND for a conversation that is not there. */
export async function listMessages(
  ctx: ActorContext,
  filter: { conversationId?: string | null | undefined },
  args: PageArgs,
  query: PageQuery,
): Promise<Page<Message>> {
  const { organizationId } = ctx.actor
  if (filter.conversationId != null) await requireConversation(ctx, filter.conversationId)
  const where =
    filter.conversationId == null
      ? Prisma.sql`"organizationId" = ${organizationId}`
      : Prisma.sql`"organizationId" = ${organizationId} AND "conversationId" = ${filter.conversationId}`
  return pageOfRows(ctx.database, { table: 'Message', where, timeColumn: null }, args, query)
}

/**
 * A page of the messages of each of several conversations, newest first, in one statement however many there are and
 * however long they have become: the database takes only the rows of each page.
 */
export async function listMessagesOf(
  ctx: ActorContext,
  conversationIds: readonly string[],
  args: PageArgs,
  query: PageQuery,
): Promise<Page<Message>[]> {
  const { organizationId } = ctx.actor
  const { limit, backward, skip, cursor } = checkPageArgs(args, false)
  const direction = Prisma.raw(backward ? 'ASC' : 'DESC')
  const beyond = cursor ? Prisma.sql`AND id ${Prisma.raw(backward ? '>' : '<')} ${cursor.id}` : Prisma.empty
  const { columns, joins, joined, shown, width, rowOf } = readerOf<Message>('Message', query)
  const found = await ctx.database.read(
    Prisma.sql`
      SELECT ${columns}, c.id, t.id FROM unnest(${[...conversationIds]}::text[]) AS c(id)
      CROSS JOIN LATERAL (
        SELECT * FROM "Message"
        WHERE "organizationId" = ${organizationId} AND "conversationId" = c.id ${beyond}
        ORDER BY id ${direction} LIMIT ${limit + 1} OFFSET ${skip}
      ) AS t${joins}${joined ? Prisma.sql` ORDER BY t.id ${direction}` : Prisma.empty}`,
    { shown, prepared: true },
  )
  const foundOf = new Map<string, { row: Message; id: string }[]>(conversationIds.map((id) => [id, []]))
  for (const values of found) {
    foundOf.get(values[width] as string)?.push({ row: rowOf(values), id: values[width + 1] as string })
  }
  const counts = once(() => countMessagesOf(ctx, conversationIds))

  return conversationIds.map((conversationId) => {
    const all = foundOf.get(conversationId) ?? []
    const kept = all.slice(0, limit)
    if (backward) kept.reverse()
    const more = all.length > limit
    return {
      rows: kept.map(({ row }) => row),
      get cursors() {
        return kept.map(({ id }) => cursorOfId(id))
      },
      hasNextPage: backward ? Boolean(args.before) : more,
      hasPreviousPage: backward ? more : Boolean(args.after) || skip > 0,
      totalCount: async () => (await counts()).get(conversationId) ?? 0,
    }
  })
}

/** Of all of them in one statement. */
async function countMessagesOf(ctx: ActorContext, conversationIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await ctx.database.query<{ id: string; n: number }>(
    `SELECT "conversationId" AS id, count(*)::int AS n FROM "Message"
     WHERE "organizationId" = $1 AND "conversationId" = ANY($2) GROUP BY 1`,
    [ctx.actor.organizationId, [...conversationIds]],
  )
  return new Map(rows.map(({ id, n }) => [id, n]))
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => (result ??= run())
}

/** By our id or by WhatsApp's; null where there is none. */
export async function findMessage(ctx: ActorContext, id: string, query: RowQuery = {}): Promise<Message | null> {
  const { organizationId } = ctx.actor
  if (isId('Message', id)) return findRow(ctx.database, 'Message', isRow(organizationId, id), query)
  if (!isWamid(id)) return null
  const hasWamid = Prisma.sql`t."organizationId" = ${organizationId} AND t.wamid = ${id}`
  return findRow(ctx.database, 'Message', hasWamid, query)
}

/** WhatsApp's message ids begin with "wamid." and have at most 128 characters. */
export const isWamid = (id: string): boolean => /^wamid\.[\x21-\x7e]{1,122}$/.test(id)

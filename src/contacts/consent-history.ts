import type { ActorContext } from '../context.js'
import { checkPageArgs, cursorOfId, type Page, type PageArgs } from '../database/page.js'
import { type ConsentRecord, Prisma } from '../generated/prisma/client.js'

/** Records have no id that is shown: the place of one in its list is its number. */
const recordNumber = /^[1-9]\d{0,17}$/

/** A page of the log of consent of each of several contacts, newest first, in one statement. */
export async function listConsentRecordsOf(
  ctx: ActorContext,
  contactIds: readonly string[],
  args: PageArgs,
): Promise<Page<ConsentRecord>[]> {
  const { organizationId } = ctx.actor
  const { limit, backward, skip, cursor } = checkPageArgs(args, false, recordNumber)
  const direction = Prisma.raw(backward ? 'ASC' : 'DESC')
  const beyond = cursor ? Prisma.sql`AND id ${Prisma.raw(backward ? '>' : '<')} ${cursor.id}::bigint` : Prisma.empty
  const found = await ctx.database.select<ConsentRecord>(Prisma.sql`
    SELECT r.* FROM unnest(${[...contactIds]}::text[]) AS c(id)
    CROSS JOIN LATERAL (
      SELECT * FROM "ConsentRecord"
      WHERE "organizationId" = ${organizationId} AND "contactId" = c.id ${beyond}
      ORDER BY id ${direction} LIMIT ${limit + 1} OFFSET ${skip}
    ) AS r`)
  const recordsOf = new Map<string, ConsentRecord[]>(contactIds.map((id) => [id, []]))
  for (const record of found) recordsOf.get(record.contactId)?.push(record)

  return contactIds.map((contactId) => {
    const records = recordsOf.get(contactId) ?? []
    const more = records.length > limit
    const rows = records.slice(0, limit)
    if (backward) rows.reverse()
    return {
      rows,
      cursors: rows.map(({ id }) => cursorOfId(String(id))),
      hasNextPage: backward ? Boolean(args.before) : more,
      hasPreviousPage: backward ? more : Boolean(args.after) || skip > 0,
      totalCount: () => ctx.database.prisma.consentRecord.count({ where: { organizationId, contactId } }),
    }
  })
}

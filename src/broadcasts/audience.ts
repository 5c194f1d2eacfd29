import type { ActorContext } from '../context.js'
import { DomainError, type ErrorDetail } from '../core/errors.js'
import { isId } from '../core/ids.js'
import { Prisma, type TagMatch } from '../generated/prisma/client.js'

/** Who is meant, apart from a file: contacts by tag, and by name. */
export type Audience = { tags: string[]; tagMatch: TagMatch; contactIds: string[] }

/** The condition on a column of tags; without tags nobody is chosen by them. */
export function tagCondition(column: Prisma.Sql, { tags, tagMatch }: Pick<Audience, 'tags' | 'tagMatch'>): Prisma.Sql {
  if (tags.length === 0) return Prisma.sql`FALSE`
  return tagMatch === 'ALL' ? Prisma.sql`${column} @> ${tags}::text[]` : Prisma.sql`${column} && ${tags}::text[]`
}

const chosen = (audience: Audience) => Prisma.sql`
  (${tagCondition(Prisma.sql`tags`, audience)} OR id = ANY(${audience.contactIds}::text[]))`

/** How many contacts are meant, counted up to `most`. */
export async function countAudience(ctx: ActorContext, audience: Audience, most: number): Promise<number> {
  const [row] = await ctx.database.select<{ n: number }>(Prisma.sql`
    SELECT count(*)::int AS n FROM (
      SELECT 1 FROM "Contact" WHERE "organizationId" = ${ctx.actor.organizationId} AND ${chosen(audience)} LIMIT ${most}
    ) AS meant`)
  return row?.n ?? 0
}

export type AudienceContact = { id: string; phone: string | null; userId: string | null; optedIn: boolean | null }

/** Everybody who is meant, some at a time, in the order of their ids. */
export async function* readAudience(
  ctx: ActorContext,
  audience: Audience,
  atOnce: number,
): AsyncGenerator<AudienceContact[]> {
  for (let after = ''; ; ) {
    const rows = await ctx.database.select<AudienceContact>(Prisma.sql`
      SELECT id, phone, "userId", "optedIn" FROM "Contact"
      WHERE "organizationId" = ${ctx.actor.organizationId} AND id > ${after} AND ${chosen(audience)}
      ORDER BY id LIMIT ${atOnce}`)
    if (rows.length > 0) yield rows
    if (rows.length < atOnce) return
    after = rows.at(-1)?.id ?? ''
  }
}

const mostFaults = 20

/** @throws NOT_FOUND naming every id that names no contact of the organization, up to some. */
export async function requireContacts(ctx: ActorContext, contactIds: string[]): Promise<void> {
  const wellFormed = contactIds.filter((id) => isId('Contact', id))
  const rows =
    wellFormed.length === 0
      ? []
      : await ctx.database.query<{ id: string }>(
          'SELECT id FROM "Contact" WHERE "organizationId" = $1 AND id = ANY($2)',
          [ctx.actor.organizationId, wellFormed],
        )
  const known = new Set(rows.map(({ id }) => id))
  const faults = contactIds.flatMap((id, n): ErrorDetail[] =>
    known.has(id) ? [] : [{ path: `audience.contactIds.${n}`, message: 'names no contact' }],
  )
  if (faults.length > 0)
    throw new DomainError('NOT_FOUND', 'No such contact.', { details: faults.slice(0, mostFaults) })
}

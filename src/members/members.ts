import type { ActorContext } from '../context.js'
import { hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { type Member, Prisma } from '../generated/prisma/client.js'

export type MemberQuery = { select?: Prisma.MemberSelect; include?: Prisma.MemberInclude }

/** The people of the organization, newest first. */
export async function listMembers(ctx: ActorContext, args: PageArgs, query: MemberQuery = {}): Promise<Page<Member>> {
  const { organizationId } = ctx.actor
  const page = await pageOfIds(
    ctx.database,
    { table: 'Member', where: Prisma.sql`"organizationId" = ${organizationId}`, timeColumn: null },
    args,
  )
  return hydrate(page, (ids) =>
    ctx.database.prisma.member.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

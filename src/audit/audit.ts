import type { Actor, ActorContext, Context } from '../context.js'
import { newId } from '../core/ids.js'
import type { Tx } from '../database/client.js'
import { hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { type AuditEntry, Prisma } from '../generated/prisma/client.js'
import type { AuditAction } from './actions.js'

/** Who does something: a key of the organization, or whoever has the machine. */
export type AuditActor = Actor['key'] | 'operator'

type Deed = {
  organizationId: string
  actor: AuditActor
  action: AuditAction
  subjectId: string
  /** For people to read; never a secret. */
  details: Prisma.InputJsonObject
}

/** Notes a deed in the transaction that does it, so that there is neither without the other. */
export async function recordDeed(ctx: Context, tx: Tx, { actor, ...deed }: Deed): Promise<void> {
  const by =
    actor === 'operator' ? { actorKeyId: null, actorName: 'operator' } : { actorKeyId: actor.id, actorName: actor.name }
  await tx.auditEntry.create({ data: { ...deed, ...by, id: newId('AuditEntry'), at: ctx.clock.now() } })
}

export type AuditEntryQuery = { select?: Prisma.AuditEntrySelect; include?: Prisma.AuditEntryInclude }

/** The audit log of the organization, newest first. */
export async function listAuditEntries(
  ctx: ActorContext,
  args: PageArgs,
  query: AuditEntryQuery = {},
): Promise<Page<AuditEntry>> {
  const { organizationId } = ctx.actor
  const page = await pageOfIds(
    ctx.database,
    { table: 'AuditEntry', where: Prisma.sql`"organizationId" = ${organizationId}`, timeColumn: null },
    args,
  )
  return hydrate(page, (ids) =>
    ctx.database.prisma.auditEntry.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

import type { ActorContext, Context } from '../context.js'
import { badRequest, DomainError, notConfigured } from '../core/errors.js'
import { hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { Prisma, type Template, type WhatsAppConnection } from '../generated/prisma/client.js'
import { upstreamDomainError } from '../whatsapp/error-codes.js'
import { UpstreamFailure } from '../whatsapp/provider.js'
import { accountsOf } from './account.js'
import type { SyncCounts } from './store.js'
import { syncTemplates } from './sync.js'

/** Which columns a caller wants of each template. */
export type TemplateQuery = { select?: Prisma.TemplateSelect }

type Maybe = string | null | undefined
export type TemplateFilter = { status?: Maybe; category?: Maybe; language?: Maybe; name?: Maybe; search?: Maybe }

/** The newest of each account first. `status` and `category` in any case; `search`: any part of the name, in any case. */
export async function listTemplates(
  ctx: ActorContext,
  { status, category, language, name, search }: TemplateFilter,
  args: PageArgs,
  query: TemplateQuery = {},
): Promise<Page<Template>> {
  const { organizationId } = ctx.actor
  const conditions = [Prisma.sql`"organizationId" = ${organizationId}`]
  const where = (value: Maybe, condition: (value: string) => Prisma.Sql) => {
    const text = value?.replaceAll('\u0000', '').trim()
    if (text) conditions.push(condition(text))
  }
  where(status, (value) => Prisma.sql`status = ${value.toUpperCase()}`)
  where(category, (value) => Prisma.sql`category = ${value.toUpperCase()}`)
  where(language, (value) => Prisma.sql`language = ${value}`)
  where(name, (value) => Prisma.sql`name = ${value}`)
  // WhatsApp's names are lower-case letters, digits and underscores.
  where(search, (value) => Prisma.sql`strpos(name, ${value.toLowerCase()}) > 0`)
  const list = { table: 'Template', where: Prisma.join(conditions, ' AND '), timeColumn: null }
  const page = await pageOfIds(ctx.database, list, args)
  return hydrate(page, (ids) =>
    ctx.database.prisma.template.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

/**
 * Reads the templates of the organization's accounts, or of one of them, from WhatsApp now.
 * @throws BAD_REQUEST for an account that is not theirs, NOT_CONFIGURED without any, and what WhatsApp's refusal becomes.
 */
export async function syncOrganizationTemplates(
  ctx: ActorContext,
  { businessAccountId }: { businessAccountId?: Maybe },
): Promise<SyncCounts> {
  const { organizationId } = ctx.actor
  const connections = await ctx.database.prisma.whatsAppConnection.findMany({
    where: { organizationId },
    orderBy: { id: 'asc' },
  })
  if (connections.length === 0) throw notConfigured()
  const accounts = accountsOf(ctx, connections).filter(
    (account) => businessAccountId == null || account.businessAccountId === businessAccountId,
  )
  if (accounts.length === 0) {
    throw badRequest([{ path: 'businessAccountId', message: 'names no business account of this organization' }])
  }
  const counts = { added: 0, updated: 0, removed: 0, total: 0 }
  for (const account of accounts) {
    const synced = await syncTemplates(ctx, account).catch((error: unknown) => {
      throw asDomainError(error)
    })
    for (const name of ['added', 'updated', 'removed', 'total'] as const) counts[name] += synced[name]
  }
  return counts
}

function asDomainError(error: unknown): unknown {
  if (!(error instanceof UpstreamFailure)) return error
  if (error.error) return upstreamDomainError(error.error)
  return new DomainError('UPSTREAM', 'WhatsApp could not be reached.', { cause: error })
}

/** The first list of a number that has just been found connected. Never throws: the recurring work tries again. */
export async function syncAtConnect(ctx: Context, connection: WhatsAppConnection): Promise<void> {
  if (connection.status !== 'CONNECTED') return
  for (const account of accountsOf(ctx, [connection])) {
    await syncTemplates(ctx, account).catch((error: unknown) =>
      ctx.logger.warn({ err: error, businessAccountId: account.businessAccountId }, 'templates could not be synced'),
    )
  }
}

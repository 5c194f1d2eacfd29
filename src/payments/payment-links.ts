import type { ActorContext } from '../context.js'
import { badRequest, DomainError, notFound } from '../core/errors.js'
import { isId, newId, requireId } from '../core/ids.js'
import { createTurns } from '../core/turns.js'
import { rowKey, type Tx } from '../database/client.js'
import { columnIs, hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { type PaymentLink, type PaymentLinkStatus, Prisma } from '../generated/prisma/client.js'
import { once } from '../idempotency/once.js'
import { type CheckedLink, type CreatePaymentLinkInput, checkLink } from './input.js'
import { type PaymentProvider, ProviderRefused } from './provider.js'

export type PaymentLinkQuery = { select?: Prisma.PaymentLinkSelect }

export type PaymentLinkFilter = {
  status?: PaymentLinkStatus | null | undefined
  contactId?: string | null | undefined
}

/** A link whose time is over is that at once, whenever the provider hears of it. */
export const statusOf = (link: Pick<PaymentLink, 'status' | 'expiresAt'>, now: Date): PaymentLinkStatus =>
  link.status === 'OPEN' && link.expiresAt !== null && link.expiresAt <= now ? 'EXPIRED' : link.status

/** Newest first. */
export async function listPaymentLinks(
  ctx: ActorContext,
  filter: PaymentLinkFilter,
  args: PageArgs,
  query: PaymentLinkQuery = {},
): Promise<Page<PaymentLink>> {
  const { organizationId } = ctx.actor
  const conditions = [Prisma.sql`"organizationId" = ${organizationId} AND "providerId" IS NOT NULL`]
  if (filter.contactId != null) conditions.push(columnIs('contactId', 'Contact', filter.contactId))
  if (filter.status) conditions.push(isNow(filter.status, ctx.clock.now()))
  const where = Prisma.join(conditions, ' AND ')
  const page = await pageOfIds(ctx.database, { table: 'PaymentLink', where, timeColumn: null }, args)
  return hydrate(page, (ids) =>
    ctx.database.prisma.paymentLink.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

function isNow(status: PaymentLinkStatus, now: Date): Prisma.Sql {
  const over = Prisma.sql`status = 'OPEN' AND COALESCE("expiresAt" <= ${now}, false)`
  if (status === 'PAID') return Prisma.sql`status = 'PAID'`
  return status === 'OPEN' ? Prisma.sql`status = 'OPEN' AND NOT (${over})` : Prisma.sql`(status = 'EXPIRED' OR ${over})`
}

/** Null where there is none. */
export async function findPaymentLink(
  ctx: ActorContext,
  id: string,
  query: PaymentLinkQuery = {},
): Promise<PaymentLink | null> {
  if (!isId('PaymentLink', id)) return null
  const { organizationId } = ctx.actor
  return ctx.database.prisma.paymentLink.findUnique({
    where: { ...rowKey({ organizationId, id }), providerId: { not: null } },
    ...query,
  })
}

/**
 * A new payment link. Its row is there before the provider is asked, with the id that makes a repeat harmless there; it
 * is shown once the provider has made it. The same idempotency key again gives the same link.
 * @throws NOT_CONFIGURED, BAD_REQUEST, NOT_FOUND for the contact, CONFLICT, UPSTREAM.
 */
export async function createPaymentLink(ctx: ActorContext, input: CreatePaymentLinkInput): Promise<PaymentLink> {
  const provider = ctx.payments
  if (!provider) {
    throw new DomainError(
      'NOT_CONFIGURED',
      'This server has no payment provider: its operator must set STRIPE_SECRET_KEY.',
    )
  }
  const { idempotencyKey: key, ...link } = checkLink(provider, input, ctx.clock.now())
  const { organizationId } = ctx.actor
  return inTurn(key === null ? null : `${organizationId}:${key}`, async () => {
    const row = await once(ctx, {
      key,
      request: ['createPaymentLink', link],
      make: (tx) => storeRow(ctx, tx, provider, link),
      find: (id) => ctx.database.prisma.paymentLink.findUnique({ where: rowKey({ organizationId, id }) }),
    })
    return row.providerId === null ? makeAtProvider(ctx, provider, row, link.minorUnits, key) : row
  })
}

/** Repeats in this process wait for each other; elsewhere the provider's own idempotency holds. */
const inTurn = createTurns()

async function storeRow(
  ctx: ActorContext,
  tx: Tx,
  provider: PaymentProvider,
  { minorUnits: _, ...columns }: Omit<CheckedLink, 'idempotencyKey'>,
): Promise<PaymentLink> {
  const { organizationId } = ctx.actor
  await holdContact(tx, organizationId, columns.contactId)
  const id = newId('PaymentLink')
  return tx.paymentLink.create({
    data: { organizationId, id, provider: provider.name, ...columns, createdAt: ctx.clock.now() },
  })
}

async function holdContact(tx: Tx, organizationId: string, contactId: string | null): Promise<void> {
  if (contactId === null) return
  requireId('Contact', contactId)
  const [contact] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Contact" WHERE "organizationId" = ${organizationId} AND id = ${contactId} FOR KEY SHARE`
  if (!contact) throw notFound('contact')
}

/** Where the provider refuses or fails, the row is gone: nobody has seen it, and the idempotency key is free again. */
async function makeAtProvider(
  ctx: ActorContext,
  provider: PaymentProvider,
  row: PaymentLink,
  minorUnits: number,
  key: string | null,
): Promise<PaymentLink> {
  const { organizationId, id, currency, description, expiresAt } = row
  const unmade = { organizationId, id, providerId: null }
  try {
    const made = await provider.createLink({ id, minorUnits, currency, description })
    await ctx.database.prisma.paymentLink.updateMany({
      where: unmade,
      data: { providerId: made.id, url: made.url, closeDueAt: expiresAt },
    })
  } catch (error) {
    await ctx.database.transaction(async (tx) => {
      const { count } = await tx.paymentLink.deleteMany({ where: unmade })
      if (key === null || count === 0) return
      await tx.idempotencyKey.deleteMany({ where: { organizationId, key, messageId: id } })
    })
    throw refusalOf(error, provider)
  }
  return ctx.database.prisma.paymentLink.findUniqueOrThrow({ where: rowKey({ organizationId, id }) })
}

function refusalOf(error: unknown, { name }: PaymentProvider): DomainError {
  if (error instanceof ProviderRefused && error.field) {
    return badRequest([{ path: error.field, message: error.message }])
  }
  const cause = { cause: error }
  if (error instanceof ProviderRefused) return new DomainError('UPSTREAM', `${name} refused: ${error.message}`, cause)
  return new DomainError('UPSTREAM', `The payment provider ${name} could not be used; nothing was created.`, cause)
}

import type { Context } from '../context.js'
import { hoursMs, minutesMs, secondsMs } from '../core/clock.js'
import type { PaymentLink } from '../generated/prisma/client.js'
import type { PaymentProvider } from './provider.js'

const batchSize = 20
const maxAttempts = 12
/** As long as a provider's idempotency lasts: whoever asks again after that gets a new link. */
const unmadeMs = hoursMs(24)

/**
 * Tells the provider of links whose time is over, and removes the rows of links that it never made. Nothing to do where
 * there is no provider.
 */
export async function sweepPaymentLinks(ctx: Context): Promise<void> {
  const provider = ctx.payments
  if (!provider) return
  const now = ctx.clock.now()
  const due = await ctx.database.prisma.paymentLink.findMany({
    where: { closeDueAt: { lte: now }, provider: provider.name },
    orderBy: { closeDueAt: 'asc' },
    take: batchSize,
  })
  for (const link of due) await close(ctx, provider, link)
  await ctx.database.prisma.paymentLink.deleteMany({
    where: { providerId: null, createdAt: { lt: new Date(now.getTime() - unmadeMs) } },
  })
}

/** Several servers may do the same at once: closing twice changes nothing. */
async function close(ctx: Context, provider: PaymentProvider, link: PaymentLink): Promise<void> {
  const { organizationId, id, providerId } = link
  const closeAttempts = link.closeAttempts + 1
  const open = { organizationId, id, status: 'OPEN' as const }
  const expire = { status: 'EXPIRED' as const, closeDueAt: null }
  try {
    if (providerId !== null) await provider.closeLink(providerId)
    await ctx.database.prisma.paymentLink.updateMany({ where: open, data: expire })
  } catch (error) {
    const over = closeAttempts >= maxAttempts
    ctx.logger[over ? 'error' : 'warn']({ err: error, id, closeAttempts }, 'a payment link could not be closed')
    const waitMs = Math.min(secondsMs(30) * 2 ** closeAttempts, minutesMs(60))
    const again = { closeAttempts, closeDueAt: new Date(ctx.clock.now().getTime() + waitMs) }
    await ctx.database.prisma.paymentLink.updateMany({ where: open, data: over ? expire : again })
  }
}

import { contactSummary } from '../contacts/contact-data.js'
import type { Context } from '../context.js'
import { rowKey } from '../database/client.js'
import type { PaymentLink } from '../generated/prisma/client.js'
import { formatAmount } from './money.js'

/**
 * A provider says that one of its links was paid: PAID, with its event, in one transaction, exactly once however often it
 * is said. Money that came after the link's time is money all the same. A link that is none of ours is no matter.
 */
export function receivePayment(ctx: Context, provider: string, providerId: string): Promise<void> {
  return ctx.database.transaction(async (tx) => {
    const [link] = await tx.$queryRaw<Pick<PaymentLink, 'organizationId' | 'id' | 'status'>[]>`
      SELECT "organizationId", id, status::text FROM "PaymentLink"
      WHERE provider = ${provider} AND "providerId" = ${providerId} FOR NO KEY UPDATE`
    if (!link || link.status === 'PAID') return
    const paid = await tx.paymentLink.update({
      where: rowKey(link),
      data: { status: 'PAID', paidAt: ctx.clock.now(), closeDueAt: null },
      include: { contact: true },
    })
    const { organizationId, id: paymentLinkId, currency, description, contact } = paid
    await ctx.events.append(tx, {
      organizationId,
      type: 'payment.completed',
      ...(contact ? { contactId: contact.id } : {}),
      data: {
        paymentLinkId,
        amount: formatAmount(paid.amount.toFixed(), currency),
        currency,
        description,
        contact: contact ? contactSummary(contact) : null,
      },
    })
  })
}

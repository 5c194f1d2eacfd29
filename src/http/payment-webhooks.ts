import { Router } from 'express'
import type { Context } from '../context.js'
import { notFound } from '../core/errors.js'
import { UnsignedNews } from '../payments/provider.js'
import { receivePayment } from '../payments/receive-payment.js'
import { bytesOf, rawBody } from './body.js'

const maxBytes = 1_000_000

/**
 * Where the payment provider tells of payments: `POST /webhooks/payments/{provider}`, signed over the raw bytes. Answered
 * 200 only when the payment is stored; a failure is told again by the provider.
 */
export function paymentWebhooks(ctx: Context): Router {
  const router = Router()
  router.post('/:provider', rawBody(maxBytes), async (req, res) => {
    const provider = ctx.payments
    if (!provider || provider.name !== req.params.provider) throw notFound('payment provider')
    try {
      const news = provider.readNews(bytesOf(req), req.get(provider.signatureHeader) ?? '', ctx.clock.now())
      if (news) await receivePayment(ctx, provider.name, news.paidLinkId)
    } catch (error) {
      if (!(error instanceof UnsignedNews)) throw error
      ctx.logger.warn('a payment webhook was refused: its signature does not fit, or it is too old')
      res.status(401).end()
      return
    }
    res.status(200).end()
  })
  return router
}

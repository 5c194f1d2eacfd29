import Stripe from 'stripe'
import { secondsMs } from '../core/clock.js'
import {
  type LinkRequest,
  type MadeLink,
  type PaymentNews,
  type PaymentProvider,
  ProviderRefused,
  UnsignedNews,
} from './provider.js'
import { stripeUnits } from './stripe-amount.js'

export type StripeSettings = { secretKey: string; webhookSecret: string; apiUrl: string }

/** How old a signed message may be. */
const toleranceSeconds = 300
const timeoutMs = secondsMs(10)

/** Payment links of Stripe's, by its own library. Each can be paid once. */
export function createStripe({ secretKey, webhookSecret, apiUrl }: StripeSettings): PaymentProvider {
  const { protocol, hostname, port } = new URL(apiUrl)
  const stripe = new Stripe(secretKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
    timeout: timeoutMs,
    maxNetworkRetries: 1,
    telemetry: false,
  })

  async function createLink({ id, minorUnits, currency, description }: LinkRequest): Promise<MadeLink> {
    const price = { currency: currency.toLowerCase(), unit_amount: minorUnits, product_data: { name: description } }
    try {
      const link = await stripe.paymentLinks.create(
        {
          line_items: [{ price_data: price, quantity: 1 }],
          restrictions: { completed_sessions: { limit: 1 } },
          metadata: { paymentLinkId: id },
        },
        { idempotencyKey: id },
      )
      return { id: link.id, url: link.url }
    } catch (error) {
      throw refusalOf(error) ?? error
    }
  }

  return {
    name: 'stripe',
    signatureHeader: 'stripe-signature',
    minorUnits: stripeUnits,
    createLink,
    async closeLink(id) {
      try {
        await stripe.paymentLinks.update(id, { active: false })
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
      }
    },
    readNews(raw, signature, now) {
      return newsOf(verified(stripe, { raw, signature, secret: webhookSecret, now }))
    },
  }
}

/** What is the caller's to change. Everything else, a wrong key included, is not. */
function refusalOf(error: unknown): ProviderRefused | null {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return null
  const param = error.param ?? ''
  const field = param.includes('unit_amount') || error.code === 'amount_too_small' ? 'amount' : null
  if (field) return new ProviderRefused(`is refused by Stripe: ${error.message}`, field, { cause: error })
  if (param.includes('currency')) return new ProviderRefused('is not taken by Stripe', 'currency', { cause: error })
  if (param.includes('name')) return new ProviderRefused('is not taken by Stripe', 'description', { cause: error })
  return new ProviderRefused(error.message, null, { cause: error })
}

type Signed = { raw: Buffer; signature: string; secret: string; now: Date }

function verified(stripe: Stripe, { raw, signature, secret, now }: Signed): Stripe.Event {
  try {
    return stripe.webhooks.constructEvent(raw, signature, secret, toleranceSeconds, undefined, now.getTime())
  } catch (cause) {
    throw new UnsignedNews('the signature does not fit', { cause })
  }
}

/** Some ways to pay are slow: then the session is completed unpaid, and succeeds, or fails, later. */
function newsOf(event: Stripe.Event): PaymentNews {
  if (event.type !== 'checkout.session.completed' && event.type !== 'checkout.session.async_payment_succeeded') {
    return null
  }
  const { payment_status: status, payment_link: link } = event.data.object
  const id = typeof link === 'string' ? link : (link?.id ?? null)
  return status === 'paid' && id !== null ? { paidLinkId: id } : null
}

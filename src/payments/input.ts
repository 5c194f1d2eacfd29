import { z } from 'zod'
import { hoursMs } from '../core/clock.js'
import { badRequest } from '../core/errors.js'
import { parseInput, textInput } from '../core/input.js'
import { exponentOf, formatAmount, isCurrency, toUnits } from './money.js'
import type { PaymentProvider } from './provider.js'

const maxDescription = 250
const longestMs = hoursMs(366 * 24)

const createPaymentLinkInput = z.object({
  /** Decimal text in the currency's major unit. */
  amount: textInput(40),
  currency: textInput(3)
    .transform((value) => value.trim().toUpperCase())
    .refine(isCurrency, 'must be a currency of ISO 4217, such as INR'),
  description: textInput(maxDescription)
    .transform((value) => value.trim())
    .refine((value) => value !== '', 'is required'),
  contactId: z.string().nullish(),
  expiresAt: z.date().nullish(),
  idempotencyKey: z.string().nullish(),
})

export type CreatePaymentLinkInput = z.input<typeof createPaymentLinkInput>

export type CheckedLink = {
  amount: string
  currency: string
  description: string
  contactId: string | null
  expiresAt: Date | null
  idempotencyKey: string | null
  /** In the provider's own smallest unit. */
  minorUnits: number
}

/** @throws BAD_REQUEST. */
export function checkLink(provider: PaymentProvider, input: CreatePaymentLinkInput, now: Date): CheckedLink {
  const {
    contactId = null,
    expiresAt = null,
    idempotencyKey = null,
    ...checked
  } = parseInput(createPaymentLinkInput, input)
  const { currency, description } = checked
  const exponent = exponentOf(currency)
  const units = toUnits(checked.amount, exponent)
  const wanted = `more than 0, with at most ${exponent} digits behind the point for ${currency}`
  if (units === null || units === 0n) throw badRequest([{ path: 'amount', message: `must be ${wanted}` }])
  const amount = formatAmount(checked.amount, currency)
  const minorUnits = provider.minorUnits(checked.amount, currency)
  if (minorUnits === null) {
    throw badRequest([{ path: 'amount', message: `is none that ${provider.name} can take in ${currency}` }])
  }
  const leftMs = expiresAt === null ? null : expiresAt.getTime() - now.getTime()
  if (leftMs !== null && !(leftMs > 0 && leftMs <= longestMs)) {
    throw badRequest([{ path: 'expiresAt', message: 'must lie in the future, within a year' }])
  }
  return { amount, currency, description, contactId, expiresAt, idempotencyKey, minorUnits }
}

import { exponentOf, toUnits } from './money.js'

/**
 * Stripe's smallest units (docs.stripe.com/currencies): those of ISO 4217 but for a few. ISK and UGX have no digits, yet
 * are written with two, which must be 00. MGA has none there. Of three digits the last must be 0.
 */
const noDigits: ReadonlySet<string> = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '))
const writtenWithTwo: ReadonlySet<string> = new Set(['ISK', 'UGX'])
/** At most eight digits, in most currencies. */
const maxUnits = 99_999_999n

/** Null where Stripe cannot take exactly that amount. */
export function stripeUnits(amount: string, currency: string): number | null {
  const exponent = exponentOf(currency)
  const units = toUnits(amount, noDigits.has(currency) ? 0 : exponent)
  if (units === null || exponent > 3) return null
  if (exponent === 3 && units % 10n !== 0n) return null
  const written = writtenWithTwo.has(currency) ? units * 100n : units
  return written <= maxUnits ? Number(written) : null
}

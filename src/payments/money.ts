/**
 * Amounts as decimal text in a currency's major unit, such as "499.50". The exponents are those of ISO 4217 (list one);
 * every other currency has two digits.
 */
const digits0 = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ')
const digits3 = 'BHD IQD JOD KWD LYD OMR TND'.split(' ')
const digits4 = 'CLF UYW'.split(' ')
const exponents = new Map([
  ...digits0.map((code): [string, number] => [code, 0]),
  ...digits3.map((code): [string, number] => [code, 3]),
  ...digits4.map((code): [string, number] => [code, 4]),
])
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

export const isCurrency = (code: string): boolean => currencies.has(code)

/** How many digits stand behind the point. */
export const exponentOf = (currency: string): number => exponents.get(currency) ?? 2

/** Digits before the point that an amount may have at most. */
const maxWhole = 12

/**
 * The amount in units of 10 to the minus `exponent`; null where it is no amount: negative, too large, in another
 * notation, or with more digits behind the point than count.
 */
export function toUnits(amount: string, exponent: number): bigint | null {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(amount)
  if (!match) return null
  const whole = (match[1] ?? '').replace(/^0+(?=\d)/, '')
  const fraction = (match[2] ?? '').replace(/0+$/, '')
  if (whole.length > maxWhole || fraction.length > exponent) return null
  return BigInt(whole + fraction.padEnd(exponent, '0'))
}

/** With exactly the digits that the currency has: "499.5" INR is "499.50". */
export function formatAmount(amount: string, currency: string): string {
  const [whole = '0', fraction = ''] = amount.split('.')
  const exponent = exponentOf(currency)
  return exponent === 0 ? whole : `${whole}.${fraction.slice(0, exponent).padEnd(exponent, '0')}`
}

import { describe, expect, test } from 'vitest'
import { exponentOf, formatAmount, isCurrency, toUnits } from '../src/payments/money.js'
import { stripeUnits } from '../src/payments/stripe-amount.js'

describe('an amount', () => {
  test.each([
    ['499.5', 2, 49950n],
    ['499.50', 2, 49950n],
    ['500', 0, 500n],
    ['500.00', 0, 500n],
    ['0.1', 3, 100n],
    ['007', 2, 700n],
    ['9007199254740.99', 2, null],
    ['999999999999.99', 2, 99999999999999n],
    ['1.005', 2, null],
    ['1.5', 0, null],
    ['-1', 2, null],
    ['1e3', 2, null],
    ['.5', 2, null],
    ['1.', 2, null],
    ['', 2, null],
    ['１', 2, null],
  ])('%s with %i digits is %s', (amount, exponent, units) => {
    expect(toUnits(amount, exponent)).toBe(units)
  })

  test.each([
    ['499.5', 'INR', '499.50'],
    ['500', 'JPY', '500'],
    ['500.000', 'JPY', '500'],
    ['1.25', 'KWD', '1.250'],
    ['3', 'USD', '3.00'],
  ])('%s %s is shown as %s', (amount, currency, shown) => {
    expect(formatAmount(amount, currency)).toBe(shown)
  })
})

test('the digits of a currency are those of ISO 4217, and what is no currency is none', () => {
  expect(['INR', 'JPY', 'KWD', 'ISK', 'CLF', 'MGA'].map(exponentOf)).toEqual([2, 0, 3, 0, 4, 2])
  expect(['INR', 'KWD'].every(isCurrency)).toBe(true)
  expect(['inr', 'XYZ', 'INRX', ''].some(isCurrency)).toBe(false)
})

describe('what Stripe is asked for', () => {
  test.each([
    ['499.50', 'INR', 49950],
    ['500', 'JPY', 500],
    ['500.5', 'JPY', null],
    ['1.25', 'KWD', 1250],
    ['1.255', 'KWD', null],
    ['5', 'ISK', 500],
    ['5.5', 'ISK', null],
    ['3', 'UGX', 300],
    ['5', 'MGA', 5],
    ['5.5', 'MGA', null],
    ['999999.99', 'USD', 99999999],
    ['1000000', 'USD', null],
    ['1', 'CLF', null],
  ])('for %s %s is %s', (amount, currency, units) => {
    expect(stripeUnits(amount, currency)).toBe(units)
  })
})

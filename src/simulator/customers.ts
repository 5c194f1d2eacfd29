import { dayMs, hourMs, type SimulatorClock } from './clock.js'
import { waIdOf } from './numbers.js'
import type { RandomSource } from './random.js'

/** The people on the other side, as far as they have been heard of. */
export type Customer = {
  waId: string | null
  userId: string | null
  name: string
  username: string | null
  lastInboundMs: number | null
  /** When an ad or page button last led here. */
  referralMs: number | null
  freeEntry: { id: string; untilMs: number } | null
  marketingStopped: boolean
  blocked: boolean
}

export type CustomerKey = { waId?: string | null; userId?: string | null }

/** Beyond these the one heard of first is forgotten. */
const mostCustomers = 200_000

const windowMs = dayMs
const freeEntryAnswerMs = dayMs
const freeEntryMs = 72 * hourMs

export class Customers {
  readonly #byKey = new Map<string, Customer>()
  readonly #clock: SimulatorClock
  readonly #random: RandomSource

  constructor(clock: SimulatorClock, random: RandomSource) {
    this.#clock = clock
    this.#random = random
  }

  /** The customer with this phone, else with this user id. */
  find({ waId, userId }: CustomerKey): Customer | null {
    const byPhone = waId ? this.#byKey.get(phoneKey(waId)) : undefined
    const byUserId = userId ? this.#byKey.get(userKey(userId)) : undefined
    return byPhone ?? byUserId ?? null
  }

  /** The customer, made where unknown; a phone and a user id that come together are from now on one person's. */
  meet(key: CustomerKey): Customer {
    const byPhone = key.waId ? this.#byKey.get(phoneKey(key.waId)) : undefined
    const byUserId = key.userId ? this.#byKey.get(userKey(key.userId)) : undefined
    const customer = byPhone ?? byUserId ?? newCustomer()
    if (byUserId && byUserId !== customer) {
      customer.lastInboundMs = latest(customer.lastInboundMs, byUserId.lastInboundMs)
    }
    if (key.waId) {
      customer.waId = waIdOf(key.waId)
      this.#byKey.set(phoneKey(key.waId), customer)
    }
    if (key.userId) {
      customer.userId = key.userId
      this.#byKey.set(userKey(key.userId), customer)
    }
    this.#forgetOldest()
    return customer
  }

  /** Opens the 24-hour window from `atMs`, the time of a message of the customer's. */
  heardFrom(customer: Customer, atMs: number, byReferral: boolean): void {
    customer.lastInboundMs = latest(customer.lastInboundMs, atMs)
    if (byReferral) customer.referralMs = latest(customer.referralMs, atMs)
  }

  isWindowOpen(customer: Customer | null): boolean {
    const last = customer?.lastInboundMs ?? null
    return last !== null && this.#clock.nowMs() - last < windowMs
  }

  /** An answer within 24 hours of an ad's click starts the 72 hours without a charge. */
  answered(customer: Customer | null): void {
    if (customer?.referralMs == null || customer.freeEntry) return
    const now = this.#clock.nowMs()
    if (now - customer.referralMs >= freeEntryAnswerMs) return
    customer.freeEntry = { id: this.#random.bytes(16).toString('hex'), untilMs: now + freeEntryMs }
  }

  freeEntryOf(customer: Customer | null): Customer['freeEntry'] {
    const entry = customer?.freeEntry ?? null
    return entry && this.#clock.nowMs() < entry.untilMs ? entry : null
  }

  blocked(): Customer[] {
    return [...new Set(this.#byKey.values())].filter((customer) => customer.blocked)
  }

  /** Makes room for a tenth at once: finding the first key of a map that loses its first keys is slow. */
  #forgetOldest(): void {
    if (this.#byKey.size <= mostCustomers) return
    for (const key of this.#byKey.keys()) {
      if (this.#byKey.size <= mostCustomers * 0.9) return
      this.#byKey.delete(key)
    }
  }
}

const phoneKey = (waId: string) => `phone:${waIdOf(waId)}`
const userKey = (userId: string) => `user:${userId}`

const newCustomer = (): Customer => ({
  waId: null,
  userId: null,
  name: '',
  username: null,
  lastInboundMs: null,
  referralMs: null,
  freeEntry: null,
  marketingStopped: false,
  blocked: false,
})

const latest = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b))

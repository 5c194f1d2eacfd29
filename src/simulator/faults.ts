import { z } from 'zod'

/** What may be made to go wrong, on purpose, as contract.md (section 10) names it. All of it is off at start. */
export type Faults = {
  /** How long the answer on Meta's paths is kept back; what it answers has happened before. */
  latencyMs: number
  /** Refuses the next sends with this code. */
  fail: { code: number; times: number; httpStatus?: number } | null
  /** Accepts the next sends and breaks the connection instead of answering. */
  acceptThenDropReply: number
  /** Accepts the next sends and answers 500 with no error of Meta's. */
  acceptThenFail: number
  /** Whether accepted messages get their statuses by themselves. */
  autoStatuses: boolean
  webhooks: {
    /** Further copies of every webhook. */
    duplicate: number
    shuffle: boolean
    /** The most entries that are posted together; 0 and 1 mean one at a time. */
    batch: number
    delayMs: number
    /** Keeps every webhook back until it is turned off. */
    hold: boolean
  }
  tokenExpired: boolean
  /** The 24-hour rule. */
  window: boolean
  limits: {
    /** One message in 6 seconds to one customer. */
    pair: boolean
    /** Sends in a second; 0 = as many as come. */
    perSecond: number
  }
}

export const noFaults = (): Faults => ({
  latencyMs: 0,
  fail: null,
  acceptThenDropReply: 0,
  acceptThenFail: 0,
  autoStatuses: true,
  webhooks: { duplicate: 0, shuffle: false, batch: 1, delayMs: 0, hold: false },
  tokenExpired: false,
  window: true,
  limits: { pair: false, perSecond: 0 },
})

const count = (most: number) => z.number().int().min(0).max(most)
const delay = count(600_000)
const times = count(1_000_000)

export const faultsUpdate = z.strictObject({
  latencyMs: delay.optional(),
  fail: z
    .strictObject({
      code: count(9_999_999),
      times: times.default(1),
      httpStatus: z.number().int().min(400).max(599).optional(),
    })
    .nullable()
    .optional(),
  acceptThenDropReply: times.optional(),
  acceptThenFail: times.optional(),
  autoStatuses: z.boolean().optional(),
  webhooks: z
    .strictObject({
      duplicate: count(100).optional(),
      shuffle: z.boolean().optional(),
      batch: count(1000).optional(),
      delayMs: delay.optional(),
      hold: z.boolean().optional(),
    })
    .optional(),
  tokenExpired: z.boolean().optional(),
  window: z.boolean().optional(),
  limits: z.strictObject({ pair: z.boolean().optional(), perSecond: count(1_000_000).optional() }).optional(),
})

export type FaultsUpdate = z.infer<typeof faultsUpdate>

/** What holds after an update: what it does not name stays. */
export function mergeFaults(current: Faults, update: FaultsUpdate): Faults {
  const { webhooks, limits, fail, ...flat } = withoutUndefined(update)
  return {
    ...current,
    ...withoutUndefined(flat),
    fail: fail === undefined ? current.fail : fail === null || fail.times === 0 ? null : withoutUndefined(fail),
    webhooks: { ...current.webhooks, ...withoutUndefined(webhooks ?? {}) },
    limits: { ...current.limits, ...withoutUndefined(limits ?? {}) },
  }
}

type Defined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> }

const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>

/** Takes one failure off the fault, and the fault off with its last. */
export function takeFailure(faults: Faults): NonNullable<Faults['fail']> | null {
  const failure = faults.fail
  if (!failure) return null
  faults.fail = failure.times > 1 ? { ...failure, times: failure.times - 1 } : null
  return failure
}

/** What becomes of the reply to a send that has been accepted. */
export function takeReplyFault(faults: Faults): 'drop' | 'fail' | null {
  if (faults.acceptThenDropReply > 0) {
    faults.acceptThenDropReply -= 1
    return 'drop'
  }
  if (faults.acceptThenFail > 0) {
    faults.acceptThenFail -= 1
    return 'fail'
  }
  return null
}

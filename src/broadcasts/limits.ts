import { hoursMs, secondsMs } from '../core/clock.js'

/** Every bound of the broadcasts, once. What a plan allows stands in plan.ts. */
export const broadcastLimits = {
  nameCharacters: 200,
  tags: 50,
  /** Contacts, and parameters of theirs, that one request names; more come as a file or by tag. */
  contactIds: 10_000,
  /** How far ahead a broadcast may be scheduled. */
  scheduleAheadMs: hoursMs(366 * 24),
  /** One marketing template to a contact in this time. */
  marketingMs: hoursMs(24),
  /** What a number sends in a second where nothing else is said, and at most (Meta's throughput levels). */
  messagesPerSecond: { default: 80, max: 1000 },
  /** Contacts that one step of resolving an audience looks at. */
  contactsAtOnce: 5000,
  /** Recipients that one transaction makes messages for, at most. */
  messagesAtOnce: 200,
  /** Messages made and not yet settled, over all broadcasts of a process; each gets its share. */
  underWay: { allTogether: 800, atLeast: 50 },
  /** For so long a broadcast belongs to the server that drives it; it says every `heartbeatMs` that it lives. */
  leaseMs: secondsMs(6),
  heartbeatMs: secondsMs(2),
  /** Broadcasts that one server drives at the same time. */
  drivenAtOnce: 50,
  /** Between two events of progress. */
  progressMs: secondsMs(1),
  /** How long statuses that come after the end are still told of as progress, from the last that changed something. */
  progressAfterEndMs: secondsMs(60),
  /** So many recipients, and this share of those written to, that opt out while it runs stop a broadcast. */
  optOuts: { atLeast: 20, share: 0.05 },
  csv: {
    rows: 250_000,
    bytes: 64 * 1024 * 1024,
    /** Of one row. */
    rowBytes: 16_384,
    columns: 100,
    rowsAtOnce: 500,
    /** How long the answer waits for the file to be read. */
    answerMs: secondsMs(20),
    /** Rows that take so long belong to a server that died. */
    leaseMs: secondsMs(60),
    /** Before rows that the database did not take are tried again. */
    retryMs: secondsMs(1),
    /** Rows refused that are told of one by one. */
    faults: 100,
  },
  /** Messages shown of a dry run. */
  previews: 3,
  /** A place of a template's body. */
  parameterCharacters: 1024,
} as const

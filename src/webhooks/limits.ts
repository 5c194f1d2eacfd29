import { hoursMs, secondsMs } from '../core/clock.js'

/** Every bound of the webhooks, once. */
export const webhookLimits = {
  perOrganization: 20,
  nameCharacters: 100,
  urlCharacters: 2000,
  secretCharacters: { min: 16, max: 256 },
  /** Attempts under way to one endpoint in one process; to one that is failing, so that it holds up no other. */
  atOnce: { healthy: 4, failing: 1, allTogether: 64 },
  /** From the connection to the end of the answer (contract, section 8). */
  timeoutMs: secondsMs(15),
  /** Longer than an attempt can take: after it another server may take the delivery over. */
  leaseMs: secondsMs(30),
  /** At a stop: for the attempts under way to end by themselves. */
  stopGraceMs: secondsMs(2),
  /** What is kept of an answer. */
  responseBytes: 4096,
  /** Events that one step of the planner reads for a webhook, and webhooks that it serves. */
  eventsAtOnce: 100,
  webhooksAtOnce: 20,
  /** Deliveries that one redelivery begins again. */
  redeliveries: 10_000,
  /** How long the secret before a rotation signs too. */
  secretOverlapMs: hoursMs(24),
  /** Attempts shown of a delivery, the newest. */
  attemptsShown: 50,
} as const

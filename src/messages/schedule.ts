import type { Context } from '../context.js'
import { hoursMs } from '../core/clock.js'
import { badRequest } from '../core/errors.js'

/** How far ahead a message may be scheduled. */
export const maxAheadMs = hoursMs(90 * 24)

/**
 * Checked behind the idempotency key, unlike the rest of the body: a repeat that comes when its time is over still gets
 * the first answer. @throws BAD_REQUEST.
 */
export function checkSchedule(ctx: Context, scheduledAt: Date | null): void {
  if (scheduledAt === null) return
  const aheadMs = scheduledAt.getTime() - ctx.clock.now().getTime()
  if (aheadMs <= 0) throw badRequest([{ path: 'scheduledAt', message: 'must be in the future' }])
  if (aheadMs > maxAheadMs) throw badRequest([{ path: 'scheduledAt', message: 'must be at most 90 days ahead' }])
}

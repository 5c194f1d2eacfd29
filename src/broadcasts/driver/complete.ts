import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from '../../context.js'
import type { Broadcast } from '../../generated/prisma/client.js'
import { completedEvent } from '../broadcast-event.js'
import { changeBroadcast, lockBroadcast } from '../control.js'
import { countBroadcastIn } from '../counts.js'
import { broadcastLimits } from '../limits.js'
import { type Driven, holdsLease } from './lease.js'
import { createProgress } from './progress.js'

/** Ends a broadcast whose recipients are all written to, failed or skipped; null where it is not so, or no longer ours. */
export function complete(ctx: Context, driven: Driven, token: string): Promise<Broadcast | null> {
  return ctx.database.transaction(async (tx) => {
    if (!(await holdsLease(tx, driven, token))) return null
    const counts = await countBroadcastIn(tx, driven)
    if (counts.pending > 0 || counts.open > 0) return null
    const broadcast = await lockBroadcast(tx, driven)
    if (!broadcast) return null
    const completed = await changeBroadcast(ctx, tx, broadcast, { status: 'COMPLETED', completedAt: ctx.clock.now() })
    await ctx.events.append(tx, completedEvent(completed, counts))
    return completed
  })
}

/** Messages are delivered and read after the last was sent: progress is told until that has come to rest. */
export async function tellAfterEnd(ctx: Context, broadcast: Broadcast, signal: AbortSignal): Promise<void> {
  const progress = createProgress(ctx, broadcast)
  let last = ''
  let quietSinceMs = performance.now()
  while (!signal.aborted && performance.now() - quietSinceMs < broadcastLimits.progressAfterEndMs) {
    const counts = await progress.tick()
    if (counts && JSON.stringify(counts) !== last) {
      last = JSON.stringify(counts)
      quietSinceMs = performance.now()
    }
    if (counts && counts.sent === counts.read) return
    await pause(broadcastLimits.progressMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

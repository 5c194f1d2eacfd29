import type { Context } from '../../context.js'
import { progressEvent } from '../broadcast-event.js'
import { type BroadcastCounts, countBroadcast } from '../counts.js'
import { broadcastLimits } from '../limits.js'

/** Counts a broadcast, and tells how far it has come where that changed: at most once a second. */
export type Progress = {
  /** The counts where it was time to look, else null. */
  tick(): Promise<BroadcastCounts | null>
}

type Named = Parameters<typeof progressEvent>[0]

/** Counting is to take a twentieth of the time at most: a large broadcast is told of more seldom. */
const shareOfTime = 20

export function createProgress(ctx: Context, broadcast: Named): Progress {
  let nextMs = 0
  let told = ''
  return {
    async tick() {
      const startMs = performance.now()
      if (startMs < nextMs) return null
      const counts = await countBroadcast(ctx.database, broadcast)
      const tookMs = performance.now() - startMs
      nextMs = startMs + Math.max(broadcastLimits.progressMs, tookMs * shareOfTime)
      const now = JSON.stringify(counts)
      if (now !== told) {
        told = now
        await ctx.database.transaction((tx) => ctx.events.append(tx, progressEvent(broadcast, counts)))
      }
      return counts
    },
  }
}

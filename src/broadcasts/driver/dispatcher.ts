import { randomUUID } from 'node:crypto'
import type { Context } from '../../context.js'
import { DomainError } from '../../core/errors.js'
import { onRefusal } from '../../messages/refusal-news.js'
import { upstreamRule } from '../../whatsapp/error-codes.js'
import { failDraft } from '../import-csv.js'
import { broadcastLimits } from '../limits.js'
import { tellAfterEnd } from './complete.js'
import { type Drivers, drive } from './drive.js'
import { claimDue, type Driven, type Key, release } from './lease.js'
import { createPace, type Pace } from './pace.js'

/** Drives broadcasts: those that are due and that no other server drives. */
export type BroadcastDispatcher = {
  sweep(): Promise<void>
  /** Begins nothing more, and lets go of what it drives, so that another server goes on at once. */
  stop(): void
}

/** A number of ours, with all that its broadcasts have in common. */
type Lane = { pace: Pace; most: Map<string, number>; stop: { reason: string; atMs: number } | null }

/** WhatsApp says that messages are sent too fast: to this number of ours at all, or to one customer. */
const tooFast: ReadonlySet<number> = new Set([130429, 131056])

export function createBroadcastDispatcher(ctx: Context): BroadcastDispatcher {
  const stopping = new AbortController()
  const { signal } = stopping
  const driving = new Map<string, Driven['connectionId'] | null>()
  const lanes = new Map<string, Lane>()

  const drivers: Drivers = {
    token: randomUUID(),
    signal,
    paceOf({ id, connectionId, messagesPerSecond, qualityRating }) {
      const lane = laneOf(lanes, connectionId, messagesPerSecond)
      driving.set(id, connectionId)
      lane.most.set(id, messagesPerSecond)
      lane.pace.setMost(Math.max(...lane.most.values()))
      lane.pace.setQuality(qualityRating)
      return lane.pace
    },
    stopOf(connectionId, sinceMs) {
      const stop = lanes.get(connectionId)?.stop
      return stop && stop.atMs >= sinceMs ? stop.reason : null
    },
    share: () =>
      Math.max(
        broadcastLimits.underWay.atLeast,
        Math.floor(broadcastLimits.underWay.allTogether / Math.max(1, driving.size)),
      ),
  }

  const unlisten = onRefusal(ctx, ({ connectionId, code }) => {
    const lane = lanes.get(connectionId)
    if (!lane) return
    const nowMs = performance.now()
    if (tooFast.has(code)) lane.pace.tooFast(nowMs)
    const { effect, publicMessage } = upstreamRule(code)
    if (effect === 'pause_lanes') lane.stop = { reason: publicMessage, atMs: nowMs }
  })

  async function run(key: Key): Promise<void> {
    try {
      const completed = await drive(ctx, key, drivers)
      if (completed) ctx.background.run('tell of a broadcast', () => tellAfterEnd(ctx, completed, signal))
    } catch (error) {
      ctx.logger.warn({ err: error, broadcastId: key.id }, 'a broadcast stumbled; it is taken up again')
    } finally {
      const connectionId = driving.get(key.id)
      driving.delete(key.id)
      if (connectionId != null) leave(lanes, connectionId, key.id)
      await release(ctx, key, drivers.token)
    }
  }

  async function sweep(): Promise<void> {
    if (signal.aborted) return
    await failStale(ctx)
    for (const key of await claimDue(ctx, drivers.token, broadcastLimits.drivenAtOnce - driving.size)) {
      if (driving.has(key.id)) continue
      driving.set(key.id, null)
      ctx.background.run('drive a broadcast', () => run(key))
    }
  }
  ctx.broadcastsDue.on(() => ctx.background.run('look for broadcasts', sweep))

  return {
    sweep,
    stop() {
      unlisten()
      stopping.abort()
    },
  }
}

function laneOf(lanes: Map<string, Lane>, connectionId: string, perSecond: number): Lane {
  const known = lanes.get(connectionId)
  if (known) return known
  const lane: Lane = { pace: createPace(perSecond, performance.now()), most: new Map(), stop: null }
  lanes.set(connectionId, lane)
  return lane
}

function leave(lanes: Map<string, Lane>, connectionId: string, id: string): void {
  const lane = lanes.get(connectionId)
  lane?.most.delete(id)
  if (lane?.most.size === 0) lanes.delete(connectionId)
}

/** Where the server that read a file died, nobody reads it on. */
async function failStale(ctx: Context): Promise<void> {
  const stale = await ctx.database.query<Key>(
    `SELECT "organizationId", id FROM "Broadcast" WHERE status = 'DRAFT' AND "leaseExpiresAt" <= $1 LIMIT 10`,
    [ctx.clock.now()],
  )
  const ended = new DomainError('INTERNAL', 'The server ended while it read the file: create it again.')
  for (const key of stale) await failDraft(ctx, key, ended)
}

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

type Number = { pace: Pace; most: Map<string, number>; stop: { reason: string; atMs: number } | null }

/** WhatsApp says that messages are sent too fast: to this number of ours at all, or to one customer. */
const tooFast: ReadonlySet<number> = new Set([130429, 131056])

export function createBroadcastDispatcher(ctx: Context): BroadcastDispatcher {
  const stopping = new AbortController()
  const { signal } = stopping
  const driving = new Map<string, Driven['connectionId'] | null>()
  const numbers = new Map<string, Number>()

  const drivers: Drivers = {
    token: randomUUID(),
    signal,
    paceOf({ id, connectionId, messagesPerSecond, qualityRating }) {
      const number = numberOf(numbers, connectionId, messagesPerSecond)
      driving.set(id, connectionId)
      number.most.set(id, messagesPerSecond)
      number.pace.setMost(Math.max(...number.most.values()))
      number.pace.setQuality(qualityRating)
      return number.pace
    },
    stopOf(connectionId, sinceMs) {
      const stop = numbers.get(connectionId)?.stop
      return stop && stop.atMs >= sinceMs ? stop.reason : null
    },
    share: () =>
      Math.max(
        broadcastLimits.underWay.atLeast,
        Math.floor(broadcastLimits.underWay.allTogether / Math.max(1, driving.size)),
      ),
  }

  const unlisten = onRefusal(ctx, ({ connectionId, code }) => {
    const number = numbers.get(connectionId)
    if (!number) return
    const nowMs = performance.now()
    if (tooFast.has(code)) number.pace.tooFast(nowMs)
    const { effect, publicMessage } = upstreamRule(code)
    if (effect === 'pause_lanes') number.stop = { reason: publicMessage, atMs: nowMs }
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
      if (connectionId != null) leave(numbers, connectionId, key.id)
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

function numberOf(numbers: Map<string, Number>, connectionId: string, perSecond: number): Number {
  const known = numbers.get(connectionId)
  if (known) return known
  const number: Number = { pace: createPace(perSecond, performance.now()), most: new Map(), stop: null }
  numbers.set(connectionId, number)
  return number
}

function leave(numbers: Map<string, Number>, connectionId: string, id: string): void {
  const number = numbers.get(connectionId)
  number?.most.delete(id)
  if (number?.most.size === 0) numbers.delete(connectionId)
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

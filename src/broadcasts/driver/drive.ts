import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from '../../context.js'
import type { Broadcast } from '../../generated/prisma/client.js'
import { attemptSend } from '../../messages/attempt.js'
import { limitKeyOfContact } from '../../messages/recipient.js'
import { broadcastLimits } from '../limits.js'
import { complete } from './complete.js'
import { type Driven, heartbeat, type Key } from './lease.js'
import { type OptOutWatch, watchOptOuts } from './opt-outs.js'
import { createPace, type Pace } from './pace.js'
import { createProgress, type Progress } from './progress.js'
import { learnRecipients, resolveStep } from './resolve.js'
import { type Due, findDue, type Place, pauseFor, putOff, takeTurn } from './send-some.js'

/** What one server's broadcasts share. */
export type Drivers = {
  token: string
  /** Aborts where the server stops: nothing more is begun. */
  signal: AbortSignal
  /** The pace of a number; all its broadcasts go by the same. */
  paceOf(driven: Driven): Pace
  /** Why a number's broadcasts must stop, by what WhatsApp answered since `sinceMs`; null where nothing is so bad. */
  stopOf(connectionId: string, sinceMs: number): string | null
  /** Messages that this broadcast may have under way, beside the others. */
  share(): number
}

/** Looks again so soon where there is nothing to do but wait. */
const idleMs = 250
/** Turns are taken in a fifth of a second's worth, so that many go in one transaction. */
const turnsPerSecond = 5

/**
 * Drives a broadcast for as long as it is this server's: resolves its audience, makes its messages at the number's pace,
 * tells how far it has come, and ends it. Answers it where it has been completed here.
 */
export async function drive(ctx: Context, key: Key, drivers: Drivers): Promise<Broadcast | null> {
  let driven = await heartbeat(ctx, key, drivers.token)
  if (!driven) return null
  let beatMs = performance.now()
  const work: Work = {
    own: createPace(driven.messagesPerSecond, beatMs),
    startMs: beatMs,
    underWay: 0,
    after: null,
    progress: createProgress(ctx, driven),
    optOuts: await watchOptOuts(ctx, key),
  }
  while (!drivers.signal.aborted) {
    if (performance.now() - beatMs >= broadcastLimits.heartbeatMs) {
      driven = await heartbeat(ctx, key, drivers.token)
      if (!driven) return null
      beatMs = performance.now()
    }
    if (driven.resolvedAt === null) {
      const more = await resolveStep(ctx, driven, drivers.token)
      await work.progress.tick()
      if (!more) {
        await learnRecipients(ctx, driven)
        beatMs = Number.NEGATIVE_INFINITY
      }
      continue
    }
    const next = await step(ctx, driven, drivers, work)
    if (next === 'over') return null
    if (typeof next === 'object') return next
    if (next > 0) await pause(next, undefined, { signal: drivers.signal, ref: false }).catch(() => undefined)
  }
  return null
}

type Work = {
  own: Pace
  startMs: number
  underWay: number
  /** Everybody before it has had a turn; null: look from the start. */
  after: Place | null
  progress: Progress
  optOuts: OptOutWatch
}

/** One look at what there is to do. Answers how long to wait before the next, or how it ended. */
async function step(ctx: Context, driven: Driven, drivers: Drivers, work: Work): Promise<number | 'over' | Broadcast> {
  const counts = await work.progress.tick()
  if (counts) {
    const reason =
      drivers.stopOf(driven.connectionId, work.startMs) ?? (await work.optOuts.look(counts.sent + counts.failed))
    if (reason !== null) {
      await ctx.database.transaction((tx) => pauseFor(ctx, tx, driven, reason))
      return 'over'
    }
    if (counts.pending === 0 && counts.open === 0) return (await complete(ctx, driven, drivers.token)) ?? idleMs
    if (counts.pending === 0) return idleMs
  }
  // A number that is lost is asked about again and again; meanwhile its messages would only fail.
  if (driven.connectionStatus !== 'CONNECTED') return idleMs
  const pace = drivers.paceOf(driven)
  const nowMs = performance.now()
  const rate = Math.min(pace.rate(nowMs), work.own.rate(nowMs))
  const wanted = Math.min(broadcastLimits.messagesAtOnce, Math.max(1, Math.ceil(rate / turnsPerSecond)))
  const room = drivers.share() - work.underWay
  const available = Math.min(pace.available(nowMs), work.own.available(nowMs))
  if (available < wanted) return Math.max(1, ((wanted - available) / rate) * 1000)
  if (room < Math.min(wanted, broadcastLimits.underWay.atLeast)) return 5
  return takeSome(ctx, driven, drivers, work, pace, Math.min(available, room, broadcastLimits.messagesAtOnce))
}

async function takeSome(
  ctx: Context,
  driven: Driven,
  { token }: Drivers,
  work: Work,
  pace: Pace,
  most: number,
): Promise<number | 'over'> {
  const due = await findDue(ctx, driven, most, work.after)
  if (due.length === 0) {
    work.after = null
    return idleMs
  }
  const { allowed, delayed } = await withinLimit(ctx, driven, due)
  await putOff(ctx, driven, delayed)
  work.after = due.at(-1) ?? null
  if (allowed.length === 0) return 0
  const unused = new Set(allowed)
  try {
    const turn = await takeTurn(ctx, driven, token, allowed)
    if (!turn) return 'over'
    for (const one of [pace, work.own]) one.take(turn.messages.length, performance.now())
    const written = new Set(turn.messages.map(({ contactId }) => contactId))
    for (const one of allowed) if (written.has(one.contactId)) unused.delete(one)
    for (const message of turn.messages) {
      work.underWay++
      void attemptSend(ctx, message).finally(() => work.underWay--)
    }
    return 0
  } finally {
    // Whoever got no message has used up nothing of their limit.
    const { organizationId } = driven
    await Promise.all([...unused].map((one) => ctx.limits.sends.giveBack(organizationId, limitKey(one))))
  }
}

const limitKey = ({ contactId, phone }: Due): string => limitKeyOfContact({ id: contactId, phone })

type Within = { allowed: Due[]; delayed: { contactId: string; dueAt: Date }[] }

/** Counts each against the recipient limit, which delays and never fails. */
async function withinLimit(ctx: Context, { organizationId }: Driven, due: Due[]): Promise<Within> {
  const verdicts = await Promise.all(due.map((one) => ctx.limits.sends.consume(organizationId, limitKey(one))))
  const within: Within = { allowed: [], delayed: [] }
  const nowMs = ctx.clock.now().getTime()
  due.forEach((one, n) => {
    const verdict = verdicts[n]
    if (!verdict || verdict.allowed) within.allowed.push(one)
    else within.delayed.push({ contactId: one.contactId, dueAt: new Date(nowMs + verdict.retryAfterSeconds * 1000) })
  })
  return within
}

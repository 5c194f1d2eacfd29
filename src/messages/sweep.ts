import type { Context } from '../context.js'
import type { Message } from '../generated/prisma/client.js'
import { beginAttempt, goOnWithAttempt } from './attempt.js'
import { decideUnknown, settle } from './settle.js'

const batchSize = 50
/** Attempts of the sweeper's own that may wait for WhatsApp at once. */
const maxUnderWay = 100

/**
 * Takes over every send whose lease ran out: its server died, its backoff is over, or its grace is. Nothing is sent
 * here that could have been accepted before, but by SEND_UNKNOWN_POLICY after the grace. Attempts go on by themselves:
 * a WhatsApp that hangs holds up neither the next sweep nor a stop.
 */
export function createSendSweeper(ctx: Context): () => Promise<void> {
  let underWay = 0

  async function takeOver(message: Message): Promise<void> {
    if (message.status === 'UNKNOWN') {
      await decideUnknown(ctx, message)
    } else if (message.attemptedAt !== null) {
      await settle(ctx, message, { outcome: 'unknown', reason: 'the server ended during the attempt' }, message)
    } else {
      const begun = await beginAttempt(ctx, message)
      if (!begun) return
      underWay++
      void goOnWithAttempt(ctx, message, begun).finally(() => underWay--)
    }
  }

  return async function sweepSends() {
    while (underWay < maxUnderWay) {
      const due = await ctx.database.prisma.message.findMany({
        where: { leaseExpiresAt: { lte: ctx.clock.now() } },
        orderBy: { leaseExpiresAt: 'asc' },
        take: Math.min(batchSize, maxUnderWay - underWay),
      })
      const outcomes = await Promise.allSettled(due.map(takeOver))
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      // The others of the batch are taken over all the same; the next sweep tries this one again.
      if (failed) throw failed.reason
      if (due.length === 0) return
    }
  }
}

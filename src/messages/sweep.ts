import type { Context } from '../context.js'
import type { Message } from '../generated/prisma/client.js'
import { attemptSend } from './attempt.js'
import { decideUnknown, settle } from './settle.js'

const batchSize = 50

/**
 * Takes over every send whose lease ran out: its server died, its backoff is over, or its grace is. Nothing is sent
 * here that could have been accepted before, but by SEND_UNKNOWN_POLICY after the grace.
 */
export async function sweepSends(ctx: Context): Promise<void> {
  for (;;) {
    const due = await ctx.database.prisma.message.findMany({
      where: { leaseExpiresAt: { lte: ctx.clock.now() } },
      orderBy: { leaseExpiresAt: 'asc' },
      take: batchSize,
    })
    await Promise.all(due.map((message) => takeOver(ctx, message)))
    if (due.length < batchSize) return
  }
}

async function takeOver(ctx: Context, message: Message): Promise<void> {
  if (message.status === 'UNKNOWN') {
    const again = await decideUnknown(ctx, message)
    if (again) await attemptSend(ctx, again)
  } else if (message.attemptedAt !== null) {
    await settle(ctx, message, { outcome: 'unknown', reason: 'the server ended during the attempt' }, message)
  } else {
    await attemptSend(ctx, message)
  }
}

import type { ActorContext, Context } from '../context.js'
import { badRequest, notFound } from '../core/errors.js'
import { newId, requireId } from '../core/ids.js'
import { isUniqueViolation, rowKey, type Tx } from '../database/client.js'
import type { Broadcast, BroadcastStatus, Prisma } from '../generated/prisma/client.js'
import { progressEvent } from './broadcast-event.js'
import { countBroadcastIn } from './counts.js'

type Named = { organizationId: string; id: string }

/** The row, locked until the transaction ends: what drives it waits meanwhile, and finds what is written here. */
export async function lockBroadcast(tx: Tx, { organizationId, id }: Named): Promise<Broadcast | null> {
  await tx.$executeRaw`
    SELECT 1 FROM "Broadcast" WHERE "organizationId" = ${organizationId} AND id = ${id} FOR NO KEY UPDATE`
  return tx.broadcast.findUnique({ where: rowKey({ organizationId, id }) })
}

/** Writes a new status of a locked broadcast, with its event. */
export async function changeBroadcast(
  ctx: Context,
  tx: Tx,
  broadcast: Broadcast,
  data: Prisma.BroadcastUncheckedUpdateInput & { status: BroadcastStatus },
): Promise<Broadcast> {
  const released = data.status === 'RUNNING' ? {} : { leaseToken: null, leaseExpiresAt: null }
  const updated = await tx.broadcast.update({
    where: rowKey(broadcast),
    data: { statusReason: null, ...released, ...data, updatedAt: ctx.clock.now() },
  })
  await ctx.events.append(tx, progressEvent(updated, await countBroadcastIn(tx, updated)))
  return updated
}

/**
 * Holds a broadcast: no further message is made. Those that are made already, up to a second's worth, still go out.
 * @throws NOT_FOUND; BAD_REQUEST where it is over.
 */
export const pauseBroadcast = (ctx: ActorContext, input: { id: string }): Promise<Broadcast> =>
  control(ctx, input, 'paused', ({ status }) =>
    status === 'SCHEDULED' || status === 'RUNNING'
      ? { status: 'PAUSED', statusReason: 'Paused by request.' }
      : 'PAUSED',
  )

/** Goes on where it was held; before its time it is SCHEDULED again. @throws NOT_FOUND; BAD_REQUEST where it is over. */
export async function resumeBroadcast(ctx: ActorContext, input: { id: string }): Promise<Broadcast> {
  const broadcast = await control(ctx, input, 'resumed', ({ status, startedAt, scheduledAt }) => {
    if (status !== 'PAUSED') return status === 'SCHEDULED' ? 'SCHEDULED' : 'RUNNING'
    const early = startedAt === null && scheduledAt !== null && scheduledAt > ctx.clock.now()
    return { status: early ? 'SCHEDULED' : 'RUNNING' }
  })
  ctx.broadcastsDue.emit()
  return broadcast
}

/** Ends a broadcast: whoever was not written to yet is skipped. @throws NOT_FOUND; BAD_REQUEST where it is over. */
export const cancelBroadcast = (ctx: ActorContext, input: { id: string }): Promise<Broadcast> =>
  control(ctx, input, 'cancelled', ({ status }) =>
    status === 'DRAFT' || status === 'SCHEDULED' || status === 'RUNNING' || status === 'PAUSED'
      ? { status: 'CANCELLED', completedAt: ctx.clock.now() }
      : 'CANCELLED',
  )

type Change = Prisma.BroadcastUncheckedUpdateInput & { status: BroadcastStatus }

/**
 * One change of a broadcast under its row's lock. `decide` answers what to write, or the one other status in which
 * there is nothing to do; in every other the request makes no sense.
 */
async function control(
  ctx: ActorContext,
  input: { id: string },
  what: string,
  decide: (broadcast: Broadcast) => Change | BroadcastStatus,
): Promise<Broadcast> {
  const { organizationId } = ctx.actor
  const id = requireId('Broadcast', input.id)
  return ctx.database.transaction(async (tx) => {
    const broadcast = await lockBroadcast(tx, { organizationId, id })
    if (!broadcast) throw notFound('broadcast')
    const change = decide(broadcast)
    if (typeof change !== 'string') return changeBroadcast(ctx, tx, broadcast, change)
    if (broadcast.status === change) return broadcast
    throw badRequest([{ path: 'id', message: `names a broadcast that is ${broadcast.status}: it cannot be ${what}` }])
  })
}

/**
 * A new broadcast to those whose message FAILED, with the same template and the same values. One for each broadcast:
 * asked again, it is answered again; what fails in it is retried from there.
 * @throws NOT_FOUND; BAD_REQUEST where it is not over yet, or nobody failed.
 */
export async function retryBroadcast(
  ctx: ActorContext,
  input: { id: string },
): Promise<{ broadcast: Broadcast; replayed: boolean }> {
  const { organizationId } = ctx.actor
  const id = requireId('Broadcast', input.id)
  const { prisma } = ctx.database
  const found = () =>
    prisma.broadcast.findUnique({ where: { organizationId_retryOfId: { organizationId, retryOfId: id } } })
  const existing = await found()
  if (existing) return { broadcast: existing, replayed: true }
  try {
    const broadcast = await ctx.database.transaction((tx) => insertRetry(ctx, tx, id))
    ctx.broadcastsDue.emit()
    return { broadcast, replayed: false }
  } catch (error) {
    const other = isUniqueViolation(error) ? await found() : null
    if (!other) throw error
    return { broadcast: other, replayed: true }
  }
}

async function insertRetry(ctx: ActorContext, tx: Tx, id: string): Promise<Broadcast> {
  const original = await lockBroadcast(tx, { organizationId: ctx.actor.organizationId, id })
  if (!original) throw notFound('broadcast')
  const refuse = (message: string) => badRequest([{ path: 'id', message }])
  if (original.status !== 'COMPLETED' && original.status !== 'CANCELLED') {
    throw refuse(`names a broadcast that is ${original.status}: what failed is retried when it is over`)
  }
  const counts = await countBroadcastIn(tx, original)
  if (counts.failed === 0) throw refuse('names a broadcast of which nothing failed')
  const { organizationId, name, connectionId, templateName, language, messagesPerSecond } = original
  const broadcast = await tx.broadcast.create({
    data: {
      organizationId,
      id: newId('Broadcast'),
      name,
      status: 'RUNNING',
      connectionId,
      templateName,
      language,
      components: original.components as Prisma.InputJsonValue,
      messagesPerSecond,
      retryOfId: id,
      createdAt: ctx.clock.now(),
    },
  })
  await ctx.events.append(tx, progressEvent(broadcast, await countBroadcastIn(tx, broadcast)))
  return broadcast
}

import type { Context } from '../context.js'
import { secondsMs } from '../core/clock.js'
import { rowKey, type Tx } from '../database/client.js'
import { type Message, Prisma } from '../generated/prisma/client.js'
import type { SendOutcome } from '../whatsapp/provider.js'
import { appendMessageEvent } from './message-event.js'
import { attachOrphans, lockMessage, lockWamid } from './message-locks.js'
import { isGivenUp, type MessageError } from './refusal.js'
import { backoffMs, mayRepeat, maySendAgain, type NotAccepted } from './retry.js'

/** The message after an attempt. `refused`: this attempt ended in WhatsApp's final no. */
export type Settled = { message: Message; refused: boolean }

/**
 * Stores how the `attempts`-th attempt ended, with its event, in one transaction. A status webhook may have settled the
 * message meanwhile, or the sweeper may have taken the attempt for lost; then only what is missing is added. Null where
 * the message has been deleted.
 */
export async function settle(
  ctx: Context,
  { organizationId, id }: Pick<Message, 'organizationId' | 'id'>,
  outcome: SendOutcome,
  { attempts }: { attempts: number },
): Promise<Settled | null> {
  return ctx.database.transaction(async (tx) => {
    if (outcome.outcome === 'accepted') await lockWamid(tx, organizationId, outcome.wamid)
    const message = await lockMessage(tx, { organizationId, id })
    if (!message) return null
    if (outcome.outcome === 'accepted') {
      return { message: await accept(ctx, tx, message, outcome.wamid), refused: false }
    }
    if (!isUnderWay(message, attempts)) return { message, refused: false }
    const now = ctx.clock.now()
    if (outcome.outcome === 'unknown') return { message: await becomeUnknown(ctx, tx, message, now), refused: false }
    if (mayRepeat(outcome, attempts)) {
      return { message: await putOff(ctx, tx, message, backoffMs(attempts), now), refused: false }
    }
    return { message: await fail(ctx, tx, message, errorOf(outcome), now), refused: true }
  })
}

/** Whether the row still waits for the outcome of this attempt, and of no later one. */
const isUnderWay = (message: Message, attempts: number): boolean =>
  isOpen(message) && message.attemptedAt !== null && message.attempts === attempts

const isOpen = ({ status }: Message): boolean => status === 'QUEUED' || status === 'UNKNOWN'

const errorOf = (outcome: NotAccepted): MessageError =>
  outcome.outcome === 'not_sent'
    ? { code: null, title: 'WhatsApp could not be reached.', details: null }
    : { code: outcome.error.code, title: outcome.error.title, details: outcome.error.details }

async function accept(ctx: Context, tx: Tx, message: Message, wamid: string): Promise<Message> {
  const open = isOpen(message) || isGivenUp(message)
  const now = ctx.clock.now()
  const accepted = await update(tx, message, {
    wamid: message.wamid ?? wamid,
    sentAt: message.sentAt ?? now,
    attemptedAt: null,
    leaseExpiresAt: null,
    ...(open ? { status: 'SENT', failedAt: null, error: Prisma.DbNull } : {}),
  })
  if (open) await appendMessageEvent(ctx, tx, 'message.sent', accepted, { timestamp: accepted.sentAt ?? now })
  return attachOrphans(ctx, tx, accepted)
}

async function becomeUnknown(ctx: Context, tx: Tx, message: Message, now: Date): Promise<Message> {
  if (message.status === 'UNKNOWN') return message
  const graceMs = secondsMs(ctx.config.sends.unknownGraceSeconds)
  const unknown = await update(tx, message, {
    status: 'UNKNOWN',
    unknownOutcomes: { increment: 1 },
    leaseExpiresAt: new Date((message.attemptedAt ?? now).getTime() + graceMs),
  })
  await appendMessageEvent(ctx, tx, 'message.unknown', unknown)
  return unknown
}

/** Back in the queue. Where it had been taken for lost, the event says that it is not. */
async function putOff(ctx: Context, tx: Tx, message: Message, waitMs: number, now: Date): Promise<Message> {
  const leaseExpiresAt = new Date(now.getTime() + waitMs)
  const queued = await update(tx, message, { status: 'QUEUED', attemptedAt: null, leaseExpiresAt })
  if (message.status !== 'QUEUED') await appendMessageEvent(ctx, tx, 'message.queued', queued)
  return queued
}

async function fail(ctx: Context, tx: Tx, message: Message, error: MessageError, now: Date): Promise<Message> {
  const failed = await update(tx, message, {
    status: 'FAILED',
    failedAt: now,
    error,
    attemptedAt: null,
    leaseExpiresAt: null,
  })
  await appendMessageEvent(ctx, tx, 'message.failed', failed)
  return failed
}

const update = (tx: Tx, message: Message, data: Prisma.MessageUncheckedUpdateInput): Promise<Message> =>
  tx.message.update({
    where: rowKey(message),
    data,
  })

/**
 * What becomes of an UNKNOWN message that no status settled within the grace: sent once more, or given up, by
 * SEND_UNKNOWN_POLICY. Either way an event says so. The message where it is to be sent again, else null.
 */
export async function decideUnknown(
  ctx: Context,
  key: { organizationId: string; id: string },
): Promise<Message | null> {
  return ctx.database.transaction(async (tx) => {
    const message = await lockMessage(tx, key)
    const now = ctx.clock.now()
    if (message?.status !== 'UNKNOWN' || !message.leaseExpiresAt || message.leaseExpiresAt > now) return null
    if (maySendAgain(ctx.config.sends.unknownPolicy, message.unknownOutcomes)) {
      return putOff(ctx, tx, message, 0, now)
    }
    const title = 'WhatsApp never said whether it accepted the message.'
    await fail(ctx, tx, message, { code: null, title, details: null }, now)
    return null
  })
}

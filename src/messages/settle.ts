import type { Context } from '../context.js'
import { secondsMs } from '../core/clock.js'
import { rowKey, type Tx } from '../database/client.js'
import { type Message, Prisma } from '../generated/prisma/client.js'
import { upstreamRule } from '../whatsapp/error-codes.js'
import type { SendOutcome } from '../whatsapp/provider.js'
import { appendMessageEvent } from './message-event.js'
import { attachOrphans, lockMessage, lockWamid } from './message-locks.js'
import type { MessageError } from './refusal.js'

/** The message after an attempt. `refused`: this attempt ended in WhatsApp's final no. */
export type Settled = { message: Message; refused: boolean }

const maxAttempts = 8
const maxBackoffMs = secondsMs(600)

/** Meta's own advice for a pair that is written to too fast: 4^n seconds (whatsapp-cloud-api.md, section 6). */
const backoffMs = (attempts: number): number => Math.min(secondsMs(4 ** attempts), maxBackoffMs)

/**
 * Stores how an attempt ended, with its event, in one transaction. A status webhook may have settled the message
 * meanwhile; then only what is missing is added. Null where the message has been deleted.
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
    if (outcome.outcome === 'accepted')
      return { message: await accept(ctx, tx, message, outcome.wamid), refused: false }
    if (message.status !== 'QUEUED') return { message, refused: false }
    const now = ctx.clock.now()
    if (outcome.outcome === 'unknown') return { message: await becomeUnknown(ctx, tx, message, now), refused: false }
    if (mayRepeat(outcome, attempts)) {
      const leaseExpiresAt = new Date(now.getTime() + backoffMs(attempts))
      return { message: await update(tx, message, { attemptedAt: null, leaseExpiresAt }), refused: false }
    }
    return { message: await fail(ctx, tx, message, errorOf(outcome), now), refused: true }
  })
}

type NotAccepted = Extract<SendOutcome, { outcome: 'refused' | 'not_sent' }>

/** Only what certainly was not accepted is repeated, and only where the answer may be another next time. */
function mayRepeat(outcome: NotAccepted, attempts: number): boolean {
  if (outcome.outcome === 'not_sent') return attempts < maxAttempts
  const { retry } = upstreamRule(outcome.error.code)
  return retry === 'backoff' ? attempts < maxAttempts : retry === 'once' && attempts < 2
}

const errorOf = (outcome: NotAccepted): MessageError =>
  outcome.outcome === 'not_sent'
    ? { code: null, title: 'WhatsApp could not be reached.', details: null }
    : { code: outcome.error.code, title: outcome.error.title, details: outcome.error.details }

async function accept(ctx: Context, tx: Tx, message: Message, wamid: string): Promise<Message> {
  const open = message.status === 'QUEUED' || message.status === 'UNKNOWN'
  const now = ctx.clock.now()
  const accepted = await update(tx, message, {
    wamid: message.wamid ?? wamid,
    sentAt: message.sentAt ?? now,
    attemptedAt: null,
    leaseExpiresAt: null,
    ...(open ? { status: 'SENT', error: Prisma.DbNull } : {}),
  })
  if (open) await appendMessageEvent(ctx, tx, 'message.sent', accepted, { timestamp: accepted.sentAt ?? now })
  return attachOrphans(ctx, tx, accepted)
}

async function becomeUnknown(ctx: Context, tx: Tx, message: Message, now: Date): Promise<Message> {
  const graceMs = secondsMs(ctx.config.sends.unknownGraceSeconds)
  const unknown = await update(tx, message, {
    status: 'UNKNOWN',
    leaseExpiresAt: new Date((message.attemptedAt ?? now).getTime() + graceMs),
  })
  await appendMessageEvent(ctx, tx, 'message.unknown', unknown)
  return unknown
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
 * SEND_UNKNOWN_POLICY. Either way an event says so. True where it is to be sent again.
 */
export async function decideUnknown(
  ctx: Context,
  key: { organizationId: string; id: string },
): Promise<Message | null> {
  return ctx.database.transaction(async (tx) => {
    const message = await lockMessage(tx, key)
    const now = ctx.clock.now()
    if (message?.status !== 'UNKNOWN' || !message.leaseExpiresAt || message.leaseExpiresAt > now) return null
    if (ctx.config.sends.unknownPolicy === 'give_up') {
      const title = 'WhatsApp never said whether it accepted the message.'
      await fail(ctx, tx, message, { code: null, title, details: null }, now)
      return null
    }
    const queued = await update(tx, message, { status: 'QUEUED', attemptedAt: null, leaseExpiresAt: now })
    await appendMessageEvent(ctx, tx, 'message.queued', queued)
    return queued
  })
}

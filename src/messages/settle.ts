import type { Context } from '../context.js'
import { batcherOf } from '../core/batch.js'
import { secondsMs } from '../core/clock.js'
import type { Message } from '../generated/prisma/client.js'
import type { SendOutcome } from '../whatsapp/provider.js'
import { attachOrphans, lockWamids } from './apply-status.js'
import { type LockedMessages, lockMessages } from './locked-messages.js'
import { isGivenUp, type MessageError } from './refusal.js'
import { backoffMs, mayRepeat, maySendAgain, type NotAccepted } from './retry.js'

/** The message after an attempt. `refused`: this attempt ended in WhatsApp's final no. */
export type Settled = { message: Message; refused: boolean }

type Ended = { ctx: Context; key: Pick<Message, 'organizationId' | 'id'>; outcome: SendOutcome; attempts: number }

/**
 * Stores how the `attempts`-th attempt ended, with its event, in one transaction; attempts that end together share it.
 * A status webhook may have settled the message meanwhile, or the sweeper may have taken the attempt for lost; then only
 * what is missing is added. Null where the message has been deleted.
 */
export const settle = (
  ctx: Context,
  { organizationId, id }: Pick<Message, 'organizationId' | 'id'>,
  outcome: SendOutcome,
  { attempts }: { attempts: number },
): Promise<Settled | null> => settler(ctx.database)({ ctx, key: { organizationId, id }, outcome, attempts })

const settler = batcherOf((database: Context['database']) => ({
  run: (ended: Ended[]) =>
    database.transaction(async (tx) => {
      const [first] = ended
      if (!first) return []
      const { ctx } = first
      const accepted = ended.flatMap(({ key: { organizationId }, outcome }) =>
        outcome.outcome === 'accepted' ? [{ organizationId, wamid: outcome.wamid }] : [],
      )
      await lockWamids(tx, accepted)
      const keys = ended.map(({ key }) => key)
      const messages = await lockMessages(ctx, tx, keys)
      const settled = ended.map((one) => ({ key: one.key, refused: settleOne(ctx, messages, one) }))
      const learned = ended
        .filter(({ outcome }) => outcome.outcome === 'accepted')
        .flatMap(({ key }) => messages.get(key) ?? [])
      await attachOrphans(tx, messages, learned)
      await messages.write()
      return settled.map(({ key, refused }) => {
        const message = messages.get(key)
        return message && { message, refused }
      })
    }),
}))

/** Answers whether the attempt ended in WhatsApp's final no. */
function settleOne(ctx: Context, messages: LockedMessages, { key, outcome, attempts }: Ended): boolean {
  const message = messages.get(key)
  if (!message) return false
  if (outcome.outcome === 'accepted') {
    accept(ctx, messages, message, outcome.wamid)
    return false
  }
  if (!isUnderWay(message, attempts)) return false
  const now = ctx.clock.now()
  if (outcome.outcome === 'unknown') becomeUnknown(ctx, messages, message, now)
  else if (mayRepeat(outcome, attempts)) putOff(messages, message, backoffMs(attempts), now)
  else {
    fail(messages, message, errorOf(outcome), now)
    return true
  }
  return false
}

/** Whether the row still waits for the outcome of this attempt, and of no later one. */
const isUnderWay = (message: Message, attempts: number): boolean =>
  isOpen(message) && message.attemptedAt !== null && message.attempts === attempts

const isOpen = ({ status }: Message): boolean => status === 'QUEUED' || status === 'UNKNOWN'

const errorOf = (outcome: NotAccepted): MessageError =>
  outcome.outcome === 'not_sent'
    ? { code: null, title: 'WhatsApp could not be reached.', details: null }
    : { code: outcome.error.code, title: outcome.error.title, details: outcome.error.details }

function accept(ctx: Context, messages: LockedMessages, message: Message, wamid: string): void {
  const open = isOpen(message) || isGivenUp(message)
  const sentAt = message.sentAt ?? ctx.clock.now()
  const accepted = messages.change(message, {
    wamid: message.wamid ?? wamid,
    sentAt,
    attemptedAt: null,
    leaseExpiresAt: null,
    ...(open ? { status: 'SENT', failedAt: null, error: null } : {}),
  })
  if (open) messages.tell('message.sent', accepted, sentAt)
}

function becomeUnknown(ctx: Context, messages: LockedMessages, message: Message, now: Date): void {
  if (message.status === 'UNKNOWN') return
  const graceMs = secondsMs(ctx.config.sends.unknownGraceSeconds)
  const unknown = messages.change(message, {
    status: 'UNKNOWN',
    unknownOutcomes: message.unknownOutcomes + 1,
    leaseExpiresAt: new Date((message.attemptedAt ?? now).getTime() + graceMs),
  })
  messages.tell('message.unknown', unknown, now)
}

/** Back in the queue. Where it had been taken for lost, the event says that it is not. */
function putOff(messages: LockedMessages, message: Message, waitMs: number, now: Date): Message {
  const leaseExpiresAt = new Date(now.getTime() + waitMs)
  const queued = messages.change(message, { status: 'QUEUED', attemptedAt: null, leaseExpiresAt })
  if (message.status !== 'QUEUED') messages.tell('message.queued', queued, now)
  return queued
}

function fail(messages: LockedMessages, message: Message, error: MessageError, now: Date): void {
  const failed = messages.change(message, {
    status: 'FAILED',
    failedAt: now,
    error,
    attemptedAt: null,
    leaseExpiresAt: null,
  })
  messages.tell('message.failed', failed, now)
}

/**
 * What becomes of an UNKNOWN message that no status settled within the grace: sent once more, or given up, by
 * SEND_UNKNOWN_POLICY. Either way an event says so. The message where it is to be sent again, else null.
 */
export async function decideUnknown(
  ctx: Context,
  key: { organizationId: string; id: string },
): Promise<Message | null> {
  return ctx.database.transaction(async (tx) => {
    const messages = await lockMessages(ctx, tx, [key])
    const message = messages.get(key)
    const now = ctx.clock.now()
    if (message?.status !== 'UNKNOWN' || !message.leaseExpiresAt || message.leaseExpiresAt > now) return null
    const again = maySendAgain(ctx.config.sends.unknownPolicy, message.unknownOutcomes)
    const title = 'WhatsApp never said whether it accepted the message.'
    const queued = again ? putOff(messages, message, 0, now) : null
    if (!again) fail(messages, message, { code: null, title, details: null }, now)
    await messages.write()
    return queued
  })
}

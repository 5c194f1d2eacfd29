import { lockContacts } from '../contacts/write.js'
import type { Context } from '../context.js'
import { conversationEvent, lockConversations, touched, updateConversations } from '../conversations/conversations.js'
import { batcherOf } from '../core/batch.js'
import { secondsMs } from '../core/clock.js'
import type { DomainError } from '../core/errors.js'
import type { NewEvent } from '../events/log.js'
import type { ConsentPolicy, Contact, Conversation, Message, MessageType } from '../generated/prisma/client.js'
import { attemptSend, firstLeaseMs } from './attempt.js'
import { type LockedMessages, lockMessages } from './locked-messages.js'
import { consentRefusal, windowRefusal } from './may-send.js'
import { limitKeyOfContact } from './recipient.js'
import type { MessageErrorReason } from './refusal.js'
import { movesConversation } from './store-outbound.js'

const batchSize = 50
/** Attempts of this work's own that may wait for WhatsApp at once. */
const maxUnderWay = 100
/** How long another server leaves a message alone that this one looks at. Starting it twice is impossible all the same. */
const lookLeaseMs = secondsMs(10)

/** What a message is judged by, before the recipient limit is counted. */
type Facts = Pick<Contact, 'optedIn'> & Pick<Conversation, 'windowExpiresAt'> & { consentPolicy: ConsentPolicy }

/** A message whose time has come. */
type Due = Pick<Message, 'organizationId' | 'id' | 'type' | 'contactId' | 'conversationId'> &
  Pick<Contact, 'phone'> &
  Facts

/**
 * Starts scheduled messages whose time has come (docs/decisions/scheduled.md). Consent and the window are those of now:
 * what they forbid ends FAILED. The recipient limit puts a message off until there is room.
 */
export function createScheduleStarter(ctx: Context): () => Promise<void> {
  let underWay = 0

  async function look(due: Due): Promise<void> {
    const begun = await beginOrPutOff(ctx, due)
    if (!begun) return
    underWay++
    void attemptSend(ctx, begun).finally(() => underWay--)
  }

  return async function startScheduled() {
    while (underWay < maxUnderWay) {
      const due = await claimDue(ctx, Math.min(batchSize, maxUnderWay - underWay))
      if (due.length === 0) return
      const outcomes = await Promise.allSettled(due.map(look))
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      if (failed) throw failed.reason
    }
  }
}

/** Takes what is due, the longest due first; no other server looks at it meanwhile. */
function claimDue(ctx: Context, count: number): Promise<Due[]> {
  const now = ctx.clock.now()
  return ctx.database.query<Due>(
    `WITH due AS MATERIALIZED (
       SELECT "organizationId", id FROM "Message" WHERE "startsAt" <= $1
       ORDER BY "startsAt", id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
     )
     UPDATE "Message" AS m SET "startsAt" = $3
     FROM due, "Contact" AS k, "Conversation" AS c, "Organization" AS o
     WHERE m."organizationId" = due."organizationId" AND m.id = due.id
       AND k."organizationId" = due."organizationId" AND k.id = m."contactId"
       AND c."organizationId" = due."organizationId" AND c.id = m."conversationId" AND o.id = due."organizationId"
     RETURNING m."organizationId", m.id, m.type, m."contactId", m."conversationId", k.phone, k."optedIn",
       c."windowExpiresAt", o."consentPolicy"`,
    [now, count, new Date(now.getTime() + lookLeaseMs)],
  )
}

/** The message once it has begun; null where it has not. */
async function beginOrPutOff(ctx: Context, due: Due): Promise<Message | null> {
  const { organizationId, type, phone, contactId } = due
  const person = limitKeyOfContact({ phone, id: contactId })
  const counted = refusalNow(ctx, type, due) === null
  const verdict = counted ? await ctx.limits.sends.consume(organizationId, person) : null
  if (verdict && !verdict.allowed) {
    await putOff(ctx, due, verdict.retryAfterSeconds)
    return null
  }
  let begun: Message | null = null
  try {
    begun = await starter(ctx.database)({ ctx, due, counted })
    return begun
  } finally {
    if (verdict && !begun) await ctx.limits.sends.giveBack(organizationId, person)
  }
}

function refusalNow(ctx: Context, type: MessageType, facts: Facts): DomainError | null {
  const { optedIn, consentPolicy, windowExpiresAt } = facts
  const consent = consentRefusal(optedIn, consentPolicy)
  return consent ?? (type === 'TEMPLATE' ? null : windowRefusal(windowExpiresAt, ctx.clock.now()))
}

/** Unless it has been cancelled meanwhile. */
async function putOff(ctx: Context, { organizationId, id }: Due, seconds: number): Promise<void> {
  const startsAt = new Date(ctx.clock.now().getTime() + secondsMs(seconds))
  await ctx.database.prisma.message.updateMany({
    where: { organizationId, id, startsAt: { not: null } },
    data: { startsAt },
  })
}

/** `counted`: whether the recipient limit has been counted for it. */
type Start = { ctx: Context; due: Due; counted: boolean }

/**
 * The one transaction in which a message begins, or fails: under the lock of its row, so that it begins once, and never
 * when it has been cancelled. The message, as it is then; null where it does not begin.
 */
const starter = batcherOf((database: Context['database']) => ({
  run: (starts: Start[]) =>
    database.transaction(async (tx) => {
      const [first] = starts
      if (!first) return []
      const keys = (column: 'id' | 'contactId' | 'conversationId') =>
        starts.map(({ due }) => ({ organizationId: due.organizationId, id: due[column] }))
      const contacts = await lockContacts(tx, keys('contactId'))
      const conversations = await lockConversations(tx, keys('conversationId'))
      const messages = await lockMessages(first.ctx, tx, keys('id'))
      const changed = new Map<string, Conversation>()
      const events: NewEvent[] = []
      const begun: (Message | null)[] = []
      for (const start of starts) {
        const { ctx, due } = start
        const ours = <Row extends { organizationId: string; id: string }>(rows: Row[], id: string) =>
          rows.find((row) => row.organizationId === due.organizationId && row.id === id)
        const [contact, found] = [ours(contacts, due.contactId), ours(conversations, due.conversationId)]
        const message = contact && found ? begin(start, messages, contact, found) : null
        begun.push(message)
        if (!message || !contact || !found || !movesConversation(message)) continue
        const after = touched(changed.get(found.id) ?? found, message, ctx.clock.now())
        changed.set(found.id, after)
        events.push(await conversationEvent(tx, 'conversation.updated', after, { contact, lastMessage: message }))
      }
      await messages.write()
      await updateConversations(tx, [...changed.values()])
      await first.ctx.events.appendAll(tx, events)
      return begun
    }),
}))

/** Null where it does not begin: it has, or was cancelled; what is known now forbids it; or nobody has counted it. */
function begin(
  { ctx, due, counted }: Start,
  messages: LockedMessages,
  { optedIn }: Contact,
  { windowExpiresAt }: Conversation,
): Message | null {
  const message = messages.get(due)
  if (!message || message.startsAt === null) return null
  const now = ctx.clock.now()
  const refusal = refusalNow(ctx, message.type, { ...due, optedIn, windowExpiresAt })
  if (refusal) {
    const error = { code: null, title: refusal.message, details: null, reason: refusal.code as MessageErrorReason }
    const failed = messages.change(message, { status: 'FAILED', failedAt: now, error, startsAt: null })
    messages.tell('message.failed', failed, now)
    return null
  }
  // What forbade it a moment ago does so no more: the next look counts it.
  if (!counted) {
    messages.change(message, { startsAt: now })
    return null
  }
  return messages.change(message, { startsAt: null, leaseExpiresAt: new Date(now.getTime() + firstLeaseMs) })
}

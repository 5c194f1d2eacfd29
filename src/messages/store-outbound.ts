import type { ActorContext, Context } from '../context.js'
import { conversationEvent, touched, updateConversations } from '../conversations/conversations.js'
import { batcherOf } from '../core/batch.js'
import { isUniqueViolation, type Tx } from '../database/client.js'
import type { NewEvent } from '../events/log.js'
import type { Conversation, Message, MessageType } from '../generated/prisma/client.js'
import { contentText } from '../whatsapp/content.js'
import { messageTypes } from '../whatsapp/message-types.js'
import { firstLeaseMs } from './attempt.js'
import { KeyTaken } from './idempotency.js'
import { messageEvent } from './message-event.js'
import { insertMessages, newMessage } from './new-message.js'
import { type AcceptedSend, isPlain, Moved, type Opened, openAlone, openTogether } from './open-outbound.js'
import { insertFetched, mediaColumns, type ReadySend } from './outbound-media.js'
import type { SendRecipient } from './recipient.js'

const triesAgainstRaces = 3

/**
 * The one transaction that accepts a send: the key claimed, the contact of an unknown number, the message QUEUED with a
 * lease, the events. After it the message goes out, whatever crashes. Plain sends that come together share it.
 * @throws KeyTaken where the idempotency key was claimed meanwhile, NOT_FOUND for a reply to nothing we know.
 */
export async function storeOutbound(ctx: ActorContext, send: ReadySend, to: SendRecipient): Promise<Message> {
  const accepted = { ctx, send, to }
  let together = isPlain(accepted)
  for (let tries = 1; ; tries++) {
    try {
      return await (together ? plainStore(ctx.database)(accepted) : storeAlone(accepted))
    } catch (error) {
      // Somebody made or changed the same contact or conversation at the same moment: alone, the next try finds it.
      const lostRace = error instanceof Moved || isUniqueViolation(error)
      if (!lostRace || tries >= triesAgainstRaces) throw error
      together = false
    }
  }
}

const plainStore = batcherOf((database: Context['database']) => ({
  run: (sends: AcceptedSend[]) =>
    database.transaction(async (tx) => {
      const opened = await openTogether(tx, sends)
      const toStore = sends.flatMap((accepted, n) => {
        const rows = opened[n]
        return rows && !(rows instanceof Error) ? [{ accepted, rows, n }] : []
      })
      const stored = await writeAll(tx, toStore)
      const results = new Map(toStore.map(({ n }, place) => [n, stored[place] as Message | Error]))
      return opened.map((rows, n) => results.get(n) ?? (rows as Error))
    }),
}))

const storeAlone = (accepted: AcceptedSend): Promise<Message> =>
  accepted.ctx.database.transaction(async (tx) => {
    const [stored] = await writeAll(tx, [{ accepted, rows: await openAlone(tx, accepted) }])
    if (!stored || stored instanceof Error) throw stored
    return stored
  })

/** `broadcastId`: the broadcast that the message belongs to. */
export type ToStore = { accepted: AcceptedSend; rows: Opened; broadcastId?: string | null }

/** Writes the messages, the conversations they move, and the events; of a send whose key is taken, nothing. */
export async function writeAll(tx: Tx, sends: ToStore[]): Promise<(Message | KeyTaken)[]> {
  const messages = sends.map(messageOf)
  const taken = await claimKeys(tx, sends, messages)
  const conversations = new Map<string, Conversation>()
  const events: NewEvent[] = []
  const stored = messages.filter((message) => !taken.has(message))
  for (const [n, message] of messages.entries()) {
    const send = sends[n]
    if (!send || taken.has(message)) continue
    const { conversation: found, contact, created } = send.rows
    const before = conversations.get(found.id) ?? found
    const waits = message.startsAt !== null
    const quiet = waits || !movesConversation(message)
    const after = quiet ? before : touched(before, message, message.createdAt)
    if (!quiet) conversations.set(found.id, after)
    events.push(messageEvent('message.queued', message, contact, message.createdAt))
    if (waits && !created) continue
    const type = created ? 'conversation.opened' : 'conversation.updated'
    events.push(await conversationEvent(tx, type, after, { contact, ...(quiet ? {} : { lastMessage: message }) }))
  }
  const [first] = sends
  if (!first || stored.length === 0) return messages.map((message) => taken.get(message) ?? message)
  await insertFetched(
    tx,
    sends.flatMap(({ accepted }, n) => (taken.has(messages[n] as Message) ? [] : [accepted])),
  )
  await insertMessages(tx, stored)
  await updateConversations(tx, [...conversations.values()])
  await first.accepted.ctx.events.appendAll(tx, events)
  return messages.map((message) => taken.get(message) ?? message)
}

/** WhatsApp's own inbox shows a reaction in its place, and does not move the conversation for it. */
export const movesConversation = ({ type }: Message): boolean => type !== 'REACTION'

/** The message as its row will be. */
function messageOf({ accepted: { ctx, send }, rows, broadcastId = null }: ToStore): Message {
  const now = ctx.clock.now()
  return newMessage({
    organizationId: ctx.actor.organizationId,
    conversationId: rows.conversation.id,
    contactId: rows.contact.id,
    direction: 'OUTBOUND',
    type: messageTypes[send.content.type].graphql as MessageType,
    status: 'QUEUED',
    text: contentText(send.content),
    content: rows.content as Message['content'],
    replyToId: rows.replyToId,
    replyToWamid: rows.replyToWamid,
    ...mediaColumns(ctx, send),
    createdAt: now,
    broadcastId,
    scheduledAt: send.scheduledAt,
    aiAgentId: send.aiAgent?.id ?? null,
    ...(send.scheduledAt ? { startsAt: send.scheduledAt } : { leaseExpiresAt: new Date(now.getTime() + firstLeaseMs) }),
  })
}

/** Claims the idempotency keys; the messages whose key another request has, or had a moment ago. */
async function claimKeys(tx: Tx, sends: ToStore[], messages: Message[]): Promise<Map<Message, KeyTaken>> {
  const claims = messages.flatMap((message, n) => {
    const { idempotencyKey: key, requestHash } = sends[n]?.accepted.send ?? { idempotencyKey: null }
    return key === null || !requestHash ? [] : [{ message, key, requestHash }]
  })
  if (claims.length === 0) return new Map()
  const claimed = await tx.$queryRaw<{ messageId: string }[]>`
    INSERT INTO "IdempotencyKey" ("organizationId", key, "requestHash", "messageId", "createdAt")
    SELECT row."organizationId", row.key, decode(row.hash, 'hex'), row.id, row."createdAt"
    FROM jsonb_to_recordset(${JSON.stringify(
      claims.map(({ message: { organizationId, id, createdAt }, key, requestHash }) => ({
        organizationId,
        id,
        createdAt,
        key,
        hash: Buffer.from(requestHash).toString('hex'),
      })),
    )}::jsonb) AS row("organizationId" text, id text, "createdAt" timestamptz, key text, hash text)
    ON CONFLICT DO NOTHING RETURNING "messageId"`
  const ours = new Set(claimed.map(({ messageId }) => messageId))
  return new Map(claims.flatMap(({ message }) => (ours.has(message.id) ? [] : [[message, new KeyTaken()]])))
}

import { readableSecrets } from '../connections/connections.js'
import type { Context } from '../context.js'
import { batcherOf } from '../core/batch.js'
import { secondsMs } from '../core/clock.js'
import type { ConnectionSource, Message } from '../generated/prisma/client.js'
import type { SendableContent } from '../whatsapp/content.js'
import type { Recipient, SendOutcome } from '../whatsapp/provider.js'
import { contentOf } from './content.js'
import { sendWithMedia } from './outbound-media.js'
import { type Settled, settle } from './settle.js'
import { applyUpstreamEffects } from './upstream-effects.js'

/**
 * How long a stored send belongs to the process that stored it. Short: whoever begins the attempt claims the row by that
 * alone, so taking one over too early does no harm, and after a crash nobody waits long.
 */
export const firstLeaseMs = secondsMs(10)

/** The same for an attempt begun: longer than the WhatsApp client can take to answer. */
const attemptLeaseMs = secondsMs(30)

export type BegunAttempt = {
  attempts: number
  phone: string | null
  userId: string | null
  replyToWamid: string | null
  /** The message that a reaction is to, where we know it. */
  reactedToWamid: string | null
  connectionId: string
  phoneNumberId: string
  businessAccountId: string
  source: ConnectionSource
  secrets: Uint8Array<ArrayBuffer> | null
}

/** One attempt at a stored send (architecture, flow 1), begun at once. Never rejects. */
export function attemptSend(ctx: Context, message: Message): Promise<Settled> {
  return inBackground(ctx, message, async () => {
    const begun = await beginAttempt(ctx, message)
    return begun && carryOut(ctx, message, begun)
  })
}

/** The rest of an attempt that has been begun. Never rejects. */
export const goOnWithAttempt = (ctx: Context, message: Message, begun: BegunAttempt): Promise<Settled> =>
  inBackground(ctx, message, () => carryOut(ctx, message, begun))

/** A row whose outcome could not be stored keeps its lease, and the sweeper takes it over. */
function inBackground(ctx: Context, message: Message, work: () => Promise<Settled | null>): Promise<Settled> {
  return new Promise((resolve) => {
    ctx.background.run('send a message', async () => {
      let settled: Settled = { message, refused: false }
      try {
        settled = (await work()) ?? settled
      } finally {
        resolve(settled)
      }
    })
  })
}

/** Claims the row for one attempt; null where it is not open any more. Attempts that begin together are one statement. */
export const beginAttempt = (ctx: Context, message: Message): Promise<BegunAttempt | null> =>
  attemptStarter(ctx.database)({ message, now: ctx.clock.now() })

const attemptStarter = batcherOf((database: Context['database']) => ({
  async run(starts: { message: Message; now: Date }[]): Promise<(BegunAttempt | null)[]> {
    const now = starts[0]?.now ?? new Date(0)
    // The message answered may have got its wamid only since this one was stored.
    const rows = await database.queryPrepared<BegunAttempt & { id: string; organizationId: string }>(
      `UPDATE "Message" AS m
       SET "attemptedAt" = $3, attempts = m.attempts + 1, "leaseExpiresAt" = $4
       FROM unnest($1::text[], $2::text[]) AS start("organizationId", id), "Conversation" AS c
       JOIN "WhatsAppConnection" AS w ON w."organizationId" = c."organizationId" AND w.id = c."connectionId"
       JOIN "Contact" AS k ON k."organizationId" = c."organizationId" AND k.id = c."contactId"
       WHERE m."organizationId" = start."organizationId" AND m.id = start.id
         AND m.status = 'QUEUED' AND m."attemptedAt" IS NULL AND m."startsAt" IS NULL
         AND c."organizationId" = m."organizationId" AND c.id = m."conversationId"
       RETURNING m."organizationId", m.id, m.attempts, k.phone, k."userId", w.id AS "connectionId", w."phoneNumberId",
         w."businessAccountId", w.source, w.secrets, COALESCE(m."replyToWamid", (
           SELECT r.wamid FROM "Message" AS r WHERE r."organizationId" = m."organizationId" AND r.id = m."replyToId"
         )) AS "replyToWamid", (
           SELECT r.wamid FROM "Message" AS r
           WHERE m.type = 'REACTION' AND r."organizationId" = m."organizationId" AND r.id = m.content->>'messageId'
         ) AS "reactedToWamid"`,
      [
        starts.map(({ message }) => message.organizationId),
        starts.map(({ message }) => message.id),
        now,
        new Date(now.getTime() + attemptLeaseMs),
      ],
    )
    return starts.map(({ message: { organizationId, id } }) => {
      const place = rows.findIndex((row) => row.organizationId === organizationId && row.id === id)
      // Of two that begin the same row in one statement, one has begun it.
      return rows.splice(place, place < 0 ? 0 : 1)[0] ?? null
    })
  },
}))

async function carryOut(ctx: Context, message: Message, begun: BegunAttempt): Promise<Settled | null> {
  const outcome = await hand(ctx, message, begun)
  const settled = await settle(ctx, message, outcome, begun)
  if (outcome.outcome === 'refused') {
    const { organizationId, contactId, id: proof } = message
    const about = { organizationId, contactId, connectionId: begun.connectionId, proof, at: ctx.clock.now() }
    await applyUpstreamEffects(ctx, outcome.error.code, about)
  }
  return settled
}

async function hand(ctx: Context, message: Message, begun: BegunAttempt): Promise<SendOutcome> {
  const recipient = recipientOf(begun)
  if (!recipient) return { outcome: 'not_sent', reason: 'the contact has neither a phone number nor a user id' }
  const credentials = readableSecrets(ctx, begun)?.credentials
  if (!credentials) return { outcome: 'not_sent', reason: 'the number is disconnected, or its secrets cannot be read' }
  const attempt = { attempts: begun.attempts, leaseMs: attemptLeaseMs, credentials }
  const { replyToWamid } = begun
  return sendWithMedia(ctx, message, attempt, sendable(message, begun), (content) =>
    ctx.whatsapp.send(credentials, { recipient, content, replyToWamid, messageId: message.id }),
  )
}

/** The stored content, as WhatsApp knows its parts. */
function sendable(message: Message, { reactedToWamid }: BegunAttempt): SendableContent {
  const content = contentOf(message) as SendableContent
  return content.type === 'reaction' && reactedToWamid !== null ? { ...content, messageId: reactedToWamid } : content
}

function recipientOf({ phone, userId }: BegunAttempt): Recipient | null {
  if (phone !== null) return { phone }
  return userId === null ? null : { userId }
}

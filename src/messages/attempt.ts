import { connectionSecrets } from '../connections/connections.js'
import type { Context } from '../context.js'
import { secondsMs } from '../core/clock.js'
import type { ConnectionSource, Message } from '../generated/prisma/client.js'
import type { SendableContent } from '../whatsapp/content.js'
import type { Recipient, SendOutcome } from '../whatsapp/provider.js'
import { contentOf } from './content.js'
import { type Settled, settle } from './settle.js'

/** How long a row belongs to the process that works on it; longer than the WhatsApp client can take to answer. */
export const leaseMs = secondsMs(30)

type Begun = {
  attempts: number
  phone: string | null
  userId: string | null
  connectionId: string
  phoneNumberId: string
  businessAccountId: string
  source: ConnectionSource
}

/**
 * One attempt at a stored send (architecture, flow 1): mark it begun, hand it to WhatsApp, store the outcome. Never
 * rejects: a row whose outcome could not be stored keeps its lease, and the sweeper takes it over.
 */
export function attemptSend(ctx: Context, message: Message): Promise<Settled> {
  return new Promise((resolve) => {
    ctx.background.run('send a message', async () => {
      let settled: Settled = { message, refused: false }
      try {
        settled = (await attempt(ctx, message)) ?? settled
      } finally {
        resolve(settled)
      }
    })
  })
}

async function attempt(ctx: Context, message: Message): Promise<Settled | null> {
  const begun = await begin(ctx, message)
  if (!begun) return null
  const outcome = await hand(ctx, message, begun)
  return settle(ctx, message, outcome, begun)
}

/** Claims the row for this attempt; null where it is not open any more. */
async function begin(ctx: Context, message: Message): Promise<Begun | null> {
  const now = ctx.clock.now()
  const [row] = await ctx.database.query<Begun>(
    `UPDATE "Message" AS m
     SET "attemptedAt" = $3, attempts = m.attempts + 1, "leaseExpiresAt" = $4
     FROM "Conversation" AS c
     JOIN "WhatsAppConnection" AS w ON w."organizationId" = c."organizationId" AND w.id = c."connectionId"
     JOIN "Contact" AS k ON k."organizationId" = c."organizationId" AND k.id = c."contactId"
     WHERE m."organizationId" = $1 AND m.id = $2 AND m.status = 'QUEUED' AND m."attemptedAt" IS NULL
       AND c."organizationId" = m."organizationId" AND c.id = m."conversationId"
     RETURNING m.attempts, k.phone, k."userId", w.id AS "connectionId", w."phoneNumberId", w."businessAccountId", w.source`,
    [message.organizationId, message.id, now, new Date(now.getTime() + leaseMs)],
  )
  return row ?? null
}

async function hand(ctx: Context, message: Message, begun: Begun): Promise<SendOutcome> {
  const recipient = recipientOf(begun)
  if (!recipient) return { outcome: 'not_sent', reason: 'the contact has neither a phone number nor a user id' }
  return ctx.whatsapp.send(connectionSecrets(ctx, begun).credentials, {
    recipient,
    content: contentOf(message) as SendableContent,
    replyToWamid: message.replyToWamid,
    messageId: message.id,
  })
}

function recipientOf({ phone, userId }: Begun): Recipient | null {
  if (phone !== null) return { phone }
  return userId === null ? null : { userId }
}

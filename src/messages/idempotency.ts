import type { ActorContext } from '../context.js'
import { DomainError } from '../core/errors.js'
import { rowKey } from '../database/client.js'
import type { Message } from '../generated/prisma/client.js'
import { type Refusal, refusalOf } from './refusal.js'
import type { Settled } from './settle.js'

/** What a send was answered: the message, and, where WhatsApp refused it by then, what that refusal is to the caller. */
export type Answer = { message: Message; refusal: Refusal | null }

/** The idempotency key was claimed by another request a moment ago. Never leaves the domain. */
export class KeyTaken extends Error {
  override name = 'KeyTaken'
}

/** How long a send waits for WhatsApp's own answer, and a repeat for the first answer (contract, section 6). */
const answerWaitMs = 5000

/**
 * The answer of the request that claimed this key before, or null where the key is free.
 * @throws CONFLICT where the key came with another request, or where its first request has no answer yet after 5 s.
 */
export async function claimedAnswer(
  ctx: ActorContext,
  send: { idempotencyKey: string | null; requestHash: Uint8Array },
): Promise<Answer | null> {
  if (send.idempotencyKey === null) return null
  const { organizationId } = ctx.actor
  const where = { organizationId_key: { organizationId, key: send.idempotencyKey } }
  const claim = await ctx.database.prisma.idempotencyKey.findUnique({ where })
  if (!claim) return null
  if (!Buffer.from(claim.requestHash).equals(send.requestHash)) {
    throw new DomainError('CONFLICT', 'This idempotency key was used for another request.')
  }
  const stored = await waitFor(async () => {
    const { answer } = await ctx.database.prisma.idempotencyKey.findUniqueOrThrow({ where, select: { answer: true } })
    return answer === null ? null : parseAnswer(answer)
  })
  if (stored) return stored
  const settled = await settledMessage(ctx, claim.messageId)
  if (settled) return settled
  throw new DomainError('CONFLICT', 'The first request with this idempotency key is still in flight.', {
    retryAfter: 1,
  })
}

/** Where the server that took the request died before it could answer: what became of the message since. */
async function settledMessage(ctx: ActorContext, id: string): Promise<Answer | null> {
  const { organizationId } = ctx.actor
  const message = await ctx.database.prisma.message.findUnique({ where: rowKey({ organizationId, id }) })
  if (!message) throw deletedSince()
  return message.status === 'QUEUED' ? null : { message, refusal: refusalOf(message) }
}

const deletedSince = () => new DomainError('CONFLICT', 'The message of this idempotency key has been deleted since.')

/** The answer to the request that stored a message: how its attempt ended, or after 5 s the message as it stands. */
export async function firstAnswer(
  ctx: ActorContext,
  stored: Message,
  attempt: Promise<Settled>,
  idempotencyKey: string | null,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const waited = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, answerWaitMs, null)
  })
  const settled = await Promise.race([attempt, waited]).finally(() => clearTimeout(timer))
  const message = settled?.message ?? stored
  const answer: Answer = { message, refusal: settled?.refused ? refusalOf(message) : null }
  if (idempotencyKey !== null) await storeAnswer(ctx, idempotencyKey, answer)
  return answer
}

async function storeAnswer(ctx: ActorContext, key: string, answer: Answer): Promise<void> {
  const { organizationId } = ctx.actor
  await ctx.database.prisma.idempotencyKey.updateMany({
    where: { organizationId, key },
    data: { answer: JSON.parse(JSON.stringify(answer)) },
  })
}

const dateColumns = [
  'createdAt',
  'sentAt',
  'deliveredAt',
  'readAt',
  'failedAt',
  'attemptedAt',
  'leaseExpiresAt',
] as const satisfies (keyof Message)[]

function parseAnswer(json: unknown): Answer {
  const { message, refusal = null } = json as { message?: Record<string, unknown>; refusal?: Refusal | null }
  // Deleting a contact takes its messages out of the answers that were kept of them.
  if (!message) throw deletedSince()
  const dates = Object.fromEntries(
    dateColumns.map((column) => [column, message[column] ? new Date(String(message[column])) : null]),
  )
  return { message: { ...message, ...dates } as unknown as Message, refusal }
}

async function waitFor<T>(look: () => Promise<T | null>): Promise<T | null> {
  const until = performance.now() + answerWaitMs
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 250)) {
    const found = await look()
    if (found !== null || performance.now() + pauseMs > until) return found
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

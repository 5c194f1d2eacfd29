import type { ActorContext } from '../context.js'
import { secondsMs } from '../core/clock.js'
import { DomainError } from '../core/errors.js'
import { rowKey } from '../database/client.js'
import type { Message } from '../generated/prisma/client.js'
import type { Settled } from './settle.js'

/** What a send was answered: the message, and whether WhatsApp had refused it by then. */
export type Answer = { message: Message; refused: boolean }

/** The request that came with a key first. */
export type Claim = { key: string; messageId: string; createdAt: Date }

/** The idempotency key was claimed by another request a moment ago. Never leaves the domain. */
export class KeyTaken extends Error {
  override name = 'KeyTaken'
}

/** How long a send waits for WhatsApp's own answer, and a repeat for the first answer (contract, section 6). */
const answerWaitMs = secondsMs(5)

/** A request that stored its message so long ago has answered, or its server has died. */
const oldestInFlightMs = secondsMs(15)

/** Null where the key is free. @throws CONFLICT where it came with another request. */
export async function findClaim(
  ctx: ActorContext,
  send: { idempotencyKey: string | null; requestHash: Uint8Array },
): Promise<Claim | null> {
  const { idempotencyKey: key } = send
  if (key === null) return null
  const [claim] = await ctx.database.queryPrepared<Claim & { requestHash: Buffer }>(
    `SELECT key, "messageId", "createdAt", "requestHash" FROM "IdempotencyKey" WHERE "organizationId" = $1 AND key = $2`,
    [ctx.actor.organizationId, key],
  )
  if (claim && !claim.requestHash.equals(send.requestHash)) {
    throw new DomainError('CONFLICT', 'This idempotency key was used for another request.')
  }
  return claim ?? null
}

/**
 * The answer of the request that claimed a key.
 * @throws CONFLICT where that request has no answer yet after 5 s.
 */
export async function claimedAnswer(ctx: ActorContext, claim: Claim): Promise<Answer> {
  const until = performance.now() + answerWaitMs
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 250)) {
    const answer = await storedAnswer(ctx, claim.key)
    if (answer) return answer
    if (ctx.clock.now().getTime() - claim.createdAt.getTime() > oldestInFlightMs) return answerInItsPlace(ctx, claim)
    if (performance.now() + pauseMs > until) break
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  throw new DomainError('CONFLICT', 'The first request with this idempotency key is still in flight.', {
    retryAfter: 1,
  })
}

/** Where the server that took the request died before it answered: the message as it stands, from now on for good. */
async function answerInItsPlace(ctx: ActorContext, { key, messageId }: Claim): Promise<Answer> {
  const { organizationId } = ctx.actor
  const message = await ctx.database.prisma.message.findUnique({ where: rowKey({ organizationId, id: messageId }) })
  if (!message) throw deletedSince()
  // The first answer of a scheduled one was that it waits, whatever has become of it since.
  return keepAnswer(ctx, key, { message, refused: message.status === 'FAILED' && message.scheduledAt === null })
}

const deletedSince = () => new DomainError('CONFLICT', 'The message of this idempotency key has been deleted since.')

/**
 * The answer to the request that stored a message: how its attempt ended, or after 5 s the message as it was stored. An
 * attempt whose outcome nobody knows has no answer of WhatsApp's to tell of either.
 */
export async function firstAnswer(
  ctx: ActorContext,
  stored: Message,
  attempt: Promise<Settled>,
  key: string | null,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const waited = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, answerWaitMs, null)
  })
  const settled = await Promise.race([attempt, waited]).finally(() => clearTimeout(timer))
  const known = settled !== null && settled.message.status !== 'UNKNOWN'
  const answer: Answer = known ? settled : { message: stored, refused: false }
  if (key === null) return answer
  try {
    return await keepAnswer(ctx, key, answer)
  } catch (error) {
    // The message is stored and on its way: whoever repeats the key finds what became of it.
    ctx.logger.error({ err: error }, 'the answer of an idempotency key could not be stored')
    return answer
  }
}

/** Stores an answer unless there is one already. Answers the one that holds. */
async function keepAnswer(ctx: ActorContext, key: string, answer: Answer): Promise<Answer> {
  const [kept] = await ctx.database.query<{ answer: unknown; mine: boolean }>(
    `UPDATE "IdempotencyKey" AS k SET answer = COALESCE(k.answer, $3::jsonb)
     FROM (SELECT answer FROM "IdempotencyKey" WHERE "organizationId" = $1 AND key = $2 FOR UPDATE) AS before
     WHERE k."organizationId" = $1 AND k.key = $2
     RETURNING k.answer, before.answer IS NULL AS mine`,
    [ctx.actor.organizationId, key, JSON.stringify(answer)],
  )
  return !kept || kept.mine ? answer : parseAnswer(kept.answer)
}

async function storedAnswer(ctx: ActorContext, key: string): Promise<Answer | null> {
  const claim = await ctx.database.prisma.idempotencyKey.findUnique({
    where: { organizationId_key: { organizationId: ctx.actor.organizationId, key } },
    select: { answer: true },
  })
  return claim?.answer ? parseAnswer(claim.answer) : null
}

const dateColumns = [
  'createdAt',
  'sentAt',
  'deliveredAt',
  'readAt',
  'failedAt',
  'editedAt',
  'revokedAt',
  'attemptedAt',
  'leaseExpiresAt',
  'scheduledAt',
  'startsAt',
] as const satisfies (keyof Message)[]

function parseAnswer(json: unknown): Answer {
  const { message, refused = false } = json as { message?: Record<string, unknown>; refused?: boolean }
  // Deleting a contact takes its messages out of the answers that were kept of them.
  if (!message) throw deletedSince()
  const dates = Object.fromEntries(
    dateColumns.map((column) => [column, message[column] ? new Date(String(message[column])) : null]),
  )
  return { message: { ...message, ...dates } as unknown as Message, refused }
}

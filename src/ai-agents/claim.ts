import type { Context } from '../context.js'
import type { Tx } from '../database/client.js'
import type { AgentTurnStatus } from '../generated/prisma/client.js'
import { aiAgentLimits } from './limits.js'

/** What the model said. `text` null: it only called a person. */
export type AgentAnswer = { text: string | null; handOver: boolean }

/** A turn in the hands of this process until its lease ends. */
export type ClaimedTurn = {
  organizationId: string
  id: string
  messageId: string
  conversationId: string
  agentId: string
  attempts: number
  answer: AgentAnswer | null
  leaseExpiresAt: Date
}

/**
 * The turn that has been due longest, of any agent but the `busy` ones; no other server takes it until the lease is over.
 * MATERIALIZED: looked for once, where a join might look again and lease more than the one row that is answered.
 */
export async function claimTurn(ctx: Context, busy: string[]): Promise<ClaimedTurn | null> {
  const now = ctx.clock.now()
  const [row] = await ctx.database.query<ClaimedTurn>(
    `WITH due AS MATERIALIZED (
       SELECT "organizationId", id FROM "AgentTurn" WHERE "nextAttemptAt" <= $1 AND "agentId" <> ALL($2)
       ORDER BY "nextAttemptAt" LIMIT 1 FOR UPDATE SKIP LOCKED
     )
     UPDATE "AgentTurn" AS t SET "nextAttemptAt" = $3, "leaseExpiresAt" = $3, attempts = attempts + 1 FROM due
     WHERE t."organizationId" = due."organizationId" AND t.id = due.id
     RETURNING t."organizationId", t.id::text AS id, t."messageId", t."conversationId", t."agentId", t.attempts, t.answer,
       t."leaseExpiresAt"`,
    [now, busy, leaseFrom(now)],
  )
  return row ?? null
}

const leaseFrom = (now: Date) => new Date(now.getTime() + aiAgentLimits.leaseMs)

/** Gives a turn back whose attempt was broken off: whoever looks next takes it. */
export async function giveBack(ctx: Context, turn: ClaimedTurn): Promise<void> {
  await ctx.database.query(
    `UPDATE "AgentTurn" SET "nextAttemptAt" = $4, "leaseExpiresAt" = NULL, attempts = attempts - 1 WHERE ${isOurs}`,
    [...keyOf(turn), ctx.clock.now()],
  )
}

/** Lets it be tried again later. */
export async function putOff(ctx: Context, turn: ClaimedTurn, waitMs: number, reason: string): Promise<void> {
  await ctx.database.query(
    `UPDATE "AgentTurn" SET "nextAttemptAt" = $4, "leaseExpiresAt" = NULL, reason = $5 WHERE ${isOurs}`,
    [...keyOf(turn), new Date(ctx.clock.now().getTime() + waitMs), reason],
  )
}

/**
 * Keeps what is to be sent, before it is: a repeat after a crash sends the same under the same key, and so once. The
 * lease begins anew. Null where the turn is no longer ours.
 */
export async function keepAnswer(ctx: Context, turn: ClaimedTurn, answer: AgentAnswer): Promise<ClaimedTurn | null> {
  const lease = leaseFrom(ctx.clock.now())
  const [kept] = await ctx.database.query(
    `UPDATE "AgentTurn" SET answer = $4, "nextAttemptAt" = $5, "leaseExpiresAt" = $5 WHERE ${isOurs} RETURNING 1 AS n`,
    [...keyOf(turn), JSON.stringify(answer), lease],
  )
  return kept ? { ...turn, answer, leaseExpiresAt: lease } : null
}

const isOurs = `"organizationId" = $1 AND id = $2::bigint AND "leaseExpiresAt" = $3 AND status = 'PENDING'`
const keyOf = ({ organizationId, id, leaseExpiresAt }: ClaimedTurn) => [organizationId, id, leaseExpiresAt]

/**
 * How a turn ends. ANSWERED: `reason` says why a person is called with the answer. MERGED: a later turn answers it too.
 */
export type Ending = { status: Exclude<AgentTurnStatus, 'PENDING'>; reason: string | null }

/** Ends a turn. False where it is no longer ours: then nothing is to be done. */
export async function endTurn(tx: Tx, turn: ClaimedTurn, { status, reason }: Ending, now: Date): Promise<boolean> {
  const { organizationId, id, leaseExpiresAt } = turn
  const { count } = await tx.agentTurn.updateMany({
    where: { organizationId, id: BigInt(id), leaseExpiresAt, status: 'PENDING' },
    data: { status, reason, nextAttemptAt: null, leaseExpiresAt: null, finishedAt: now },
  })
  return count > 0
}

/**
 * The newest waiting turn of a conversation becomes due, and answers the older ones with it; none does where the agent
 * is there no more. The conversation's row must be locked, as it is where turns are made.
 */
export async function releaseNext(tx: Tx, turn: ClaimedTurn, isStillThere: boolean, now: Date): Promise<void> {
  const { organizationId, conversationId } = turn
  const waiting = await tx.agentTurn.findMany({
    where: { organizationId, conversationId, status: 'PENDING' },
    orderBy: { id: 'desc' },
    select: { id: true },
  })
  const ids = waiting.map(({ id }) => id)
  const [next] = isStillThere ? ids : []
  if (next !== undefined) {
    await tx.agentTurn.updateMany({ where: { organizationId, id: next }, data: { nextAttemptAt: now } })
  }
  await tx.agentTurn.updateMany({
    where: { organizationId, id: { in: ids.filter((id) => id !== next) } },
    data: { status: isStillThere ? 'MERGED' : 'CANCELLED', nextAttemptAt: null, finishedAt: now },
  })
}

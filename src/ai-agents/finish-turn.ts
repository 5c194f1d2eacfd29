import type { Context } from '../context.js'
import { rowKey, type Tx } from '../database/client.js'
import type { Conversation } from '../generated/prisma/client.js'
import { type ClaimedTurn, endTurn, releaseNext } from './claim.js'
import { handOver } from './handover.js'

/** How a turn ended: answered (and why a person is called with it), given to a person, or with nothing to do. */
export type Ending = { answered: string | null } | { handedOver: string } | { cancelled: string }

/**
 * Ends a turn, and does what follows from it to the conversation, in one transaction: an answer is counted, the last one
 * and every failure gives the conversation to a person. Does nothing where the turn is no longer ours.
 */
export function finishTurn(ctx: Context, turn: ClaimedTurn, ending: Ending): Promise<void> {
  return ctx.database.transaction(async (tx) => {
    const conversation = await lockIfThere(tx, turn)
    if (!conversation) return
    const now = ctx.clock.now()
    const reason =
      'answered' in ending ? ending.answered : 'handedOver' in ending ? ending.handedOver : ending.cancelled
    const status = 'answered' in ending ? 'ANSWERED' : 'handedOver' in ending ? 'HANDED_OVER' : 'CANCELLED'
    if (!(await endTurn(tx, turn, status, reason, now))) return
    const isStillThere = conversation.aiAgentId === turn.agentId
    const leaves = isStillThere ? await leaving(tx, turn, conversation, ending) : null
    if (leaves !== null) await handOver(ctx, tx, conversation, leaves)
    await releaseNext(tx, turn, isStillThere && leaves === null, now)
    ctx.database.afterCommit(() => ctx.agentTurnsDue.emit())
  })
}

/** Why the agent leaves the conversation after this; null where it stays. Counts the answer. */
async function leaving(tx: Tx, turn: ClaimedTurn, conversation: Conversation, ending: Ending): Promise<string | null> {
  if ('cancelled' in ending) return null
  if ('handedOver' in ending) return ending.handedOver
  if (ending.answered !== null) return ending.answered
  const { organizationId } = turn
  const agentTurns = conversation.agentTurns + 1
  await tx.conversation.update({ where: rowKey(conversation), data: { agentTurns }, select: { id: true } })
  const agent = await tx.aiAgent.findUnique({
    where: rowKey({ organizationId, id: turn.agentId }),
    select: { maxTurns: true },
  })
  return agent && agentTurns >= agent.maxTurns ? 'The AI agent has had all its turns.' : null
}

async function lockIfThere(tx: Tx, { organizationId, conversationId }: ClaimedTurn): Promise<Conversation | null> {
  const [conversation] = await tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "organizationId" = ${organizationId} AND id = ${conversationId} FOR NO KEY UPDATE`
  return conversation ?? null
}

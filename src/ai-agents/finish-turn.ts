import type { Context } from '../context.js'
import { lockConversations } from '../conversations/conversations.js'
import { rowKey, type Tx } from '../database/client.js'
import type { Conversation } from '../generated/prisma/client.js'
import { type ClaimedTurn, type Ending, endTurn, releaseNext } from './claim.js'
import { handOver } from './handover.js'

/**
 * Ends a turn, and does what follows from it to the conversation, in one transaction: an answer is counted, the last one
 * and every failure gives the conversation to a person. Does nothing where the turn is no longer ours.
 */
export function finishTurn(ctx: Context, turn: ClaimedTurn, ending: Ending): Promise<void> {
  return ctx.database.transaction(async (tx) => {
    const { organizationId, conversationId } = turn
    const [conversation] = await lockConversations(tx, [{ organizationId, id: conversationId }])
    if (!conversation) return
    const now = ctx.clock.now()
    if (!(await endTurn(tx, turn, ending, now))) return
    const isStillThere = conversation.aiAgentId === turn.agentId
    const leaves = isStillThere ? await leaving(tx, turn, conversation, ending) : null
    if (leaves !== null) await handOver(ctx, tx, conversation, leaves)
    await releaseNext(tx, turn, isStillThere && leaves === null, now)
    ctx.database.afterCommit(() => ctx.agentTurnsDue.emit())
  })
}

/** Why the agent leaves the conversation after this; null where it stays. Counts the answer. */
async function leaving(tx: Tx, turn: ClaimedTurn, conversation: Conversation, ending: Ending): Promise<string | null> {
  const { status, reason } = ending
  if (status === 'HANDED_OVER') return reason
  if (status !== 'ANSWERED') return null
  const { organizationId } = turn
  const agentTurns = conversation.agentTurns + 1
  await tx.conversation.update({ where: rowKey(conversation), data: { agentTurns }, select: { id: true } })
  const agent = await tx.aiAgent.findUnique({
    where: rowKey({ organizationId, id: turn.agentId }),
    select: { maxTurns: true },
  })
  return reason ?? (agent && agentTurns >= agent.maxTurns ? 'The AI agent has had all its turns.' : null)
}

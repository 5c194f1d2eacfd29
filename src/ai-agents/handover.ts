import type { ActorContext, Context } from '../context.js'
import { conversationEvent } from '../conversations/conversations.js'
import { rowKey, type Tx } from '../database/client.js'
import type { Conversation } from '../generated/prisma/client.js'

/** Conversations of one transaction. */
const batchSize = 50

/** What of a conversation says that a person has it, and no agent comes in until it is resolved. */
export const withPerson = (now: Date) => ({
  status: 'OPEN' as const,
  aiAgentId: null,
  agentTurns: 0,
  handedOverAt: now,
})

/** Gives a conversation, whose row is locked, from an agent to people: `conversation.opened` says so, and why. */
export async function handOver(
  ctx: Context,
  tx: Tx,
  conversation: Conversation,
  reason: string,
): Promise<Conversation> {
  const now = ctx.clock.now()
  const after = await tx.conversation.update({
    where: rowKey(conversation),
    data: { ...withPerson(now), updatedAt: now },
  })
  const event = await conversationEvent(tx, 'conversation.opened', after)
  const handover = { aiAgentId: conversation.aiAgentId, reason }
  await ctx.events.append(tx, { ...event, data: { ...event.data, handover } })
  return after
}

/**
 * Gives every conversation of an agent to people, in short transactions. The agent must be inactive already: then it
 * comes into none meanwhile. Repeated after a crash it goes on where it stopped.
 */
export async function releaseFromAgent(ctx: ActorContext, aiAgentId: string, reason: string): Promise<void> {
  const { organizationId } = ctx.actor
  for (let released = batchSize; released === batchSize; ) {
    released = await ctx.database.transaction(async (tx) => {
      const conversations = await tx.$queryRaw<Conversation[]>`
        SELECT * FROM "Conversation" WHERE "organizationId" = ${organizationId} AND "aiAgentId" = ${aiAgentId}
        ORDER BY id LIMIT ${batchSize} FOR NO KEY UPDATE`
      for (const conversation of conversations) await handOver(ctx, tx, conversation, reason)
      return conversations.length
    })
  }
}

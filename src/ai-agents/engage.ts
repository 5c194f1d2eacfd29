import type { Context } from '../context.js'
import { appendConversationEvent } from '../conversations/conversations.js'
import { rowKey, type Tx } from '../database/client.js'
import type { AiAgent, Contact, Conversation, Message } from '../generated/prisma/client.js'
import { type BusinessHours, isOpen } from './business-hours.js'
import { handOver } from './handover.js'
import { hasKeyword } from './keywords.js'

export type Arrived = { conversation: Conversation; contact: Contact; message: Message }

/**
 * Decides, in the transaction that stores a customer's message and holds its conversation, whether an AI agent is to
 * answer it. Then the message gets its turn, which is unique: whatever crashes, it is answered once. An agent that is in
 * the conversation and must not answer leaves it to a person.
 */
export async function engageAgent(ctx: Context, tx: Tx, arrived: Arrived): Promise<void> {
  const { conversation, contact, message } = arrived
  if (conversation.aiAgentId !== null) {
    const [agent] = await activeAgents(tx, conversation.organizationId, conversation.aiAgentId)
    const reason = reasonToLeave(ctx, agent, contact, message)
    if (agent && reason === null) await planTurn(ctx, tx, agent, message)
    else await handOver(ctx, tx, conversation, reason ?? '')
    return
  }
  if (!isFree(conversation) || contact.optedIn === false) return
  const agents = await activeAgents(tx, conversation.organizationId, null)
  const agent = agents.find((one) => isCalled(one, message) && reasonToLeave(ctx, one, contact, message) === null)
  if (!agent) return
  const now = ctx.clock.now()
  const engaged = await tx.conversation.update({
    where: rowKey(conversation),
    data: { status: 'AI_ACTIVE', aiAgentId: agent.id, agentTurns: 0, updatedAt: now },
  })
  await appendConversationEvent(ctx, tx, 'conversation.updated', engaged, { contact, lastMessage: message })
  await planTurn(ctx, tx, agent, message)
}

/** Nobody has it, and nobody had it from an agent since it was last resolved. */
const isFree = ({ status, assignedToId, handedOverAt }: Conversation): boolean =>
  status === 'OPEN' && assignedToId === null && handedOverAt === null

/** Those with keywords first, then those that answer everybody; of each the oldest. Held, so that none is deleted meanwhile. */
const activeAgents = (tx: Tx, organizationId: string, id: string | null): Promise<AiAgent[]> => tx.$queryRaw<AiAgent[]>`
  SELECT * FROM "AiAgent" WHERE "organizationId" = ${organizationId} AND active AND (${id}::text IS NULL OR id = ${id})
  ORDER BY cardinality("triggerKeywords") = 0, id FOR SHARE`

const isCalled = ({ triggerKeywords }: AiAgent, { text }: Message): boolean =>
  triggerKeywords.length === 0 || hasKeyword(text ?? '', triggerKeywords)

function reasonToLeave(ctx: Context, agent: AiAgent | undefined, contact: Contact, message: Message): string | null {
  if (!agent) return 'The AI agent is no longer active.'
  if (contact.optedIn === false) return 'The customer wants no messages.'
  if (hasKeyword(message.text ?? '', agent.handoverKeywords)) return 'The customer asked for a person.'
  if (!isOpen(agent.businessHours as BusinessHours | null, ctx.clock.now())) return 'It is outside the business hours.'
  return null
}

/** The turns of a conversation are taken one after the other: a later one is due when the one before has ended. */
async function planTurn(ctx: Context, tx: Tx, agent: AiAgent, message: Message): Promise<void> {
  const { organizationId, id: messageId, conversationId } = message
  const waiting = await tx.agentTurn.count({ where: { organizationId, conversationId, status: 'PENDING' } })
  const now = ctx.clock.now()
  await tx.agentTurn.createMany({
    data: [
      {
        organizationId,
        messageId,
        conversationId,
        agentId: agent.id,
        nextAttemptAt: waiting === 0 ? now : null,
        createdAt: now,
      },
    ],
    skipDuplicates: true,
  })
  ctx.database.afterCommit(() => ctx.agentTurnsDue.emit())
}

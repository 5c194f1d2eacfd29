import type { ActorContext } from '../context.js'
import { badRequest, DomainError, notFound } from '../core/errors.js'
import { requireId } from '../core/ids.js'
import type { Tx } from '../database/client.js'
import type { Conversation, ConversationStatus } from '../generated/prisma/client.js'
import { changeConversation } from './conversations.js'

/** How a member is chosen where none is named. */
export type AssignmentStrategy = 'LEAST_LOADED'

export type AssignConversationInput = {
  id: string
  memberId?: string | null | undefined
  strategy?: AssignmentStrategy | null | undefined
}

/**
 * Gives a conversation to a member, or to the one who has the fewest, or, with neither, back to everybody; an AI agent
 * that answered in it is out. @throws NOT_FOUND for the conversation or the member, BAD_REQUEST, CONFLICT where a
 * strategy finds nobody.
 */
export function assignConversation(ctx: ActorContext, input: AssignConversationInput): Promise<Conversation> {
  if (input.memberId != null && input.strategy != null) {
    throw badRequest([{ path: 'strategy', message: 'cannot be used with memberId' }])
  }
  return changeConversation(ctx, input.id, 'conversation.assigned', async (tx, before) => {
    const memberId = await chosenMember(tx, before, input)
    const status = memberId === null ? statusOfUnassigned(before.status) : 'ASSIGNED'
    if (before.assignedToId === memberId && before.status === status) return null
    return { assignedToId: memberId, status, aiAgentId: null, agentTurns: 0, handedOverAt: ctx.clock.now() }
  })
}

/** What is done stays done. */
const statusOfUnassigned = (status: ConversationStatus): ConversationStatus =>
  status === 'RESOLVED' ? 'RESOLVED' : 'OPEN'

async function chosenMember(
  tx: Tx,
  conversation: Conversation,
  { memberId, strategy }: AssignConversationInput,
): Promise<string | null> {
  if (strategy === 'LEAST_LOADED') return leastLoaded(tx, conversation)
  if (memberId == null) return null
  await requireMember(tx, conversation.organizationId, memberId)
  return memberId
}

/** The row is locked, so that nobody who leaves is given anything meanwhile. */
async function requireMember(tx: Tx, organizationId: string, memberId: string): Promise<void> {
  requireId('Member', memberId)
  const [member] = await tx.$queryRaw<{ active: boolean }[]>`
    SELECT active FROM "Member" WHERE "organizationId" = ${organizationId} AND id = ${memberId} FOR SHARE`
  if (!member?.active) throw notFound('member')
}

/**
 * The active member with the fewest conversations in hand, not counting this one; of several, whoever has it already,
 * else the longest here. The members are locked, so that assignments at the same moment see each other.
 */
async function leastLoaded(tx: Tx, { organizationId, id, assignedToId }: Conversation): Promise<string> {
  await tx.$executeRaw`
    SELECT 1 FROM "Member" WHERE "organizationId" = ${organizationId} AND active ORDER BY id FOR NO KEY UPDATE`
  const [member] = await tx.$queryRaw<{ id: string }[]>`
    SELECT m.id FROM "Member" m WHERE m."organizationId" = ${organizationId} AND m.active
    ORDER BY (
      SELECT count(*) FROM "Conversation" c WHERE c."organizationId" = m."organizationId" AND c."assignedToId" = m.id
        AND c.status = 'ASSIGNED' AND c.id <> ${id}
    ), m.id = ${assignedToId ?? ''} DESC, m.id LIMIT 1`
  if (!member) throw new DomainError('CONFLICT', 'No member of this organization is active.')
  return member.id
}

import type { ActorContext } from '../context.js'
import { rowKey, type Tx } from '../database/client.js'
import type { Conversation, Prisma } from '../generated/prisma/client.js'
import { appendConversationEvent } from './conversations.js'

/** Conversations of one transaction. */
const batchSize = 50

/**
 * Takes every conversation of a member back for everybody, each with its event, in short transactions. The member must
 * be inactive already: then nobody is given one meanwhile. Repeated after a crash it goes on where it stopped.
 */
export async function releaseConversations(ctx: ActorContext, memberId: string): Promise<void> {
  for (let released = batchSize; released === batchSize; ) {
    released = await ctx.database.transaction((tx) => releaseSome(ctx, tx, memberId))
  }
}

async function releaseSome(ctx: ActorContext, tx: Tx, memberId: string): Promise<number> {
  const { organizationId } = ctx.actor
  const conversations = await tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "organizationId" = ${organizationId} AND "assignedToId" = ${memberId}
    ORDER BY id LIMIT ${batchSize} FOR NO KEY UPDATE`
  for (const before of conversations) {
    const data: Prisma.ConversationUncheckedUpdateInput = {
      assignedToId: null,
      updatedAt: ctx.clock.now(),
      ...(before.status === 'ASSIGNED' ? { status: 'OPEN' } : {}),
    }
    const conversation = await tx.conversation.update({ where: rowKey(before), data })
    await appendConversationEvent(ctx, tx, 'conversation.assigned', conversation)
  }
  return conversations.length
}

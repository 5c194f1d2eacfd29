import { connectionSecrets } from '../connections/connections.js'
import type { ActorContext } from '../context.js'
import { appendConversationEvent, lockConversation } from '../conversations/conversations.js'
import { requireId } from '../core/ids.js'
import { rowKey } from '../database/client.js'
import type { Conversation, Message } from '../generated/prisma/client.js'
import { appendMessageEvent } from './message-event.js'

/** At most so many messages get an event of their own; an inbox with more unread ones tells by the conversation. */
const maxEvents = 100

/**
 * Marks every inbound message of a conversation read, and tells the customer's phone so (`typing`: and that an answer
 * is being written). The phone is told after the answer; that it could not be is logged.
 * @throws NOT_FOUND.
 */
export async function markConversationRead(
  ctx: ActorContext,
  input: { id: string; typing?: boolean | null | undefined },
): Promise<Conversation> {
  const { organizationId } = ctx.actor
  const id = requireId('Conversation', input.id)
  const { conversation, newest } = await ctx.database.transaction(async (tx) => {
    const before = await lockConversation(tx, organizationId, id)
    const now = ctx.clock.now()
    const read = await tx.message.updateManyAndReturn({
      where: { organizationId, conversationId: id, direction: 'INBOUND', status: 'RECEIVED' },
      data: { status: 'READ', readAt: now },
    })
    if (read.length === 0 && before.unreadCount === 0) return { conversation: before, newest: null }
    const where = rowKey({ organizationId, id })
    const conversation = await tx.conversation.update({ where, data: { unreadCount: 0, updatedAt: now } })
    const inOrder = read.sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const message of inOrder.slice(-maxEvents)) await appendMessageEvent(ctx, tx, 'message.updated', message)
    await appendConversationEvent(ctx, tx, 'conversation.updated', conversation)
    return { conversation, newest: inOrder.findLast(isShownUnread)?.wamid ?? null }
  })
  if (newest !== null) {
    ctx.background.run('send a read receipt', () => sendReceipt(ctx, conversation, newest, input.typing ?? false))
  }
  return conversation
}

/** A reaction or a notice of WhatsApp's own has no ticks of its own. */
const isShownUnread = ({ type }: Message): boolean => type !== 'REACTION' && type !== 'SYSTEM'

async function sendReceipt(
  ctx: ActorContext,
  conversation: Conversation,
  wamid: string,
  typing: boolean,
): Promise<void> {
  const { organizationId, connectionId } = conversation
  const connection = await ctx.database.prisma.whatsAppConnection.findUnique({
    where: rowKey({ organizationId, id: connectionId }),
  })
  if (!connection) return
  await ctx.whatsapp.markRead(connectionSecrets(ctx, connection).credentials, wamid, { typing })
}

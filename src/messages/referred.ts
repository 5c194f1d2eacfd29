import { DomainError } from '../core/errors.js'
import { isId } from '../core/ids.js'
import type { Tx } from '../database/client.js'
import type { Conversation } from '../generated/prisma/client.js'
import { isWamid } from './messages.js'

/** A message that another one names: by both ids where we know it; by the wamid alone where we do not. */
export type Referred = { id: string; wamid: string | null } | { id: null; wamid: string }

/**
 * The message of a conversation that a send names by our id or by WhatsApp's. A wamid we do not know passes as it is.
 * @throws NOT_FOUND, naming `path`, for anything else that names no message of this conversation.
 */
export async function findReferred(
  tx: Tx,
  { organizationId, id: conversationId }: Conversation,
  name: string,
  path: string,
): Promise<Referred> {
  const by = isId('Message', name) ? { id: name } : isWamid(name) ? { wamid: name } : null
  const message = by
    ? await tx.message.findFirst({
        where: { organizationId, ...by },
        select: { id: true, wamid: true, conversationId: true },
      })
    : null
  if (message?.conversationId === conversationId) return { id: message.id, wamid: message.wamid }
  if (!message && by && 'wamid' in by) return { id: null, wamid: name }
  throw new DomainError('NOT_FOUND', 'No such message in this conversation.', {
    details: [{ path, message: 'names no message of this conversation' }],
  })
}

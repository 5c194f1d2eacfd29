import { newId } from '../core/ids.js'
import type { Tx } from '../database/client.js'
import type { Message } from '../generated/prisma/client.js'

type Given = Pick<
  Message,
  | 'organizationId'
  | 'conversationId'
  | 'contactId'
  | 'direction'
  | 'type'
  | 'status'
  | 'text'
  | 'content'
  | 'replyToId'
  | 'replyToWamid'
  | 'createdAt'
>

/** A message as its row will be, with an id of its own. */
export const newMessage = (given: Given & Partial<Message>): Message => ({
  id: newId('Message'),
  wamid: null,
  mediaId: null,
  error: null,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
  editedAt: null,
  revokedAt: null,
  attempts: 0,
  unknownOutcomes: 0,
  attemptedAt: null,
  leaseExpiresAt: null,
  broadcastId: null,
  aiAgentId: null,
  scheduledAt: null,
  startsAt: null,
  ...given,
})

/** All of them in one statement. */
export async function insertMessages(tx: Tx, messages: Message[]): Promise<void> {
  const rows = JSON.stringify(messages.map(withoutNulls))
  await tx.$executeRaw`
    INSERT INTO "Message" SELECT * FROM jsonb_populate_recordset(NULL::"Message", ${rows}::jsonb)`
}

/** Half of a message's columns are null, and a column that is not named is. */
function withoutNulls(message: Message): Partial<Message> {
  const row: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(message)) if (value !== null) row[column] = value
  return row
}

import { newId } from '../core/ids.js'
import type { Tx } from '../database/client.js'
import { rowsOf } from '../database/write-rows.js'
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
  await tx.$executeRaw`INSERT INTO "Message" SELECT * FROM ${rowsOf('Message', messages)} AS row`
}

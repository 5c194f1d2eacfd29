import type { Context } from '../context.js'
import type { Tx } from '../database/client.js'
import type { Message } from '../generated/prisma/client.js'
import { applyStoredStatuses } from './apply-status.js'

/** The row, locked until the transaction ends; null where it is gone. */
export async function lockMessage(tx: Tx, key: { organizationId: string; id: string }): Promise<Message | null> {
  const [message] = await tx.$queryRaw<Message[]>`
    SELECT * FROM "Message" WHERE "organizationId" = ${key.organizationId} AND id = ${key.id} FOR NO KEY UPDATE`
  return message ?? null
}

/**
 * Lets one transaction at a time deal with a wamid: the one that learns which message it names, and the one that stores
 * a status of it, would otherwise each look before the other has written.
 */
export async function lockWamid(tx: Tx, organizationId: string, wamid: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${organizationId}:${wamid}`}, 0))`
}

/** Statuses that came before the wamid was known find their message here. */
export async function attachOrphans(ctx: Context, tx: Tx, message: Message): Promise<Message> {
  if (message.wamid === null) return message
  const { organizationId, wamid, id } = message
  const { count } = await tx.messageStatusEvent.updateMany({
    where: { organizationId, wamid, messageId: null },
    data: { messageId: id },
  })
  return count === 0 ? message : applyStoredStatuses(ctx, tx, message)
}

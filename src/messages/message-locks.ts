import type { Tx } from '../database/client.js'
import type { Message } from '../generated/prisma/client.js'

/** The row, locked until the transaction ends; null where it is gone. */
export async function lockMessage(tx: Tx, key: { organizationId: string; id: string }): Promise<Message | null> {
  const [message] = await tx.$queryRaw<Message[]>`
    SELECT * FROM "Message" WHERE "organizationId" = ${key.organizationId} AND id = ${key.id} FOR NO KEY UPDATE`
  return message ?? null
}

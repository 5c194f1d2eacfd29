import { recordDeed } from '../audit/audit.js'
import type { Context } from '../context.js'
import { rowKey } from '../database/client.js'
import type { WhatsAppConnection } from '../generated/prisma/client.js'
import { sealSecrets, unsealSecrets } from './secrets.js'

export type Reencrypted = { keyId: string; changed: number; unchanged: number; unreadable: string[] }

/**
 * The operator's: encrypts with the first key whatever another one encrypted, so that the others can be taken away.
 * Goes on where one cannot be read, and names it. @throws NOT_CONFIGURED without a key.
 */
export async function reencryptSecrets(ctx: Context): Promise<Reencrypted> {
  const result: Reencrypted = { keyId: ctx.secrets.keyId(), changed: 0, unchanged: 0, unreadable: [] }
  const sealed = await ctx.database.prisma.whatsAppConnection.findMany({
    where: { secrets: { not: null } },
    select: { organizationId: true, id: true },
    orderBy: { id: 'asc' },
  })
  for (const row of sealed) {
    try {
      if (await reencrypt(ctx, row)) result.changed++
      else result.unchanged++
    } catch (error) {
      ctx.logger.warn({ err: error, connectionId: row.id }, 'the secrets of a number cannot be encrypted anew')
      result.unreadable.push(row.id)
    }
  }
  return result
}

/** In a transaction that holds the row, so that new secrets of the same moment are not lost. */
function reencrypt(ctx: Context, row: Pick<WhatsAppConnection, 'organizationId' | 'id'>): Promise<boolean> {
  return ctx.database.transaction(async (tx) => {
    const { organizationId, id } = row
    await tx.$queryRaw`
      SELECT id FROM "WhatsAppConnection" WHERE "organizationId" = ${organizationId} AND id = ${id} FOR NO KEY UPDATE`
    const connection = await tx.whatsAppConnection.findUnique({ where: rowKey(row) })
    if (!connection?.secrets || ctx.secrets.isCurrent(connection.secrets)) return false
    const secrets = sealSecrets(ctx, connection.phoneNumberId, unsealSecrets(ctx, connection))
    await tx.whatsAppConnection.update({ where: rowKey(row), data: { secrets } })
    const details = { keyId: ctx.secrets.keyId() }
    await recordDeed(ctx, tx, {
      organizationId,
      actor: 'operator',
      action: 'SECRETS_REENCRYPTED',
      subjectId: id,
      details,
    })
    return true
  })
}

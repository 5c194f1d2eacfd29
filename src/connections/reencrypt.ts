import { recordDeed } from '../audit/audit.js'
import type { Context } from '../context.js'
import { rowKey } from '../database/client.js'
import type { WhatsAppConnection } from '../generated/prisma/client.js'
import { type Reencrypted, reencryptAll } from '../secrets/reencrypt.js'
import { sealSecrets, unsealSecrets } from './secrets.js'

/** Encrypts with the first key the secrets of numbers that another one encrypted. @throws NOT_CONFIGURED without a key. */
export async function reencryptConnectionSecrets(ctx: Context): Promise<Reencrypted> {
  const rows = await ctx.database.prisma.whatsAppConnection.findMany({
    where: { secrets: { not: null } },
    select: { organizationId: true, id: true },
    orderBy: { id: 'asc' },
  })
  return reencryptAll(ctx, rows, (row) => reencrypt(ctx, row))
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

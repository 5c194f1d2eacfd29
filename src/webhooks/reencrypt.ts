import { recordDeed } from '../audit/audit.js'
import type { Context } from '../context.js'
import { rowKey } from '../database/client.js'
import { type Reencrypted, reencryptAll } from '../secrets/reencrypt.js'
import { lockWebhook } from './queue.js'
import { openSecret, sealSecret } from './secret-store.js'

/** Encrypts with the first key the secrets of webhooks that another one encrypted. @throws NOT_CONFIGURED without a key. */
export async function reencryptWebhookSecrets(ctx: Context): Promise<Reencrypted> {
  const rows = await ctx.database.prisma.webhook.findMany({
    select: { organizationId: true, id: true },
    orderBy: { id: 'asc' },
  })
  return reencryptAll(ctx, rows, (row) => reencrypt(ctx, row))
}

const reencrypt = (ctx: Context, { organizationId, id }: { organizationId: string; id: string }): Promise<boolean> =>
  ctx.database.transaction(async (tx) => {
    const webhook = await lockWebhook(tx, organizationId, id)
    if (!webhook) return false
    const { secret, previousSecret } = webhook
    const sealed = [secret, previousSecret].filter((bytes) => bytes !== null)
    if (sealed.every((bytes) => ctx.secrets.isCurrent(bytes))) return false
    const anew = (bytes: Uint8Array) => sealSecret(ctx, id, openSecret(ctx, id, bytes))
    await tx.webhook.update({
      where: rowKey({ organizationId, id }),
      data: { secret: anew(secret), ...(previousSecret ? { previousSecret: anew(previousSecret) } : {}) },
    })
    await recordDeed(ctx, tx, {
      organizationId,
      actor: 'operator',
      action: 'SECRETS_REENCRYPTED',
      subjectId: id,
      details: { keyId: ctx.secrets.keyId() },
    })
    return true
  })

import type { Reencrypted } from '../connections/reencrypt.js'
import type { Context } from '../context.js'
import { rowKey } from '../database/client.js'
import { lockWebhook } from './queue.js'
import { openSecret, sealSecret } from './secret-store.js'

/**
 * The operator's: encrypts with the first key the secrets of webhooks that another one encrypted. Goes on where one
 * cannot be read, and names it. @throws NOT_CONFIGURED without a key.
 */
export async function reencryptWebhookSecrets(ctx: Context): Promise<Reencrypted> {
  const result: Reencrypted = { keyId: ctx.secrets.keyId(), changed: 0, unchanged: 0, unreadable: [] }
  const rows = await ctx.database.prisma.webhook.findMany({
    select: { organizationId: true, id: true },
    orderBy: { id: 'asc' },
  })
  for (const row of rows) {
    try {
      if (await reencrypt(ctx, row)) result.changed++
      else result.unchanged++
    } catch (error) {
      ctx.logger.warn({ err: error, webhookId: row.id }, 'the secret of a webhook cannot be encrypted anew')
      result.unreadable.push(row.id)
    }
  }
  return result
}

const reencrypt = (ctx: Context, { organizationId, id }: { organizationId: string; id: string }): Promise<boolean> =>
  ctx.database.transaction(async (tx) => {
    const webhook = await lockWebhook(tx, organizationId, id)
    if (!webhook) return false
    const { secret, previousSecret } = webhook
    const old = [secret, previousSecret].filter((sealed) => sealed !== null)
    if (old.every((sealed) => ctx.secrets.isCurrent(sealed))) return false
    const anew = (sealed: Uint8Array) => sealSecret(ctx, id, openSecret(ctx, id, sealed))
    await tx.webhook.update({
      where: rowKey({ organizationId, id }),
      data: { secret: anew(secret), ...(previousSecret ? { previousSecret: anew(previousSecret) } : {}) },
    })
    return true
  })

import { recordDeed } from '../audit/audit.js'
import type { Context } from '../context.js'
import { rowKey } from '../database/client.js'
import { type Reencrypted, reencryptAll } from '../secrets/reencrypt.js'
import { lockAgent } from './ai-agents.js'
import { openApiKey, sealApiKey } from './secret-store.js'

/** Encrypts with the first key the API keys of AI agents that another one encrypted. @throws NOT_CONFIGURED without a key. */
export async function reencryptApiKeys(ctx: Context): Promise<Reencrypted> {
  const rows = await ctx.database.prisma.aiAgent.findMany({
    where: { apiKey: { not: null } },
    select: { organizationId: true, id: true },
    orderBy: { id: 'asc' },
  })
  return reencryptAll(ctx, rows, (row) => reencrypt(ctx, row))
}

const reencrypt = (ctx: Context, { organizationId, id }: { organizationId: string; id: string }): Promise<boolean> =>
  ctx.database.transaction(async (tx) => {
    const agent = await lockAgent(tx, organizationId, id)
    if (!agent?.apiKey || ctx.secrets.isCurrent(agent.apiKey)) return false
    const apiKey = sealApiKey(ctx, id, openApiKey(ctx, id, agent.apiKey))
    await tx.aiAgent.update({ where: rowKey({ organizationId, id }), data: { apiKey }, select: { id: true } })
    await recordDeed(ctx, tx, {
      organizationId,
      actor: 'operator',
      action: 'SECRETS_REENCRYPTED',
      subjectId: id,
      details: { keyId: ctx.secrets.keyId() },
    })
    return true
  })

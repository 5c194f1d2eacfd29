import { hasSecrets } from '../connections/connections.js'
import type { Context } from '../context.js'
import type { TemplateStatusEntry } from '../whatsapp/inbound-entries.js'
import { type AccountConnection, accountKey, lockAccount } from './account.js'
import { changeTemplate, type TemplateValues } from './changes.js'
import { syncSoon } from './sync.js'

/** Events that are no status: what the template is after them. */
const statusAfter: Record<string, string> = { REINSTATED: 'APPROVED', UNPAUSED: 'APPROVED' }

/**
 * WhatsApp told something of a template. It is taken at its word at once, and asked a little later how the templates
 * stand, since news come late, twice and in any order. One that we do not know yet is fetched at once.
 */
export async function receiveTemplateNews(ctx: Context, entry: TemplateStatusEntry): Promise<void> {
  for (const connection of await connectionsOf(ctx, entry.businessAccountId)) {
    const found = await applyNews(ctx, connection, entry)
    syncSoon(ctx, connection, { now: !found })
  }
}

/** One connection of each organization that has the account. */
async function connectionsOf(ctx: Context, businessAccountId: string | null): Promise<AccountConnection[]> {
  if (businessAccountId === null) return []
  const all = await ctx.database.prisma.whatsAppConnection.findMany({ where: { businessAccountId, ...hasSecrets } })
  return [...new Map(all.map((connection) => [accountKey(connection), connection])).values()]
}

function applyNews(ctx: Context, owner: AccountConnection, entry: TemplateStatusEntry): Promise<boolean> {
  const { organizationId, businessAccountId } = owner
  const { templateId, name, language, status, category } = entry
  const byId = templateId === null ? [] : [{ whatsappId: templateId }]
  const byName = name === null || language === null ? [] : [{ name, language }]
  const values: Partial<TemplateValues> = {
    ...(status === null ? {} : { status: statusAfter[status] ?? status }),
    ...(category === null ? {} : { category }),
  }
  return ctx.database.transaction(async (tx) => {
    await lockAccount(tx, owner)
    const template = await tx.template.findFirst({
      where: { organizationId, businessAccountId, OR: [...byId, ...byName] },
    })
    if (template) await changeTemplate(ctx, tx, template, values, ctx.clock.now())
    return template !== null
  })
}

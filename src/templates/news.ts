import { hasSecrets } from '../connections/connections.js'
import type { Context } from '../context.js'
import type { TemplateStatusEntry } from '../whatsapp/inbound-entries.js'
import { type AccountConnection, accountKey, lockAccount } from './account.js'
import { changeTemplate } from './changes.js'
import { syncSoon } from './sync.js'

/** Events that are no status: what the template is after them. */
const statusAfter: Record<string, string> = { REINSTATED: 'APPROVED', UNPAUSED: 'APPROVED' }

/**
 * WhatsApp told something of a template. The latest news are taken at their word at once, whatever the order in which
 * they come and are worked off; a little later WhatsApp is asked how the templates stand. One that we do not know yet is
 * fetched at once. `delivery`: the body's number, in the order in which bodies came.
 */
export async function receiveTemplateNews(ctx: Context, entry: TemplateStatusEntry, delivery: bigint): Promise<void> {
  for (const connection of await connectionsOf(ctx, entry.businessAccountId)) {
    const found = await applyNews(ctx, connection, entry, delivery)
    syncSoon(ctx, connection, { now: !found })
  }
}

/** One connection of each organization that has the account. */
async function connectionsOf(ctx: Context, businessAccountId: string | null): Promise<AccountConnection[]> {
  if (businessAccountId === null) return []
  const all = await ctx.database.prisma.whatsAppConnection.findMany({ where: { businessAccountId, ...hasSecrets } })
  return [...new Map(all.map((connection) => [accountKey(connection), connection])).values()]
}

function applyNews(
  ctx: Context,
  owner: AccountConnection,
  entry: TemplateStatusEntry,
  delivery: bigint,
): Promise<boolean> {
  const { organizationId, businessAccountId } = owner
  const { templateId, name, language, status, category } = entry
  const byId = templateId === null ? [] : [{ whatsappId: templateId }]
  const byName = name === null || language === null ? [] : [{ name, language }]
  const news = [BigInt(Math.floor((entry.time?.getTime() ?? 0) / 1000)), delivery]
  return ctx.database.transaction(async (tx) => {
    await lockAccount(tx, owner)
    const template = await tx.template.findFirst({
      where: { organizationId, businessAccountId, OR: [...byId, ...byName] },
    })
    if (!template) return false
    const isStatus = status !== null && isLater(news, template.statusNews)
    const isCategory = category !== null && isLater(news, template.categoryNews)
    const values = {
      ...(isStatus ? { status: statusAfter[status] ?? status, statusNews: news } : {}),
      ...(isCategory ? { category, categoryNews: news } : {}),
    }
    if (isStatus || isCategory) await changeTemplate(ctx, tx, template, values, ctx.clock.now())
    return true
  })
}

/** By WhatsApp's time, and within one second by the order in which they came, in one body too. */
function isLater(news: bigint[], known: bigint[]): boolean {
  const [time = 0n, delivery = 0n] = news
  const [knownTime = 0n, knownDelivery = 0n] = known
  return time === knownTime ? delivery >= knownDelivery : time > knownTime
}

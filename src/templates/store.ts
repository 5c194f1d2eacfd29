import type { Context } from '../context.js'
import { newId } from '../core/ids.js'
import type { Tx } from '../database/client.js'
import type { Prisma, Template } from '../generated/prisma/client.js'
import { repairJson } from '../whatsapp/json-text.js'
import type { TemplateInfo } from '../whatsapp/provider.js'
import { type Account, lockAccount } from './account.js'
import { appendTemplateEvent, changeTemplate, differs } from './changes.js'

/** What a sync changed. */
export type SyncCounts = { added: number; updated: number; removed: number; total: number }

type Owner = Omit<Account, 'credentials'>

/** Small enough that each transaction stays short. */
const batchSize = 100

/**
 * Makes an account's rows what WhatsApp listed when it was asked at `askedAt`: new ones added, changed ones changed, and
 * those removed that are listed no more. What was heard of a template after that moment stays as it is.
 */
export async function storeTemplates(
  ctx: Context,
  owner: Owner,
  listed: TemplateInfo[],
  askedAt: Date,
): Promise<SyncCounts> {
  const { organizationId, businessAccountId } = owner
  const known = await ctx.database.prisma.template.count({ where: { organizationId, businessAccountId } })
  // The newest comes first in WhatsApp's list, and last in the order of our ids.
  const wanted = [...new Map(listed.map((info) => [keyOf(info), repaired(info)])).values()].reverse()
  const counts = { added: 0, updated: 0, removed: 0, total: wanted.length }
  for (let start = 0; start < wanted.length; start += batchSize) {
    const batch = wanted.slice(start, start + batchSize)
    const stored = await ctx.database.transaction((tx) =>
      storeBatch(ctx, tx, owner, batch, { askedAt, first: known === 0 }),
    )
    counts.added += stored.added
    counts.updated += stored.updated
  }
  for (let removed = batchSize; removed === batchSize; counts.removed += removed) {
    removed = await ctx.database.transaction((tx) => removeUnlisted(ctx, tx, owner, askedAt))
  }
  return counts
}

const keyOf = ({ name, language }: { name: string; language: string }) => `${language}:${name}`
const repaired = (info: TemplateInfo) => repairJson(info) as TemplateInfo

const valuesOf = (info: TemplateInfo) => ({
  whatsappId: info.id,
  category: info.category,
  status: info.status,
  parameterFormat: info.parameterFormat,
  components: info.components as Prisma.JsonArray,
})

async function storeBatch(
  ctx: Context,
  tx: Tx,
  owner: Owner,
  batch: TemplateInfo[],
  { askedAt, first }: { askedAt: Date; first: boolean },
): Promise<{ added: number; updated: number }> {
  await lockAccount(tx, owner)
  const rows = await tx.template.findMany({ where: { ...owned(owner), name: { in: batch.map(({ name }) => name) } } })
  const byKey = new Map(rows.map((row) => [keyOf(row), row]))
  const now = ctx.clock.now()
  const missing: Template[] = []
  const same: string[] = []
  let updated = 0
  for (const info of batch) {
    const row = byKey.get(keyOf(info))
    const { name, language } = info
    const values = valuesOf(info)
    if (!row) {
      const id = newId('Template')
      const heard = { statusNews: [], categoryNews: [], syncedAt: askedAt }
      missing.push({ ...owned(owner), id, name, language, ...values, ...heard, createdAt: now })
    } else if (row.syncedAt <= askedAt) {
      if (differs(row, values)) {
        await changeTemplate(ctx, tx, row, values, askedAt)
        updated++
      } else same.push(row.id)
    }
  }
  await tx.template.createMany({ data: missing as Prisma.TemplateCreateManyInput[] })
  await tx.template.updateMany({
    where: { organizationId: owner.organizationId, id: { in: same } },
    data: { syncedAt: askedAt },
  })
  // The templates that an account comes with are no news; those that it gets later are.
  if (!first) for (const template of missing) await appendTemplateEvent(ctx, tx, template)
  return { added: missing.length, updated }
}

async function removeUnlisted(ctx: Context, tx: Tx, owner: Owner, askedAt: Date): Promise<number> {
  await lockAccount(tx, owner)
  const gone = await tx.template.findMany({
    where: { ...owned(owner), syncedAt: { lt: askedAt } },
    take: batchSize,
  })
  const ids = gone.map(({ id }) => id)
  await tx.template.deleteMany({ where: { organizationId: owner.organizationId, id: { in: ids } } })
  for (const template of gone) await appendTemplateEvent(ctx, tx, template, 'DELETED')
  return gone.length
}

const owned = ({ organizationId, businessAccountId }: Owner) => ({ organizationId, businessAccountId })

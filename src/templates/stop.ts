import type { Context } from '../context.js'
import { isId } from '../core/ids.js'
import { rowKey } from '../database/client.js'
import { record, textOf } from '../whatsapp/read.js'
import { lockAccount } from './account.js'
import { changeTemplate } from './changes.js'
import { syncSoon } from './sync.js'

/** What WhatsApp's refusals say that a template has become. */
const statusOfCode: Record<number, string> = { 132015: 'PAUSED', 132016: 'DISABLED' }

/**
 * WhatsApp refused a message for the sake of its template. Where the code says what the template has become, its row
 * says so from now on, and further sends are refused here; in any case WhatsApp is asked how the templates stand.
 * `message`: our id or WhatsApp's of the message that met it.
 */
export async function learnFromRefusal(
  ctx: Context,
  code: number,
  { organizationId, connectionId, message }: { organizationId: string; connectionId: string; message: string },
): Promise<void> {
  const { prisma } = ctx.database
  const connection = await prisma.whatsAppConnection.findUnique({ where: rowKey({ organizationId, id: connectionId }) })
  if (!connection) return
  const status = statusOfCode[code]
  syncSoon(ctx, connection, { now: status === undefined })
  if (status === undefined) return
  const sent = await prisma.message.findFirst({
    where: { organizationId, ...(isId('Message', message) ? { id: message } : { wamid: message }) },
    select: { type: true, content: true },
  })
  if (sent?.type !== 'TEMPLATE') return
  const content = record(sent.content)
  const [name, language] = [textOf(content.templateName), textOf(content.language)]
  if (name === null || language === null) return
  const { businessAccountId } = connection
  await ctx.database.transaction(async (tx) => {
    await lockAccount(tx, connection)
    const template = await tx.template.findFirst({ where: { organizationId, businessAccountId, name, language } })
    if (template) await changeTemplate(ctx, tx, template, { status }, ctx.clock.now())
  })
}

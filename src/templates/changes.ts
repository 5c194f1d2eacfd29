import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../context.js'
import { rowKey, type Tx } from '../database/client.js'
import type { Prisma, Template } from '../generated/prisma/client.js'

/** What WhatsApp may change of a template, and what an event tells of. */
const watched = ['whatsappId', 'category', 'status', 'parameterFormat', 'components'] as const

export type TemplateValues = Pick<Template, (typeof watched)[number]>
/** What a change stores: WhatsApp's values, and which webhook told of them. */
type Stored = Partial<TemplateValues & Pick<Template, 'statusNews' | 'categoryNews'>>

/** `components` come back from the database with their keys in another order: they are compared by what they hold. */
export const differs = (template: Template, values: Partial<TemplateValues>): boolean =>
  watched.some((column) => values[column] !== undefined && !isDeepStrictEqual(template[column], values[column]))

/**
 * Stores what WhatsApp said of a template at `at`, with `template.updated` where that changed something. What was heard
 * at `at` is not undone by a list that WhatsApp was asked for before: `syncedAt` says as of when a row holds.
 */
export async function changeTemplate(
  ctx: Context,
  tx: Tx,
  template: Template,
  values: Stored,
  at: Date,
): Promise<boolean> {
  const changed = differs(template, values)
  const updated = await tx.template.update({
    where: rowKey(template),
    data: { ...(values as Prisma.TemplateUncheckedUpdateInput), syncedAt: at },
  })
  if (changed) await appendTemplateEvent(ctx, tx, updated)
  return changed
}

/** `template.updated`: the template as it is now; with the status DELETED where WhatsApp no longer lists it. */
export const appendTemplateEvent = (ctx: Context, tx: Tx, template: Template, status = template.status) =>
  ctx.events.append(tx, {
    organizationId: template.organizationId,
    type: 'template.updated',
    data: {
      template: {
        id: template.id,
        name: template.name,
        language: template.language,
        category: template.category,
        status,
        parameterFormat: template.parameterFormat,
        components: template.components as Prisma.InputJsonValue,
      },
    },
  })

import type { ActorContext } from '../context.js'
import { secondsMs } from '../core/clock.js'
import { badRequest } from '../core/errors.js'
import type { OutboundContent } from '../whatsapp/content.js'
import { type AccountConnection, accountOf } from './account.js'
import { type KnownTemplate, templateFaults } from './check.js'
import { syncOnDemand } from './sync.js'

/** How long a send waits for WhatsApp's list. */
const syncWaitMs = secondsMs(3)

type Row = Omit<AccountConnection, 'organizationId'> & { anyTemplate: boolean } & {
  [Column in keyof KnownTemplate]: KnownTemplate[Column] | null
}

/**
 * Holds a template send against the synced template, before anything is stored. What would be refused is held against a
 * fresh list first, where there has been none for a minute. Where no list has ever been got, WhatsApp itself decides.
 * `connectionId` null: the organization's first.
 * @throws BAD_REQUEST naming every fault at once.
 */
export async function checkTemplate(
  ctx: ActorContext,
  content: OutboundContent,
  connectionId: string | null,
): Promise<void> {
  if (content.type !== 'template') return
  const rows = await readTemplates(ctx, content.templateName, connectionId)
  const [first] = rows
  // Without a number there is nothing to hold it against; the send ends with NOT_CONFIGURED.
  if (!first || templateFaults(content, known(rows)).length === 0) return
  const account = accountOf(ctx, { organizationId: ctx.actor.organizationId, ...first })
  const synced = await syncOnDemand(ctx, account, syncWaitMs)
  const fresh = await readTemplates(ctx, content.templateName, connectionId)
  if (!synced && !fresh.some(({ anyTemplate }) => anyTemplate)) return
  const faults = templateFaults(content, known(fresh))
  if (faults.length > 0) throw badRequest(faults)
}

const known = (rows: Row[]): KnownTemplate[] => rows.filter((row): row is Row & KnownTemplate => row.language !== null)

/** The number, with the templates of that name in its account; one row without a template where there are none. */
const readTemplates = (ctx: ActorContext, name: string, connectionId: string | null): Promise<Row[]> =>
  ctx.database.query<Row>(
    `SELECT w."phoneNumberId", w."businessAccountId", w.source, w.secrets,
       t.language, t.status, t."parameterFormat", t.components,
       t.id IS NOT NULL OR EXISTS (
         SELECT 1 FROM "Template" AS a
         WHERE a."organizationId" = w."organizationId" AND a."businessAccountId" = w."businessAccountId"
       ) AS "anyTemplate"
     FROM (
       SELECT * FROM "WhatsAppConnection"
       WHERE "organizationId" = $1 AND ($2::text IS NULL OR id = $2)
       ORDER BY (source = 'ENVIRONMENT' OR secrets IS NOT NULL) DESC, id LIMIT 1
     ) AS w
     LEFT JOIN "Template" AS t ON t."organizationId" = w."organizationId"
       AND t."businessAccountId" = w."businessAccountId" AND t.name = $3`,
    [ctx.actor.organizationId, connectionId, name],
  )

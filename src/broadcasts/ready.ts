import { findConnection } from '../connections/connections.js'
import type { ActorContext } from '../context.js'
import { badRequest, DomainError, type ErrorDetail, notConfigured } from '../core/errors.js'
import type { Template, WhatsAppConnection } from '../generated/prisma/client.js'
import { countAudience, requireContacts } from './audience.js'
import { type CsvColumns, mapColumns } from './csv-columns.js'
import { type CsvFile, openCsv } from './csv-file.js'
import type { CheckedBroadcast } from './input.js'
import { type BodyParameters, bodyPlaces, checkParameters, sampleParameters, withBody } from './parameters.js'
import { exceedsPlan, planLimitError, recipientLimit } from './plan.js'
import type { SpooledFile } from './spool.js'
import { holdAgainst, requireTemplate, type TemplateContent, templateContent } from './template.js'

/** A broadcast that has passed every check, and is to be stored or only tried out. */
export type ReadyBroadcast = {
  checked: CheckedBroadcast
  connection: WhatsAppConnection
  content: TemplateContent
  template: Template
  /** What the body says to contacts that are named. */
  parameters: ReadonlyMap<string, BodyParameters>
  csv: { file: CsvFile; columns: CsvColumns; digest: string } | null
}

/** Every check of a new broadcast but those of its file's rows. @throws BAD_REQUEST, NOT_FOUND, PLAN_LIMIT, NOT_CONFIGURED. */
export async function getReady(
  ctx: ActorContext,
  checked: CheckedBroadcast,
  spooled: SpooledFile | null,
): Promise<ReadyBroadcast> {
  const content = templateContent(checked.template)
  const connection = await connectionOf(ctx, checked)
  await requireContacts(ctx, checked.audience.contactIds)
  const template = await requireTemplate(ctx, content, connection)
  const parameters = parametersOf(template, checked)
  const csv = spooled && (await readyCsv(spooled, template))
  const ready = { checked, connection, content, template, parameters, csv }
  await holdAgainst(ctx, specimen(ready), connection)
  await requireAudience(ctx, checked)
  return ready
}

async function readyCsv(spooled: SpooledFile, template: Template): Promise<ReadyBroadcast['csv']> {
  const file = await openCsv(spooled)
  return { file, columns: mapColumns(file.columns, template), digest: spooled.digest }
}

async function connectionOf(ctx: ActorContext, { connectionId }: CheckedBroadcast): Promise<WhatsAppConnection> {
  const connection = await findConnection(ctx, {}, connectionId ?? undefined)
  if (connection) return connection
  if (connectionId === null) throw notConfigured()
  const details = [{ path: 'connectionId', message: 'names no number of this organization' }]
  throw new DomainError('NOT_FOUND', 'No such connection.', { details })
}

const mostFaults = 20

function parametersOf(template: Template, { parameters }: CheckedBroadcast): Map<string, BodyParameters> {
  const faults: ErrorDetail[] = []
  const found = new Map<string, BodyParameters>()
  parameters.forEach(({ contactId, values }, n) => {
    const checked = checkParameters(template, values)
    if (checked.ok) found.set(contactId, checked.parameters)
    else faults.push(...checked.faults.map((fault) => ({ ...fault, path: pathOf(n, fault.path) })))
  })
  if (faults.length > 0) throw badRequest(faults.slice(0, mostFaults))
  return found
}

const pathOf = (n: number, path: string) => [`parameters.${n}.values`, path].filter((part) => part !== '').join('.')

/** What is held against the template: the body as it is for everybody, unless each recipient brings values for it. */
function specimen({ checked: { audience }, content, template, parameters, csv }: ReadyBroadcast): TemplateContent {
  const eachHasTheirOwn =
    audience.tags.length === 0 &&
    audience.contactIds.every((id) => parameters.has(id)) &&
    (csv === null || csv.columns.places !== null)
  if (!eachHasTheirOwn || bodyPlaces(template).length === 0) return content
  return { ...content, components: withBody(content.components ?? [], sampleParameters(template)) }
}

/** @throws BAD_REQUEST where nobody is meant, PLAN_LIMIT where too many are. A file is counted as it is read. */
async function requireAudience(ctx: ActorContext, { audience }: CheckedBroadcast): Promise<void> {
  const limit = recipientLimit(ctx.actor.organization)
  const count = await countAudience(ctx, audience, (limit ?? 0) + 1)
  if (exceedsPlan(ctx.actor.organization, count)) throw planLimitError(ctx.actor.organization)
  if (count === 0 && audience.csv === null) {
    throw badRequest([{ path: 'audience', message: 'is empty: no contact has these tags' }])
  }
}

/** What a broadcast is when it is put together. */
export const statusOf = ({ scheduledAt }: { scheduledAt: Date | null }) =>
  scheduledAt === null ? ('RUNNING' as const) : ('SCHEDULED' as const)

import type { ActorContext } from '../context.js'
import { badRequest } from '../core/errors.js'
import type { BroadcastSkipReason } from '../generated/prisma/client.js'
import { renderTemplate } from '../templates/render.js'
import type { TemplateComponent } from '../whatsapp/content-template.js'
import { type AudienceContact, readAudience } from './audience.js'
import type { CheckedRow, RowFault } from './csv-columns.js'
import { checkedRows, isFault, rowFaults } from './import-csv.js'
import { broadcastLimits } from './limits.js'
import { recentlyMarketed } from './marketing.js'
import { type BodyParameters, withBody } from './parameters.js'
import { exceedsPlan, planLimitError } from './plan.js'
import type { ReadyBroadcast } from './ready.js'
import { skipReasonOf } from './verdict.js'

/** What would become of a broadcast if it began now. */
export type DryRunReport = {
  total: number
  wouldSend: number
  skipped: { reason: BroadcastSkipReason; count: number }[]
  /** Rows of the file that would be refused, all counted, the first with their reasons; numbers that would become contacts. */
  csv: { rows: number; rejected: number; faults: RowFault[]; newContacts: number } | null
  /** The first messages. */
  previews: { contactId: string | null; phone: string | null; components: TemplateComponent[]; body: string | null }[]
  /** How long it would take at its pace. */
  durationSeconds: number
}

type Candidate = Omit<AudienceContact, 'id'> & { id: string | null; parameters: BodyParameters | null }

/** Runs every check of a broadcast, and sends, stores and counts nothing. @throws BAD_REQUEST, PLAN_LIMIT as the real one. */
export async function dryRun(ctx: ActorContext, ready: ReadyBroadcast): Promise<DryRunReport> {
  const { audience, messagesPerSecond } = ready.checked
  const tally = createTally(ctx, ready)
  const hasFile = ready.csv !== null
  const seen = new Set<string>()
  for await (const contacts of readAudience(ctx, audience, broadcastLimits.csv.rowsAtOnce)) {
    if (hasFile) for (const { id } of contacts) seen.add(id)
    await tally.take(contacts.map((contact) => ({ ...contact, parameters: ready.parameters.get(contact.id) ?? null })))
  }
  const csv = ready.csv && (await takeFile(ctx, ready, ready.csv, seen, tally.take))
  const report = tally.report()
  if (exceedsPlan(ctx.actor.organization, report.total)) throw planLimitError(ctx.actor.organization)
  if (report.total === 0) throw badRequest([{ path: 'audience', message: 'leaves nobody to write to' }])
  return { ...report, csv, durationSeconds: Math.ceil(report.wouldSend / messagesPerSecond) }
}

function createTally(ctx: ActorContext, { template, content }: ReadyBroadcast) {
  const policy = ctx.actor.organization.consentPolicy
  const skipped = new Map<BroadcastSkipReason, number>()
  const previews: DryRunReport['previews'] = []
  let total = 0
  let wouldSend = 0

  async function take(candidates: Candidate[]): Promise<void> {
    const contactIds = candidates.flatMap(({ id }) => id ?? [])
    const { organizationId } = ctx.actor
    const marketed =
      template.category === 'MARKETING'
        ? await recentlyMarketed(ctx.database, { organizationId, contactIds, now: ctx.clock.now() })
        : new Set<string>()
    for (const candidate of candidates) {
      const { id, phone, parameters } = candidate
      const reason = skipReasonOf(candidate, { policy, marketed: id !== null && marketed.has(id) })
      total++
      if (reason !== null) skipped.set(reason, (skipped.get(reason) ?? 0) + 1)
      else if (++wouldSend <= broadcastLimits.previews) {
        const components = withBody(content.components ?? [], parameters)
        previews.push({ contactId: id, phone, components, body: renderTemplate(template, components).body })
      }
    }
  }

  const report = () => ({
    total,
    wouldSend,
    skipped: [...skipped].map(([reason, count]) => ({ reason, count })),
    previews,
  })
  return { take, report }
}

/** The file beside the rest of the audience: `seen` are the contacts that are recipients already. */
async function takeFile(
  ctx: ActorContext,
  ready: ReadyBroadcast,
  csv: NonNullable<ReadyBroadcast['csv']>,
  seen: Set<string>,
  take: (candidates: Candidate[]) => Promise<void>,
): Promise<NonNullable<DryRunReport['csv']>> {
  const result = { rows: 0, rejected: 0, faults: [] as RowFault[], newContacts: 0 }
  const allowed = ctx.actor.organization.consentPolicy === 'ALLOW_UNKNOWN'
  const refuse = (line: number, reason: string) => {
    result.rejected++
    if (result.faults.length < broadcastLimits.csv.faults) result.faults.push({ line, reason })
  }
  for await (const rows of checkedRows(csv, ready)) {
    result.rows += rows.length
    const contacts = await contactsByPhone(ctx, rows)
    const candidates: Candidate[] = []
    for (const row of rows) {
      if (isFault(row)) {
        refuse(row.line, row.reason)
        continue
      }
      const contact = contacts.get(row.phone)
      const key = contact?.id ?? row.phone
      if (seen.has(key)) refuse(row.line, rowFaults.again)
      else if (!contact && !allowed) refuse(row.line, rowFaults.unknown)
      else {
        seen.add(key)
        if (!contact) result.newContacts++
        candidates.push(candidateOf(row, contact))
      }
    }
    await take(candidates)
  }
  return result
}

const candidateOf = ({ phone, parameters }: CheckedRow, contact: AudienceContact | undefined): Candidate => ({
  id: contact?.id ?? null,
  phone,
  userId: contact?.userId ?? null,
  optedIn: contact?.optedIn ?? null,
  parameters,
})

async function contactsByPhone(
  ctx: ActorContext,
  rows: (CheckedRow | RowFault)[],
): Promise<Map<string, AudienceContact>> {
  const phones = rows.flatMap((row) => (isFault(row) ? [] : [row.phone]))
  const found = await ctx.database.query<AudienceContact>(
    'SELECT id, phone, "userId", "optedIn" FROM "Contact" WHERE "organizationId" = $1 AND phone = ANY($2)',
    [ctx.actor.organizationId, phones],
  )
  return new Map(found.map((contact) => [contact.phone ?? '', contact]))
}

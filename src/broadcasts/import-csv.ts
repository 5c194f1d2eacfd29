import { setTimeout as pause } from 'node:timers/promises'
import { insertContacts } from '../contacts/write.js'
import type { ActorContext, Context } from '../context.js'
import { badRequest, DomainError } from '../core/errors.js'
import { rowKey, type Tx } from '../database/client.js'
import { type Broadcast, Prisma } from '../generated/prisma/client.js'
import { tagCondition } from './audience.js'
import { progressEvent } from './broadcast-event.js'
import { changeBroadcast, lockBroadcast } from './control.js'
import { countBroadcastIn } from './counts.js'
import { type CheckedRow, type CsvColumns, checkRow, type RowFault } from './csv-columns.js'
import type { CsvFile } from './csv-file.js'
import { broadcastLimits } from './limits.js'
import { exceedsPlan, planLimitError, recipientLimit } from './plan.js'
import { type ReadyBroadcast, statusOf } from './ready.js'

type Csv = { file: CsvFile; columns: CsvColumns }

/**
 * Reads the recipients of a DRAFT from its file, some rows in a transaction, and lets the broadcast begin. The answer
 * waits for that for a while; after it the broadcast is a DRAFT for as long as it takes, and what goes wrong then makes
 * it FAILED. What goes wrong before leaves nothing: no broadcast, and no claim of its idempotency key.
 * @throws BAD_REQUEST where the file is none or holds nobody, PLAN_LIMIT.
 */
export async function importCsv(
  ctx: ActorContext,
  draft: Broadcast,
  ready: ReadyBroadcast,
  csv: Csv,
): Promise<Broadcast> {
  let answered = false
  const importing = readAll(ctx, draft, ready, csv).finally(() => csv.file.close())
  const ended = importing.then(
    (broadcast) => ({ broadcast }),
    async (error: unknown) => {
      if (answered) await failDraft(ctx, draft, error)
      else await removeDraft(ctx, draft)
      return { error }
    },
  )
  ctx.background.run('read a file of recipients', async () => {
    if ('broadcast' in (await ended)) ctx.broadcastsDue.emit()
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, broadcastLimits.csv.answerMs, null)
  })
  const first = await Promise.race([ended, late]).finally(() => clearTimeout(timer))
  if (first === null) {
    answered = true
    return draft
  }
  if ('error' in first) throw first.error
  return first.broadcast
}

async function readAll(ctx: ActorContext, draft: Broadcast, ready: ReadyBroadcast, csv: Csv): Promise<Broadcast> {
  let toldMs = 0
  let done = 0
  for await (const rows of checkedRows(csv, ready)) {
    const nowMs = ctx.clock.now().getTime()
    const tell = nowMs - toldMs >= broadcastLimits.progressMs
    if (tell) toldMs = nowMs
    await persistently(ctx, draft, () => ctx.database.transaction((tx) => importRows(ctx, tx, draft, rows, done, tell)))
    done += rows.length
  }
  return persistently(ctx, draft, () => ctx.database.transaction((tx) => finish(ctx, tx, draft)))
}

/** Tries again what failed for no reason of its own, such as a database that was away, for as long as the lease holds. */
async function persistently<T>(ctx: Context, { id }: Broadcast, step: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + broadcastLimits.csv.leaseMs / 2
  for (;;) {
    try {
      return await step()
    } catch (error) {
      if (error instanceof DomainError || performance.now() >= untilMs) throw error
      ctx.logger.warn({ err: error, broadcastId: id }, 'rows of a file of recipients failed; they are tried again')
      await pause(broadcastLimits.csv.retryMs)
    }
  }
}

/** Some rows at a time, each checked. */
export async function* checkedRows(
  { file, columns }: Csv,
  { template }: Pick<ReadyBroadcast, 'template'>,
): AsyncGenerator<(CheckedRow | RowFault)[]> {
  let rows: (CheckedRow | RowFault)[] = []
  for await (const row of file.rows()) {
    rows.push(checkRow(row, columns, template))
    if (rows.length < broadcastLimits.csv.rowsAtOnce) continue
    yield rows
    rows = []
  }
  if (rows.length > 0) yield rows
}

export const isFault = (row: CheckedRow | RowFault): row is RowFault => 'reason' in row

export const rowFaults = {
  unknown: 'phone is no contact, and the consent policy lets nobody be written to who has not opted in',
  again: 'names a contact who is a recipient already',
}

async function importRows(
  ctx: ActorContext,
  tx: Tx,
  draft: Broadcast,
  rows: (CheckedRow | RowFault)[],
  done: number,
  tell: boolean,
): Promise<void> {
  const { csvRows } = await holdDraft(ctx, tx, draft)
  // A try before this one was committed, and its answer lost.
  if (csvRows > done) return
  const faults = rows.filter(isFault)
  const good = rows.filter((row): row is CheckedRow => !isFault(row))
  const contactIds = await contactsOf(ctx, tx, good)
  const known = good.flatMap((row) => {
    const contactId = contactIds.get(row.phone)
    if (contactId !== undefined) return [{ ...row, contactId }]
    faults.push({ line: row.line, reason: rowFaults.unknown })
    return []
  })
  const added = await insertRecipients(tx, draft, known, ctx.clock.now())
  for (const { contactId, line } of known) {
    // Of a contact that comes twice in these rows the first counts.
    if (!added.delete(contactId)) faults.push({ line, reason: rowFaults.again })
  }
  await noteRows(tx, draft, rows.length, faults)
  const counts = tell || recipientLimit(ctx.actor.organization) !== null ? await countBroadcastIn(tx, draft) : null
  if (counts && exceedsPlan(ctx.actor.organization, counts.total)) throw planLimitError(ctx.actor.organization)
  if (counts && tell) await ctx.events.append(tx, progressEvent(draft, counts))
}

/** Says that the file is still being read; answers how many of its rows have been. @throws CONFLICT where the broadcast is no DRAFT any more. */
async function holdDraft(ctx: ActorContext, tx: Tx, { organizationId, id }: Broadcast): Promise<{ csvRows: number }> {
  const [held] = await tx.broadcast.updateManyAndReturn({
    where: { organizationId, id, status: 'DRAFT' },
    data: { leaseExpiresAt: new Date(ctx.clock.now().getTime() + broadcastLimits.csv.leaseMs) },
    select: { csvRows: true },
  })
  if (!held) throw new DomainError('CONFLICT', 'The broadcast was cancelled, or given up, while its file was read.')
  return { csvRows: held.csvRows ?? 0 }
}

/** The contacts of some numbers by them. Who is not known yet becomes one where the consent policy lets them be written to. */
async function contactsOf(ctx: ActorContext, tx: Tx, rows: CheckedRow[]): Promise<Map<string, string>> {
  const { organizationId, organization } = ctx.actor
  const byPhone = new Map(rows.map((row) => [row.phone, row]))
  // Kept from being deleted until they are recipients.
  const found = await tx.$queryRaw<{ id: string; phone: string | null }[]>`
    SELECT id, phone FROM "Contact" WHERE "organizationId" = ${organizationId} AND phone = ANY(${[...byPhone.keys()]})
    ORDER BY id FOR KEY SHARE`
  for (const { phone } of found) byPhone.delete(phone ?? '')
  const created =
    organization.consentPolicy === 'ALLOW_UNKNOWN'
      ? await insertContacts(
          ctx,
          tx,
          organizationId,
          [...byPhone.values()].map(({ phone, name }) => ({ phone, name })),
        )
      : []
  return new Map([...found, ...created].map(({ phone, id }) => [phone ?? '', id]))
}

type Known = CheckedRow & { contactId: string }

async function insertRecipients(tx: Tx, draft: Broadcast, rows: Known[], now: Date): Promise<Set<string>> {
  const first = new Map(rows.toReversed().map((row) => [row.contactId, row]))
  const values = [...first.values()].map(({ contactId, parameters }) => ({ contactId, parameters }))
  const added = await tx.$queryRaw<{ contactId: string }[]>`
    INSERT INTO "BroadcastRecipient" ("organizationId", "broadcastId", "contactId", parameters, "dueAt")
    SELECT ${draft.organizationId}, ${draft.id}, row."contactId", NULLIF(row.parameters, 'null'::jsonb), ${now}
    FROM jsonb_to_recordset(${JSON.stringify(values)}::jsonb) AS row("contactId" text, parameters jsonb)
    ON CONFLICT DO NOTHING RETURNING "contactId"`
  return new Set(added.map(({ contactId }) => contactId))
}

/** Counts the rows; the first that were refused are kept with their reasons. */
async function noteRows(tx: Tx, { organizationId, id }: Broadcast, rows: number, faults: RowFault[]): Promise<void> {
  const inOrder = faults.sort((a, b) => a.line - b.line)
  await tx.$executeRaw`
    UPDATE "Broadcast" SET "csvRows" = "csvRows" + ${rows}, "csvRejected" = "csvRejected" + ${faults.length},
      "csvFaults" = (
        SELECT COALESCE(jsonb_agg(fault), '[]'::jsonb) FROM (
          SELECT fault FROM jsonb_array_elements("csvFaults" || ${JSON.stringify(inOrder.slice(0, broadcastLimits.csv.faults))}::jsonb)
            WITH ORDINALITY AS one(fault, place) ORDER BY place LIMIT ${broadcastLimits.csv.faults}
        ) AS kept
      )
    WHERE "organizationId" = ${organizationId} AND id = ${id}`
}

/** The file has been read: the broadcast begins, or waits for its time. */
async function finish(ctx: ActorContext, tx: Tx, draft: Broadcast): Promise<Broadcast> {
  await holdDraft(ctx, tx, draft)
  await requireSome(ctx, tx, draft)
  const broadcast = await tx.broadcast.update({
    where: rowKey(draft),
    data: {
      status: statusOf(draft),
      resolvedAt: draft.tags.length === 0 ? ctx.clock.now() : null,
      leaseExpiresAt: null,
    },
  })
  await ctx.events.append(tx, progressEvent(broadcast, await countBroadcastIn(tx, broadcast)))
  return broadcast
}

/** @throws BAD_REQUEST where nobody is left, PLAN_LIMIT where the file and the tags together mean too many. */
async function requireSome(ctx: ActorContext, tx: Tx, draft: Broadcast): Promise<void> {
  const { organizationId, id } = draft
  const most = (recipientLimit(ctx.actor.organization) ?? 0) + 1
  const [row] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM (
      SELECT "contactId" FROM "BroadcastRecipient" WHERE "organizationId" = ${organizationId} AND "broadcastId" = ${id}
      UNION SELECT id FROM "Contact" WHERE "organizationId" = ${organizationId} AND ${tagCondition(Prisma.sql`tags`, draft)}
      LIMIT ${most}
    ) AS meant`
  if (exceedsPlan(ctx.actor.organization, row?.n ?? 0)) throw planLimitError(ctx.actor.organization)
  if (row?.n) return
  const { csvFaults } = await tx.broadcast.findUniqueOrThrow({ where: rowKey(draft), select: { csvFaults: true } })
  const first = (csvFaults as RowFault[])[0]
  const why = first ? `: line ${first.line}: ${first.reason}` : ''
  throw badRequest([{ path: 'audience.csv', message: `leaves nobody to write to${why}` }])
}

/** The caller was told of the DRAFT: it stays, and says why it is nothing. Its idempotency key is free again. */
export async function failDraft(ctx: Context, draft: { organizationId: string; id: string }, error: unknown) {
  if (!(error instanceof DomainError)) {
    ctx.logger.error({ err: error, broadcastId: draft.id }, 'a file of recipients could not be read')
  }
  const statusReason = error instanceof DomainError ? error.message : 'The file could not be read: create it again.'
  await ctx.database.transaction(async (tx) => {
    const broadcast = await lockBroadcast(tx, draft)
    if (broadcast?.status !== 'DRAFT') return
    const change = { status: 'FAILED' as const, statusReason, completedAt: ctx.clock.now(), idempotencyKey: null }
    await changeBroadcast(ctx, tx, broadcast, change)
  })
}

const removedAtOnce = 10_000

/**
 * Takes back a broadcast that was never put together: its recipients first, in statements that stay short. They are
 * found by where they lie: a planner that knows nothing yet of rows so new would search for each.
 */
export async function removeDraft(ctx: Context, { organizationId, id }: { organizationId: string; id: string }) {
  for (let removed = removedAtOnce; removed === removedAtOnce; ) {
    const rows = await ctx.database.query(
      `DELETE FROM "BroadcastRecipient" WHERE ctid = ANY(ARRAY(
         SELECT r.ctid FROM "BroadcastRecipient" AS r JOIN "Broadcast" AS b USING ("organizationId")
         WHERE "organizationId" = $1 AND r."broadcastId" = $2 AND b.id = $2 AND b.status = 'DRAFT' LIMIT ${removedAtOnce}
       ))
       RETURNING 1`,
      [organizationId, id],
    )
    removed = rows.length
  }
  await ctx.database.prisma.broadcast.deleteMany({ where: { organizationId, id, status: 'DRAFT' } })
}

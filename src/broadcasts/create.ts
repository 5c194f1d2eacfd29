import type { ActorContext } from '../context.js'
import { DomainError } from '../core/errors.js'
import { newId } from '../core/ids.js'
import { isUniqueViolation, type Tx } from '../database/client.js'
import type { Broadcast, Prisma } from '../generated/prisma/client.js'
import { progressEvent } from './broadcast-event.js'
import { countBroadcastIn } from './counts.js'
import { type DryRunReport, dryRun } from './dry-run.js'
import { importCsv } from './import-csv.js'
import { type CheckedBroadcast, type CreateBroadcastInput, checkBroadcast, hashBroadcast } from './input.js'
import { broadcastLimits } from './limits.js'
import { getReady, type ReadyBroadcast, statusOf } from './ready.js'
import { type SpooledFile, spool } from './spool.js'

export type CreatedBroadcast = {
  /** Null after a dry run. */
  broadcast: Broadcast | null
  /** The first answer to this idempotency key again. */
  replayed: boolean
  report: DryRunReport | null
}

/**
 * Creates a broadcast: now, or at `scheduledAt`. Contacts named by id or in a file are recipients from now on; those
 * meant by tag are found when it starts. A file that takes longer is read on after the answer, which is then a DRAFT. With
 * `dryRun` nothing is stored: the report says what would become of it.
 * @throws BAD_REQUEST, NOT_FOUND, PLAN_LIMIT, NOT_CONFIGURED; CONFLICT for an idempotency key of another request.
 */
export async function createBroadcast(ctx: ActorContext, input: CreateBroadcastInput): Promise<CreatedBroadcast> {
  const checked = checkBroadcast(ctx, input)
  const { csv: upload } = checked.audience
  const spooled = upload && (await spool(upload, broadcastLimits.csv.bytes))
  let keep = false
  try {
    const known = await findReplay(ctx, checked, spooled)
    if (known) return { broadcast: known, replayed: true, report: null }
    const ready = await getReady(ctx, checked, spooled)
    if (checked.dryRun) return { broadcast: null, replayed: false, report: await dryRun(ctx, ready) }
    const stored = await store(ctx, ready)
    keep = true
    const broadcast = ready.csv ? await importCsv(ctx, stored, ready, ready.csv) : stored
    ctx.broadcastsDue.emit()
    return { broadcast, replayed: false, report: null }
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    // Asked for twice at the same moment: the other one has stored it.
    const known = await findReplay(ctx, checked, spooled)
    if (!known) throw inFlight()
    return { broadcast: known, replayed: true, report: null }
  } finally {
    // The import lets go of its file by itself, which may be after the answer.
    if (!keep) await spooled?.close()
  }
}

const inFlight = () =>
  new DomainError('CONFLICT', 'The first request with this idempotency key is still in flight.', { retryAfter: 1 })

/** The broadcast that came with the same idempotency key. @throws CONFLICT where it came with another request. */
async function findReplay(
  ctx: ActorContext,
  checked: CheckedBroadcast,
  file: SpooledFile | null,
): Promise<Broadcast | null> {
  const { idempotencyKey } = checked
  if (idempotencyKey === null || checked.dryRun) return null
  const { organizationId } = ctx.actor
  const found = await ctx.database.prisma.broadcast.findUnique({
    where: { organizationId_idempotencyKey: { organizationId, idempotencyKey } },
  })
  if (!found) return null
  const hash = hashBroadcast(checked, file?.digest ?? null)
  if (found.requestHash && Buffer.from(hash).equals(Buffer.from(found.requestHash))) return found
  throw new DomainError('CONFLICT', 'This idempotency key was used for another request.')
}

function store(ctx: ActorContext, ready: ReadyBroadcast): Promise<Broadcast> {
  return ctx.database.transaction(async (tx) => {
    const broadcast = await tx.broadcast.create({ data: rowOf(ctx, ready) })
    await insertNamed(tx, broadcast, ready, ctx.clock.now())
    await ctx.events.append(tx, progressEvent(broadcast, await countBroadcastIn(tx, broadcast)))
    return broadcast
  })
}

function rowOf(ctx: ActorContext, { checked, connection, content, csv }: ReadyBroadcast) {
  const now = ctx.clock.now()
  const { audience, name, messagesPerSecond, scheduledAt, idempotencyKey } = checked
  return {
    organizationId: ctx.actor.organizationId,
    id: newId('Broadcast'),
    name,
    status: csv ? ('DRAFT' as const) : statusOf(checked),
    connectionId: connection.id,
    templateName: content.templateName,
    language: content.language,
    components: (content.components ?? []) as Prisma.InputJsonArray,
    tags: audience.tags,
    tagMatch: audience.tagMatch,
    messagesPerSecond,
    scheduledAt,
    resolvedAt: csv === null && audience.tags.length === 0 ? now : null,
    csvRows: csv ? 0 : null,
    idempotencyKey,
    requestHash: idempotencyKey === null ? null : hashBroadcast(checked, csv?.digest ?? null),
    leaseExpiresAt: csv ? new Date(now.getTime() + broadcastLimits.csv.leaseMs) : null,
    createdAt: now,
  }
}

/** Whoever has been deleted meanwhile is no recipient. */
async function insertNamed(tx: Tx, { organizationId, id }: Broadcast, ready: ReadyBroadcast, now: Date): Promise<void> {
  const rows = ready.checked.audience.contactIds.map((contactId) => ({
    contactId,
    parameters: ready.parameters.get(contactId) ?? null,
  }))
  if (rows.length === 0) return
  await tx.$executeRaw`
    INSERT INTO "BroadcastRecipient" ("organizationId", "broadcastId", "contactId", parameters, "dueAt")
    SELECT k."organizationId", ${id}, k.id, NULLIF(row.parameters, 'null'::jsonb), ${now}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row("contactId" text, parameters jsonb)
    JOIN "Contact" AS k ON k."organizationId" = ${organizationId} AND k.id = row."contactId"
    ORDER BY k.id FOR KEY SHARE OF k`
}

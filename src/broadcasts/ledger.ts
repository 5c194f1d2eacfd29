import type { ActorContext } from '../context.js'
import { checkPageArgs, cursorOfId, type Page, type PageArgs } from '../database/page.js'
import {
  type BroadcastRecipientState,
  type BroadcastSkipReason,
  type BroadcastStatus,
  type MessageStatus,
  Prisma,
} from '../generated/prisma/client.js'
import type { MessageError } from '../messages/refusal.js'
import type { BodyParameters } from './parameters.js'
import { skipReasonTexts } from './verdict.js'

/** How far a recipient has come; null of `message`: none is made. */
export const recipientStatuses = [
  'PENDING',
  'QUEUED',
  'UNKNOWN',
  'SENT',
  'DELIVERED',
  'READ',
  'FAILED',
  'SKIPPED',
] as const
export type RecipientStatus = (typeof recipientStatuses)[number]

export type LedgerRow = {
  organizationId: string
  contactId: string
  phone: string | null
  name: string | null
  status: RecipientStatus
  skipReason: BroadcastSkipReason | null
  /** In words; null where there is nothing to explain. */
  reason: string | null
  parameters: BodyParameters | null
  /** While PENDING: not before then. */
  dueAt: Date
  messageId: string | null
  wamid: string | null
  error: MessageError | null
  sentAt: Date | null
  deliveredAt: Date | null
  readAt: Date | null
  failedAt: Date | null
}

type Of = { id: string; status: BroadcastStatus }
type Row = Omit<LedgerRow, 'status' | 'reason'> & {
  state: BroadcastRecipientState
  messageStatus: MessageStatus | null
}

const rowsSql = (organizationId: string, { id }: Of, condition: Prisma.Sql, tail: Prisma.Sql) => Prisma.sql`
  SELECT r."organizationId", r."contactId", k.phone, k.name, r.state, r."skipReason", r.parameters, r."dueAt",
    m.id AS "messageId", m.wamid, m.status AS "messageStatus", m.error, m."sentAt", m."deliveredAt", m."readAt", m."failedAt"
  FROM "BroadcastRecipient" AS r
  JOIN "Contact" AS k ON k."organizationId" = r."organizationId" AND k.id = r."contactId"
  LEFT JOIN "Message" AS m ON m."organizationId" = r."organizationId" AND m."broadcastId" = r."broadcastId"
    AND m."contactId" = r."contactId"
  WHERE r."organizationId" = ${organizationId} AND r."broadcastId" = ${id} AND ${condition} ${tail}`

/** Those of one status. Whoever still waits in a cancelled broadcast is skipped. */
function statusCondition(status: RecipientStatus | null | undefined, broadcast: Of): Prisma.Sql {
  const cancelled = broadcast.status === 'CANCELLED'
  if (status == null) return Prisma.sql`TRUE`
  if (status === 'PENDING') return cancelled ? Prisma.sql`FALSE` : Prisma.sql`r.state = 'PENDING'`
  if (status === 'SKIPPED') {
    return cancelled ? Prisma.sql`r.state IN ('SKIPPED', 'PENDING')` : Prisma.sql`r.state = 'SKIPPED'`
  }
  return Prisma.sql`r.state = 'MESSAGED' AND m.status = ${status}::"MessageStatus"`
}

function shown({ state, messageStatus, ...row }: Row, broadcast: Of): LedgerRow {
  const cancelled = state === 'PENDING' && broadcast.status === 'CANCELLED'
  const skipReason = cancelled ? 'CANCELLED' : row.skipReason
  const status = cancelled ? 'SKIPPED' : state === 'MESSAGED' ? statusOfMessage(messageStatus) : state
  const { error } = row
  const failure = error && (error.details === null ? error.title : `${error.title}: ${error.details}`)
  return { ...row, status, skipReason, reason: skipReason ? skipReasonTexts[skipReason] : failure }
}

/** An outbound message is never RECEIVED. */
const statusOfMessage = (status: MessageStatus | null): RecipientStatus =>
  status === null || status === 'RECEIVED' ? 'QUEUED' : status

/** The ledger of a broadcast, in the order of the contacts' ids. */
export async function listRecipients(
  ctx: ActorContext,
  broadcast: Of,
  { status }: { status?: RecipientStatus | null | undefined },
  args: PageArgs,
): Promise<Page<LedgerRow>> {
  const { organizationId } = ctx.actor
  const { limit, backward, skip, cursor } = checkPageArgs(args, false)
  const condition = statusCondition(status, broadcast)
  const beyond = cursor ? Prisma.sql`AND r."contactId" ${Prisma.raw(backward ? '<' : '>')} ${cursor.id}` : Prisma.empty
  const order = Prisma.raw(backward ? 'DESC' : 'ASC')
  const tail = Prisma.sql`${beyond} ORDER BY r."contactId" ${order} LIMIT ${limit + 1} OFFSET ${skip}`
  const found = await ctx.database.select<Row>(rowsSql(organizationId, broadcast, condition, tail))
  const more = found.length > limit
  const kept = found.slice(0, limit)
  const rows = (backward ? kept.toReversed() : kept).map((row) => shown(row, broadcast))
  return {
    rows,
    cursors: rows.map(({ contactId }) => cursorOfId(contactId)),
    hasNextPage: backward ? Boolean(args.before) : more,
    hasPreviousPage: backward ? more : Boolean(args.after) || skip > 0,
    totalCount: async () => {
      const rowsOf = rowsSql(organizationId, broadcast, condition, Prisma.empty)
      const [row] = await ctx.database.select<{ n: number }>(
        Prisma.sql`SELECT count(*)::int AS n FROM (${rowsOf}) AS all_rows`,
      )
      return row?.n ?? 0
    },
  }
}

const readAtOnce = 1000

/** The whole ledger, some rows at a time, however long it is. */
export async function* readRecipients(ctx: ActorContext, broadcast: Of): AsyncGenerator<LedgerRow[]> {
  for (let after = ''; ; ) {
    const tail = Prisma.sql`AND r."contactId" > ${after} ORDER BY r."contactId" LIMIT ${readAtOnce}`
    const rows = await ctx.database.select<Row>(rowsSql(ctx.actor.organizationId, broadcast, Prisma.sql`TRUE`, tail))
    if (rows.length > 0) yield rows.map((row) => shown(row, broadcast))
    if (rows.length < readAtOnce) return
    after = rows.at(-1)?.contactId ?? ''
  }
}

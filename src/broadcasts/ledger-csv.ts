import type { ActorContext } from '../context.js'
import type { BroadcastStatus } from '../generated/prisma/client.js'
import { type LedgerRow, readRecipients } from './ledger.js'

const columns = [
  'contact_id',
  'phone',
  'name',
  'status',
  'reason',
  'message_id',
  'whatsapp_message_id',
  'sent_at',
  'delivered_at',
  'read_at',
  'failed_at',
] as const

/** The ledger as CSV (RFC 4180), some rows at a time: however long it is, no more of it is in memory. */
export async function* ledgerCsv(
  ctx: ActorContext,
  broadcast: { id: string; status: BroadcastStatus },
): AsyncGenerator<string> {
  yield lineOf(columns)
  for await (const rows of readRecipients(ctx, broadcast)) yield rows.map((row) => lineOf(cellsOf(row))).join('')
}

const cellsOf = (row: LedgerRow): (string | null)[] => [
  row.contactId,
  row.phone,
  row.name,
  row.status,
  row.reason,
  row.messageId,
  row.wamid,
  ...[row.sentAt, row.deliveredAt, row.readAt, row.failedAt].map((time) => time?.toISOString() ?? null),
]

const lineOf = (cells: readonly (string | null)[]) => `${cells.map(csvCell).join(',')}\r\n`

/**
 * A spreadsheet takes a cell that begins like a formula for one, whoever wrote it: an apostrophe before it makes it a
 * text (OWASP, CSV injection). Phone numbers begin with a plus and so get one too.
 */
export function csvCell(value: string | null): string {
  if (value === null) return ''
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

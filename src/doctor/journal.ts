import type { Context } from '../context.js'
import { hoursMs } from '../core/clock.js'
import { normaliseWebhook } from '../whatsapp/inbound.js'
import type { MessageEntry } from '../whatsapp/inbound-entries.js'
import { examplesShown, type Finding } from './finding.js'

type Delivery = { id: string; body: Uint8Array }
type Missing = { delivery: string; entry: MessageEntry }

const batchSize = 200

/**
 * Reads again what WhatsApp sent in the last hours, and looks for the message of each entry. Whose contact is there no
 * more was deleted since, and the message with it.
 */
export async function compareJournal(
  ctx: Pick<Context, 'database' | 'clock'>,
  hours: number,
): Promise<{ findings: Finding[]; webhooks: number; messages: number }> {
  const since = new Date(ctx.clock.now().getTime() - hoursMs(hours))
  const lost: Missing[] = []
  const counts = { webhooks: 0, messages: 0 }
  for (let after = '0'; ; ) {
    const rows = await ctx.database.query<Delivery>(
      `SELECT id::text, body FROM "InboundDelivery" WHERE id > $1::bigint AND "receivedAt" >= $2 AND "processedAt" IS NOT NULL
       ORDER BY id LIMIT ${batchSize}`,
      [after, since],
    )
    counts.webhooks += rows.length
    const entries = rows.flatMap(({ id, body }) => messagesIn(body).map((entry) => ({ delivery: id, entry })))
    counts.messages += entries.length
    lost.push(...(await withoutMessage(ctx, entries)))
    const last = rows.at(-1)
    if (!last || rows.length < batchSize) break
    after = last.id
  }
  return { findings: lost.length > 0 ? [findingOf(lost)] : [], ...counts }
}

function findingOf(lost: Missing[]): Finding {
  const deliveries = [...new Set(lost.map(({ delivery }) => delivery))]
  return {
    check: 'journal.lost',
    severity: 'problem',
    count: lost.length,
    what: `${lost.length} messages were received and processed, and are not there; webhooks`,
    todo:
      'UPDATE "InboundDelivery" SET "processedAt" = NULL, "nextAttemptAt" = now() WHERE id IN (...) has them processed again, ' +
      'which changes nothing that is there.',
    examples: deliveries.slice(0, examplesShown),
  }
}

function messagesIn(body: Uint8Array): MessageEntry[] {
  try {
    return normaliseWebhook(JSON.parse(Buffer.from(body).toString('utf8'))).filter((entry) => entry.kind === 'message')
  } catch {
    return []
  }
}

/** An edit and what takes a message back may be rows of their own, or have changed that of the message they name. */
const wamidsOf = ({ wamid, edit, revoke }: MessageEntry): string[] =>
  [wamid, edit?.originalWamid, revoke?.originalWamid].filter((id) => id !== undefined)

async function withoutMessage({ database }: Pick<Context, 'database'>, entries: Missing[]): Promise<Missing[]> {
  if (entries.length === 0) return []
  const there = await database.query<{ number: string; wamid: string }>(
    `SELECT c."phoneNumberId" AS number, m.wamid FROM "WhatsAppConnection" c
     JOIN "Message" m ON m."organizationId" = c."organizationId" AND m.wamid = ANY($2)
     WHERE c."phoneNumberId" = ANY($1)`,
    [entries.map(({ entry }) => entry.phoneNumberId), entries.flatMap(({ entry }) => wamidsOf(entry))],
  )
  const found = new Set(there.map(({ number, wamid }) => `${number} ${wamid}`))
  const missing = entries.filter(
    ({ entry }) => !wamidsOf(entry).some((id) => found.has(`${entry.phoneNumberId} ${id}`)),
  )
  if (missing.length === 0) return []
  const people = await database.query<{ number: string; phone: string | null; userId: string | null }>(
    `SELECT c."phoneNumberId" AS number, p.phone, p."userId" FROM "WhatsAppConnection" c
     JOIN "Contact" p ON p."organizationId" = c."organizationId" AND (p.phone = ANY($2) OR p."userId" = ANY($3))
     WHERE c."phoneNumberId" = ANY($1)`,
    [
      missing.map(({ entry }) => entry.phoneNumberId),
      missing.map(({ entry }) => entry.phone),
      missing.map(({ entry }) => entry.userId),
    ],
  )
  const isOf = (entry: MessageEntry, person: (typeof people)[number]) =>
    person.number === entry.phoneNumberId &&
    ((entry.phone !== null && person.phone === entry.phone) ||
      (entry.userId !== null && person.userId === entry.userId))
  return missing.filter(({ entry }) => people.some((person) => isOf(entry, person)))
}

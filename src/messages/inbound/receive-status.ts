import type { Context } from '../../context.js'
import { batcherOf } from '../../core/batch.js'
import { isId } from '../../core/ids.js'
import type { Tx } from '../../database/client.js'
import type { Message, StatusEventKind, WhatsAppConnection } from '../../generated/prisma/client.js'
import type { StatusEntry } from '../../whatsapp/inbound-entries.js'
import { applyStep, attachOrphans, lockWamids, statusEventKind } from '../apply-status.js'
import { type LockedMessages, lockMessages } from '../locked-messages.js'
import { applyUpstreamEffects } from '../upstream-effects.js'
import { learnRecipients } from './person.js'
import { notBeyond } from './transactions.js'

/** A status webhook, and the number of ours that it is about. */
type NumberedStatus = { ctx: Context; connection: WhatsAppConnection; entry: StatusEntry }

/**
 * A status webhook: kept, each once, and taken into its message; statuses that come together share a transaction. It
 * names the message by our own id, which WhatsApp echoes, or by the wamid; where it names none yet it waits as an orphan
 * for the send that learns its wamid.
 */
export async function receiveStatus(ctx: Context, connection: WhatsAppConnection, entry: StatusEntry): Promise<void> {
  const message = await taker(ctx.database)({ ctx, connection, entry })
  const [error] = entry.errors
  if (!message || !error) return
  const { organizationId, contactId } = message
  const at = notBeyond(ctx.clock.now(), entry.timestamp)
  const about = { organizationId, connectionId: connection.id, contactId, proof: entry.wamid, at }
  await applyUpstreamEffects(ctx, error.code, about)
}

/** For each status the message that it is about, where we know it. */
const taker = batcherOf((database: Context['database']) => ({
  async run(statuses: NumberedStatus[]): Promise<(Message | null)[]> {
    const [first] = statuses
    if (!first) return []
    const { ctx } = first
    const messages = await database.transaction((tx) => store(ctx, tx, statuses))
    const told = messages.flatMap((message, n) => {
      const entry = statuses[n]?.entry
      if (!message || !entry) return []
      const { organizationId, contactId: id } = message
      return [{ key: { organizationId, id }, person: { phone: entry.recipientPhone, userId: entry.recipientUserId } }]
    })
    // Transactions of their own: they take the contact, which a deletion takes before the messages.
    await learnRecipients(ctx, told)
    return messages
  },
}))

type Stored = { organizationId: string; entry: StatusEntry; timestamp: Date; message: Message | null }

async function store(ctx: Context, tx: Tx, statuses: NumberedStatus[]): Promise<(Message | null)[]> {
  const named = statuses.map(({ connection: { organizationId }, entry }) => {
    const { messageId, wamid } = entry
    return { organizationId, entry, wamid, id: messageId !== null && isId('Message', messageId) ? messageId : null }
  })
  // One that names our message is taken in with its row, and is no orphan whoever learns the wamid meanwhile.
  await lockWamids(
    tx,
    named.filter(({ id }) => id === null),
  )
  const messages = await lockMessages(ctx, tx, named)
  const steps = named.map(({ organizationId, entry, wamid, id }): Stored => {
    const own = id === null ? null : messages.get({ organizationId, id })
    const message = own ?? messages.getByWamid(organizationId, wamid)
    return { organizationId, entry, timestamp: entry.timestamp ?? ctx.clock.now(), message }
  })
  const fresh = await keep(tx, steps)
  steps.forEach((step, n) => {
    if (fresh.has(n)) takeIn(messages, step)
  })
  // Told the wamid only now, by our own id: earlier statuses may have come with the wamid alone.
  const learned = steps.flatMap(({ message }) => (message?.wamid === null ? (messages.get(message) ?? []) : []))
  await attachOrphans(tx, messages, learned)
  await messages.write()
  return steps.map(({ message }) => message && messages.get(message))
}

function takeIn(messages: LockedMessages, { entry, timestamp, message: before }: Stored): void {
  const message = before && messages.get(before)
  if (!message) return
  applyStep(messages, message, { status: entry.status, timestamp, wamid: entry.wamid, errors: entry.errors })
}

/** Stores the steps that are not stored yet; answers their places. */
async function keep(tx: Tx, steps: Stored[]): Promise<Set<number>> {
  const rows = steps.map(({ organizationId, entry, timestamp, message }) => ({
    organizationId,
    wamid: entry.wamid,
    messageId: message?.id ?? null,
    kind: statusEventKind(entry.status),
    occurredAt: timestamp,
    errors: entry.errors.length > 0 ? entry.errors : null,
  }))
  type Key = { organizationId: string; wamid: string; kind: StatusEventKind; occurredAt: Date }
  const keyOf = (key: Key) => JSON.stringify([key.organizationId, key.wamid, key.kind, key.occurredAt.getTime()])
  const stored = await tx.$queryRaw<Key[]>`
    INSERT INTO "MessageStatusEvent" ("organizationId", wamid, "messageId", kind, "occurredAt", errors)
    SELECT "organizationId", wamid, "messageId", kind, "occurredAt", errors
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row("organizationId" text, wamid text, "messageId" text,
      kind "StatusEventKind", "occurredAt" timestamptz(3), errors jsonb)
    ON CONFLICT DO NOTHING RETURNING "organizationId", wamid, kind, "occurredAt"`
  const left = new Set(stored.map(keyOf))
  // Of a step that comes twice in one batch the first counts.
  return new Set(rows.flatMap((row, n) => (left.delete(keyOf(row)) ? [n] : [])))
}

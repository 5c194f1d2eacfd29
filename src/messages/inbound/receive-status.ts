import type { Context } from '../../context.js'
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
export type NumberedStatus = { connection: WhatsAppConnection; entry: StatusEntry }

/**
 * Status webhooks: kept, each once, and taken into their messages, in one transaction for all of them. A status names
 * the message by our own id, which WhatsApp echoes, or by the wamid; where it names none yet it waits as an orphan for
 * the send that learns its wamid.
 */
export async function receiveStatuses(ctx: Context, statuses: NumberedStatus[]): Promise<void> {
  if (statuses.length === 0) return
  const about = await ctx.database.transaction((tx) => store(ctx, tx, statuses))
  const known = statuses.flatMap((status, n) => {
    const message = about[n]
    return message ? [{ ...status, message }] : []
  })
  // Transactions of their own: they take the contact, which a deletion takes before the messages.
  await learnRecipients(
    ctx,
    known.map(({ message, entry }) => ({
      key: { organizationId: message.organizationId, id: message.contactId },
      person: { phone: entry.recipientPhone, userId: entry.recipientUserId },
    })),
  )
  for (const { connection, entry, message } of known) {
    const [error] = entry.errors
    if (!error) continue
    const { organizationId, contactId } = message
    const at = notBeyond(ctx.clock.now(), entry.timestamp)
    await applyUpstreamEffects(ctx, error.code, {
      organizationId,
      connectionId: connection.id,
      contactId,
      proof: entry.wamid,
      at,
    })
  }
}

type Stored = { organizationId: string; entry: StatusEntry; timestamp: Date; message: Message | null }

/** For each status the message that it is about, where we know it. */
async function store(ctx: Context, tx: Tx, statuses: NumberedStatus[]): Promise<(Message | null)[]> {
  const named = statuses.map(({ connection: { organizationId }, entry }) => ({
    organizationId,
    wamid: entry.wamid,
    entry,
  }))
  await lockWamids(tx, named)
  const ids = await messageIds(tx, named)
  const messages = await lockMessages(
    ctx,
    tx,
    ids.filter((key) => key !== null),
  )
  const steps = named.map(({ organizationId, entry }, n): Stored => {
    const key = ids[n]
    return {
      organizationId,
      entry,
      timestamp: entry.timestamp ?? ctx.clock.now(),
      message: key ? messages.get(key) : null,
    }
  })
  const fresh = await keep(tx, steps)
  const learned = steps.flatMap(({ message }) => (message && message.wamid === null ? [message] : []))
  steps.forEach((step, n) => {
    if (fresh.has(n)) takeIn(messages, step)
  })
  // Told the wamid only now, by our own id: earlier statuses may have come with the wamid alone.
  await attachOrphans(
    tx,
    messages,
    learned.flatMap((message) => messages.get(message) ?? []),
  )
  await messages.write()
  return steps.map(({ message }) => message && messages.get(message))
}

function takeIn(messages: LockedMessages, { entry, timestamp, message: before }: Stored): void {
  const message = before && messages.get(before)
  if (message)
    applyStep(messages, message, { status: entry.status, timestamp, wamid: entry.wamid, errors: entry.errors })
}

type Named = { organizationId: string; wamid: string; entry: StatusEntry }

/** Which of our messages each status is about: by our own id first, then by the wamid. */
async function messageIds(tx: Tx, statuses: Named[]): Promise<({ organizationId: string; id: string } | null)[]> {
  const rows = await tx.$queryRaw<{ place: bigint; id: string }[]>`
    SELECT s.place, COALESCE(own.id, other.id) AS id
    FROM unnest(${statuses.map(({ organizationId }) => organizationId)}::text[],
      ${statuses.map(({ entry }) => (entry.messageId !== null && isId('Message', entry.messageId) ? entry.messageId : null))}::text[],
      ${statuses.map(({ wamid }) => wamid)}::text[]) WITH ORDINALITY AS s("organizationId", id, wamid, place)
    LEFT JOIN "Message" AS own ON own."organizationId" = s."organizationId" AND own.id = s.id
    LEFT JOIN "Message" AS other ON other."organizationId" = s."organizationId" AND other.wamid = s.wamid
    WHERE own.id IS NOT NULL OR other.id IS NOT NULL`
  const found = new Map(rows.map(({ place, id }) => [Number(place) - 1, id]))
  return statuses.map(({ organizationId }, n) => {
    const id = found.get(n)
    return id === undefined ? null : { organizationId, id }
  })
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

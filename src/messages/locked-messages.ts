import type { SummarisedContact } from '../contacts/contact-data.js'
import type { Context } from '../context.js'
import type { Tx } from '../database/client.js'
import type { NewEvent } from '../events/log.js'
import type { Message } from '../generated/prisma/client.js'
import { type MessageEventType, messageEvent } from './message-event.js'
import type { MessageError } from './refusal.js'

type MessageKey = Pick<Message, 'organizationId' | 'id'>

/** What the delivery of a message changes of it. */
export type DeliveryColumns = Pick<
  Message,
  | 'status'
  | 'wamid'
  | 'sentAt'
  | 'deliveredAt'
  | 'readAt'
  | 'failedAt'
  | 'attemptedAt'
  | 'leaseExpiresAt'
  | 'unknownOutcomes'
> & { error: MessageError | null }

/** Messages that one transaction has locked, changed in memory first, and written with their events in three statements. */
export type LockedMessages = {
  /** As it stands after the changes so far; null where there is none. */
  get(key: MessageKey): Message | null
  change(message: Message, columns: Partial<DeliveryColumns>): Message
  /** An event with the message as it stands now. */
  tell(type: MessageEventType, message: Message, timestamp: Date): void
  write(): Promise<void>
}

const mapKey = ({ organizationId, id }: MessageKey) => `${organizationId}:${id}`

/** Locks rows until the transaction ends, in the order of their ids. */
export async function lockMessages(ctx: Context, tx: Tx, keys: MessageKey[]): Promise<LockedMessages> {
  const rows = keys.length === 0 ? [] : await lockRows(tx, keys)
  const messages = new Map(rows.map((row) => [mapKey(row), row]))
  const changed = new Set<string>()
  const told: { type: MessageEventType; message: Message; timestamp: Date }[] = []

  return {
    get: (key) => messages.get(mapKey(key)) ?? null,
    change(message, columns) {
      const after = { ...message, ...columns }
      messages.set(mapKey(message), after)
      changed.add(mapKey(message))
      return after
    },
    tell(type, message, timestamp) {
      told.push({ type, message, timestamp })
    },
    async write() {
      const after = [...changed].flatMap((key) => messages.get(key) ?? [])
      if (after.length > 0) await updateRows(tx, after)
      if (told.length > 0) await ctx.events.appendAll(tx, await eventsOf(tx, told))
    },
  }
}

const lockRows = (tx: Tx, keys: MessageKey[]) => tx.$queryRaw<Message[]>`
  SELECT m.* FROM "Message" AS m
  JOIN unnest(${keys.map((key) => key.organizationId)}::text[], ${keys.map((key) => key.id)}::text[])
    AS key("organizationId", id) ON m."organizationId" = key."organizationId" AND m.id = key.id
  ORDER BY m.id FOR NO KEY UPDATE OF m`

async function updateRows(tx: Tx, messages: Message[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Message" AS m SET status = row.status, wamid = row.wamid, error = row.error, "sentAt" = row."sentAt",
      "deliveredAt" = row."deliveredAt", "readAt" = row."readAt", "failedAt" = row."failedAt",
      "attemptedAt" = row."attemptedAt", "leaseExpiresAt" = row."leaseExpiresAt",
      "unknownOutcomes" = row."unknownOutcomes"
    FROM jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) AS row("organizationId" text, id text,
      status "MessageStatus", wamid text, error jsonb, "sentAt" timestamptz, "deliveredAt" timestamptz,
      "readAt" timestamptz, "failedAt" timestamptz, "attemptedAt" timestamptz, "leaseExpiresAt" timestamptz,
      "unknownOutcomes" int)
    WHERE m."organizationId" = row."organizationId" AND m.id = row.id`
}

async function eventsOf(
  tx: Tx,
  told: { type: MessageEventType; message: Message; timestamp: Date }[],
): Promise<NewEvent[]> {
  const messages = told.map(({ message }) => message)
  const contacts = await tx.$queryRaw<(SummarisedContact & { organizationId: string })[]>`
    SELECT "organizationId", id, phone, name, tags FROM "Contact"
    WHERE ("organizationId", id) IN (SELECT * FROM unnest(
      ${messages.map(({ organizationId }) => organizationId)}::text[], ${messages.map(({ contactId }) => contactId)}::text[]))`
  const byKey = new Map(contacts.map((contact) => [mapKey(contact), contact]))
  return told.map(({ type, message, timestamp }) => {
    const contact = byKey.get(mapKey({ organizationId: message.organizationId, id: message.contactId }))
    // The message is locked, and a contact goes only together with its messages.
    if (!contact) throw new Error('A message has lost its contact.')
    return messageEvent(type, message, contact, timestamp)
  })
}

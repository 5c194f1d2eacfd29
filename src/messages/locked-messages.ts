import type { SummarisedContact } from '../contacts/contact-data.js'
import type { Context } from '../context.js'
import type { Tx } from '../database/client.js'
import { updateRows } from '../database/write-rows.js'
import type { NewEvent } from '../events/log.js'
import type { Message } from '../generated/prisma/client.js'
import { type MessageEventType, messageEvent } from './message-event.js'
import type { MessageError } from './refusal.js'

type MessageKey = Pick<Message, 'organizationId' | 'id'>

/** What the delivery of a message changes of it. */
const deliveryColumns = [
  'status',
  'wamid',
  'error',
  'sentAt',
  'deliveredAt',
  'readAt',
  'failedAt',
  'attemptedAt',
  'leaseExpiresAt',
  'startsAt',
  'unknownOutcomes',
] as const

export type DeliveryColumns = Omit<Pick<Message, (typeof deliveryColumns)[number]>, 'error'> & {
  error: MessageError | null
}

/** Messages that one transaction has locked, changed in memory first, and written with their events in two statements. */
export type LockedMessages = {
  /** As it stands after the changes so far; null where there is none. */
  get(key: MessageKey): Message | null
  getByWamid(organizationId: string, wamid: string): Message | null
  change(message: Message, columns: Partial<DeliveryColumns>): Message
  /** An event with the message as it stands now. */
  tell(type: MessageEventType, message: Message, timestamp: Date): void
  write(): Promise<void>
}

/** A message by our id, by WhatsApp's, or by whichever of the two is known. */
type Name = { organizationId: string; id?: string | null; wamid?: string | null }
type Row = Message & { contact: SummarisedContact }

const mapKey = (organizationId: string, id: string) => `${organizationId}:${id}`

/** Locks rows until the transaction ends, in the order of their ids. */
export async function lockMessages(ctx: Context, tx: Tx, names: Name[]): Promise<LockedMessages> {
  const rows = names.length === 0 ? [] : await lockRows(tx, names)
  const messages = new Map<string, Message>()
  const contacts = new Map<string, SummarisedContact>()
  const ids = new Map<string, string>()
  for (const { contact, ...message } of rows) {
    const { organizationId, id, wamid } = message
    messages.set(mapKey(organizationId, id), message)
    contacts.set(mapKey(organizationId, id), contact)
    if (wamid !== null) ids.set(mapKey(organizationId, wamid), id)
  }
  const changed = new Set<string>()
  const events: NewEvent[] = []
  const get = ({ organizationId, id }: MessageKey) => messages.get(mapKey(organizationId, id)) ?? null

  return {
    get,
    getByWamid(organizationId, wamid) {
      const id = ids.get(mapKey(organizationId, wamid))
      return id === undefined ? null : get({ organizationId, id })
    },
    change(message, columns) {
      const after = { ...message, ...columns }
      const key = mapKey(message.organizationId, message.id)
      messages.set(key, after)
      changed.add(key)
      return after
    },
    tell(type, message, timestamp) {
      const contact = contacts.get(mapKey(message.organizationId, message.id))
      if (contact) events.push(messageEvent(type, message, contact, timestamp))
    },
    async write() {
      const after = [...changed].flatMap((key) => messages.get(key) ?? [])
      await updateRows(tx, 'Message', deliveryColumns, after)
      await ctx.events.appendAll(tx, events)
    },
  }
}

/** The row, locked until the transaction ends; null where it is gone. */
export async function lockMessage(tx: Tx, key: { organizationId: string; id: string }): Promise<Message | null> {
  const [message] = await tx.$queryRaw<Message[]>`
    SELECT * FROM "Message" WHERE "organizationId" = ${key.organizationId} AND id = ${key.id} FOR NO KEY UPDATE`
  return message ?? null
}

const lockRows = (tx: Tx, names: Name[]) => tx.$queryRaw<Row[]>`
  WITH name AS (
    SELECT * FROM unnest(${names.map((name) => name.organizationId)}::text[], ${names.map((name) => name.id ?? null)}::text[],
      ${names.map((name) => name.wamid ?? null)}::text[]) AS name("organizationId", id, wamid)
  )
  SELECT m.*, jsonb_build_object('id', k.id, 'phone', k.phone, 'name', k.name, 'tags', k.tags) AS contact
  FROM "Message" AS m JOIN "Contact" AS k ON k."organizationId" = m."organizationId" AND k.id = m."contactId"
  WHERE (m."organizationId", m.id) IN (
    SELECT "organizationId", id FROM name
    UNION SELECT o."organizationId", o.id FROM name JOIN "Message" AS o USING ("organizationId", wamid)
  )
  ORDER BY m.id FOR NO KEY UPDATE OF m`

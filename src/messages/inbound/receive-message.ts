import type { Context } from '../../context.js'
import type { Tx } from '../../database/client.js'
import type { Message, MessageType, WhatsAppConnection } from '../../generated/prisma/client.js'
import type { MessageEntry } from '../../whatsapp/inbound-entries.js'
import { messageTypes } from '../../whatsapp/message-types.js'
import { afterEdit, afterOriginal, afterRevoke, type Held } from './revision.js'
import { type Arrival, reviseMessage, storeMessage } from './store-message.js'
import { notBeyond, withRetries } from './transactions.js'
import { writer } from './writer.js'

/**
 * What a customer wrote, changed or took back becomes rows and events, in one transaction. A second delivery of it
 * changes nothing, because the database knows the wamid (architecture, flow 2).
 */
export const receiveMessage = (ctx: Context, connection: WhatsAppConnection, entry: MessageEntry): Promise<void> =>
  withRetries(ctx, (tx) => receive(ctx, tx, connection, entry))

async function receive(ctx: Context, tx: Tx, connection: WhatsAppConnection, entry: MessageEntry): Promise<void> {
  const { organizationId } = connection
  const now = ctx.clock.now()
  const at = notBeyond(now, entry.timestamp)
  const { wamid, row, after } = await subjectOf(tx, organizationId, entry)
  const parts = { entry, type: messageTypes[entry.type].graphql as MessageType, at }
  const change = (held: Held | null) => after(held, parts)
  if (row && (row.direction === 'OUTBOUND' || !change(heldIn(row)))) return

  const contact = await writer(ctx, tx, organizationId, entry, at)
  const arrival: Arrival = { entry, wamid, contact, at, now, isOriginal: after === afterOriginal }
  if (row) return reviseMessage(ctx, tx, row, arrival, (locked) => change(heldIn(locked)))
  const held = change(null)
  if (held) await storeMessage(ctx, tx, connection.id, arrival, held)
}

/**
 * Which row a message is about: its own, or that of the message it edits or takes back. An edit that cannot be read
 * must not take the place of what can be, and nobody edits what we wrote: such a message stands for itself.
 */
async function subjectOf(tx: Tx, organizationId: string, entry: MessageEntry) {
  const find = async (wamid: string): Promise<Message | null> => {
    const [row] = await tx.$queryRaw<Message[]>`
      SELECT * FROM "Message" WHERE "organizationId" = ${organizationId} AND wamid = ${wamid}`
    return row ?? null
  }
  const { edit, revoke, wamid } = entry
  const change = revoke ?? (entry.type === 'unsupported' ? null : edit)
  if (change) {
    const row = await find(change.originalWamid)
    if (row?.direction !== 'OUTBOUND') {
      return { wamid: change.originalWamid, row, after: change === revoke ? afterRevoke : afterEdit }
    }
  }
  return { wamid, row: await find(wamid), after: afterOriginal }
}

const heldIn = (row: Message): Held => ({ ...row, content: row.content as Held['content'] })

import { isDeepStrictEqual } from 'node:util'
import { type ContactValues, changeContact } from '../../contacts/write.js'
import type { Context } from '../../context.js'
import type { Tx } from '../../database/client.js'
import type { Contact, Prisma } from '../../generated/prisma/client.js'
import type { MessageEntry } from '../../whatsapp/inbound-entries.js'
import { record } from '../../whatsapp/read.js'
import { withAttributes } from './attributes.js'
import { holderOf, type Identity } from './person.js'

/** What a notice of WhatsApp's says a person is known by from now on; null where the message is no such notice. */
export function movedIdentity({ content }: Pick<MessageEntry, 'content'>): Identity | null {
  if (content.type !== 'system') return null
  const { systemType, newPhone, newUserId } = content
  if (systemType === 'user_changed_number') return { phone: newPhone, userId: newUserId }
  return systemType === 'user_changed_user_id' ? { phone: null, userId: newUserId } : null
}

/**
 * Gives a contact, locked, the phone and user id of its person from now on. Where another contact has one of them
 * already, both contacts stay as they are, and this one's attributes name the other: two contacts are never merged
 * silently. The former phone is kept as an attribute too.
 */
export async function takeNewIdentity(
  ctx: Context,
  tx: Tx,
  contact: Contact,
  { phone, userId }: Identity,
  at: Date,
): Promise<Contact> {
  const values: ContactValues = {}
  const notes: Record<string, Prisma.InputJsonObject> = {}
  if (phone !== null && phone !== contact.phone) {
    const heldBy = await holderOf(tx, contact, { phone })
    if (!heldBy) values.phone = phone
    notes.numberChange = noteOf(contact.phone, phone, heldBy, at)
  }
  if (userId !== null && userId !== contact.userId) {
    const heldBy = await holderOf(tx, contact, { userId })
    if (heldBy) notes.userIdChange = noteOf(contact.userId, userId, heldBy, at)
    else values.userId = userId
  }
  const attributes = isNew(notes, contact) ? withAttributes(contact.attributes, notes) : null
  if (attributes) values.attributes = attributes
  return Object.keys(values).length === 0 ? contact : changeContact(ctx, tx, contact, values)
}

/** The same notice may come again. */
const isNew = (notes: Record<string, Prisma.InputJsonObject>, { attributes }: Contact): boolean =>
  Object.entries(notes).some(([name, note]) => !isDeepStrictEqual(record(attributes)[name], note))

const noteOf = (from: string | null, to: string, heldBy: string | null, at: Date): Prisma.InputJsonObject => ({
  from,
  to,
  at: at.toISOString(),
  ...(heldBy ? { contactId: heldBy } : {}),
})

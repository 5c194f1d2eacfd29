import { type ContactValues, lockContact } from '../../contacts/write.js'
import type { Tx } from '../../database/client.js'
import type { Contact } from '../../generated/prisma/client.js'
import type { Person } from '../../whatsapp/inbound-entries.js'

/** What identifies a person: a phone, a business-scoped user id, or both (whatsapp-cloud-api.md, section 8). */
export type Identity = Pick<Person, 'phone' | 'userId'>

/** Whom a webhook names: known by phone, else by user id; locked, or null. */
export async function lockPerson(
  tx: Tx,
  organizationId: string,
  { phone, userId }: Identity,
): Promise<Contact | null> {
  const byPhone = phone === null ? null : await lockContact(tx, organizationId, { phone })
  return byPhone ?? (userId === null ? null : lockContact(tx, organizationId, { userId }))
}

/** The other contact that a phone or user id belongs to; null where it is free. */
export async function holderOf(
  tx: Tx,
  { organizationId, id }: Contact,
  by: { phone: string } | { userId: string },
): Promise<string | null> {
  const holder = await tx.contact.findFirst({ where: { organizationId, ...by, NOT: { id } }, select: { id: true } })
  return holder?.id ?? null
}

/** Phone and user id of one person are joined where both come together, unless another contact holds one of them. */
export async function learnedIds(tx: Tx, known: Contact, { phone, userId }: Identity): Promise<ContactValues> {
  return {
    ...(known.userId === null && userId !== null && !(await holderOf(tx, known, { userId })) ? { userId } : {}),
    ...(known.phone === null && phone !== null && !(await holderOf(tx, known, { phone })) ? { phone } : {}),
  }
}

import { lockContact } from '../../contacts/contacts.js'
import type { Tx } from '../../database/client.js'
import type { Contact } from '../../generated/prisma/client.js'
import type { Person } from '../../whatsapp/inbound-entries.js'

/** Whom a webhook names: known by phone, else by user id; locked, or null. */
export async function lockPerson(
  tx: Tx,
  organizationId: string,
  { phone, userId }: Pick<Person, 'phone' | 'userId'>,
): Promise<Contact | null> {
  const byPhone = phone === null ? null : await lockContact(tx, organizationId, { phone })
  return byPhone ?? (userId === null ? null : lockContact(tx, organizationId, { userId }))
}

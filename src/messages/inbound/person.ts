import { type ContactValues, changeContact, lockContact } from '../../contacts/write.js'
import type { Context } from '../../context.js'
import type { Tx } from '../../database/client.js'
import type { Contact } from '../../generated/prisma/client.js'
import type { Person } from '../../whatsapp/inbound-entries.js'
import { withRetries } from './transactions.js'

/** What identifies a person: a phone, a business-scoped user id, or both (whatsapp-cloud-api.md, section 8). */
export type Identity = Pick<Person, 'phone' | 'userId'>

/** Whom a webhook names: known by phone, else by user id; locked, or null. */
export async function lockPerson(tx: Tx, organizationId: string, { phone, userId }: Identity): Promise<Contact | null> {
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

/**
 * What statuses tell of their recipients: somebody written to by phone is later known by the user id too, also where
 * they hide their phone by then.
 */
export async function learnRecipients(
  ctx: Context,
  told: { key: { organizationId: string; id: string }; person: Identity }[],
): Promise<void> {
  const withUserId = told.filter(({ person }) => person.userId !== null)
  if (withUserId.length === 0) return
  const contacts = await ctx.database.query<{
    organizationId: string
    id: string
    phone: string | null
    userId: string | null
  }>(
    `SELECT "organizationId", id, phone, "userId" FROM "Contact" WHERE ("userId" IS NULL OR phone IS NULL)
     AND ("organizationId", id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    [withUserId.map(({ key }) => key.organizationId), withUserId.map(({ key }) => key.id)],
  )
  for (const { key, person } of withUserId) {
    const known = contacts.find(({ organizationId, id }) => organizationId === key.organizationId && id === key.id)
    if (!known || (known.userId !== null && person.phone === null)) continue
    await withRetries(ctx, async (tx) => {
      const contact = await lockContact(tx, key.organizationId, { id: key.id })
      const ids = contact ? await learnedIds(tx, contact, person) : {}
      if (contact && Object.keys(ids).length > 0) await changeContact(ctx, tx, contact, ids)
    })
  }
}

import type { Context } from '../context.js'
import { newId } from '../core/ids.js'
import { rowKey, type Tx } from '../database/client.js'
import type { NewEvent } from '../events/log.js'
import type { EventType } from '../events/types.js'
import { type Contact, Prisma } from '../generated/prisma/client.js'
import { type Consent, consentColumns, type Statement, statementCounts } from './consent.js'
import { contactData } from './contact-data.js'
import { foldName } from './search.js'

/**
 * What a writer may set. The rest is made here, by the only functions that write a contact's row, so that no writer
 * can forget the name as it is searched, the log of consent or the events.
 */
export type ContactValues = {
  phone?: string | null
  userId?: string | null
  name?: string | null
  email?: string | null
  tags?: string[]
  attributes?: Prisma.InputJsonObject
}

/** A new contact, with `contact.created`. */
export async function insertContact(
  ctx: Context,
  tx: Tx,
  organizationId: string,
  values: ContactValues,
  consent: Consent | null = null,
): Promise<Contact> {
  const now = ctx.clock.now()
  const contact = await tx.contact.create({
    data: {
      ...values,
      organizationId,
      id: newId('Contact'),
      searchName: foldName(values.name ?? null),
      ...(consent ? consentColumns(consent) : {}),
      createdAt: now,
      updatedAt: now,
    },
  })
  await appendEvent(ctx, tx, 'contact.created', contact)
  await recordConsent(ctx, tx, null, contact, consent)
  return contact
}

/** Several without consent, in two statements; a number that somebody else took meanwhile is theirs, and not answered. */
export async function insertContacts(
  ctx: Context,
  tx: Tx,
  organizationId: string,
  values: { phone: string; name: string | null }[],
): Promise<Contact[]> {
  if (values.length === 0) return []
  const now = ctx.clock.now()
  const rows = values.map((value) => ({ ...value, id: newId('Contact'), searchName: foldName(value.name) }))
  const contacts = await tx.$queryRaw<Contact[]>`
    INSERT INTO "Contact" ("organizationId", id, phone, name, "searchName", "createdAt", "updatedAt")
    SELECT ${organizationId}, row.id, row.phone, row.name, row."searchName", ${now}, ${now}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row(id text, phone text, name text, "searchName" text)
    ON CONFLICT DO NOTHING RETURNING *`
  await ctx.events.appendAll(
    tx,
    contacts.map((contact) => contactEvent('contact.created', contact)),
  )
  return contacts
}

/** Changes a contact that the caller has locked, with `contact.updated`. */
export async function changeContact(
  ctx: Context,
  tx: Tx,
  before: Contact,
  values: ContactValues,
  consent: Consent | null = null,
): Promise<Contact> {
  const contact = await tx.contact.update({
    where: rowKey(before),
    data: {
      ...values,
      ...(values.name === undefined ? {} : { searchName: foldName(values.name) }),
      ...(consent ? consentColumns(consent) : {}),
      updatedAt: ctx.clock.now(),
    },
  })
  await appendEvent(ctx, tx, 'contact.updated', contact)
  await recordConsent(ctx, tx, before, contact, consent)
  return contact
}

/** What a customer said of their consent, where it changes what is known. The contact has been locked. */
export async function applyStatement(ctx: Context, tx: Tx, contact: Contact, statement: Statement): Promise<Contact> {
  return statementCounts(contact, statement) ? changeContact(ctx, tx, contact, {}, statement) : contact
}

/**
 * The contact with this id, phone or user id, locked until the transaction ends: whoever takes other rows of a contact
 * too takes the contact first, as a deletion does, so that none waits for the other in a circle. Null where there is none.
 */
export async function lockContact(
  tx: Tx,
  organizationId: string,
  by: { id: string } | { phone: string } | { userId: string },
): Promise<Contact | null> {
  const condition =
    'id' in by
      ? Prisma.sql`id = ${by.id}`
      : 'phone' in by
        ? Prisma.sql`phone = ${by.phone}`
        : Prisma.sql`"userId" = ${by.userId}`
  const [contact] = await tx.$queryRaw<Contact[]>`
    SELECT * FROM "Contact" WHERE "organizationId" = ${organizationId} AND ${condition} FOR NO KEY UPDATE`
  return contact ?? null
}

/** Several of them, in the order in which every transaction takes them. */
export const lockContacts = (tx: Tx, keys: { organizationId: string; id: string | null }[]): Promise<Contact[]> =>
  tx.$queryRaw`
    SELECT * FROM "Contact" WHERE ("organizationId", id) IN (SELECT * FROM
      unnest(${keys.map(({ organizationId }) => organizationId)}::text[], ${keys.map(({ id }) => id)}::text[]))
    ORDER BY id FOR NO KEY UPDATE`

/** One row of the log for every change of consent, and `contact.opted_out` where it was taken away. */
async function recordConsent(
  ctx: Context,
  tx: Tx,
  before: Contact | null,
  after: Contact,
  consent: Consent | null,
): Promise<void> {
  if (!consent) return
  const { organizationId, id: contactId } = after
  const { optedIn, source, proof } = consent
  const createdAt = ctx.clock.now()
  await tx.consentRecord.create({
    data: { organizationId, contactId, optedIn, source, proof, createdAt },
    select: { contactId: true },
  })
  if (before?.optedIn !== false && optedIn === false) await appendEvent(ctx, tx, 'contact.opted_out', after)
}

const appendEvent = (ctx: Context, tx: Tx, type: ContactEventType, contact: Contact) =>
  ctx.events.append(tx, contactEvent(type, contact))

type ContactEventType = Extract<EventType, `contact.${string}`>

const contactEvent = (type: ContactEventType, contact: Contact): NewEvent => ({
  organizationId: contact.organizationId,
  type,
  contactId: contact.id,
  data: { contact: contactData(contact) },
})

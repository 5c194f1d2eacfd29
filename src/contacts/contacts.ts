import type { ActorContext, Context } from '../context.js'
import { badRequest, DomainError, notFound } from '../core/errors.js'
import { isId, newId, requireId } from '../core/ids.js'
import { parseInput } from '../core/input.js'
import { rowKey, type Tx, uniqueViolation } from '../database/client.js'
import { hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { type Contact, Prisma } from '../generated/prisma/client.js'
import { consentColumns } from './consent.js'
import { contactData } from './contact-data.js'
import { type CreateContactInput, createContactInput, type UpdateContactInput, updateContactInput } from './input.js'
import { normalisePhone } from './phone.js'
import { foldName, searchPatterns } from './search.js'

/** Which columns and relations a caller wants of each contact. */
export type ContactQuery = { select?: Prisma.ContactSelect; include?: Prisma.ContactInclude }

export type ContactFilter = { search?: string | null | undefined; tag?: string | null | undefined }

/** Newest first. `search`: any part of the name in any case, or of the phone's digits. `tag`: exactly this tag. */
export async function listContacts(
  ctx: ActorContext,
  filter: ContactFilter,
  args: PageArgs,
  query: ContactQuery = {},
): Promise<Page<Contact>> {
  const { organizationId } = ctx.actor
  const conditions = [Prisma.sql`"organizationId" = ${organizationId}`]
  const search = filter.search?.replaceAll('\u0000', '').trim()
  if (search) {
    const { name, digits } = searchPatterns(search)
    conditions.push(
      digits === null
        ? Prisma.sql`"searchName" LIKE ${name}`
        : Prisma.sql`("searchName" LIKE ${name} OR phone LIKE ${digits})`,
    )
  }
  const tag = filter.tag?.replaceAll('\u0000', '')
  if (tag) conditions.push(Prisma.sql`tags @> ARRAY[${tag}]::text[]`)
  const page = await pageOfIds(
    ctx.database,
    { table: 'Contact', where: Prisma.join(conditions, ' AND '), timeColumn: null },
    args,
  )
  return hydrate(page, (ids) =>
    ctx.database.prisma.contact.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
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

/** By id or by phone, whichever is given; null where there is none. */
export async function findContact(
  ctx: ActorContext,
  by: { id?: string | null | undefined; phone?: string | null | undefined },
  query: ContactQuery = {},
): Promise<Contact | null> {
  const { organizationId } = ctx.actor
  if ((by.id == null) === (by.phone == null)) throw badRequest([{ path: 'id', message: 'give either id or phone' }])
  if (by.id != null) {
    if (!isId('Contact', by.id)) return null
    return ctx.database.prisma.contact.findUnique({
      where: rowKey({ organizationId, id: by.id }),
      ...query,
    })
  }
  const phone = normalisePhone(by.phone ?? '')
  if (phone === null) return null
  return ctx.database.prisma.contact.findUnique({
    where: { organizationId_phone: { organizationId, phone } },
    ...query,
  })
}

/** @throws BAD_REQUEST, CONFLICT with `existingId` where the phone is known already. */
export async function createContact(ctx: ActorContext, input: CreateContactInput): Promise<Contact> {
  const { organizationId } = ctx.actor
  const checked = parseInput(createContactInput, input)
  const { phone } = checked
  try {
    return await ctx.database.transaction((tx) =>
      insertContact(ctx, tx, organizationId, {
        phone,
        name: checked.name ?? null,
        email: checked.email ?? null,
        tags: checked.tags ?? [],
        attributes: checked.attributes ?? {},
        ...consentColumns(
          checked.optedIn ?? undefined,
          checked.optInSource ?? 'api',
          checked.optInProof ?? null,
          ctx.clock.now(),
        ),
      }),
    )
  } catch (error) {
    if (!uniqueViolation(error)) throw error
    throw await phoneConflict(ctx, phone)
  }
}

async function phoneConflict(ctx: ActorContext, phone: string): Promise<DomainError> {
  const existing = await findContact(ctx, { phone }, { select: { id: true } })
  return new DomainError('CONFLICT', 'A contact with this phone number exists already.', {
    details: [{ path: 'phone', message: 'belongs to another contact' }],
    ...(existing ? { extra: { existingId: existing.id } } : {}),
  })
}

/** What a new row may be given; its id, folded name and event are made here, for every way a contact comes to be. */
export type NewContact = Omit<
  Prisma.ContactUncheckedCreateInput,
  'id' | 'organizationId' | 'searchName' | 'createdAt' | 'updatedAt'
>

export async function insertContact(
  ctx: Context,
  tx: Tx,
  organizationId: string,
  values: NewContact,
): Promise<Contact> {
  const now = ctx.clock.now()
  const contact = await tx.contact.create({
    data: {
      ...values,
      organizationId,
      id: newId('Contact'),
      searchName: foldName(values.name ?? null),
      createdAt: now,
      updatedAt: now,
    },
  })
  await ctx.events.append(tx, {
    organizationId,
    type: 'contact.created',
    contactId: contact.id,
    data: { contact: contactData(contact) },
  })
  return contact
}

/**
 * Changes the fields that are given. An opt-out is lifted only with a source that says what the new consent rests on.
 * @throws BAD_REQUEST, NOT_FOUND, CONFLICT.
 */
export async function updateContact(ctx: ActorContext, input: UpdateContactInput): Promise<Contact> {
  const { organizationId } = ctx.actor
  const id = requireId('Contact', input.id)
  const checked = parseInput(updateContactInput, input)
  try {
    return await ctx.database.transaction(async (tx) => {
      const where = rowKey({ organizationId, id })
      await tx.$queryRaw`SELECT 1 FROM "Contact" WHERE "organizationId" = ${organizationId} AND id = ${id} FOR UPDATE`
      const before = await tx.contact.findUnique({ where })
      if (!before) throw notFound('contact')
      // Unknown lifts it as well: under ALLOW_UNKNOWN such a contact may be written to.
      const lifted = before.optedIn === false && checked.optedIn !== undefined && checked.optedIn !== false
      if (lifted && !checked.optInSource) {
        throw badRequest([{ path: 'optInSource', message: 'is required to lift an opt-out' }])
      }
      const contact = await tx.contact.update({ where, data: changes(ctx, checked) })
      await appendContactEvents(ctx, tx, before, contact)
      return contact
    })
  } catch (error) {
    if (!uniqueViolation(error) || !checked.phone) throw error
    throw await phoneConflict(ctx, checked.phone)
  }
}

type CheckedUpdate = ReturnType<typeof updateContactInput.parse>

function changes(ctx: Context, checked: CheckedUpdate): Prisma.ContactUncheckedUpdateInput {
  const now = ctx.clock.now()
  return {
    ...(checked.phone == null ? {} : { phone: checked.phone }),
    ...(checked.name === undefined ? {} : { name: checked.name, searchName: foldName(checked.name) }),
    ...(checked.email === undefined ? {} : { email: checked.email }),
    ...(checked.tags == null ? {} : { tags: checked.tags }),
    ...(checked.attributes == null ? {} : { attributes: checked.attributes }),
    ...consentColumns(checked.optedIn, checked.optInSource ?? 'api', checked.optInProof ?? null, now),
    updatedAt: now,
  }
}

/** `contact.updated`, and `contact.opted_out` where this change took the consent away. */
export async function appendContactEvents(ctx: Context, tx: Tx, before: Contact, after: Contact): Promise<void> {
  const event = {
    organizationId: after.organizationId,
    contactId: after.id,
    data: { contact: contactData(after) },
  }
  await ctx.events.append(tx, { ...event, type: 'contact.updated' })
  if (before.optedIn !== false && after.optedIn === false) await appendOptedOut(ctx, tx, after)
}

export const appendOptedOut = (ctx: Context, tx: Tx, contact: Contact): Promise<void> =>
  ctx.events.append(tx, {
    organizationId: contact.organizationId,
    type: 'contact.opted_out',
    contactId: contact.id,
    data: { contact: contactData(contact) },
  })

/** The contact wants to be written to no more; nothing where that was known. The contact has been locked. */
export async function optOut(
  ctx: Context,
  tx: Tx,
  contact: Contact,
  { source, proof }: { source: string; proof: string | null },
): Promise<void> {
  if (contact.optedIn === false) return
  const now = ctx.clock.now()
  const after = await tx.contact.update({
    where: rowKey(contact),
    data: { ...consentColumns(false, source, proof, now), updatedAt: now },
  })
  await appendContactEvents(ctx, tx, contact, after)
}

/**
 * Deletes a contact with its conversations, messages and media records, and what else was kept of the messages: their
 * statuses, and the answers of their idempotency keys. Answers the contact as it was.
 * @throws NOT_FOUND.
 */
export async function deleteContact(ctx: ActorContext, input: { id: string }): Promise<Contact> {
  const { organizationId } = ctx.actor
  const id = requireId('Contact', input.id)
  return ctx.database.transaction(async (tx) => {
    const contact = await lockWithMessages(tx, organizationId, id)
    if (!contact) throw notFound('contact')
    await tx.media.deleteMany({ where: { organizationId, message: { contactId: id } } })
    // No foreign key leads from these to the message, so that they may be there before it and longer than it.
    await tx.$executeRaw`
      WITH gone AS (SELECT id FROM "Message" WHERE "organizationId" = ${organizationId} AND "contactId" = ${id}),
      answers AS (
        UPDATE "IdempotencyKey" SET answer = '{}'
        WHERE "organizationId" = ${organizationId} AND "messageId" IN (SELECT id FROM gone)
      )
      DELETE FROM "MessageStatusEvent"
      WHERE "organizationId" = ${organizationId} AND "messageId" IN (SELECT id FROM gone)`
    await tx.contact.delete({ where: rowKey({ organizationId, id }), select: { id: true } })
    await ctx.events.append(tx, {
      organizationId,
      type: 'contact.deleted',
      contactId: id,
      data: { contact: contactData(contact) },
    })
    return contact
  })
}

/** In the order in which everybody else takes them: contact, conversations, messages, and what belongs to those. */
async function lockWithMessages(tx: Tx, organizationId: string, id: string): Promise<Contact | null> {
  const [contact] = await tx.$queryRaw<Contact[]>`
    SELECT * FROM "Contact" WHERE "organizationId" = ${organizationId} AND id = ${id} FOR UPDATE`
  const theirs = Prisma.sql`"organizationId" = ${organizationId} AND "contactId" = ${id} ORDER BY id FOR UPDATE`
  await tx.$executeRaw`SELECT 1 FROM "Conversation" WHERE ${theirs}`
  await tx.$executeRaw`SELECT 1 FROM "Message" WHERE ${theirs}`
  return contact ?? null
}

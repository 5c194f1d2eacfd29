import type { z } from 'zod'
import type { ActorContext, Context } from '../context.js'
import { badRequest, DomainError, notFound } from '../core/errors.js'
import { isId, requireId } from '../core/ids.js'
import { parseInput } from '../core/input.js'
import { isUniqueViolation, rowKey, type Tx } from '../database/client.js'
import type { Page, PageArgs } from '../database/page.js'
import { type HotList, type PageQuery, pageOfRows } from '../database/page-of-rows.js'
import { findRow, isRow, type RowQuery } from '../database/rows.js'
import { type Contact, Prisma } from '../generated/prisma/client.js'
import { once } from '../idempotency/once.js'
import { removeUnusedMedia } from '../media/remove.js'
import type { Consent } from './consent.js'
import { contactData } from './contact-data.js'
import { type CreateContactInput, createContactInput, type UpdateContactInput, updateContactInput } from './input.js'
import { normalisePhone } from './phone.js'
import { searchPatterns } from './search.js'
import { type ContactValues, changeContact, insertContact, lockContact } from './write.js'

export type ContactFilter = { search?: string | null | undefined; tag?: string | null | undefined }

/** The condition on a contact that a search text makes; null where it says nothing. */
export function foundBy(text: string | null | undefined): Prisma.Sql | null {
  const search = text?.replaceAll('\u0000', '').trim()
  if (!search) return null
  const { name, digits } = searchPatterns(search)
  return digits === null
    ? Prisma.sql`"searchName" LIKE ${name}`
    : Prisma.sql`("searchName" LIKE ${name} OR phone LIKE ${digits})`
}

/** Newest first. `search`: any part of the name in any case, or of the phone's digits. `tag`: exactly this tag. */
export async function listContacts(
  ctx: ActorContext,
  filter: ContactFilter,
  args: PageArgs,
  query: PageQuery,
): Promise<Page<Contact>> {
  const { organizationId } = ctx.actor
  const conditions = [Prisma.sql`"organizationId" = ${organizationId}`]
  const found = foundBy(filter.search)
  if (found) conditions.push(found)
  const tag = filter.tag?.replaceAll('\u0000', '')
  if (tag) conditions.push(Prisma.sql`tags @> ARRAY[${tag}]::text[]`)
  const where = Prisma.join(conditions, ' AND ')
  const list: HotList = { table: 'Contact', where, timeColumn: null, narrow: conditions.length > 1 }
  return pageOfRows(ctx.database, list, args, query)
}

/** By id or by phone, whichever is given; null where there is none. */
export async function findContact(
  ctx: ActorContext,
  by: { id?: string | null | undefined; phone?: string | null | undefined },
  query: RowQuery = {},
): Promise<Contact | null> {
  const { organizationId } = ctx.actor
  if ((by.id == null) === (by.phone == null)) throw badRequest([{ path: 'id', message: 'give either id or phone' }])
  if (by.id != null) {
    if (!isId('Contact', by.id)) return null
    return findRow(ctx.database, 'Contact', isRow(organizationId, by.id), query)
  }
  const phone = normalisePhone(by.phone ?? '')
  if (phone === null) return null
  const hasPhone = Prisma.sql`t."organizationId" = ${organizationId} AND t.phone = ${phone}`
  return findRow(ctx.database, 'Contact', hasPhone, query)
}

/** @throws BAD_REQUEST, CONFLICT with `existingId` where the phone is known already. */
export async function createContact(
  ctx: ActorContext,
  { idempotencyKey, ...input }: CreateContactInput & { idempotencyKey?: string | null | undefined },
): Promise<Contact> {
  const { organizationId } = ctx.actor
  const checked = parseInput(createContactInput, input)
  const { phone } = checked
  const values = {
    phone,
    name: checked.name ?? null,
    email: checked.email ?? null,
    tags: checked.tags ?? [],
    attributes: checked.attributes ?? {},
  }
  const consent = consentOf(ctx, { ...checked, optedIn: checked.optedIn ?? undefined })
  try {
    return await once(ctx, {
      key: idempotencyKey,
      request: { createContact: checked },
      make: (tx) => insertContact(ctx, tx, organizationId, values, consent),
      find: (id) => findContact(ctx, { id }),
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
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
      const before = await lockContact(tx, organizationId, { id })
      if (!before) throw notFound('contact')
      const consent = consentOf(ctx, checked, before.optedIn)
      // Unknown lifts it as well: under ALLOW_UNKNOWN such a contact may be written to.
      if (before.optedIn === false && consent && consent.optedIn !== false && !checked.optInSource) {
        throw badRequest([{ path: 'optInSource', message: 'is required to lift an opt-out' }])
      }
      return changeContact(ctx, tx, before, valuesOf(checked), consent)
    })
  } catch (error) {
    if (!isUniqueViolation(error) || !checked.phone) throw error
    throw await phoneConflict(ctx, checked.phone)
  }
}

const valuesOf = ({ phone, name, email, tags, attributes }: z.output<typeof updateContactInput>): ContactValues => ({
  ...(phone == null ? {} : { phone }),
  ...(name === undefined ? {} : { name }),
  ...(email === undefined ? {} : { email }),
  ...(tags == null ? {} : { tags }),
  ...(attributes == null ? {} : { attributes }),
})

/** The consent that an input asks for, where it changes what is known or says anew what it rests on. */
function consentOf(
  ctx: Context,
  input: Pick<UpdateContactInput, 'optedIn' | 'optInSource' | 'optInProof'>,
  known: boolean | null = null,
): Consent | null {
  const { optedIn, optInSource, optInProof } = input
  if (optedIn === undefined || (optedIn === known && !optInSource && !optInProof)) return null
  return { optedIn, source: optInSource || 'api', proof: optInProof || null, at: ctx.clock.now() }
}

/**
 * Deletes a contact with its conversations, messages and the files that only those carried, and what else was kept of the messages: their
 * statuses, and the answers of their idempotency keys. Answers the contact as it was.
 * @throws NOT_FOUND.
 */
export async function deleteContact(ctx: ActorContext, input: { id: string }): Promise<Contact> {
  const { organizationId } = ctx.actor
  const id = requireId('Contact', input.id)
  return ctx.database.transaction(async (tx) => {
    const contact = await lockWithMessages(tx, organizationId, id)
    if (!contact) throw notFound('contact')
    // No foreign key leads from these to the message, so that they may be there before it and longer than it.
    await tx.$executeRaw`
      WITH gone AS (SELECT id FROM "Message" WHERE "organizationId" = ${organizationId} AND "contactId" = ${id}),
      answers AS (
        UPDATE "IdempotencyKey" SET answer = '{}'
        WHERE "organizationId" = ${organizationId} AND "messageId" IN (SELECT id FROM gone)
      )
      DELETE FROM "MessageStatusEvent"
      WHERE "organizationId" = ${organizationId} AND "messageId" IN (SELECT id FROM gone)`
    const files = await tx.message.findMany({
      where: { organizationId, contactId: id, mediaId: { not: null } },
      select: { mediaId: true },
      distinct: ['mediaId'],
    })
    await tx.paymentLink.updateMany({ where: { organizationId, contactId: id }, data: { contactId: null } })
    await tx.contact.delete({ where: rowKey({ organizationId, id }), select: { id: true } })
    const fileIds = files.flatMap(({ mediaId }) => mediaId ?? [])
    await removeUnusedMedia(ctx, tx, organizationId, fileIds)
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

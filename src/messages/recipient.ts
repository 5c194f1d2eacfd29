import type { ActorContext, Context } from '../context.js'
import { batcherOf } from '../core/batch.js'
import { type DomainError, notFound } from '../core/errors.js'
import { isId } from '../core/ids.js'
import type { Contact, Conversation } from '../generated/prisma/client.js'
import type { OutboundContent } from '../whatsapp/content.js'
import { consentRefusal, windowRefusal } from './may-send.js'
import type { SendTarget } from './send-input.js'

/** Whom a send goes to, and in which conversation. */
export type SendRecipient = {
  /** Null: a number that nobody knows yet. */
  contact: Pick<Contact, 'id' | 'phone' | 'optedIn'> | null
  /** Null: they have none yet. */
  conversation: Pick<Conversation, 'id' | 'connectionId' | 'windowExpiresAt'> | null
}

/** @throws NOT_FOUND for a contact id that names nobody. */
export async function findRecipient(
  ctx: ActorContext,
  to: SendTarget,
  conversationId: string | null = null,
): Promise<SendRecipient> {
  if ('contactId' in to && !isId('Contact', to.contactId)) throw notFound('contact')
  const found = await recipientFinder(ctx.database)({
    organizationId: ctx.actor.organizationId,
    phone: 'phone' in to ? to.phone : null,
    contactId: 'contactId' in to ? to.contactId : null,
    conversationId,
    now: ctx.clock.now(),
  })
  if (!found.contact && 'contactId' in to) throw notFound('contact')
  return found
}

type Asked = {
  organizationId: string
  phone: string | null
  contactId: string | null
  /** The conversation to write in; null: whichever is best. */
  conversationId: string | null
  now: Date
}
type Found = { place: string; contact: SendRecipient['contact'] } & (
  | { conversationId: string; connectionId: string; windowExpiresAt: Date | null }
  | { conversationId: null }
)

/**
 * Contacts with the conversation to write in; sends that come together ask once. A contact may have written to several
 * numbers of ours: the conversation that is asked for, else that with an open window is answered from, else the last.
 */
const recipientFinder = batcherOf((database: Context['database']) => ({
  async run(asked: Asked[]): Promise<SendRecipient[]> {
    const rows = await database.queryPrepared<Found>(
      `SELECT a.place, jsonb_build_object('id', k.id, 'phone', k.phone, 'optedIn', k."optedIn") AS contact,
         c.id AS "conversationId", c."connectionId", c."windowExpiresAt"
       FROM unnest($1::text[], $2::text[], $3::text[], $5::text[])
         WITH ORDINALITY AS a("organizationId", phone, "contactId", "conversationId", place)
       JOIN LATERAL (
         SELECT * FROM "Contact" WHERE "organizationId" = a."organizationId" AND phone = a.phone
         UNION ALL SELECT * FROM "Contact" WHERE "organizationId" = a."organizationId" AND id = a."contactId"
       ) AS k ON true
       LEFT JOIN LATERAL (
         SELECT id, "connectionId", "windowExpiresAt" FROM "Conversation"
         WHERE "organizationId" = k."organizationId" AND "contactId" = k.id
         ORDER BY COALESCE(id = a."conversationId", false) DESC, COALESCE("windowExpiresAt" > $4, false) DESC, "lastActivityAt" DESC, id DESC LIMIT 1
       ) AS c ON true`,
      [
        asked.map((one) => one.organizationId),
        asked.map((one) => one.phone),
        asked.map((one) => one.contactId),
        asked[0]?.now,
        asked.map((one) => one.conversationId),
      ],
    )
    const found = new Map(rows.map((row) => [Number(row.place) - 1, row]))
    return asked.map((_, n) => {
      const row = found.get(n)
      if (!row) return { contact: null, conversation: null }
      const { contact, conversationId: id } = row
      const conversation =
        id === null ? null : { id, connectionId: row.connectionId, windowExpiresAt: row.windowExpiresAt }
      return { contact, conversation }
    })
  },
}))

/** @throws OPT_IN_REQUIRED. */
export function checkConsent(ctx: ActorContext, contact: Pick<Contact, 'optedIn'> | null): void {
  orThrow(consentRefusal(contact?.optedIn ?? null, ctx.actor.organization.consentPolicy))
}

/** @throws WINDOW_CLOSED. */
export function checkWindow(ctx: ActorContext, { conversation }: SendRecipient, content: OutboundContent): void {
  if (content.type !== 'template') orThrow(windowRefusal(conversation?.windowExpiresAt ?? null, ctx.clock.now()))
}

function orThrow(refusal: DomainError | null): void {
  if (refusal) throw refusal
}

/** What the recipient limit counts a contact by: the number, which a send may name before it is a contact. */
export const limitKeyOfContact = ({ phone, id }: Pick<Contact, 'phone' | 'id'>): string => phone ?? id

/** The recipient limit counts a person, whatever the spelling of the number and whether the contact exists yet. */
export const limitKeyOf = (to: SendTarget, { contact }: SendRecipient): string =>
  contact ? limitKeyOfContact(contact) : 'phone' in to ? to.phone : to.contactId

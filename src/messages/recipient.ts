import { mayBeSentTo } from '../contacts/consent.js'
import { findContact } from '../contacts/contacts.js'
import type { ActorContext } from '../context.js'
import { DomainError, notFound } from '../core/errors.js'
import type { Contact } from '../generated/prisma/client.js'
import type { OutboundContent } from '../whatsapp/content.js'
import type { SendTarget } from './send-input.js'
import { isWindowOpen } from './window.js'

/** Whom a send goes to, and over which number of ours. */
export type SendRecipient = {
  /** Null: a number that nobody knows yet. */
  contact: Contact | null
  /** Null: the organization's first. */
  connectionId: string | null
  windowExpiresAt: Date | null
}

/** @throws NOT_FOUND for a contact id that names nobody. */
export async function findRecipient(ctx: ActorContext, to: SendTarget): Promise<SendRecipient> {
  const contact = await findContact(ctx, 'phone' in to ? { phone: to.phone } : { id: to.contactId })
  if (!contact) {
    if ('contactId' in to) throw notFound('contact')
    return { contact, connectionId: null, windowExpiresAt: null }
  }
  const conversation = await chooseConversation(ctx, contact.id)
  return {
    contact,
    connectionId: conversation?.connectionId ?? null,
    windowExpiresAt: conversation?.windowExpiresAt ?? null,
  }
}

/** A contact may have written to several numbers of ours: that with an open window is answered from, else the last. */
async function chooseConversation(ctx: ActorContext, contactId: string) {
  const conversations = await ctx.database.prisma.conversation.findMany({
    where: { organizationId: ctx.actor.organizationId, contactId },
    orderBy: { lastActivityAt: 'desc' },
    select: { connectionId: true, windowExpiresAt: true },
    take: 100,
  })
  const now = ctx.clock.now()
  return conversations.find(({ windowExpiresAt }) => isWindowOpen(windowExpiresAt, now)) ?? conversations[0]
}

/** @throws OPT_IN_REQUIRED. */
export function checkConsent(ctx: ActorContext, contact: Pick<Contact, 'optedIn'> | null): void {
  const optedIn = contact?.optedIn ?? null
  if (mayBeSentTo(optedIn, ctx.actor.organization.consentPolicy)) return
  throw new DomainError(
    'OPT_IN_REQUIRED',
    optedIn === false
      ? 'This contact has opted out. Only their START message, or an update with the source of a new consent, lifts that.'
      : 'This contact has not opted in. Record the consent on the contact (optedIn: true) first.',
  )
}

/** @throws WINDOW_CLOSED. */
export function checkWindow(ctx: ActorContext, { windowExpiresAt }: SendRecipient, content: OutboundContent): void {
  if (content.type === 'template' || isWindowOpen(windowExpiresAt, ctx.clock.now())) return
  throw new DomainError(
    'WINDOW_CLOSED',
    'More than 24 hours have passed since the last message of this contact: only a template may be sent.',
  )
}

/** The recipient limit counts a person, whatever the spelling of the number and whether the contact exists yet. */
export const limitKeyOf = (to: SendTarget, { contact }: SendRecipient): string =>
  contact ? (contact.phone ?? contact.id) : 'phone' in to ? to.phone : to.contactId

import type { Consent } from '../../contacts/consent.js'
import { type ConsentState, customerSources, statementCounts } from '../../contacts/consent.js'
import { consentWord } from '../../contacts/consent-words.js'
import { type ContactValues, changeContact, insertContact } from '../../contacts/write.js'
import type { Context } from '../../context.js'
import type { Tx } from '../../database/client.js'
import type { Contact } from '../../generated/prisma/client.js'
import type { MessageEntry } from '../../whatsapp/inbound-entries.js'
import { attributesAfter } from './attributes.js'
import { movedIdentity, takeNewIdentity } from './identity-change.js'
import { learnedIds, lockPerson } from './person.js'

/**
 * Whoever wrote, known or new, locked, with what the message says of them: their name, their ids, the advertisement
 * they came by, their consent. `at`: when they wrote.
 */
export async function writer(
  ctx: Context,
  tx: Tx,
  organizationId: string,
  entry: MessageEntry,
  at: Date,
): Promise<Contact> {
  const moved = movedIdentity(entry)
  const known =
    (await lockPerson(tx, organizationId, entry)) ?? (moved && (await lockPerson(tx, organizationId, moved)))
  const contact = known ? await learn(ctx, tx, known, entry, at) : await meet(ctx, tx, organizationId, entry, at)
  return moved ? takeNewIdentity(ctx, tx, contact, moved, at) : contact
}

/** Somebody new, as what they wrote tells of them. */
export async function meet(
  ctx: Context,
  tx: Tx,
  organizationId: string,
  entry: MessageEntry,
  at: Date,
): Promise<Contact> {
  const { phone, userId, profileName: name } = entry
  const attributes = attributesAfter({}, entry, at)
  const values = { phone, userId, name, ...(attributes ? { attributes } : {}) }
  return insertContact(ctx, tx, organizationId, values, consentOf(ctx, entry, nothingKnown, at))
}

/** Somebody known, locked, with what is new of them. */
export async function learn(ctx: Context, tx: Tx, known: Contact, entry: MessageEntry, at: Date): Promise<Contact> {
  const attributes = attributesAfter(known.attributes, entry, at)
  const values: ContactValues = {
    ...(known.name === null && entry.profileName !== null ? { name: entry.profileName } : {}),
    ...(attributes ? { attributes } : {}),
    ...(await learnedIds(tx, known, entry)),
  }
  const consent = consentOf(ctx, entry, known, at)
  return consent || Object.keys(values).length > 0 ? changeContact(ctx, tx, known, values, consent) : known
}

const nothingKnown: ConsentState = { optedIn: null, optInSource: null, optInAt: null }

/** STOP and START say it; writing to us at all is consent where nothing was known (contract, section 5). */
function consentOf(ctx: Context, entry: MessageEntry, known: ConsentState, at: Date): Consent | null {
  const proof = entry.wamid
  const isSaid = entry.type === 'text' || entry.type === 'button'
  const word = isSaid ? consentWord(entry.text, ctx.config.consent) : null
  if (word !== null) {
    const said = { optedIn: word === 'start', source: customerSources.keyword, proof, at }
    return statementCounts(known, said) ? said : null
  }
  return known.optedIn === null && isWriting(entry) ? { optedIn: true, source: 'inbound', proof, at } : null
}

/** A reaction, a notice of WhatsApp's own and a message taken back are no words of the customer's. */
const isWriting = ({ type, revoke }: MessageEntry): boolean =>
  type !== 'reaction' && type !== 'system' && revoke === null

import type { Json, OtherEntry, Person } from './inbound-entries.js'
import { repairText } from './json-text.js'
import { idOf, phoneOf, record, recordsOf, textOf, timeOf } from './read.js'

/** One `changes[]` of a webhook body, with the account of the `entry` around it. */
export type Change = {
  businessAccountId: string | null
  /** The number the change is about; account-wide changes name none. */
  phoneNumberId: string | null
  field: string
  /** When WhatsApp made the entry, in whole seconds. */
  time: Date | null
  value: Json
}

export function changesOf(body: unknown): Change[] {
  return recordsOf(record(body).entry).flatMap((entry) =>
    recordsOf(entry.changes).map((change) => {
      const value = record(change.value)
      return {
        businessAccountId: idOf(entry.id),
        phoneNumberId: idOf(record(value.metadata).phone_number_id),
        field: textOf(change.field) ?? '',
        time: timeOf(entry.time),
        value,
      }
    }),
  )
}

export const otherEntry = ({ phoneNumberId, businessAccountId, field }: Change, raw: unknown): OtherEntry => ({
  kind: 'other',
  phoneNumberId,
  businessAccountId,
  field,
  raw,
})

/** What a `contacts[]` entry of a webhook says of a person. */
export type ContactCard = Person & { profileName: string | null; username: string | null }

const maxNameLength = 256

function nameOf(value: unknown): string | null {
  const name = textOf(value)
  return name === null ? null : repairText(name, maxNameLength)
}

const contactCards = (value: Json): ContactCard[] =>
  recordsOf(value.contacts).map((contact) => {
    const profile = record(contact.profile)
    return {
      phone: phoneOf(contact.wa_id),
      userId: idOf(contact.user_id),
      parentUserId: idOf(contact.parent_user_id),
      profileName: nameOf(profile.name),
      username: nameOf(profile.username),
    }
  })

/**
 * The person a message, status or preference is about, joined with the `contacts[]` entry of the same phone or user
 * id. Where nothing names the person, an only contact does: WhatsApp leaves ids out where the phone is hidden.
 */
export function personOf(change: Change, named: Person): ContactCard {
  const cards = contactCards(change.value)
  const nameless = named.phone === null && named.userId === null
  const card =
    cards.find(({ phone }) => phone !== null && phone === named.phone) ??
    cards.find(({ userId }) => userId !== null && userId === named.userId) ??
    (nameless && cards.length === 1 ? cards[0] : undefined)
  return {
    phone: named.phone ?? card?.phone ?? null,
    userId: named.userId ?? card?.userId ?? null,
    parentUserId: named.parentUserId ?? card?.parentUserId ?? null,
    profileName: card?.profileName ?? null,
    username: card?.username ?? null,
  }
}

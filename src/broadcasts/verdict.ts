import { mayBeSentTo } from '../contacts/consent.js'
import type { BroadcastSkipReason, ConsentPolicy, Contact } from '../generated/prisma/client.js'

export type JudgedContact = Pick<Contact, 'phone' | 'userId' | 'optedIn'>

/** Why a contact is left out of a broadcast; null where they are written to. `marketed`: a marketing broadcast, and they got one. */
export function skipReasonOf(
  contact: JudgedContact,
  { policy, marketed }: { policy: ConsentPolicy; marketed: boolean },
): BroadcastSkipReason | null {
  if (contact.phone === null && contact.userId === null) return 'UNREACHABLE'
  if (!mayBeSentTo(contact.optedIn, policy)) return contact.optedIn === false ? 'OPTED_OUT' : 'NOT_OPTED_IN'
  return marketed ? 'MARKETING_LIMIT' : null
}

/** What each reason says to a person. */
export const skipReasonTexts: Record<BroadcastSkipReason, string> = {
  OPTED_OUT: 'The contact has opted out.',
  NOT_OPTED_IN: 'The contact has not opted in.',
  MARKETING_LIMIT: 'The contact got another marketing template in the 24 hours before.',
  UNREACHABLE: 'The contact has neither a phone number nor a user id.',
  CANCELLED: 'The broadcast was cancelled before their turn.',
}

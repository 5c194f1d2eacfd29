import { maxAttributesBytes } from '../../contacts/input.js'
import type { Prisma } from '../../generated/prisma/client.js'
import type { MessageEntry, Referral } from '../../whatsapp/inbound-entries.js'
import { record } from '../../whatsapp/read.js'

type Attributes = Prisma.InputJsonObject

const maxUrlLength = 1000
const maxTextLength = 300

const cut = (text: string | null, length: number) => (text === null ? null : text.slice(0, length).toWellFormed())

/** The advertisement or button that led a person here, short enough for an attribute. */
const shortReferral = (referral: Referral, at: Date): Attributes => ({
  sourceUrl: cut(referral.sourceUrl, maxUrlLength),
  sourceId: cut(referral.sourceId, maxTextLength),
  sourceType: cut(referral.sourceType, maxTextLength),
  headline: cut(referral.headline, maxTextLength),
  body: cut(referral.body, maxTextLength),
  mediaType: cut(referral.mediaType, maxTextLength),
  ctwaClid: cut(referral.ctwaClid, maxTextLength),
  at: at.toISOString(),
})

/**
 * A contact's attributes after a message: `username`, and `referral`, the last one by the time it was written. Null
 * where nothing changes. What would not fit beside the others is left out: the message itself keeps all of it.
 */
export function attributesAfter(
  known: unknown,
  { username, referral }: Pick<MessageEntry, 'username' | 'referral'>,
  at: Date,
): Attributes | null {
  const attributes = record(known) as Attributes
  const last = String(record(attributes.referral).at ?? '')
  const changes: Attributes = {
    ...(username !== null && username !== attributes.username ? { username } : {}),
    ...(referral !== null && last <= at.toISOString() ? { referral: shortReferral(referral, at) } : {}),
  }
  return Object.keys(changes).length === 0 ? null : withAttributes(attributes, changes)
}

/** The attributes with some set anew; null where they would grow beyond what a contact may have. */
export function withAttributes(known: unknown, changes: Attributes): Attributes | null {
  const attributes = { ...(record(known) as Attributes), ...changes }
  return Buffer.byteLength(JSON.stringify(attributes)) > maxAttributesBytes ? null : attributes
}

import { contentText } from './content.js'
import { type Change, otherEntry, personOf } from './inbound-change.js'
import { readInboundContent } from './inbound-content.js'
import type { Json, MessageEntry, OtherEntry, Person, Referral } from './inbound-entries.js'
import { idOf, isRecord, phoneOf, record, textOf, timeOf } from './read.js'

/** One of `messages[]`; `other` where it lacks its id, its number or anybody who sent it. */
export function messageEntry(change: Change, message: unknown): MessageEntry | OtherEntry {
  if (!isRecord(message)) return otherEntry(change, message)
  const wamid = idOf(message.id)
  const person = personOf(change, senderOf(message))
  const { phoneNumberId, businessAccountId } = change
  if (wamid === null || phoneNumberId === null || (person.phone === null && person.userId === null)) {
    return otherEntry(change, message)
  }
  const edited = editOf(message)
  const content = readInboundContent(edited?.message ?? message)
  const context = record((edited?.message ?? message).context)
  return {
    kind: 'message',
    phoneNumberId,
    businessAccountId,
    wamid,
    ...person,
    timestamp: timeOf(message.timestamp),
    type: content.type,
    text: contentText(content),
    content,
    replyToWamid: idOf(context.id),
    forwarded: context.forwarded === true || context.frequently_forwarded === true,
    frequentlyForwarded: context.frequently_forwarded === true,
    referredProduct: productOf(context.referred_product),
    referral: referralOf(message.referral),
    edit: edited === null ? null : { originalWamid: edited.originalWamid },
    revoke: message.type === 'revoke' ? originalOf(message.revoke) : null,
    raw: message,
  }
}

/** A business-scoped user id: the country, a dot, and what follows ("US.1349..."). */
const userIdForm = /^[A-Z]{2}\.\S+$/

/**
 * `from` is absent, or a business-scoped id, where the phone is hidden. A system message about a changed user id names
 * its person only by the id that was replaced.
 */
function senderOf(message: Json): Person {
  const phone = phoneOf(message.from)
  return {
    phone,
    userId:
      idOf(message.from_user_id) ??
      (userIdForm.test(textOf(message.from) ?? '') ? idOf(message.from) : null) ??
      idOf(record(message.system).previous_user_id),
    parentUserId: idOf(message.from_parent_user_id),
  }
}

function originalOf(value: unknown): { originalWamid: string } | null {
  const originalWamid = idOf(record(value).original_message_id)
  return originalWamid === null ? null : { originalWamid }
}

function editOf(message: Json): { originalWamid: string; message: Json } | null {
  if (message.type !== 'edit') return null
  const original = originalOf(message.edit)
  return original && { ...original, message: record(record(message.edit).message) }
}

function productOf(value: unknown): MessageEntry['referredProduct'] {
  if (!isRecord(value)) return null
  return { catalogId: textOf(value.catalog_id), productRetailerId: textOf(value.product_retailer_id) }
}

function referralOf(value: unknown): Referral | null {
  if (!isRecord(value)) return null
  return {
    sourceUrl: textOf(value.source_url),
    sourceId: textOf(value.source_id),
    sourceType: textOf(value.source_type),
    headline: textOf(value.headline),
    body: textOf(value.body),
    mediaType: textOf(value.media_type),
    ctwaClid: textOf(value.ctwa_clid),
  }
}

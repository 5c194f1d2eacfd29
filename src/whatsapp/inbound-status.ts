import { type Change, otherEntry, personOf } from './inbound-change.js'
import { errorsOf } from './inbound-content.js'
import type { OtherEntry, StatusEntry } from './inbound-entries.js'
import { booleanOf, idOf, isRecord, phoneOf, record, textOf, timeOf } from './read.js'
import { wireStatuses } from './status-order.js'

/** One of `statuses[]`; `other` where it lacks its id or number, or has a status of no known name. */
export function statusEntry(change: Change, value: unknown): StatusEntry | OtherEntry {
  if (!isRecord(value)) return otherEntry(change, value)
  const wamid = idOf(value.id)
  const status = wireStatuses.find((known) => known === value.status)
  const { phoneNumberId, businessAccountId } = change
  if (wamid === null || phoneNumberId === null || status === undefined) return otherEntry(change, value)
  const recipient = personOf(change, {
    phone: phoneOf(value.recipient_id),
    userId: idOf(value.recipient_user_id),
    parentUserId: null,
  })
  return {
    kind: 'status',
    phoneNumberId,
    businessAccountId,
    wamid,
    status,
    timestamp: timeOf(value.timestamp),
    recipientPhone: recipient.phone,
    recipientUserId: recipient.userId,
    messageId: idOf(value.biz_opaque_callback_data),
    errors: errorsOf(value.errors),
    pricing: pricingOf(value.pricing),
    conversation: conversationOf(value.conversation),
    raw: value,
  }
}

function pricingOf(value: unknown): StatusEntry['pricing'] {
  if (!isRecord(value)) return null
  return {
    billable: booleanOf(value.billable),
    model: textOf(value.pricing_model),
    type: textOf(value.type),
    category: textOf(value.category),
  }
}

function conversationOf(value: unknown): StatusEntry['conversation'] {
  if (!isRecord(value)) return null
  return {
    id: textOf(value.id),
    origin: textOf(record(value.origin).type),
    expiresAt: timeOf(value.expiration_timestamp),
  }
}

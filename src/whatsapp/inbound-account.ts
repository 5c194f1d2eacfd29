import { type Change, otherEntry, personOf } from './inbound-change.js'
import type { InboundEntry, Json, OtherEntry, UserIdUpdateEntry, UserPreferenceEntry } from './inbound-entries.js'
import { idOf, isRecord, listOf, phoneOf, record, textOf, timeOf } from './read.js'

/** What a change of another field than `messages` says (whatsapp-cloud-api.md, section 4). */
export function accountEntries(change: Change): InboundEntry[] {
  const { field, value } = change
  switch (field) {
    case 'message_template_status_update':
    case 'template_category_update':
    case 'message_template_quality_update':
      return [templateStatus(change)]
    case 'user_preferences':
      return each(change, value.user_preferences, userPreference)
    case 'user_id_update':
      return each(change, value.user_id_update, userIdUpdate)
    case 'phone_number_quality_update':
      return [phoneQuality(change)]
    case 'account_update':
      return [accountUpdate(change)]
    default:
      return [otherEntry(change, value)]
  }
}

function each(
  change: Change,
  items: unknown,
  read: (change: Change, item: Json) => InboundEntry | null,
): InboundEntry[] {
  const entries = listOf(items).map((item) => (isRecord(item) ? read(change, item) : null) ?? otherEntry(change, item))
  return entries.length > 0 ? entries : [otherEntry(change, change.value)]
}

/** WhatsApp writes these ids as numbers or text, and the fields with or without their prefix. */
function templateStatus({ businessAccountId, field, time, value }: Change): InboundEntry {
  return {
    kind: 'template_status',
    businessAccountId,
    templateId: idOf(value.message_template_id) ?? idOf(value.id),
    name: textOf(value.message_template_name) ?? textOf(value.name),
    language: textOf(value.message_template_language) ?? textOf(value.language),
    status: field === 'message_template_status_update' ? upperCase(value.event) : null,
    category: upperCase(value.new_category) ?? upperCase(value.message_template_category),
    quality: upperCase(value.new_quality_score),
    reason: textOf(value.reason),
    time,
    raw: value,
  }
}

const upperCase = (value: unknown) => textOf(value)?.toUpperCase() ?? null

function userPreference(change: Change, item: Json): UserPreferenceEntry | OtherEntry | null {
  const { phone, userId, parentUserId } = personOf(change, {
    phone: phoneOf(item.wa_id),
    userId: idOf(item.user_id),
    parentUserId: idOf(item.parent_user_id),
  })
  const preference = item.value
  if (preference !== 'stop' && preference !== 'resume') return null
  if (change.phoneNumberId === null || (phone === null && userId === null)) return null
  return {
    kind: 'user_preference',
    phoneNumberId: change.phoneNumberId,
    businessAccountId: change.businessAccountId,
    phone,
    userId,
    parentUserId,
    preference,
    timestamp: timeOf(item.timestamp),
    raw: item,
  }
}

function userIdUpdate(change: Change, item: Json): UserIdUpdateEntry | null {
  const ids = record(item.user_id)
  const userId = idOf(ids.current)
  if (userId === null) return null
  return {
    kind: 'user_id_update',
    phoneNumberId: change.phoneNumberId,
    businessAccountId: change.businessAccountId,
    phone: phoneOf(item.wa_id),
    previousUserId: idOf(ids.previous),
    userId,
    parentUserId: idOf(record(item.parent_user_id).current),
    timestamp: timeOf(item.timestamp),
    raw: item,
  }
}

const phoneQuality = ({ businessAccountId, value }: Change): InboundEntry => ({
  kind: 'phone_quality',
  businessAccountId,
  displayPhoneNumber: textOf(value.display_phone_number),
  event: upperCase(value.event),
  currentLimit: textOf(value.current_limit),
  raw: value,
})

const accountUpdate = ({ businessAccountId, value }: Change): InboundEntry => ({
  kind: 'account_update',
  businessAccountId,
  displayPhoneNumber: textOf(value.phone_number) ?? textOf(value.display_phone_number),
  event: upperCase(value.event),
  banState: upperCase(record(value.ban_info).waba_ban_state),
  raw: value,
})

import type { InboundContent } from './inbound-content.js'
import type { InboundType } from './message-types.js'
import type { WireStatus } from './status-order.js'
import type { UpstreamError } from './upstream-error.js'

export type Json = Record<string, unknown>

/** A person, as far as WhatsApp names one: phone in E.164 with the plus, business-scoped ids, or some of them. */
export type Person = { phone: string | null; userId: string | null; parentUserId: string | null }

/** Where an inbound message came from an advertisement or a page's button. */
export type Referral = {
  sourceUrl: string | null
  sourceId: string | null
  sourceType: string | null
  headline: string | null
  body: string | null
  mediaType: string | null
  ctwaClid: string | null
}

/** One of `phone` and `userId` at least is there. Times are null where WhatsApp gave none that can be: use arrival. */
export type MessageEntry = Person & {
  kind: 'message'
  phoneNumberId: string
  businessAccountId: string | null
  wamid: string
  profileName: string | null
  username: string | null
  timestamp: Date | null
  type: InboundType
  /** The text, caption or button's title, else null. */
  text: string | null
  content: InboundContent
  replyToWamid: string | null
  /** Forwarded, however often. */
  forwarded: boolean
  frequentlyForwarded: boolean
  /** The product of a catalog that the message asks about. */
  referredProduct: { catalogId: string | null; productRetailerId: string | null } | null
  referral: Referral | null
  /** This message replaces an earlier one of the same person: `type`, `text` and `content` are the new ones. */
  edit: { originalWamid: string } | null
  /** This message takes an earlier one back; its own content is `unsupported`. */
  revoke: { originalWamid: string } | null
  raw: Json
}

export type StatusEntry = {
  kind: 'status'
  phoneNumberId: string
  businessAccountId: string | null
  wamid: string
  status: WireStatus
  timestamp: Date | null
  recipientPhone: string | null
  recipientUserId: string | null
  /** Our own id of the message, echoed; null where the send carried none. */
  messageId: string | null
  errors: UpstreamError[]
  pricing: { billable: boolean | null; model: string | null; type: string | null; category: string | null } | null
  conversation: { id: string | null; origin: string | null; expiresAt: Date | null } | null
  raw: Json
}

/** A template's status, category or quality changed; what the webhook does not speak of is null. */
export type TemplateStatusEntry = {
  kind: 'template_status'
  businessAccountId: string | null
  templateId: string | null
  name: string | null
  language: string | null
  /** Upper case: APPROVED, REJECTED, PENDING, PAUSED, DISABLED, ... */
  status: string | null
  category: string | null
  quality: string | null
  reason: string | null
  time: Date | null
  raw: Json
}

/** A person stopped or resumed marketing messages. */
export type UserPreferenceEntry = Person & {
  kind: 'user_preference'
  phoneNumberId: string
  businessAccountId: string | null
  preference: 'stop' | 'resume'
  timestamp: Date | null
  raw: Json
}

export type PhoneQualityEntry = {
  kind: 'phone_quality'
  businessAccountId: string | null
  displayPhoneNumber: string | null
  event: string | null
  currentLimit: string | null
  raw: Json
}

export type AccountUpdateEntry = {
  kind: 'account_update'
  businessAccountId: string | null
  displayPhoneNumber: string | null
  /** VERIFIED_ACCOUNT, DISABLED_UPDATE, ACCOUNT_RESTRICTION, ... */
  event: string | null
  /** With DISABLED_UPDATE: DISABLE, REINSTATE, SCHEDULE_FOR_DISABLE. */
  banState: string | null
  raw: Json
}

/** A person's business-scoped id was replaced. */
export type UserIdUpdateEntry = {
  kind: 'user_id_update'
  phoneNumberId: string | null
  businessAccountId: string | null
  phone: string | null
  previousUserId: string | null
  userId: string
  parentUserId: string | null
  timestamp: Date | null
  raw: Json
}

/** Anything else, kept as it came. `phoneNumberId` where the change named one. */
export type OtherEntry = {
  kind: 'other'
  phoneNumberId: string | null
  businessAccountId: string | null
  field: string
  raw: unknown
}

export type InboundEntry =
  | MessageEntry
  | StatusEntry
  | TemplateStatusEntry
  | UserPreferenceEntry
  | PhoneQualityEntry
  | AccountUpdateEntry
  | UserIdUpdateEntry
  | OtherEntry

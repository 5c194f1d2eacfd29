import { z } from 'zod'
import { ControlError } from './control-error.js'
import type { Customer } from './customers.js'
import { newWamid } from './ids.js'
import { isObject, type JsonObject } from './json.js'
import { isMediaKind } from './media-store.js'
import { isUserId, phoneDigits } from './numbers.js'
import { type TemplateStatus, templateStatuses } from './template-store.js'
import { decideTemplate } from './templates.js'
import type { Change } from './webhook-payload.js'
import { metadataOf } from './webhook-payload.js'
import type { World } from './world.js'

const timestamp = z.union([z.string().regex(/^\d{1,12}$/), z.number().int().min(0).max(999_999_999_999)])

/**
 * `from` with or without +, or absent where the customer hides the phone and `userId` names them. Besides a message,
 * `change` tells anything else that webhooks tell: a template's status, a marketing preference, a quality rating.
 */
export const inboundInput = z
  .strictObject({
    from: z.string().max(64).optional(),
    userId: z.string().refine(isUserId, 'is not a business-scoped user id').optional(),
    name: z.string().max(512).optional(),
    username: z.string().max(128).optional(),
    message: z
      .looseObject({
        id: z.string().min(1).max(256).optional(),
        timestamp: timestamp.optional(),
        type: z.string().min(1).max(64),
      })
      .optional(),
    change: z.strictObject({ field: z.string().min(1).max(64), value: z.record(z.string(), z.unknown()) }).optional(),
  })
  .refine((input) => (input.message === undefined) !== (input.change === undefined), {
    path: ['message'],
    message: 'exactly one of message and change is required',
  })
  .refine((input) => input.message === undefined || input.from !== undefined || input.userId !== undefined, {
    path: ['from'],
    message: 'is required unless userId is given',
  })

export type InboundInput = z.infer<typeof inboundInput>
type InboundMessage = NonNullable<InboundInput['message']>

/** Types that a customer's window does not open by: nothing was written, or it only changes what was. */
const windowless = new Set(['reaction', 'system', 'edit', 'revoke', 'unsupported'])

/** A customer writes. Answers the message's wamid, or null where it was a change of another kind. */
export function receiveInbound(world: World, input: InboundInput): string | null {
  const waId = input.from === undefined ? null : phoneDigits(input.from)
  if (input.from !== undefined && waId === null) {
    throw new ControlError(400, 'from is not a phone number', [{ path: 'from', message: 'is not a phone number' }])
  }
  const userId = input.userId ?? null
  const customer = waId === null && userId === null ? null : world.customers.meet({ waId, userId })
  if (customer) {
    customer.name = input.name ?? customer.name
    customer.username = input.username ?? customer.username
  }
  if (input.change) {
    receiveChange(world, input.change, customer, waId)
    return null
  }
  if (!customer || !input.message) throw new ControlError(400, 'message is required')
  return receiveMessage(world, input.message, customer, waId)
}

function receiveMessage(world: World, message: InboundMessage, customer: Customer, waId: string | null): string {
  const { id: chosenId, timestamp: chosenTime, from: _from, from_user_id: _fromUserId, context, ...content } = message
  const id = chosenId ?? newWamid('inbound', waId ?? customer.userId ?? '', world.random)
  const sentAt = chosenTime === undefined ? world.clock.timestamp() : String(chosenTime)
  if (!windowless.has(message.type)) {
    world.customers.heardFrom(customer, Number(sentAt) * 1000, message.referral !== undefined)
  }
  if (customer.blocked) return id
  const metadata = metadataOf(world.options)
  world.webhooks.post({
    field: 'messages',
    value: {
      contacts: [contactOf(customer, waId)],
      messages: [
        {
          ...(isObject(context)
            ? { context: 'id' in context ? { from: metadata.display_phone_number, ...context } : context }
            : {}),
          ...(waId === null ? {} : { from: waId }),
          ...(customer.userId === null ? {} : { from_user_id: customer.userId }),
          id,
          timestamp: sentAt,
          ...content,
          ...completeMedia(world, message),
        },
      ],
    },
  })
  return id
}

/** A person who hides the phone is named by the user id alone, even where the phone was once known. */
const contactOf = (customer: Customer, waId: string | null): JsonObject => ({
  profile: { name: customer.name, ...(customer.username === null ? {} : { username: customer.username }) },
  ...(waId === null ? {} : { wa_id: waId }),
  ...(customer.userId === null ? {} : { user_id: customer.userId }),
})

/** Media that was uploaded here gets its true type and hash; from now on it is the customer's. */
function completeMedia(world: World, message: InboundMessage): JsonObject {
  const object = message[message.type]
  if (!isMediaKind(message.type) || !isObject(object)) return {}
  const media = typeof object.id === 'string' ? world.media.find(object.id) : null
  if (!media) return {}
  world.media.markInbound(media)
  return { [message.type]: { mime_type: media.mimeType, sha256: media.sha256.toString('base64'), ...object } }
}

function receiveChange(world: World, change: Change, customer: Customer | null, waId: string | null): void {
  const { field, value } = change
  if (field === 'message_template_status_update' && decideByEvent(world, value)) return
  if (field === 'user_preferences') rememberPreferences(world, value)
  if (field === 'phone_number_quality_update') rememberQuality(world, value)
  if (field === 'account_update') rememberBan(world, value)
  world.webhooks.post({ field, value: { ...(customer ? { contacts: [contactOf(customer, waId)] } : {}), ...value } })
}

/** A status that Meta's reviewers give a template we know changes the template too. */
function decideByEvent(world: World, value: JsonObject): boolean {
  const template = world.templates.find(
    String(value.message_template_name ?? ''),
    String(value.message_template_language ?? ''),
  )
  const status = templateStatuses.find((known) => known === value.event) as TemplateStatus | undefined
  if (!template || !status) return false
  template.rejectedReason = typeof value.reason === 'string' ? value.reason : template.rejectedReason
  decideTemplate(world, template, status)
  return true
}

/** `stop` and `resume` of marketing messages: after a stop, marketing templates fail with 131050. */
function rememberPreferences(world: World, value: JsonObject): void {
  const preferences = Array.isArray(value.user_preferences) ? value.user_preferences.filter(isObject) : []
  for (const preference of preferences) {
    const waId = typeof preference.wa_id === 'string' ? phoneDigits(preference.wa_id) : null
    const userId = typeof preference.user_id === 'string' ? preference.user_id : null
    if (preference.category !== 'marketing_messages' || (waId === null && userId === null)) continue
    world.customers.meet({ waId, userId }).marketingStopped = preference.value === 'stop'
  }
}

const qualityAfter: Readonly<Record<string, string>> = { FLAGGED: 'RED', DOWNGRADE: 'YELLOW', UNFLAGGED: 'GREEN' }

function rememberQuality(world: World, value: JsonObject): void {
  world.number.qualityRating = qualityAfter[String(value.event)] ?? world.number.qualityRating
}

function rememberBan(world: World, value: JsonObject): void {
  const state = isObject(value.ban_info) ? value.ban_info.waba_ban_state : undefined
  if (value.event !== 'DISABLED_UPDATE' || (state !== 'DISABLE' && state !== 'REINSTATE')) return
  world.number.status = state === 'DISABLE' ? 'BANNED' : 'CONNECTED'
}

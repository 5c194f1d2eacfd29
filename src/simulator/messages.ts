import { type Category, type Recipient, recipientInput } from './accepted.js'
import { GraphError, invalidValue, requiredParameter } from './errors.js'
import { takeFailure, takeReplyFault } from './faults.js'
import type { GraphHandler } from './graph.js'
import { graphReply, type Reply } from './http.js'
import { isWamidLike, newWamid } from './ids.js'
import type { JsonObject } from './json.js'
import { isMediaKind } from './media-store.js'
import { isUserId, phoneDigits, waIdOf } from './numbers.js'
import { customerOf } from './outcome.js'
import { at, enumParam, objectParam, optionalString, stringParam } from './params.js'
import { scheduleStatuses } from './statuses.js'
import type { Template } from './template-store.js'
import { validateInteractive } from './validate-interactive.js'
import {
  validateContacts,
  validateLocation,
  validateMedia,
  validateReaction,
  validateText,
} from './validate-message.js'
import { validateTemplate } from './validate-template.js'
import type { World } from './world.js'

const messageTypes = [
  'audio',
  'contacts',
  'document',
  'image',
  'interactive',
  'location',
  'reaction',
  'sticker',
  'template',
  'text',
  'video',
] as const

type MessageType = (typeof messageTypes)[number]

/** `POST /{phone-number-id}/messages`: a send, or a read receipt with or without a typing indicator. */
export const postMessages: GraphHandler = async (world, request) => {
  const payload = await request.fields()
  requireWhatsApp((await request.params()).messaging_product)
  if (payload.status !== undefined) return markRead(payload)
  const type = payload.type === undefined ? 'text' : enumParam(String(payload.type).toLowerCase(), 'type', messageTypes)
  const recipient = readRecipient(world, payload)
  const callbackData = optionalString(payload.biz_opaque_callback_data, 'biz_opaque_callback_data', 512)
  optionalString(payload.recipient_identity_key_hash, 'recipient_identity_key_hash', 512)
  if (payload.context !== undefined && payload.context !== null) {
    stringParam(objectParam(payload.context, 'context').message_id, at('context', 'message_id'), 512)
  }
  const template = validateContent(world, type, payload)
  if (template?.category === 'AUTHENTICATION' && recipient.kind === 'user') {
    throw new GraphError({ code: 131062, details: 'Authentication templates can only be sent to a phone number.' })
  }
  refuseByFault(world)
  world.limits.take(recipientInput(recipient), world.faults.limits, world.clock.nowMs())
  const id = newWamid('outbound', recipient.kind === 'phone' ? recipient.waId : recipientInput(recipient), world.random)
  // Nobody is told that a user id in `to` reaches no one (section 2).
  if (recipient.kind === 'phone' && isUserId(recipient.waId)) return acceptedReply(recipient, id, template)
  const message = world.accepted.add(
    {
      id,
      recipient,
      type,
      category: template ? (template.category.toLowerCase() as Category) : 'service',
      payload,
      bizOpaqueCallbackData: callbackData,
      acceptedAt: world.clock.iso(),
    },
    Number(request.raw.headers['content-length'] ?? JSON.stringify(payload).length),
  )
  world.customers.answered(customerOf(world, recipient))
  scheduleStatuses(world, message)
  const fault = takeReplyFault(world.faults)
  if (fault === 'drop') return 'drop'
  if (fault === 'fail')
    return { status: 500, contentType: 'text/html', body: '<html><body>Internal Server Error</body></html>' }
  return acceptedReply(recipient, id, template)
}

function requireWhatsApp(product: unknown): void {
  if (product === undefined) throw requiredParameter('messaging_product')
  enumParam(product, 'messaging_product', ['whatsapp'])
}

function markRead(payload: JsonObject): Reply {
  enumParam(payload.status, 'status', ['read'])
  const id = stringParam(payload.message_id, 'message_id')
  // Any wamid passes: one from before this simulator started is as good as one it remembers.
  if (!isWamidLike(id)) throw invalidValue('message_id is not the id of a message.')
  if (payload.typing_indicator !== undefined && payload.typing_indicator !== null) {
    const path = 'typing_indicator'
    enumParam(objectParam(payload.typing_indicator, path).type, at(path, 'type'), ['text'])
  }
  return graphReply({ success: true })
}

function readRecipient(world: World, payload: JsonObject): Recipient {
  const { to, recipient } = payload
  const kind = enumParam(payload.recipient_type ?? 'individual', 'recipient_type', ['individual', 'group'])
  if (kind === 'group') return { kind, groupId: stringParam(to, 'to', 256) }
  if (to === undefined || to === null || to === '') {
    const userId = optionalString(recipient, 'recipient')
    if (!userId) throw requiredParameter('to')
    if (!isUserId(userId)) throw invalidValue('recipient is not a business-scoped user id.')
    return { kind: 'user', userId }
  }
  const input = typeof to === 'number' ? String(to) : stringParam(to, 'to', 256)
  if (isUserId(input)) return { kind: 'phone', input, waId: input }
  const digits = phoneDigits(input)
  if (digits === null) throw invalidValue('to is not a valid phone number.')
  const waId = waIdOf(digits)
  if (waId === waIdOf(world.options.displayPhoneNumber.replace(/\D/g, '')))
    throw new GraphError({ code: 131021, details: 'Recipient phone number cannot be the sender.' })
  return { kind: 'phone', input, waId }
}

/** Checks the content; answers the template where it is one. */
function validateContent(world: World, type: MessageType, payload: JsonObject): Template | null {
  const value = payload[type]
  if (isMediaKind(type)) validateMedia(type, value, world.media)
  else if (type === 'text') validateText(value)
  else if (type === 'location') validateLocation(value)
  else if (type === 'contacts') validateContacts(value)
  else if (type === 'reaction') validateReaction(value)
  else if (type === 'interactive') validateInteractive(value, world.media)
  else return validateTemplate(value, world.templates, world.media)
  return null
}

function refuseByFault(world: World): void {
  const failure = takeFailure(world.faults)
  if (!failure) return
  throw new GraphError({
    code: failure.code,
    details: 'Refused on purpose by the simulator.',
    ...(failure.httpStatus === undefined ? {} : { status: failure.httpStatus }),
  })
}

function acceptedReply(recipient: Recipient, id: string, template: Template | null): Reply {
  const contact =
    recipient.kind === 'user'
      ? { input: recipient.userId, user_id: recipient.userId }
      : recipient.kind === 'phone'
        ? { input: recipient.input, wa_id: recipient.waId }
        : { input: recipient.groupId }
  return graphReply({
    messaging_product: 'whatsapp',
    contacts: [contact],
    messages: [{ id, ...(template ? { message_status: 'accepted' } : {}) }],
  })
}

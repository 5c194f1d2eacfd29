import type { AcceptedMessage, Recipient } from './accepted.js'
import type { Customer } from './customers.js'
import { type WebhookError, webhookError } from './errors.js'
import { isObject } from './json.js'
import { isMediaKind, maySendAs } from './media-store.js'
import type { World } from './world.js'

export const customerOf = (world: World, recipient: Recipient): Customer | null => {
  if (recipient.kind === 'group') return null
  return world.customers.find(recipient.kind === 'phone' ? { waId: recipient.waId } : { userId: recipient.userId })
}

/**
 * Why an accepted message will not reach its customer, or null where it will. WhatsApp has answered 200 by then: these
 * are the failures that only a webhook tells (section 5).
 */
export function failureOf(world: World, message: AcceptedMessage): WebhookError | null {
  const customer = customerOf(world, message.recipient)
  if (customer?.blocked) return webhookError(131026, 'Message undeliverable: the recipient is blocked by this number.')
  if (message.category === 'marketing' && customer?.marketingStopped) {
    return webhookError(131050, 'The recipient has chosen to stop receiving marketing messages from your business.')
  }
  const windowApplies = message.type !== 'template' && message.recipient.kind !== 'group' && world.faults.window
  if (windowApplies && !world.customers.isWindowOpen(customer)) {
    return webhookError(
      131047,
      'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
    )
  }
  return mediaFailure(world, message)
}

function mediaFailure(world: World, { type, payload }: AcceptedMessage): WebhookError | null {
  const object = payload[type]
  if (!isMediaKind(type) || !isObject(object) || object.id === undefined) return null
  const media = world.media.find(String(object.id))
  if (!media || maySendAs(media.mimeType, type)) return null
  return webhookError(131053, `Unsupported media of type ${media.mimeType} for a message of type ${type}.`)
}

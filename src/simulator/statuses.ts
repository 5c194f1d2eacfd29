import type { AcceptedMessage, Category } from './accepted.js'
import type { WebhookError } from './errors.js'
import type { JsonObject } from './json.js'
import { customerOf, failureOf } from './outcome.js'
import type { World } from './world.js'

export const statusNames = ['sent', 'delivered', 'read', 'failed', 'played'] as const
export type StatusName = (typeof statusNames)[number]

/** Statuses that follow an accepted message come this far apart, give or take half. */
const apartMs = 100

/** Stands for the customer of a wamid that this simulator has never given out. */
const unknownRecipientId = '15550000000'

type Status = { status: StatusName; timestamp: string; errors?: unknown[] }

/** One status webhook for an accepted message, in Meta's shape (section 4). */
export function postStatus(world: World, message: AcceptedMessage, { status, timestamp, errors }: Status): void {
  const { recipient } = message
  const customer = customerOf(world, recipient)
  const userId = recipient.kind === 'user' ? recipient.userId : (customer?.userId ?? null)
  // A failure tells the user id only where the send was addressed to it.
  const tellsUserId = userId !== null && (status !== 'failed' || recipient.kind === 'user')
  const phone = recipient.kind === 'phone' ? { wa_id: recipient.waId } : {}
  // Contacts came to statuses with user ids, and not to failures; sent alone leaves the username out.
  const contact =
    userId !== null && status !== 'failed'
      ? {
          contacts: [
            {
              profile: {
                name: customer?.name ?? '',
                ...(customer?.username && status !== 'sent' ? { username: customer.username } : {}),
              },
              ...phone,
              user_id: userId,
            },
          ],
        }
      : {}
  world.webhooks.post({
    field: 'messages',
    value: {
      ...contact,
      statuses: [
        {
          id: message.id,
          status,
          timestamp,
          ...(recipient.kind === 'phone' ? { recipient_id: recipient.waId } : {}),
          ...(recipient.kind === 'group' ? { recipient_id: recipient.groupId, recipient_type: 'group' } : {}),
          ...(tellsUserId ? { recipient_user_id: userId } : {}),
          ...(status === 'failed' ? {} : chargeOf(world, message, status)),
          ...(message.bizOpaqueCallbackData === null
            ? {}
            : { biz_opaque_callback_data: message.bizOpaqueCallbackData }),
          ...(errors === undefined ? {} : { errors }),
        },
      ],
    },
  })
}

/** A status for a wamid nobody here has sent: what is left over from another life of the number. */
export function postOrphanStatus(world: World, id: string, { status, timestamp, errors }: Status): void {
  world.webhooks.post({
    field: 'messages',
    value: {
      statuses: [
        { id, status, timestamp, recipient_id: unknownRecipientId, ...(errors === undefined ? {} : { errors }) },
      ],
    },
  })
}

/**
 * `pricing` on sent and delivered, and `conversation` only for conversations that an ad or page button began (v24 and
 * later). Answers inside the window, and utility templates there, cost nothing.
 */
function chargeOf(world: World, message: AcceptedMessage, status: StatusName): JsonObject {
  if (status !== 'sent' && status !== 'delivered') return {}
  const customer = customerOf(world, message.recipient)
  const freeEntry = world.customers.freeEntryOf(customer)
  if (freeEntry) {
    return {
      conversation: {
        id: freeEntry.id,
        ...(status === 'sent' ? { expiration_timestamp: String(Math.floor(freeEntry.untilMs / 1000)) } : {}),
        origin: { type: 'referral_conversion' },
      },
      pricing: { billable: false, pricing_model: 'PMP', category: 'referral_conversion', type: 'free_entry_point' },
    }
  }
  const free = isFree(message.category, world.customers.isWindowOpen(customer))
  return {
    pricing: {
      billable: !free,
      pricing_model: 'PMP',
      category: message.category,
      type: free ? 'free_customer_service' : 'regular',
    },
  }
}

const isFree = (category: Category, windowOpen: boolean) =>
  category === 'service' || (category === 'utility' && windowOpen)

/** What follows an accepted message by itself: sent, delivered and read, or failed where it cannot arrive. */
export function scheduleStatuses(world: World, message: AcceptedMessage): void {
  if (!world.faults.autoStatuses) return
  const failure: WebhookError | null = failureOf(world, message)
  const steps: readonly { status: StatusName; errors?: unknown[] }[] = failure
    ? [{ status: 'failed', errors: [failure] }]
    : [{ status: 'sent' }, { status: 'delivered' }, { status: 'read' }]
  let atMs = 0
  for (const step of steps) {
    atMs += apartMs / 2 + world.random.below(apartMs)
    world.timers.after(atMs, () => postStatus(world, message, { ...step, timestamp: world.clock.timestamp() }))
  }
}

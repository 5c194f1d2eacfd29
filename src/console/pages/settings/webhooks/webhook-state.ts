import type { WebhookRowFragment } from '../../../generated/graphql.ts'

/** How an endpoint is doing. */
export function stateOf({ enabled, failingSince }: WebhookRowFragment): {
  word: string
  color: string
} {
  if (!enabled) return { word: 'Disabled', color: 'red' }
  return failingSince ? { word: 'Failing', color: 'orange' } : { word: 'On', color: 'leaf' }
}

export const deliveryColors = { DELIVERED: 'leaf', FAILED: 'red', PENDING: 'orange' } as const
export const deliveryWords = { DELIVERED: 'Delivered', FAILED: 'Failed', PENDING: 'Pending' } as const

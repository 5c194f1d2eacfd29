import type { ErrorDetail } from '../core/errors.js'
import { DomainError } from '../core/errors.js'
import type { Plan } from '../generated/prisma/client.js'
import { broadcastRecipients } from '../limits/table.js'

export const recipientLimit = ({ plan }: { plan: Plan }): number | null => broadcastRecipients[plan]

/** Whether so many recipients are more than the plan allows. */
export function exceedsPlan(organization: { plan: Plan }, recipients: number): boolean {
  const limit = recipientLimit(organization)
  return limit !== null && recipients > limit
}

export function planLimitError(organization: { plan: Plan }): DomainError {
  const message = planLimitMessage(organization)
  const details: ErrorDetail[] = [{ path: 'audience', message }]
  return new DomainError('PLAN_LIMIT', `The audience ${message}.`, { details })
}

export const planLimitMessage = (organization: { plan: Plan }): string =>
  `has more recipients than the ${recipientLimit(organization)?.toLocaleString('en-US')} that the plan ${organization.plan} allows a broadcast`

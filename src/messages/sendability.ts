import { findConnection } from '../connections/connections.js'
import type { ActorContext } from '../context.js'
import { badRequest } from '../core/errors.js'
import { judgeSend, type Refusal } from './may-send.js'
import { findRecipient, limitKeyOf } from './recipient.js'
import { parseTarget, targetFault } from './send-input.js'
import { isWindowOpen } from './window.js'

/** Whether somebody may be written to now, and why not. */
export type Sendability = {
  /** Any kind of message. */
  canSend: boolean
  canSendTemplate: boolean
  /** What stands in the way of a message of any kind, in the order in which a send would meet it. */
  reasons: Refusal[]
  optedIn: boolean | null
  windowExpiresAt: Date | null
  windowOpen: boolean
  templateRequired: boolean
  /** Messages to this recipient in this hour; null where the limit is off. `resetAt` null: no window has begun. */
  limit: { limit: number; remaining: number; resetAt: Date | null } | null
  /** Null: a number that is no contact yet. */
  contactId: string | null
  /** That a send would go on with; null: it would begin one. */
  conversationId: string | null
  connectionId: string | null
}

/**
 * What a send to `to` would be answered now, without sending or counting anything. `to`: as in a send.
 * @throws BAD_REQUEST for a `to` that is neither a phone number nor an id, NOT_FOUND for a contact id that names nobody.
 */
export async function sendability(ctx: ActorContext, to: string): Promise<Sendability> {
  const target = parseTarget(to)
  if (!target) throw badRequest([targetFault])
  const recipient = await findRecipient(ctx, target)
  const { contact, conversation } = recipient
  const windowExpiresAt = conversation?.windowExpiresAt ?? null
  const connectionId = conversation?.connectionId ?? (await findConnection(ctx, { select: { id: true } }))?.id ?? null
  const { organizationId, organization } = ctx.actor
  const verdict = await ctx.limits.sends.peek(organizationId, limitKeyOf(target, recipient))
  const optedIn = contact?.optedIn ?? null
  const now = ctx.clock.now()
  const facts = {
    configured: connectionId !== null,
    optedIn,
    policy: organization.consentPolicy,
    windowExpiresAt,
    verdict,
  }
  const windowOpen = isWindowOpen(windowExpiresAt, now)
  return {
    ...judgeSend(facts, now),
    optedIn,
    windowExpiresAt,
    windowOpen,
    templateRequired: !windowOpen,
    limit: verdict && {
      limit: verdict.limit,
      remaining: verdict.remaining,
      resetAt: verdict.resetSeconds === 0 ? null : new Date(now.getTime() + verdict.resetSeconds * 1000),
    },
    contactId: contact?.id ?? null,
    conversationId: conversation?.id ?? null,
    connectionId,
  }
}

import { holdsScope } from '../core/scopes.js'
import { eventTypesOf } from '../events/types.js'
import type { Live } from '../graphql/live/live.js'
import { LiveSubscription, subscribeLive } from '../graphql/live/subscription.js'
import { asGraphQLError, publicErrorOf } from '../graphql/public-errors.js'
import { schema } from '../graphql/schema.js'
import { documentOf, type OperationContext } from './execute.js'
import { FollowConversationsDocument, type FollowConversationsSubscription } from './generated/graphql.js'
import { firstOf } from './runner.js'

export type { Live } from '../graphql/live/live.js'

export type ConversationFollower = {
  /** Something happened in this conversation: it changed, or a message of it. */
  changed(conversationId: string): void
  /** Nothing more is told: the log could not be followed any further. */
  ended(): void
}

/**
 * Tells of every change of the organization's conversations from now on, until the function that is answered is called;
 * of their messages where the key may read those. @throws FORBIDDEN.
 */
export async function followConversations(
  ctx: OperationContext,
  live: Live,
  follower: ConversationFollower,
): Promise<() => void> {
  const messages = holdsScope(ctx.actor.scopes, 'messages:read') ? eventTypesOf('message') : []
  const types = [...eventTypesOf('conversation'), ...messages]
  const subscription = await subscribeLive({
    schema,
    document: documentOf(FollowConversationsDocument),
    variableValues: { types },
    contextValue: { ...ctx, graphContext: ctx },
  })
  if (!(subscription instanceof LiveSubscription)) {
    const errors = subscription.errors ?? []
    throw firstOf(
      errors.map((error) => publicErrorOf(asGraphQLError(error), ctx.logger)),
      true,
    )
  }
  return live.hub.deliver(subscription, {
    next: ({ payload }) => {
      const { data } = JSON.parse(payload.toString()) as { data?: FollowConversationsSubscription | null }
      const id = conversationIdIn(data?.events.data)
      if (id !== null) follower.changed(id)
    },
    fail: follower.ended,
    tooSlow: follower.ended,
    // The follower keeps no queue: what changed twice is told once.
    full: () => false,
    room: async () => true,
  })
}

function conversationIdIn(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('conversationId' in data)) return null
  return typeof data.conversationId === 'string' ? data.conversationId : null
}

import { findConversation, requireConversation } from '../../conversations/conversations.js'
import { holdsScope, type NamedScope } from '../../core/scopes.js'
import type { LoggedEvent } from '../../events/log.js'
import { type EventType, eventTypes, eventTypesOf } from '../../events/types.js'
import { findMessage } from '../../messages/messages.js'
import { builder, requireScope } from '../builder.js'
import { rowQuery } from '../connections.js'
import { listCost } from '../cost.js'
import type { GraphContext } from '../graph-context.js'
import { followEvents } from '../live/feed.js'
import { type LoggedPage, readEvents } from '../live/read-events.js'
import { ConversationNode } from './conversation.js'
import { MessageNode } from './message.js'

const cursorField = 'The place of this event in the log: give it as `after` to go on behind it.'

const MessageEvent = builder.objectRef<LoggedEvent>('MessageEvent').implement({
  description: 'Something happened to a message.',
  fields: (t) => ({
    cursor: t.string({ description: cursorField, resolve: (event, _args, ctx) => cursorOf(ctx, event) }),
    type: t.expose('type', { type: 'EventType', description: 'What happened.' }),
    message: t.field({
      type: MessageNode,
      nullable: true,
      description: 'The message as it is at delivery; null where it has been deleted since.',
      resolve: (event, _args, ctx, info) => findMessage(ctx, event.messageId ?? '', rowQuery(ctx, info)),
    }),
  }),
})

const ConversationEvent = builder.objectRef<LoggedEvent>('ConversationEvent').implement({
  description: 'Something happened to a conversation.',
  fields: (t) => ({
    cursor: t.string({ description: cursorField, resolve: (event, _args, ctx) => cursorOf(ctx, event) }),
    type: t.expose('type', { type: 'EventType', description: 'What happened.' }),
    conversation: t.field({
      type: ConversationNode,
      nullable: true,
      description: 'The conversation as it is at delivery; null where it has been deleted since.',
      resolve: (event, _args, ctx, info) => findConversation(ctx, event.conversationId ?? '', rowQuery(ctx, info)),
    }),
  }),
})

const Event = builder.objectRef<LoggedEvent>('Event').implement({
  description: 'Something that happened.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The event id (`evt_...`), the same in webhooks.' }),
    cursor: t.string({ description: cursorField, resolve: (event, _args, ctx) => cursorOf(ctx, event) }),
    type: t.expose('type', { type: 'EventType', description: 'What happened.' }),
    organizationId: t.exposeID('organizationId', { description: 'Whose event it is.' }),
    timestamp: t.expose('createdAt', { type: 'DateTime', description: 'When it happened.' }),
    data: t.expose('data', { type: 'JSON', description: 'The data as it was then, the same as webhooks carry.' }),
  }),
})

const cursorOf = (ctx: GraphContext, event: LoggedEvent) => ctx.events.cursorOf(event.organizationId, event.position)

builder.queryField('eventCursor', (t) =>
  t.string({
    description:
      "The event log's end now. Read it before a list, then subscribe with it as `after`: nothing is missed.",
    resolve: async (_root, _args, ctx) => {
      const { organizationId } = ctx.actor
      return ctx.events.cursorOf(organizationId, await ctx.events.head(organizationId))
    },
  }),
)

const after = 'A cursor: what happened since is delivered first, then what happens. Absent: from now on.'
const messageTypes = new Set<EventType>(eventTypesOf('message'))
const conversationTypes = new Set<EventType>(eventTypesOf('conversation'))

builder.subscriptionField('messages', (t) =>
  t.field({
    type: MessageEvent,
    description: 'Every event of messages, of all conversations or of one: nothing missing, nothing twice, one order.',
    args: {
      conversationId: t.arg.id({ description: 'Only this conversation. One that is not there gives NOT_FOUND.' }),
      after: t.arg.string({ description: after }),
    },
    authScopes: { scope: 'messages:read' },
    subscribe: (_root, { conversationId, after }, ctx) =>
      followEvents(
        ctx,
        after,
        (event) => messageTypes.has(event.type) && (conversationId == null || event.conversationId === conversationId),
        conversationId == null ? undefined : () => requireConversation(ctx, conversationId),
      ),
    resolve: (event) => event,
  }),
)

builder.subscriptionField('conversations', (t) =>
  t.field({
    type: ConversationEvent,
    description: 'Every event of conversations: nothing missing, nothing twice, one order.',
    args: { after: t.arg.string({ description: after }) },
    authScopes: { scope: 'conversations:read' },
    subscribe: (_root, { after }, ctx) => followEvents(ctx, after, (event) => conversationTypes.has(event.type)),
    resolve: (event) => event,
  }),
)

/** What a key must be allowed to read to be shown an event, by the noun its type begins with. */
const scopeOfNoun: Record<string, NamedScope> = {
  message: 'messages:read',
  conversation: 'conversations:read',
  contact: 'contacts:read',
  template: 'templates:read',
  broadcast: 'broadcasts:read',
  webhook: 'webhooks:manage',
  payment: 'payments:write',
}
const scopeOf = (type: EventType): NamedScope | undefined => scopeOfNoun[type.split('.')[0] ?? '']

builder.subscriptionField('events', (t) =>
  t.field({
    type: Event,
    description: 'Every event that the key may see, or those of some types: nothing missing, nothing twice, one order.',
    args: {
      types: t.arg({
        type: ['EventType'],
        description: 'Only these types; each must be within the scopes of the key.',
      }),
      after: t.arg.string({ description: after }),
    },
    subscribe: (_root, { types, after }, ctx) => {
      const wanted = wantedTypes(ctx, types)
      return followEvents(ctx, after, (event) => wanted.has(event.type))
    },
    resolve: (event) => event,
  }),
)

const EventPage = builder.objectRef<LoggedPage>('EventPage').implement({
  description: 'Some consecutive events of the log.',
  fields: (t) => ({
    nodes: t.field({
      type: [Event],
      description: 'The events, oldest first.',
      complexity: { field: 1, multiplier: 1 },
      resolve: ({ events }) => events,
    }),
    cursor: t.string({
      description: 'The place behind this page: give it as `after` to go on. It moves also where no event is shown.',
      resolve: ({ position }, _args, ctx) => ctx.events.cursorOf(ctx.actor.organizationId, position),
    }),
    hasMore: t.exposeBoolean('hasMore', { description: 'Whether the log goes on behind this page already.' }),
  }),
})

builder.queryField('eventLog', (t) =>
  t.field({
    type: EventPage,
    description:
      'The events behind a cursor, for those who can hold no subscription open: nothing missing, nothing twice, one order. Without `after` it begins at the end of the log.',
    args: {
      after: t.arg.string({ description: 'A cursor. Absent: from now on.' }),
      first: t.arg.int({ defaultValue: 20, description: 'How many events at most, 1 to 100.' }),
      types: t.arg({
        type: ['EventType'],
        description: 'Only these types; each must be within the scopes of the key. Absent: all that it may see.',
      }),
      waitSeconds: t.arg.int({
        defaultValue: 0,
        description: 'How long to wait for an event where there is none yet, 0 to 30 seconds.',
      }),
    },
    complexity: ({ first }) => listCost({ first }),
    resolve: (_root, { after, first, types, waitSeconds }, ctx) =>
      readEvents(ctx, {
        after,
        first: first ?? 20,
        waitSeconds: waitSeconds ?? 0,
        types: wantedTypes(ctx, types),
      }),
  }),
)

/** @throws FORBIDDEN, naming the scope that one of the given types needs. */
function wantedTypes(ctx: GraphContext, types: readonly EventType[] | null | undefined): ReadonlySet<EventType> {
  for (const type of types ?? []) {
    const scope = scopeOf(type)
    if (scope) requireScope(ctx, scope)
  }
  return new Set(types ?? (Object.keys(eventTypes) as EventType[]).filter((type) => maySee(ctx, type)))
}

function maySee(ctx: GraphContext, type: EventType): boolean {
  const scope = scopeOf(type)
  return scope === undefined || holdsScope(ctx.actor.scopes, scope)
}

import { assignConversation } from '../../conversations/assign.js'
import {
  findConversation,
  listConversations,
  reopenConversation,
  resolveConversation,
} from '../../conversations/conversations.js'
import type { PageArgs } from '../../database/page.js'
import { ConversationStatus } from '../../generated/prisma/client.js'
import { markConversationRead } from '../../messages/mark-read.js'
import { listMessagesOf } from '../../messages/messages.js'
import { builder, ownRow } from '../builder.js'
import { showsColumnsOnly } from '../columns-at-hand.js'
import { countedQuery, pageQuery, rowQuery, toConnection, wholeRow } from '../connections.js'
import { listCost } from '../cost.js'
import { loadList } from '../list-loader.js'
import { AiAgentNode } from './ai-agent.js'
import { ContactNode } from './contact.js'
import { MemberNode } from './member.js'
import { MessageConnection, MessageEdge, MessageNode } from './message.js'

export const ConversationStatusEnum = builder.enumType('ConversationStatus', {
  description: 'The state of a conversation in the inbox.',
  values: {
    [ConversationStatus.OPEN]: { description: 'Waiting for somebody. As a filter it includes the two bot states.' },
    [ConversationStatus.ASSIGNED]: { description: 'In the hands of a member.' },
    [ConversationStatus.RESOLVED]: { description: 'Done; the next message of the customer reopens it.' },
    [ConversationStatus.BOT_ACTIVE]: { description: 'Answered by a bot.' },
    [ConversationStatus.AI_ACTIVE]: { description: 'Answered by an AI agent.' },
  },
})

export const ConversationNode = builder.prismaNode('Conversation', {
  id: { resolve: (row) => row.id, description: 'The conversation id (`cnv_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    status: t.expose('status', { type: ConversationStatusEnum, description: 'The state in the inbox.' }),
    channel: t.string({ description: 'Always "whatsapp".', resolve: () => 'whatsapp' }),
    contact: t.relation('contact', {
      type: ContactNode,
      description: 'The customer.',
      authScopes: { scope: ['contacts:read', 'conversations:read'] },
    }),
    assignedTo: t.relation('assignedTo', {
      type: MemberNode,
      nullable: true,
      description: 'The member it is assigned to.',
    }),
    aiAgent: t.relation('aiAgent', {
      type: AiAgentNode,
      nullable: true,
      description: 'The AI agent that answers in it.',
      authScopes: { scope: 'agents:read' },
    }),
    unreadCount: t.exposeInt('unreadCount'),
    lastMessage: t.relation('lastMessage', {
      type: MessageNode,
      nullable: true,
      description: 'The newest message, in or out.',
      authScopes: { scope: ['messages:read', 'conversations:read'] },
    }),
    lastMessageAt: t.expose('lastMessageAt', { type: 'DateTime', nullable: true }),
    windowExpiresAt: t.expose('windowExpiresAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the conversation began.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the conversation last changed.' }),
    messages: t.connection(
      {
        type: MessageNode,
        description: 'The messages, newest first.',
        args: { skip: t.arg.int({ description: 'How many rows to leave out first.' }) },
        authScopes: { scope: ['messages:read', 'conversations:read'] },
        complexity: listCost,
        resolve: async (conversation, args, ctx, info) => {
          // Asked for each conversation, though they share the first one's: the plugin notes by it, conversation for
          // conversation, that the rows are loaded, and would otherwise read those of all but the first again. Where they
          // are shown without it, it has nothing to note.
          const query = showsColumnsOnly(info) ? null : pageQuery(ctx, info)
          const load = (ids: readonly string[], page: PageArgs) =>
            listMessagesOf(ctx, ids, page, query ?? pageQuery(ctx, info))
          return toConnection(await loadList(ctx, info, conversation.id, args, load))
        },
      },
      MessageConnection,
      MessageEdge,
    ),
  }),
})

builder.prismaObjectField('Message', 'conversation', (t) =>
  t.relation('conversation', {
    type: ConversationNode,
    description: 'The conversation it stands in.',
    authScopes: { scope: 'conversations:read' },
  }),
)

builder.queryField('conversations', (t) =>
  t.connection(
    {
      type: ConversationNode,
      description: 'The inbox: conversations, newest activity first.',
      args: {
        status: t.arg({ type: ConversationStatusEnum, description: 'Only conversations in this state.' }),
        contactId: t.arg.id({ description: 'Only conversations with this contact.' }),
        assignedToId: t.arg.id({ description: 'Only conversations assigned to this member.' }),
        unread: t.arg.boolean({ description: 'Only conversations with messages not yet marked read; false: without.' }),
        search: t.arg.string({ description: "Any part of the contact's name, or of the phone's digits." }),
        skip: t.arg.int({ description: 'How many rows to leave out first.' }),
      },
      authScopes: { scope: 'conversations:read' },
      complexity: listCost,
      resolve: async (_root, { status, contactId, assignedToId, unread, search, ...args }, ctx, info) => {
        const filter = { status, contactId, assignedToId, unread, search }
        return toConnection(await listConversations(ctx, filter, args, countedQuery(ctx, info)))
      },
    },
    { name: 'ConversationConnection', description: 'A page of conversations.' },
    { name: 'ConversationEdge', description: 'A conversation in a list.' },
  ),
)

builder.queryField('conversation', (t) =>
  t.field({
    type: ConversationNode,
    nullable: true,
    description: 'One conversation; null where there is none of this id.',
    args: { id: t.arg.id({ required: true, description: 'The conversation id.' }) },
    authScopes: { scope: 'conversations:read' },
    resolve: (_root, { id }, ctx, info) => findConversation(ctx, id, rowQuery(ctx, info)),
  }),
)

builder.relayMutationField(
  'markConversationRead',
  {
    description: 'Which conversation was read.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The conversation.' }),
      typing: t.boolean({ description: "Also show the typing indicator on the customer's phone." }),
    }),
  },
  {
    description: "Marks every message of the customer read, here and on the customer's phone.",
    authScopes: { scope: 'conversations:write' },
    resolve: async (_root, { input }, ctx) => ({ conversation: await markConversationRead(ctx, input) }),
  },
  {
    description: 'The conversation, read.',
    outputFields: (t) => ({
      conversation: t.field({
        type: ConversationNode,
        description: 'The conversation as it is now.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.conversation),
      }),
    }),
  },
)

const AssignmentStrategyEnum = builder.enumType('AssignmentStrategy', {
  description: 'How a member is chosen where none is named.',
  values: {
    LEAST_LOADED: { description: 'The active member with the fewest conversations in hand.' },
  } as const,
})

builder.relayMutationField(
  'assignConversation',
  {
    description: 'Which conversation goes to whom.',
    inputFields: (t) => ({
      id: t.id({ required: true, description: 'The conversation.' }),
      memberId: t.id({
        description: 'The member. Without it and a strategy the conversation is taken back for everybody.',
      }),
      strategy: t.field({
        type: AssignmentStrategyEnum,
        description: 'How to choose the member, in place of memberId.',
      }),
    }),
  },
  {
    description: 'Assigns a conversation to a member, or takes it back. An AI agent that answered in it is out.',
    authScopes: { scope: 'conversations:write' },
    resolve: async (_root, { input }, ctx) => ({ conversation: await assignConversation(ctx, input) }),
  },
  {
    description: 'The conversation, assigned.',
    outputFields: (t) => ({
      conversation: t.field({
        type: ConversationNode,
        description: 'The conversation as it is now.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.conversation),
      }),
    }),
  },
)

const changes = {
  resolveConversation: { change: resolveConversation, about: 'Marks a conversation as done.' },
  reopenConversation: { change: reopenConversation, about: 'Takes a resolved conversation up again.' },
} as const

for (const name of ['resolveConversation', 'reopenConversation'] as const) {
  builder.relayMutationField(
    name,
    {
      description: 'Which conversation.',
      inputFields: (t) => ({ id: t.id({ required: true, description: 'The conversation.' }) }),
    },
    {
      description: changes[name].about,
      authScopes: { scope: 'conversations:write' },
      resolve: async (_root, { input }, ctx) => ({ conversation: await changes[name].change(ctx, input) }),
    },
    {
      description: 'The changed conversation.',
      outputFields: (t) => ({
        conversation: t.field({
          type: ConversationNode,
          description: 'The conversation as it is now.',
          resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.conversation),
        }),
      }),
    },
  )
}

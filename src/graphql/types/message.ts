import { MessageDirection, MessageStatus, MessageType } from '../../generated/prisma/client.js'
import { contentOf } from '../../messages/content.js'
import { findMessage, listMessages } from '../../messages/messages.js'
import type { MessageError, MessageErrorReason } from '../../messages/refusal.js'
import { builder, ownRow } from '../builder.js'
import { countedQuery, rowQuery, toConnection } from '../connections.js'
import { listCost } from '../cost.js'
import { ContactNode } from './contact.js'
import { MessageContent } from './message-content.js'

export const MessageDirectionEnum = builder.enumType('MessageDirection', {
  description: 'Who wrote a message.',
  values: {
    [MessageDirection.INBOUND]: { description: 'The customer.' },
    [MessageDirection.OUTBOUND]: { description: 'The organization.' },
  },
})

const MessageSenderEnum = builder.enumType('MessageSender', {
  description: 'By whom a message was written.',
  values: {
    CUSTOMER: { description: 'By the customer.' },
    TEAM: { description: 'By the organization: a person, or a program of its own.' },
    AI_AGENT: { description: 'By an AI agent of the organization.' },
  } as const,
})

export const MessageTypeEnum = builder.enumType('MessageType', {
  description: 'What a message is.',
  values: {
    [MessageType.TEXT]: { description: 'A text.' },
    [MessageType.IMAGE]: { description: 'An image.' },
    [MessageType.VIDEO]: { description: 'A video.' },
    [MessageType.AUDIO]: { description: 'A sound, or a voice note.' },
    [MessageType.DOCUMENT]: { description: 'A document.' },
    [MessageType.STICKER]: { description: 'A sticker.' },
    [MessageType.TEMPLATE]: { description: 'An approved template, filled in.' },
    [MessageType.INTERACTIVE]: { description: "Buttons, a list, a link; inbound, the customer's choice." },
    [MessageType.LOCATION]: { description: 'A place.' },
    [MessageType.CONTACT]: { description: 'Contact cards.' },
    [MessageType.REACTION]: { description: 'A reaction to another message.' },
    [MessageType.BUTTON]: { description: "A customer's tap on a template's quick reply." },
    [MessageType.ORDER]: { description: "A customer's order from a catalog." },
    [MessageType.SYSTEM]: { description: "A notice of WhatsApp's own, such as a changed number." },
    [MessageType.UNSUPPORTED]: {
      description: 'A kind that WhatsApp does not pass on, or that this version does not know; kept as it came.',
    },
  },
})

export const MessageStatusEnum = builder.enumType('MessageStatus', {
  description: 'How far a message has come.',
  values: {
    [MessageStatus.QUEUED]: {
      description: 'Stored, about to go to WhatsApp; an attempt under way, and waiting for `scheduledAt`, included.',
    },
    [MessageStatus.SENT]: { description: 'Accepted by WhatsApp.' },
    [MessageStatus.DELIVERED]: { description: "On the customer's phone." },
    [MessageStatus.READ]: { description: 'Read by the customer; of an inbound message, marked read here.' },
    [MessageStatus.FAILED]: { description: 'Given up; `error` says why.' },
    [MessageStatus.UNKNOWN]: { description: 'Handed over, but nobody knows yet whether WhatsApp accepted it.' },
    [MessageStatus.RECEIVED]: { description: 'Inbound, not yet marked read.' },
  },
})

const MessageErrorReasonEnum = builder.enumType('MessageErrorReason', {
  description: 'Why a scheduled message never set out.',
  values: {
    WINDOW_CLOSED: { description: 'When its time came, only a template might be sent.' },
    OPT_IN_REQUIRED: { description: 'When its time came, the contact had not opted in, or had opted out.' },
    CANCELLED: { description: 'It was cancelled.' },
  } satisfies Record<MessageErrorReason, object>,
})

export const MessageErrorType = builder.objectRef<MessageError>('MessageError').implement({
  description: 'Why a message failed.',
  fields: (t) => ({
    code: t.exposeInt('code', { nullable: true, description: "Meta's error code; null where the reason is ours." }),
    title: t.exposeString('title', { description: 'The reason in a few words.' }),
    details: t.exposeString('details', { nullable: true, description: "Meta's own words." }),
    reason: t.field({
      type: MessageErrorReasonEnum,
      nullable: true,
      description: 'Of a scheduled message that never set out: why; else null.',
      resolve: ({ reason }) => reason ?? null,
    }),
  }),
})

export const MessageNode = builder.prismaNode('Message', {
  id: { resolve: (row) => row.id, description: 'The message id (`msg_...`): ours, and it lasts.' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    conversationId: t.exposeID('conversationId', { description: 'The conversation it stands in.' }),
    contactId: t.exposeID('contactId', { description: 'The customer it is to or from.' }),
    contact: t.relation('contact', {
      type: ContactNode,
      description: 'The customer it is to or from.',
      authScopes: { scope: ['contacts:read', 'conversations:read'] },
    }),
    direction: t.expose('direction', { type: MessageDirectionEnum, description: 'Who wrote it.' }),
    sentBy: t.field({
      type: MessageSenderEnum,
      description: 'By whom it was written.',
      select: { direction: true, aiAgentId: true },
      resolve: ({ direction, aiAgentId }) =>
        direction === 'INBOUND' ? 'CUSTOMER' : aiAgentId === null ? 'TEAM' : 'AI_AGENT',
    }),
    aiAgentId: t.exposeID('aiAgentId', {
      nullable: true,
      description: 'The AI agent that wrote it; it may have been deleted since.',
    }),
    type: t.expose('type', { type: MessageTypeEnum, description: 'What it is.' }),
    status: t.expose('status', { type: MessageStatusEnum, description: 'How far it has come.' }),
    text: t.exposeString('text', { nullable: true }),
    content: t.field({
      type: MessageContent,
      description: 'What it holds, by its kind.',
      select: { type: true, content: true },
      resolve: (message) => contentOf(message),
    }),
    contentData: t.field({
      type: 'JSON',
      description: 'The same as one flat JSON object, as REST, MCP and webhooks carry it.',
      select: { content: true },
      resolve: (message) => message.content,
    }),
    messageId: t.exposeString('wamid', { nullable: true, description: "WhatsApp's id (wamid); null until known." }),
    error: t.field({
      type: MessageErrorType,
      nullable: true,
      description: 'Why it failed; null where it has not.',
      select: { error: true },
      resolve: (message) => message.error as MessageError | null,
    }),
    replyToId: t.exposeID('replyToId', { nullable: true, description: 'The message it answers.' }),
    replyTo: t.relation('replyTo', {
      nullable: true,
      description: 'The message it answers, where we have it.',
      authScopes: { scope: ['messages:read', 'conversations:read'] },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was stored.' }),
    scheduledAt: t.expose('scheduledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was asked to go out; null: at once.',
    }),
    sentAt: t.expose('sentAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Outbound: when WhatsApp accepted it. Inbound: when the customer sent it.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: "When it reached the customer's phone.",
    }),
    readAt: t.expose('readAt', { type: 'DateTime', nullable: true, description: 'When it was read.' }),
    broadcastId: t.exposeID('broadcastId', { nullable: true, description: 'The broadcast that it belongs to.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', nullable: true, description: 'When it was given up.' }),
    editedAt: t.expose('editedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the customer last edited it; `text` and `content` are as edited.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the customer took it back. What it held is kept, where it came before that.',
    }),
  }),
})

export const MessageEdge = builder.edgeObject({
  type: MessageNode,
  name: 'MessageEdge',
  description: 'A message in a list.',
})

export const MessageConnection = builder.connectionObject(
  { type: MessageNode, name: 'MessageConnection', description: 'A page of messages.' },
  MessageEdge,
)

builder.queryField('messages', (t) =>
  t.connection(
    {
      type: MessageNode,
      description: 'Messages, newest first, across conversations or of one.',
      args: {
        conversationId: t.arg.id({ description: 'Only this conversation. One that is not there gives NOT_FOUND.' }),
        skip: t.arg.int({ description: 'How many rows to leave out first.' }),
      },
      authScopes: { scope: 'messages:read' },
      complexity: listCost,
      resolve: async (_root, { conversationId, ...args }, ctx, info) =>
        toConnection(await listMessages(ctx, { conversationId }, args, countedQuery(ctx, info))),
    },
    MessageConnection,
    MessageEdge,
  ),
)

builder.queryField('message', (t) =>
  t.field({
    type: MessageNode,
    nullable: true,
    description: "One message, by our id or by WhatsApp's; null where there is none.",
    args: { id: t.arg.id({ required: true, description: 'The message id, or the wamid.' }) },
    authScopes: { scope: 'messages:read' },
    resolve: (_root, { id }, ctx, info) => findMessage(ctx, id, rowQuery(ctx, info)),
  }),
)

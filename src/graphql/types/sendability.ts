import { findConnection } from '../../connections/connections.js'
import { findContact } from '../../contacts/contacts.js'
import { findConversation } from '../../conversations/conversations.js'
import type { Refusal } from '../../messages/may-send.js'
import { type Sendability, sendability } from '../../messages/sendability.js'
import { builder } from '../builder.js'
import { rowQuery } from '../connections.js'
import { ConnectionNode } from './connection.js'
import { ContactNode } from './contact.js'
import { ConversationNode } from './conversation.js'

const ReasonCode = builder.enumType('SendabilityReasonCode', {
  description: 'Why a message cannot be sent now: the code that the send would be refused with.',
  values: {
    OPT_IN_REQUIRED: { description: 'The contact has not opted in, or has opted out.' },
    WINDOW_CLOSED: { description: 'Only a template may be sent.' },
    RATE_LIMITED: { description: 'The hour of this recipient has no message left; `retryAt` says until when.' },
    NOT_CONFIGURED: { description: 'The organization has no WhatsApp number.' },
  } as const,
})

const Reason = builder.objectRef<Refusal>('SendabilityReason').implement({
  description: 'Something that stands in the way of a message.',
  fields: (t) => ({
    code: t.expose('code', { type: ReasonCode, description: 'The code that the send would be refused with.' }),
    message: t.exposeString('message', { description: 'What it is, and what to do about it: for a person.' }),
    retryAt: t.expose('retryAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends by itself; null where somebody has to do something.',
    }),
  }),
})

const Limit = builder.objectRef<NonNullable<Sendability['limit']>>('SendLimit').implement({
  description: 'How many messages one recipient may be sent in an hour.',
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'How many in all.' }),
    remaining: t.exposeInt('remaining', { description: 'How many are left in this hour.' }),
    resetAt: t.expose('resetAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When all are there again; null where none has been used.',
    }),
  }),
})

const SendabilityType = builder.objectRef<Sendability>('Sendability').implement({
  description: 'Whether somebody may be written to now, and why not: what a send would be answered.',
  fields: (t) => ({
    canSend: t.exposeBoolean('canSend', { description: 'Whether a message of any kind may be sent now.' }),
    canSendTemplate: t.exposeBoolean('canSendTemplate', { description: 'Whether a template may be sent now.' }),
    templateRequired: t.exposeBoolean('templateRequired', {
      description: 'Whether it has to be a template, because the 24-hour window is closed.',
    }),
    reasons: t.expose('reasons', {
      type: [Reason],
      description: 'All that stands in the way of a message of any kind; empty where `canSend`.',
    }),
    optedIn: t.exposeBoolean('optedIn', {
      nullable: true,
      description: 'True: opted in. False: opted out. Null: unknown.',
    }),
    windowOpen: t.exposeBoolean('windowOpen', { description: 'Whether the customer wrote in the last 24 hours.' }),
    windowExpiresAt: t.expose('windowExpiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the window closes or closed; null where the customer never wrote.',
    }),
    limit: t.expose('limit', {
      type: Limit,
      nullable: true,
      description: 'What is left of the recipient limit; null where it is off.',
    }),
    contact: t.field({
      type: ContactNode,
      nullable: true,
      description: 'Whom `to` names; null: a number that is no contact yet.',
      resolve: ({ contactId }, _args, ctx, info) =>
        contactId === null ? null : findContact(ctx, { id: contactId }, rowQuery(ctx, info)),
    }),
    conversation: t.field({
      type: ConversationNode,
      nullable: true,
      description: 'The conversation that a send would go on with; null: it would begin one.',
      resolve: ({ conversationId }, _args, ctx, info) =>
        conversationId === null ? null : findConversation(ctx, conversationId, rowQuery(ctx, info)),
    }),
    connection: t.field({
      type: ConnectionNode,
      nullable: true,
      description:
        'The number that a send would go out from. One that is not connected does not refuse a send; WhatsApp may.',
      resolve: ({ connectionId }, _args, ctx, info) =>
        connectionId === null ? null : findConnection(ctx, rowQuery(ctx, info), connectionId),
    }),
  }),
})

builder.queryField('sendability', (t) =>
  t.field({
    type: SendabilityType,
    description:
      'Whether a send to somebody would go out now, and what to do where not. Sends and counts nothing. Needs messages:send. A `to` that is neither a phone number nor an id is BAD_REQUEST, a contact id that names nobody NOT_FOUND.',
    args: { to: t.arg.string({ required: true, description: 'A phone with its country code, or a contact id.' }) },
    authScopes: { scope: 'messages:send' },
    resolve: (_root, { to }, ctx) => sendability(ctx, to),
  }),
)

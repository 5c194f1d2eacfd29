import type { z } from 'zod'
import type { Operation } from '../operations/execute.js'
import {
  ConnectionStatusDocument,
  CreateContactDocument,
  GetConversationDocument,
  ListContactsDocument,
  ListConversationsDocument,
  ListMessagesDocument,
  ReadEventsDocument,
  SendMessageDocument,
  UploadMediaDocument,
} from '../operations/generated/graphql.js'
import { conversation, conversationWithMessages, message, recentMessages } from '../operations/shapes.js'
import * as bodies from './bodies.js'
import {
  contactInput,
  conversationStatus,
  eventsAfter,
  optionalText,
  page,
  type RestRequest,
  sendInput,
  uploadInput,
} from './request.js'
import { events, identity, list, media, status } from './shapes.js'

/** One documented path: which document it is, how the request becomes its variables and the data its answer. */
export type Route<Data, Variables> = {
  method: 'GET' | 'POST'
  /** Below /api/whatsapp-api. */
  path: string
  operation: Operation<Data, Variables>
  /** Where the body is multipart with a file; else a POST's is JSON. */
  takesFile?: true
  variables(request: RestRequest): Variables
  /** Undefined: there is no such thing, 404. */
  shape(data: Data, request: RestRequest): unknown
  status: 200 | 201
  headers?: (data: Data) => Record<string, string>
  /** For the OpenAPI document. */
  doc: RouteDoc
}

/** What a path is for, what it takes and what it answers; a POST without a body takes a file. */
export type RouteDoc = {
  /** The name of the operation in generated clients. */
  operationId: string
  summary: string
  tag: 'Connection' | 'Contacts' | 'Conversations' | 'Messages' | 'Media' | 'Events'
  query?: z.ZodObject
  body?: z.ZodType
  answer: z.ZodType
  /** What it can answer besides what every path can: 400, 401, 403, 429 and 500. */
  also?: (404 | 409)[]
  takesIdempotencyKey?: true
}

/** Keeps each row's own types while it is written; the router needs them no more. */
const route = <Data, Variables>(row: Route<Data, Variables>) => row as unknown as Route<unknown, unknown>

/** The documented REST paths (contract, section 5). A row is data; what it does stands in the graph. */
export const routes = [
  route({
    method: 'GET',
    path: '/status',
    operation: ConnectionStatusDocument,
    variables: () => ({}),
    shape: (data) => status(data.connection),
    status: 200,
    doc: {
      operationId: 'getStatus',
      summary: 'Whether the WhatsApp number works.',
      tag: 'Connection',
      answer: bodies.status,
    },
  }),
  route({
    method: 'GET',
    path: '/contacts',
    operation: ListContactsDocument,
    variables: ({ query }) => ({ search: optionalText(query.search), tag: optionalText(query.tag), ...page(query) }),
    shape: (data, { query }) => list(data.contacts, query, identity),
    status: 200,
    doc: {
      operationId: 'listContacts',
      summary: 'Contacts, newest first.',
      tag: 'Contacts',
      query: bodies.contactQuery,
      answer: bodies.contactList,
    },
  }),
  route({
    method: 'POST',
    path: '/contacts',
    operation: CreateContactDocument,
    variables: ({ body }) => ({ input: contactInput(body) }),
    shape: (data) => data.createContact.contact,
    status: 201,
    doc: {
      operationId: 'createContact',
      summary: 'Creates a contact; 409 with existingId where the phone is known.',
      tag: 'Contacts',
      body: bodies.newContact,
      answer: bodies.contact,
      also: [409],
    },
  }),
  route({
    method: 'GET',
    path: '/chats',
    operation: ListConversationsDocument,
    variables: ({ query }) => ({ status: conversationStatus(query.status), ...page(query) }),
    shape: (data, { query }) => list(data.conversations, query, conversation),
    status: 200,
    doc: {
      operationId: 'listChats',
      summary: 'Conversations, newest activity first.',
      tag: 'Conversations',
      query: bodies.conversationQuery,
      answer: bodies.conversationList,
    },
  }),
  route({
    method: 'GET',
    path: '/chats/:conversationId',
    operation: GetConversationDocument,
    variables: ({ params }) => ({ id: params.conversationId ?? '', messages: recentMessages }),
    shape: (data) => data.conversation && conversationWithMessages(data.conversation),
    status: 200,
    doc: {
      operationId: 'getChat',
      summary: 'A conversation with its newest 50 messages.',
      tag: 'Conversations',
      answer: bodies.conversationWithMessages,
      also: [404],
    },
  }),
  route({
    method: 'GET',
    path: '/messages',
    operation: ListMessagesDocument,
    variables: ({ query }) => ({ conversationId: optionalText(query.conversationId), ...page(query) }),
    shape: (data, { query }) => list(data.messages, query, message),
    status: 200,
    doc: {
      operationId: 'listMessages',
      summary: 'Messages, newest first, of all conversations or of one.',
      tag: 'Messages',
      query: bodies.messageQuery,
      answer: bodies.messageList,
      also: [404],
    },
  }),
  route({
    method: 'POST',
    path: '/send',
    operation: SendMessageDocument,
    variables: ({ body, idempotencyKey }) => ({ input: sendInput(body, idempotencyKey) }),
    shape: (data) => message(data.sendMessage.message),
    status: 200,
    headers: (data) => (data.sendMessage.replayed ? { 'Idempotent-Replayed': 'true' } : {}),
    doc: {
      operationId: 'sendMessage',
      summary: 'Sends a message, once.',
      tag: 'Messages',
      body: bodies.newMessage,
      answer: bodies.message,
      also: [404, 409],
      takesIdempotencyKey: true,
    },
  }),
  route({
    method: 'POST',
    path: '/media',
    operation: UploadMediaDocument,
    takesFile: true,
    variables: (request) => ({ input: uploadInput(request) }),
    shape: (data) => media(data.uploadMedia.media),
    status: 201,
    doc: {
      operationId: 'uploadMedia',
      summary: 'Keeps a file of up to 16,777,216 bytes for sends.',
      tag: 'Media',
      answer: bodies.media,
    },
  }),
  route({
    method: 'GET',
    path: '/events',
    operation: ReadEventsDocument,
    variables: ({ query }) => eventsAfter(query),
    shape: (data) => events(data.eventLog),
    status: 200,
    doc: {
      operationId: 'readEvents',
      summary: 'The events behind a cursor, waiting for one if asked to.',
      tag: 'Events',
      query: bodies.eventQuery,
      answer: bodies.eventPage,
    },
  }),
]

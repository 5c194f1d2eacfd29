/* eslint-disable */
import * as types from './graphql.js';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query PageContacts($search: String, $tag: String, $first: Int, $after: String) {\n  contacts(search: $search, tag: $tag, first: $first, after: $after) {\n    nodes {\n      ...ContactFields\n    }\n    pageInfo {\n      ...NextPage\n    }\n  }\n}\n\nquery GetContact($id: ID, $phone: String) {\n  contact(id: $id, phone: $phone) {\n    ...ContactFields\n  }\n}\n\nquery PageConversations($status: ConversationStatus, $first: Int, $after: String) {\n  conversations(status: $status, first: $first, after: $after) {\n    nodes {\n      ...ConversationFields\n    }\n    pageInfo {\n      ...NextPage\n    }\n  }\n}\n\nquery PageTemplates($status: String, $search: String, $first: Int, $after: String) {\n  templates(status: $status, search: $search, first: $first, after: $after) {\n    nodes {\n      id\n      name\n      language\n      category\n      status\n      parameterFormat\n      components\n    }\n    pageInfo {\n      ...NextPage\n    }\n  }\n}\n\nsubscription FollowConversations($types: [EventType!]) {\n  events(types: $types) {\n    data\n  }\n}": typeof types.PageContactsDocument,
    "query ListContacts($search: String, $tag: String, $first: Int, $skip: Int) {\n  contacts(search: $search, tag: $tag, first: $first, skip: $skip) {\n    nodes {\n      ...ContactFields\n    }\n    totalCount\n  }\n}\n\nmutation CreateContact($input: CreateContactInput!) {\n  createContact(input: $input) {\n    contact {\n      ...ContactFields\n    }\n  }\n}": typeof types.ListContactsDocument,
    "query ListConversations($status: ConversationStatus, $first: Int, $skip: Int) {\n  conversations(status: $status, first: $first, skip: $skip) {\n    nodes {\n      ...ConversationFields\n    }\n    totalCount\n  }\n}\n\nquery GetConversation($id: ID!, $messages: Int!) {\n  conversation(id: $id) {\n    ...ConversationFields\n    messages(first: $messages) {\n      nodes {\n        ...MessageFields\n      }\n    }\n  }\n}": typeof types.ListConversationsDocument,
    "query ReadEvents($after: String, $first: Int, $waitSeconds: Int) {\n  eventLog(after: $after, first: $first, waitSeconds: $waitSeconds) {\n    nodes {\n      id\n      type\n      organizationId\n      timestamp\n      data\n      cursor\n    }\n    cursor\n    hasMore\n  }\n}": typeof types.ReadEventsDocument,
    "fragment ContactFields on Contact {\n  id\n  phone\n  userId\n  name\n  email\n  tags\n  optedIn\n  optInSource\n  attributes\n  createdAt\n  updatedAt\n}\n\nfragment MessageFields on Message {\n  id\n  conversationId\n  contactId\n  direction\n  type\n  status\n  text\n  contentData\n  messageId\n  error {\n    code\n    title\n    details\n    reason\n  }\n  replyToId\n  createdAt\n  sentAt\n  deliveredAt\n  readAt\n  failedAt\n  editedAt\n  revokedAt\n  scheduledAt\n}\n\nfragment ConversationFields on Conversation {\n  id\n  status\n  channel\n  contact {\n    id\n    phone\n    name\n    tags\n  }\n  assignedTo {\n    id\n    name\n    email\n  }\n  unreadCount\n  lastMessage {\n    ...MessageFields\n  }\n  lastMessageAt\n  windowExpiresAt\n  createdAt\n}\n\nfragment NextPage on PageInfo {\n  hasNextPage\n  endCursor\n}": typeof types.ContactFieldsFragmentDoc,
    "mutation UploadMedia($input: UploadMediaInput!) {\n  uploadMedia(input: $input) {\n    media {\n      id\n      url\n      mimeType\n      size\n      filename\n      sha256\n    }\n  }\n}": typeof types.UploadMediaDocument,
    "query ListMessages($conversationId: ID, $first: Int, $skip: Int) {\n  messages(conversationId: $conversationId, first: $first, skip: $skip) {\n    nodes {\n      ...MessageFields\n    }\n    totalCount\n  }\n}\n\nmutation SendMessage($input: SendMessageInput!) {\n  sendMessage(input: $input) {\n    message {\n      ...MessageFields\n    }\n    replayed\n  }\n}": typeof types.ListMessagesDocument,
    "query ConnectionStatus {\n  connection {\n    connected\n    phoneNumber\n    connectionType\n    businessName\n  }\n}": typeof types.ConnectionStatusDocument,
};
const documents: Documents = {
    "query PageContacts($search: String, $tag: String, $first: Int, $after: String) {\n  contacts(search: $search, tag: $tag, first: $first, after: $after) {\n    nodes {\n      ...ContactFields\n    }\n    pageInfo {\n      ...NextPage\n    }\n  }\n}\n\nquery GetContact($id: ID, $phone: String) {\n  contact(id: $id, phone: $phone) {\n    ...ContactFields\n  }\n}\n\nquery PageConversations($status: ConversationStatus, $first: Int, $after: String) {\n  conversations(status: $status, first: $first, after: $after) {\n    nodes {\n      ...ConversationFields\n    }\n    pageInfo {\n      ...NextPage\n    }\n  }\n}\n\nquery PageTemplates($status: String, $search: String, $first: Int, $after: String) {\n  templates(status: $status, search: $search, first: $first, after: $after) {\n    nodes {\n      id\n      name\n      language\n      category\n      status\n      parameterFormat\n      components\n    }\n    pageInfo {\n      ...NextPage\n    }\n  }\n}\n\nsubscription FollowConversations($types: [EventType!]) {\n  events(types: $types) {\n    data\n  }\n}": types.PageContactsDocument,
    "query ListContacts($search: String, $tag: String, $first: Int, $skip: Int) {\n  contacts(search: $search, tag: $tag, first: $first, skip: $skip) {\n    nodes {\n      ...ContactFields\n    }\n    totalCount\n  }\n}\n\nmutation CreateContact($input: CreateContactInput!) {\n  createContact(input: $input) {\n    contact {\n      ...ContactFields\n    }\n  }\n}": types.ListContactsDocument,
    "query ListConversations($status: ConversationStatus, $first: Int, $skip: Int) {\n  conversations(status: $status, first: $first, skip: $skip) {\n    nodes {\n      ...ConversationFields\n    }\n    totalCount\n  }\n}\n\nquery GetConversation($id: ID!, $messages: Int!) {\n  conversation(id: $id) {\n    ...ConversationFields\n    messages(first: $messages) {\n      nodes {\n        ...MessageFields\n      }\n    }\n  }\n}": types.ListConversationsDocument,
    "query ReadEvents($after: String, $first: Int, $waitSeconds: Int) {\n  eventLog(after: $after, first: $first, waitSeconds: $waitSeconds) {\n    nodes {\n      id\n      type\n      organizationId\n      timestamp\n      data\n      cursor\n    }\n    cursor\n    hasMore\n  }\n}": types.ReadEventsDocument,
    "fragment ContactFields on Contact {\n  id\n  phone\n  userId\n  name\n  email\n  tags\n  optedIn\n  optInSource\n  attributes\n  createdAt\n  updatedAt\n}\n\nfragment MessageFields on Message {\n  id\n  conversationId\n  contactId\n  direction\n  type\n  status\n  text\n  contentData\n  messageId\n  error {\n    code\n    title\n    details\n    reason\n  }\n  replyToId\n  createdAt\n  sentAt\n  deliveredAt\n  readAt\n  failedAt\n  editedAt\n  revokedAt\n  scheduledAt\n}\n\nfragment ConversationFields on Conversation {\n  id\n  status\n  channel\n  contact {\n    id\n    phone\n    name\n    tags\n  }\n  assignedTo {\n    id\n    name\n    email\n  }\n  unreadCount\n  lastMessage {\n    ...MessageFields\n  }\n  lastMessageAt\n  windowExpiresAt\n  createdAt\n}\n\nfragment NextPage on PageInfo {\n  hasNextPage\n  endCursor\n}": types.ContactFieldsFragmentDoc,
    "mutation UploadMedia($input: UploadMediaInput!) {\n  uploadMedia(input: $input) {\n    media {\n      id\n      url\n      mimeType\n      size\n      filename\n      sha256\n    }\n  }\n}": types.UploadMediaDocument,
    "query ListMessages($conversationId: ID, $first: Int, $skip: Int) {\n  messages(conversationId: $conversationId, first: $first, skip: $skip) {\n    nodes {\n      ...MessageFields\n    }\n    totalCount\n  }\n}\n\nmutation SendMessage($input: SendMessageInput!) {\n  sendMessage(input: $input) {\n    message {\n      ...MessageFields\n    }\n    replayed\n  }\n}": types.ListMessagesDocument,
    "query ConnectionStatus {\n  connection {\n    connected\n    phoneNumber\n    connectionType\n    businessName\n  }\n}": types.ConnectionStatusDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query PageContacts($search: String, $tag: String, $first: Int, $after: String) {\n  contacts(search: $search, tag: $tag, first: $first, after: $after) {\n    nodes {\n      ...ContactFields\n    }\n    pageInfo {\n      ...NextPage\n    }\n  }\n}\n\nquery GetContact($id: ID, $phone: String) {\n  contact(id: $id, phone: $phone) {\n    ...ContactFields\n  }\n}\n\nquery PageConversations($status: ConversationStatus, $first: Int, $after: String) {\n  conversations(status: $status, first: $first, after: $after) {\n    nodes {\n      ...ConversationFields\n    }\n    pageInfo {\n      ...NextPage\n    }\n  }\n}\n\nquery PageTemplates($status: String, $search: String, $first: Int, $after: String) {\n  templates(status: $status, search: $search, first: $first, after: $after) {\n    nodes {\n      id\n      name\n      language\n      category\n      status\n      parameterFormat\n      components\n    }\n    pageInfo {\n      ...NextPage\n    }\n  }\n}\n\nsubscription FollowConversations($types: [EventType!]) {\n  events(types: $types) {\n    data\n  }\n}"): typeof import('./graphql.js').PageContactsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ListContacts($search: String, $tag: String, $first: Int, $skip: Int) {\n  contacts(search: $search, tag: $tag, first: $first, skip: $skip) {\n    nodes {\n      ...ContactFields\n    }\n    totalCount\n  }\n}\n\nmutation CreateContact($input: CreateContactInput!) {\n  createContact(input: $input) {\n    contact {\n      ...ContactFields\n    }\n  }\n}"): typeof import('./graphql.js').ListContactsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ListConversations($status: ConversationStatus, $first: Int, $skip: Int) {\n  conversations(status: $status, first: $first, skip: $skip) {\n    nodes {\n      ...ConversationFields\n    }\n    totalCount\n  }\n}\n\nquery GetConversation($id: ID!, $messages: Int!) {\n  conversation(id: $id) {\n    ...ConversationFields\n    messages(first: $messages) {\n      nodes {\n        ...MessageFields\n      }\n    }\n  }\n}"): typeof import('./graphql.js').ListConversationsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ReadEvents($after: String, $first: Int, $waitSeconds: Int) {\n  eventLog(after: $after, first: $first, waitSeconds: $waitSeconds) {\n    nodes {\n      id\n      type\n      organizationId\n      timestamp\n      data\n      cursor\n    }\n    cursor\n    hasMore\n  }\n}"): typeof import('./graphql.js').ReadEventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment ContactFields on Contact {\n  id\n  phone\n  userId\n  name\n  email\n  tags\n  optedIn\n  optInSource\n  attributes\n  createdAt\n  updatedAt\n}\n\nfragment MessageFields on Message {\n  id\n  conversationId\n  contactId\n  direction\n  type\n  status\n  text\n  contentData\n  messageId\n  error {\n    code\n    title\n    details\n    reason\n  }\n  replyToId\n  createdAt\n  sentAt\n  deliveredAt\n  readAt\n  failedAt\n  editedAt\n  revokedAt\n  scheduledAt\n}\n\nfragment ConversationFields on Conversation {\n  id\n  status\n  channel\n  contact {\n    id\n    phone\n    name\n    tags\n  }\n  assignedTo {\n    id\n    name\n    email\n  }\n  unreadCount\n  lastMessage {\n    ...MessageFields\n  }\n  lastMessageAt\n  windowExpiresAt\n  createdAt\n}\n\nfragment NextPage on PageInfo {\n  hasNextPage\n  endCursor\n}"): typeof import('./graphql.js').ContactFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation UploadMedia($input: UploadMediaInput!) {\n  uploadMedia(input: $input) {\n    media {\n      id\n      url\n      mimeType\n      size\n      filename\n      sha256\n    }\n  }\n}"): typeof import('./graphql.js').UploadMediaDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ListMessages($conversationId: ID, $first: Int, $skip: Int) {\n  messages(conversationId: $conversationId, first: $first, skip: $skip) {\n    nodes {\n      ...MessageFields\n    }\n    totalCount\n  }\n}\n\nmutation SendMessage($input: SendMessageInput!) {\n  sendMessage(input: $input) {\n    message {\n      ...MessageFields\n    }\n    replayed\n  }\n}"): typeof import('./graphql.js').ListMessagesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ConnectionStatus {\n  connection {\n    connected\n    phoneNumber\n    connectionType\n    businessName\n  }\n}"): typeof import('./graphql.js').ConnectionStatusDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

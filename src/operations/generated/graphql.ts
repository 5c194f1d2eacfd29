/* eslint-disable */
import type { IncomingFile } from '../../core/incoming-file.js';
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A time in ISO 8601 with its offset; answers are in UTC with milliseconds. */
  DateTime: { input: string; output: string; }
  /** An exact decimal number: a text such as "499.50"; a number is taken too. */
  Decimal: { input: string; output: string; }
  /** The type of an event: message.received, message.queued, message.sent, message.delivered, message.read, message.failed, message.unknown, message.updated, conversation.opened, conversation.assigned, conversation.resolved, conversation.updated, contact.created, contact.updated, contact.opted_out, contact.deleted, payment.completed, connection.updated, template.updated, broadcast.progress, broadcast.completed, webhook.disabled, webhook.test. */
  EventType: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
  /** What a key may do, such as contacts:read; * stands for everything. */
  Scope: { input: string; output: string; }
  /** A file, as a part of a request by the GraphQL multipart request specification; one in a request, in one place. */
  Upload: { input: IncomingFile; output: IncomingFile; }
};

/** An assistant that answers customers by a language model until a person takes over. */
export type AiAgent = Node & {
  __typename?: 'AiAgent';
  /** Whether it answers. */
  active: Scalars['Boolean']['output'];
  /** Where the chat completions are; null: the provider's own address. */
  baseUrl: Maybe<Scalars['String']['output']>;
  /** When it answers; null: always. */
  businessHours: Maybe<BusinessHours>;
  /** When it was created. */
  createdAt: Scalars['DateTime']['output'];
  /** Words or phrases of a customer's message that call a person. */
  handoverKeywords: Array<Scalars['String']['output']>;
  /** Whether it has a key of the provider. The key itself is never shown. */
  hasApiKey: Scalars['Boolean']['output'];
  /** The AI agent id (`agt_...`). */
  id: Scalars['ID']['output'];
  /** Answers in a conversation before a person gets it. */
  maxTurns: Scalars['Int']['output'];
  /** The model, by the name that the provider knows. */
  model: Scalars['String']['output'];
  /** What people call it. */
  name: Scalars['String']['output'];
  /** What it is told. */
  prompt: Scalars['String']['output'];
  /** Whose chat completions it uses. */
  provider: AiProvider;
  /** What it is for. */
  task: AiAgentTask;
  /** Null: the model's own default. */
  temperature: Maybe<Scalars['Float']['output']>;
  /** Words or phrases of a customer's message that bring it in; none: every message does. */
  triggerKeywords: Array<Scalars['String']['output']>;
  /** When it last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** A page of AI agents. */
export type AiAgentConnection = {
  __typename?: 'AiAgentConnection';
  /** The rows of this page. */
  edges: Array<AiAgentEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<AiAgent>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** An AI agent in a list. */
export type AiAgentEdge = {
  __typename?: 'AiAgentEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: AiAgent;
};

/** What an AI agent is for. */
export type AiAgentTask =
  /** Arranges appointments. */
  | 'BOOKING'
  /** What its prompt says, and nothing besides. */
  | 'CUSTOM'
  /** Answers questions from what its prompt says. */
  | 'FAQ'
  /** Asks how it was. */
  | 'FEEDBACK'
  /** Finds out who is interested, and in what. */
  | 'LEAD_QUALIFICATION'
  /** Takes orders and tells of them. */
  | 'ORDERS'
  /** Advises and sells. */
  | 'SALES'
  /** Helps customers with what they have. */
  | 'SUPPORT';

/** Whose chat completions an AI agent uses, in OpenAI's form. */
export type AiProvider =
  /** Anthropic's OpenAI-compatible endpoint. */
  | 'ANTHROPIC'
  /** Any other, at the base URL given. */
  | 'CUSTOM'
  /** Gemini's OpenAI-compatible endpoint. */
  | 'GOOGLE'
  /** Groq. */
  | 'GROQ'
  /** Mistral. */
  | 'MISTRAL'
  /** OpenAI. */
  | 'OPENAI'
  /** OpenRouter. */
  | 'OPENROUTER';

/** What happened in a period. Reactions and notices of WhatsApp count nowhere. */
export type Analytics = {
  __typename?: 'Analytics';
  /** Those of them in which we wrote after the first of those messages. */
  answered: Scalars['Int']['output'];
  /** Every day that the period touches, in order. */
  byDay: Array<AnalyticsDay>;
  /** The 24 hours of the day, in order. */
  byHour: Array<AnalyticsHour>;
  /** Every member who had anything in it. */
  byMember: Array<MemberAnalytics>;
  /** Conversations in which the customer wrote. */
  conversations: Scalars['Int']['output'];
  /** Those of them that reached the phone, read ones included. */
  delivered: Scalars['Int']['output'];
  /** delivered / sent; null where nothing was sent. */
  deliveryRate: Maybe<Scalars['Float']['output']>;
  /** Messages of ours that were given up. */
  failed: Scalars['Int']['output'];
  /** From the customer's first message of the period to our first one after it. */
  firstResponse: Durations;
  /** The beginning, which is in it. */
  from: Scalars['DateTime']['output'];
  /** Those of them that were read. */
  read: Scalars['Int']['output'];
  /** read / delivered; null where nothing was delivered. */
  readRate: Maybe<Scalars['Float']['output']>;
  /** Messages of customers. */
  received: Scalars['Int']['output'];
  /** From the beginning, or the last reopening, of a conversation to its resolution in the period. */
  resolution: Durations;
  /** answered / conversations; null where there are none. */
  responseRate: Maybe<Scalars['Float']['output']>;
  /** Messages of ours that WhatsApp accepted. */
  sent: Scalars['Int']['output'];
  /** Whose clocks made the days and hours. */
  timeZone: Scalars['String']['output'];
  /** The end, which is not. */
  to: Scalars['DateTime']['output'];
};

/** The messages of one day. */
export type AnalyticsDay = {
  __typename?: 'AnalyticsDay';
  /** The date, as 2026-11-29. */
  date: Scalars['String']['output'];
  /** Those of them that reached the phone, read ones included. */
  delivered: Scalars['Int']['output'];
  /** Messages of ours that were given up. */
  failed: Scalars['Int']['output'];
  /** Those of them that were read. */
  read: Scalars['Int']['output'];
  /** Messages of customers. */
  received: Scalars['Int']['output'];
  /** Messages of ours that WhatsApp accepted. */
  sent: Scalars['Int']['output'];
};

/** The messages of one hour of the day, of all days together. */
export type AnalyticsHour = {
  __typename?: 'AnalyticsHour';
  /** Those of them that reached the phone, read ones included. */
  delivered: Scalars['Int']['output'];
  /** Messages of ours that were given up. */
  failed: Scalars['Int']['output'];
  /** From 0 to 23. */
  hour: Scalars['Int']['output'];
  /** Those of them that were read. */
  read: Scalars['Int']['output'];
  /** Messages of customers. */
  received: Scalars['Int']['output'];
  /** Messages of ours that WhatsApp accepted. */
  sent: Scalars['Int']['output'];
};

/** A key that programs authenticate with. Its secret was shown once, when it was made. */
export type ApiKey = Node & {
  __typename?: 'ApiKey';
  /** When it was made. */
  createdAt: Scalars['DateTime']['output'];
  /** When it stops working; null: never. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** The key id (`key_...`). */
  id: Scalars['ID']['output'];
  /** When it was last used, to the minute; null: never. */
  lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  /** What it was called when it was made. */
  name: Scalars['String']['output'];
  /** The first characters of the key, enough to recognise it. */
  prefix: Scalars['String']['output'];
  /** The key that took its place, where it was rotated: this one ends at `expiresAt`. */
  replacedById: Maybe<Scalars['ID']['output']>;
  /** When it was revoked; null: it was not. */
  revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** What it may do. */
  scopes: Array<Scalars['Scope']['output']>;
};

/** A page of API keys. */
export type ApiKeyConnection = {
  __typename?: 'ApiKeyConnection';
  /** The rows of this page. */
  edges: Array<ApiKeyEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<ApiKey>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** An API key in a list. */
export type ApiKeyEdge = {
  __typename?: 'ApiKeyEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: ApiKey;
};

/** Which conversation goes to whom. */
export type AssignConversationInput = {
  /** The conversation. */
  id: Scalars['ID']['input'];
  /** The member. Without it and a strategy the conversation is taken back for everybody. */
  memberId?: InputMaybe<Scalars['ID']['input']>;
  /** How to choose the member, in place of memberId. */
  strategy?: InputMaybe<AssignmentStrategy>;
};

/** The conversation, assigned. */
export type AssignConversationPayload = {
  __typename?: 'AssignConversationPayload';
  /** The conversation as it is now. */
  conversation: Conversation;
};

/** How a member is chosen where none is named. */
export type AssignmentStrategy =
  /** The active member with the fewest conversations in hand. */
  | 'LEAST_LOADED';

/** A file sent as an audio. */
export type AudioContent = {
  __typename?: 'AudioContent';
  /** The media id (`med_...`); `media(id)` says whether the bytes are here. */
  mediaId: Maybe<Scalars['ID']['output']>;
  /** The type of the bytes. */
  mimeType: Maybe<Scalars['String']['output']>;
  /** Where the bytes are read, with the same key. */
  url: Maybe<Scalars['String']['output']>;
  /** Whether it is a voice note. */
  voice: Scalars['Boolean']['output'];
};

/** A sound. Exactly one of mediaUrl and mediaId. */
export type AudioContentInput = {
  /** The id of an uploaded file; or mediaUrl. */
  mediaId?: InputMaybe<Scalars['ID']['input']>;
  /** An address the file is at; or mediaId. */
  mediaUrl?: InputMaybe<Scalars['String']['input']>;
  /** Show it as a voice note. */
  voice?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What was done. */
export type AuditAction =
  /** An API key was made. The details have its name, scopes and expiry. */
  | 'API_KEY_CREATED'
  /** An API key was revoked. The details have its name. */
  | 'API_KEY_REVOKED'
  /** An API key got a successor. The details have its id and when the old key ends. */
  | 'API_KEY_ROTATED'
  /** The secrets of a WhatsApp number, a webhook or an AI agent were encrypted anew. The details have the id of the key. */
  | 'SECRETS_REENCRYPTED'
  /** A WhatsApp number was connected, or its secrets replaced. The details have its ids. */
  | 'WHATSAPP_CONNECTED'
  /** The secrets of a WhatsApp number were removed. The details have its ids. */
  | 'WHATSAPP_DISCONNECTED';

/** Who did what to the keys and numbers of the organization. Entries are never changed. */
export type AuditEntry = Node & {
  __typename?: 'AuditEntry';
  /** What was done. */
  action: AuditAction;
  /** The key it was done with; null: the operator, on the machine itself. */
  actorKeyId: Maybe<Scalars['ID']['output']>;
  /** The name of the key at that time, or "operator". */
  actorName: Scalars['String']['output'];
  /** When. */
  at: Scalars['DateTime']['output'];
  /** More of it, as the action says: an object. */
  details: Scalars['JSON']['output'];
  /** The entry id (`aud_...`). */
  id: Scalars['ID']['output'];
  /** The key or connection it was done to. */
  subjectId: Scalars['ID']['output'];
};

/** A page of the audit log. */
export type AuditEntryConnection = {
  __typename?: 'AuditEntryConnection';
  /** The rows of this page. */
  edges: Array<AuditEntryEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<AuditEntry>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** An entry in the audit log. */
export type AuditEntryEdge = {
  __typename?: 'AuditEntryEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: AuditEntry;
};

/** One template to many contacts. */
export type Broadcast = Node & {
  __typename?: 'Broadcast';
  /** When it was over. */
  completedAt: Maybe<Scalars['DateTime']['output']>;
  /** What it is filled in with for everybody whose own parameters say nothing else. */
  components: Scalars['JSON']['output'];
  /** The number that it is sent from. */
  connectionId: Scalars['ID']['output'];
  /** When it was created. */
  createdAt: Scalars['DateTime']['output'];
  /** The first of them, each with its reason. */
  csvFaults: Array<BroadcastCsvFault>;
  /** Rows of the file that were refused. */
  csvRejected: Scalars['Int']['output'];
  /** Rows read of the file of recipients; null where there was no file. */
  csvRows: Maybe<Scalars['Int']['output']>;
  /** Messages on the customers' phones; those read included. */
  delivered: Scalars['Int']['output'];
  /** Messages given up. */
  failed: Scalars['Int']['output'];
  /** Since when all its recipients are known; they change no more. */
  frozenAt: Maybe<Scalars['DateTime']['output']>;
  /** The broadcast id (`bct_...`). */
  id: Scalars['ID']['output'];
  /** The language of the template. */
  language: Scalars['String']['output'];
  /** The pace of its number, at most. */
  messagesPerSecond: Scalars['Int']['output'];
  /** What people call it. */
  name: Scalars['String']['output'];
  /** Those not written to yet, or about whose message nobody knows yet. */
  pending: Scalars['Int']['output'];
  /** Messages read. */
  read: Scalars['Int']['output'];
  /** The ledger: every recipient, and what became of it, in the order of the contacts. */
  recipients: BroadcastRecipientConnection;
  /** Where the whole ledger is read as CSV, with the same key. */
  recipientsUrl: Scalars['String']['output'];
  /** The broadcast whose failed recipients it tries again. */
  retryOfId: Maybe<Scalars['ID']['output']>;
  /** When it is to start; null: at once. */
  scheduledAt: Maybe<Scalars['DateTime']['output']>;
  /** Messages that WhatsApp accepted; those delivered and read included. */
  sent: Scalars['Int']['output'];
  /** Recipients left out; each says why. */
  skipped: Scalars['Int']['output'];
  /** When it started. */
  startedAt: Maybe<Scalars['DateTime']['output']>;
  /** How far it has come. */
  status: BroadcastStatus;
  /** Why it is PAUSED or FAILED. */
  statusReason: Maybe<Scalars['String']['output']>;
  /** Whether one of the tags is enough. */
  tagMatch: TagMatch;
  /** The tags that choose contacts when it starts. */
  tags: Array<Scalars['String']['output']>;
  /** The template that everybody gets. */
  templateName: Scalars['String']['output'];
  /** All recipients known so far. */
  total: Scalars['Int']['output'];
  /** When its status last changed. */
  updatedAt: Scalars['DateTime']['output'];
};


/** One template to many contacts. */
export type BroadcastRecipientsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<BroadcastRecipientStatus>;
};

/** Who is meant: by tag, by id, in a file, or by several of these. Everybody once. */
export type BroadcastAudienceInput = {
  /** These contacts, at most 10000. */
  contactIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** A CSV in UTF-8, a part of a multipart request: a first row with the columns phone, name (not needed) and one for each place of the template's body; at most 250000 rows. */
  csv?: InputMaybe<Scalars['Upload']['input']>;
  /** Whether one of the tags is enough (ANY, the default). */
  tagMatch?: InputMaybe<TagMatch>;
  /** Contacts with these tags, those that have them when the broadcast starts. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** A page of broadcasts. */
export type BroadcastConnection = {
  __typename?: 'BroadcastConnection';
  /** The rows of this page. */
  edges: Array<BroadcastEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<Broadcast>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A row of the file that was refused. */
export type BroadcastCsvFault = {
  __typename?: 'BroadcastCsvFault';
  /** Its line; the first row, which names the columns, is 1. */
  line: Scalars['Int']['output'];
  /** Why. */
  reason: Scalars['String']['output'];
};

/** What would become of the file. */
export type BroadcastCsvReport = {
  __typename?: 'BroadcastCsvReport';
  /** The first of them. */
  faults: Array<BroadcastCsvFault>;
  /** Numbers that would become contacts. */
  newContacts: Scalars['Int']['output'];
  /** Rows that would be refused. */
  rejected: Scalars['Int']['output'];
  /** Rows read. */
  rows: Scalars['Int']['output'];
};

/** A broadcast in a list. */
export type BroadcastEdge = {
  __typename?: 'BroadcastEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Broadcast;
};

/** What the template's body says to one contact. */
export type BroadcastParametersInput = {
  /** One of audience.contactIds. */
  contactId: Scalars['ID']['input'];
  /** A list of texts, for {{1}}, {{2}} and so on; or an object of them by name. */
  values: Scalars['JSON']['input'];
};

/** A message as it would go out. */
export type BroadcastPreview = {
  __typename?: 'BroadcastPreview';
  /** What the body would say. */
  body: Maybe<Scalars['String']['output']>;
  /** What the template would be filled in with. */
  components: Scalars['JSON']['output'];
  /** To whom; null: would become a contact. */
  contactId: Maybe<Scalars['ID']['output']>;
  /** The number; null where WhatsApp hides it. */
  phone: Maybe<Scalars['String']['output']>;
};

/** A recipient of a broadcast, and what became of it. */
export type BroadcastRecipient = {
  __typename?: 'BroadcastRecipient';
  /** The contact. */
  contactId: Scalars['ID']['output'];
  /** When it reached the customer's phone. */
  deliveredAt: Maybe<Scalars['DateTime']['output']>;
  /** While PENDING: not before then, because of the recipient limit. */
  dueAt: Scalars['DateTime']['output'];
  /** Why the message failed. */
  error: Maybe<MessageError>;
  /** When it was given up. */
  failedAt: Maybe<Scalars['DateTime']['output']>;
  /** The message; null where none was made. */
  messageId: Maybe<Scalars['ID']['output']>;
  /** The contact's name. */
  name: Maybe<Scalars['String']['output']>;
  /** What the template's body says to this contact; null: what it says to everybody. */
  parameters: Maybe<Scalars['JSON']['output']>;
  /** The contact's number; null where WhatsApp hides it. */
  phone: Maybe<Scalars['String']['output']>;
  /** When it was read. */
  readAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it was left out or failed, in words; null where neither is so. */
  reason: Maybe<Scalars['String']['output']>;
  /** When WhatsApp accepted it. */
  sentAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it was left out; null where it was not. */
  skipReason: Maybe<BroadcastSkipReason>;
  /** How far it has come. */
  status: BroadcastRecipientStatus;
};

/** A page of a ledger. */
export type BroadcastRecipientConnection = {
  __typename?: 'BroadcastRecipientConnection';
  /** The rows of this page. */
  edges: Array<BroadcastRecipientEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<BroadcastRecipient>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A recipient in the ledger. */
export type BroadcastRecipientEdge = {
  __typename?: 'BroadcastRecipientEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: BroadcastRecipient;
};

/** How far a recipient of a broadcast has come. */
export type BroadcastRecipientStatus =
  /** On the customer's phone. */
  | 'DELIVERED'
  /** Given up; `reason` says why. */
  | 'FAILED'
  /** Not written to yet. */
  | 'PENDING'
  /** The message is made, and about to go to WhatsApp. */
  | 'QUEUED'
  /** Read by the customer. */
  | 'READ'
  /** Accepted by WhatsApp. */
  | 'SENT'
  /** Left out; `reason` says why. */
  | 'SKIPPED'
  /** Handed over, but nobody knows yet whether WhatsApp accepted it. */
  | 'UNKNOWN';

/** What would become of a broadcast if it began now. */
export type BroadcastReport = {
  __typename?: 'BroadcastReport';
  /** What would become of the file. */
  csv: Maybe<BroadcastCsvReport>;
  /** How long it would take at its pace. */
  durationSeconds: Scalars['Int']['output'];
  /** The first messages, at most 3. */
  previews: Array<BroadcastPreview>;
  /** Those left out, by reason. */
  skipped: Array<BroadcastSkippedCount>;
  /** All recipients. */
  total: Scalars['Int']['output'];
  /** Those who would be written to. */
  wouldSend: Scalars['Int']['output'];
};

/** Why a recipient was left out. */
export type BroadcastSkipReason =
  /** The broadcast was cancelled before their turn. */
  | 'CANCELLED'
  /** The contact got another marketing template in the 24 hours before. */
  | 'MARKETING_LIMIT'
  /** The contact has not opted in. */
  | 'NOT_OPTED_IN'
  /** The contact has opted out. */
  | 'OPTED_OUT'
  /** The contact has neither a phone number nor a user id. */
  | 'UNREACHABLE';

/** How many would be left out for one reason. */
export type BroadcastSkippedCount = {
  __typename?: 'BroadcastSkippedCount';
  /** How many. */
  count: Scalars['Int']['output'];
  /** The reason. */
  reason: BroadcastSkipReason;
};

/** How far a broadcast has come. */
export type BroadcastStatus =
  /** Ended by request; whoever was not written to yet is skipped. */
  | 'CANCELLED'
  /** Every recipient was written to, failed or was skipped. */
  | 'COMPLETED'
  /** Being put together: its file of recipients is being read. */
  | 'DRAFT'
  /** Could not begin; `statusReason` says why. */
  | 'FAILED'
  /** Held, by request or as `statusReason` tells; it can be resumed. */
  | 'PAUSED'
  /** Being sent. */
  | 'RUNNING'
  /** Begins at `scheduledAt`. */
  | 'SCHEDULED';

/** An approved template, filled in for everybody. */
export type BroadcastTemplateInput = {
  /** The parameters, in Meta's shape; absent: none. */
  components?: InputMaybe<Scalars['JSON']['input']>;
  /** Its language, such as en_US. */
  language: Scalars['String']['input'];
  /** Its name. */
  name: Scalars['String']['input'];
};

/** When an AI agent answers. */
export type BusinessHours = {
  __typename?: 'BusinessHours';
  /** The hours, at most 50 intervals. */
  days: Array<OpenInterval>;
  /** Whose clocks count, such as Asia/Kolkata. */
  timeZone: Scalars['String']['output'];
};

/** When an AI agent answers. */
export type BusinessHoursInput = {
  /** The hours, 1 to 50 intervals. */
  days: Array<OpenIntervalInput>;
  /** Whose clocks count, such as Asia/Kolkata. */
  timeZone: Scalars['String']['input'];
};

/** A customer's tap on a template's quick reply. */
export type ButtonContent = {
  __typename?: 'ButtonContent';
  /** Its payload. */
  payload: Maybe<Scalars['String']['output']>;
  /** The title of the button. */
  text: Scalars['String']['output'];
};

/** Which broadcast to end. */
export type CancelBroadcastInput = {
  /** The broadcast. */
  id: Scalars['ID']['input'];
};

/** The broadcast. */
export type CancelBroadcastPayload = {
  __typename?: 'CancelBroadcastPayload';
  /** The broadcast as it is now. */
  broadcast: Broadcast;
};

/** Which message to take back. */
export type CancelScheduledMessageInput = {
  /** Our id or WhatsApp's of the message. */
  id: Scalars['ID']['input'];
};

/** The message, cancelled. */
export type CancelScheduledMessagePayload = {
  __typename?: 'CancelScheduledMessagePayload';
  /** The stored message. */
  message: Message;
};

/** An image or a video. Exactly one of mediaUrl and mediaId. */
export type CaptionedMediaContentInput = {
  /** At most 1024 characters. */
  caption?: InputMaybe<Scalars['String']['input']>;
  /** The id of an uploaded file; or mediaUrl. */
  mediaId?: InputMaybe<Scalars['ID']['input']>;
  /** An address the file is at; or mediaId. */
  mediaUrl?: InputMaybe<Scalars['String']['input']>;
};

/** A number of Meta's Cloud API and the secrets of the app that may use it. None of them is ever shown. */
export type ConnectWhatsAppInput = {
  /** A token that may send and manage; best of a system user. */
  accessToken: Scalars['String']['input'];
  /** The app's secret: its webhooks are signed with it. */
  appSecret: Scalars['String']['input'];
  /** Meta's id of its WhatsApp Business Account. */
  businessAccountId: Scalars['String']['input'];
  /** Meta's id of the number: digits. */
  phoneNumberId: Scalars['String']['input'];
  /** What the app's webhook is set up with, at your choice. */
  verifyToken: Scalars['String']['input'];
};

/** The connected number. */
export type ConnectWhatsAppPayload = {
  __typename?: 'ConnectWhatsAppPayload';
  /** The number, as WhatsApp describes it now. */
  connection: WhatsAppConnection;
};

/** Whether a WhatsApp number can be used. */
export type ConnectionStatus =
  /** The API answered for this number. */
  | 'CONNECTED'
  /** The API refused or could not be reached. */
  | 'DISCONNECTED'
  /** Not yet checked against the WhatsApp API. */
  | 'PENDING';

/** Whom an organization may write to. */
export type ConsentPolicy =
  /** Contacts that have opted in, and those of whom nothing is known. */
  | 'ALLOW_UNKNOWN'
  /** Only contacts that have opted in. */
  | 'ENFORCED';

/** A change of a consent, and what it rests on. */
export type ConsentRecord = {
  __typename?: 'ConsentRecord';
  /** When it was recorded. */
  createdAt: Scalars['DateTime']['output'];
  /** True: opted in. False: opted out. Null: unknown again. */
  optedIn: Maybe<Scalars['Boolean']['output']>;
  /** Evidence of it: WhatsApp's id of a message, or what the caller gave. */
  proof: Maybe<Scalars['String']['output']>;
  /** What it rests on: "keyword" (the customer wrote STOP or START), "marketing_preference" (they stopped marketing in WhatsApp), "whatsapp_131050" (WhatsApp refused a send because they had), "inbound" (they wrote first), else what the caller gave, "api" by default. */
  source: Scalars['String']['output'];
};

/** A page of the log of consent. */
export type ConsentRecordConnection = {
  __typename?: 'ConsentRecordConnection';
  /** The rows of this page. */
  edges: Array<ConsentRecordEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<ConsentRecord>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A change of consent in a list. */
export type ConsentRecordEdge = {
  __typename?: 'ConsentRecordEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: ConsentRecord;
};

/** A customer. */
export type Contact = Node & {
  __typename?: 'Contact';
  /** Whatever else is kept of the contact: an object. */
  attributes: Scalars['JSON']['output'];
  /** The log of consent: every change of it, newest first. */
  consentHistory: ConsentRecordConnection;
  /** When the contact was created. */
  createdAt: Scalars['DateTime']['output'];
  /** The email address. */
  email: Maybe<Scalars['String']['output']>;
  /** The contact id (`con_...`). */
  id: Scalars['ID']['output'];
  /** The name, as given or as the WhatsApp profile says. */
  name: Maybe<Scalars['String']['output']>;
  /** When the consent was given or taken back. */
  optInAt: Maybe<Scalars['DateTime']['output']>;
  /** Evidence of it: a message id, or what the caller gave. */
  optInProof: Maybe<Scalars['String']['output']>;
  /** What the consent rests on, such as "api", "inbound", "keyword". */
  optInSource: Maybe<Scalars['String']['output']>;
  /** True: opted in. False: opted out. Null: unknown. */
  optedIn: Maybe<Scalars['Boolean']['output']>;
  /** E.164 with the plus sign; null where WhatsApp hides it. */
  phone: Maybe<Scalars['String']['output']>;
  /** The tags, without repetition. */
  tags: Array<Scalars['String']['output']>;
  /** When the contact last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** WhatsApp's business-scoped user id. */
  userId: Maybe<Scalars['String']['output']>;
};


/** A customer. */
export type ContactConsentHistoryArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of contacts. */
export type ContactConnection = {
  __typename?: 'ContactConnection';
  /** The rows of this page. */
  edges: Array<ContactEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<Contact>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** Contact cards. */
export type ContactContent = {
  __typename?: 'ContactContent';
  /** The cards, in Meta's shape. */
  contacts: Scalars['JSON']['output'];
};

/** Contact cards. */
export type ContactContentInput = {
  /** In Meta's shape, or `{ name, phone }` each. */
  contacts: Scalars['JSON']['input'];
};

/** A contact in a list. */
export type ContactEdge = {
  __typename?: 'ContactEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Contact;
};

/** All messages with one contact over one number. */
export type Conversation = Node & {
  __typename?: 'Conversation';
  /** The AI agent that answers in it. */
  aiAgent: Maybe<AiAgent>;
  /** The member it is assigned to. */
  assignedTo: Maybe<Member>;
  /** Always "whatsapp". */
  channel: Scalars['String']['output'];
  /** The customer. */
  contact: Contact;
  /** When the conversation began. */
  createdAt: Scalars['DateTime']['output'];
  /** The conversation id (`cnv_...`). */
  id: Scalars['ID']['output'];
  /** The newest message, in or out. */
  lastMessage: Maybe<Message>;
  /** When the last message was sent or received. */
  lastMessageAt: Maybe<Scalars['DateTime']['output']>;
  /** The messages, newest first. */
  messages: MessageConnection;
  /** The state in the inbox. */
  status: ConversationStatus;
  /** Inbound messages not yet marked read. */
  unreadCount: Scalars['Int']['output'];
  /** When the conversation last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** Until when free-form messages may be sent: 24 hours after the customer's last one. */
  windowExpiresAt: Maybe<Scalars['DateTime']['output']>;
};


/** All messages with one contact over one number. */
export type ConversationMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of conversations. */
export type ConversationConnection = {
  __typename?: 'ConversationConnection';
  /** The rows of this page. */
  edges: Array<ConversationEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<Conversation>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A conversation in a list. */
export type ConversationEdge = {
  __typename?: 'ConversationEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Conversation;
};

/** Something happened to a conversation. */
export type ConversationEvent = {
  __typename?: 'ConversationEvent';
  /** The conversation as it is at delivery; null where it has been deleted since. */
  conversation: Maybe<Conversation>;
  /** The place of this event in the log: give it as `after` to go on behind it. */
  cursor: Scalars['String']['output'];
  /** What happened. */
  type: Scalars['EventType']['output'];
};

/** The state of a conversation in the inbox. */
export type ConversationStatus =
  /** Answered by an AI agent. */
  | 'AI_ACTIVE'
  /** In the hands of a member. */
  | 'ASSIGNED'
  /** Answered by a bot. */
  | 'BOT_ACTIVE'
  /** Waiting for somebody. As a filter it includes the two bot states. */
  | 'OPEN'
  /** Done; the next message of the customer reopens it. */
  | 'RESOLVED';

/** A new AI agent. */
export type CreateAiAgentInput = {
  /** Whether it answers; false by default. */
  active?: InputMaybe<Scalars['Boolean']['input']>;
  /** A key of the provider. It is stored encrypted and never shown. */
  apiKey?: InputMaybe<Scalars['String']['input']>;
  /** An https URL that leads to a public address, above `/chat/completions`. Needed with CUSTOM. */
  baseUrl?: InputMaybe<Scalars['String']['input']>;
  /** When it answers; null: always. */
  businessHours?: InputMaybe<BusinessHoursInput>;
  /** Words or phrases that call a person; "human" by default. */
  handoverKeywords?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Answers in a conversation before a person gets it: 1 to 100, 10 by default. */
  maxTurns?: InputMaybe<Scalars['Int']['input']>;
  /** The model, by the name that the provider knows. */
  model: Scalars['String']['input'];
  /** At most 100 characters. */
  name: Scalars['String']['input'];
  /** What it is told: at most 20000 characters. */
  prompt: Scalars['String']['input'];
  /** Whose chat completions it uses. */
  provider: AiProvider;
  /** What it is for. */
  task: AiAgentTask;
  /** 0 to 2; null: the model's own default. */
  temperature?: InputMaybe<Scalars['Float']['input']>;
  /** Words or phrases of a customer's message that bring it in; none: every message does. */
  triggerKeywords?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** The new AI agent. */
export type CreateAiAgentPayload = {
  __typename?: 'CreateAiAgentPayload';
  /** The new AI agent. */
  aiAgent: AiAgent;
};

/** What the new key is called and may do. */
export type CreateApiKeyInput = {
  /** When it stops working; absent: never. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** What it may do: at least one, and none that the key of this request lacks. */
  scopes: Array<Scalars['Scope']['input']>;
};

/** The new key, with its secret. */
export type CreateApiKeyPayload = {
  __typename?: 'CreateApiKeyPayload';
  /** The new key. */
  apiKey: ApiKey;
  /** What goes behind `Bearer`. Shown this once; keep it. */
  secret: Scalars['String']['output'];
};

/** What goes to whom, and when. */
export type CreateBroadcastInput = {
  /** Who gets it. */
  audience: BroadcastAudienceInput;
  /** The number to send from; absent: the first that is connected. */
  connectionId?: InputMaybe<Scalars['ID']['input']>;
  /** Only say what would become of it: `report`. Nothing is stored or sent. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Up to 255 characters. The same key again gives the same broadcast and starts nothing. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The pace of the number, 80 by default, at most 1000. Broadcasts of one number share it: the fastest of them sets it. */
  messagesPerSecond?: InputMaybe<Scalars['Int']['input']>;
  /** At most 200 characters. */
  name: Scalars['String']['input'];
  /** What the body of the template says to single contacts, in place of what it says to everybody. */
  parameters?: InputMaybe<Array<BroadcastParametersInput>>;
  /** When to start, within a year; absent: at once. */
  scheduledAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What everybody gets. */
  template: BroadcastTemplateInput;
};

/** The new broadcast, or the report of a dry run. */
export type CreateBroadcastPayload = {
  __typename?: 'CreateBroadcastPayload';
  /** The new broadcast; null after a dry run. */
  broadcast: Maybe<Broadcast>;
  /** Whether this is the broadcast of an earlier request with the same idempotency key. */
  replayed: Scalars['Boolean']['output'];
  /** After a dry run. */
  report: Maybe<BroadcastReport>;
};

/** A new contact. */
export type CreateContactInput = {
  /** An object of at most 16 KiB. */
  attributes?: InputMaybe<Scalars['JSON']['input']>;
  /** An email address. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** Up to 255 characters. The same key again answers the same contact and makes none. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At most 200 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Evidence of the consent, such as a link. */
  optInProof?: InputMaybe<Scalars['String']['input']>;
  /** What the consent rests on, such as "web form"; "api" by default. */
  optInSource?: InputMaybe<Scalars['String']['input']>;
  /** Whether the contact agreed to be written to; absent: unknown. */
  optedIn?: InputMaybe<Scalars['Boolean']['input']>;
  /** With its country code; spaces and signs between are ignored. */
  phone: Scalars['String']['input'];
  /** At most 50, each at most 64 characters. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** The new contact. */
export type CreateContactPayload = {
  __typename?: 'CreateContactPayload';
  /** The new contact. */
  contact: Contact;
};

/** A new member. */
export type CreateMemberInput = {
  /** The email address, unique in the organization. */
  email: Scalars['String']['input'];
  /** The name of the person. */
  name: Scalars['String']['input'];
};

/** The new member. */
export type CreateMemberPayload = {
  __typename?: 'CreateMemberPayload';
  /** The new member. */
  member: Member;
};

/** A new payment link. */
export type CreatePaymentLinkInput = {
  /** In the currency's major unit: "499.50" INR, "500" JPY, "1.250" KWD. More than 0. */
  amount: Scalars['Decimal']['input'];
  /** Whom it is for. */
  contactId?: InputMaybe<Scalars['ID']['input']>;
  /** The currency, by ISO 4217, such as INR. */
  currency: Scalars['String']['input'];
  /** What the payer sees: at most 250 characters. */
  description: Scalars['String']['input'];
  /** Until when it can be paid: within a year. Absent: for ever. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Up to 255 characters. The same key again gives the same link. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The new payment link. */
export type CreatePaymentLinkPayload = {
  __typename?: 'CreatePaymentLinkPayload';
  /** The new payment link. */
  paymentLink: PaymentLink;
};

/** A new quick reply: a text, a file, or both. */
export type CreateQuickReplyInput = {
  /** An uploaded file. */
  mediaId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 50 letters, digits, - and _, unique in the organization whatever the case. */
  shortcut: Scalars['String']['input'];
  /** 1 to 4096 characters. */
  text?: InputMaybe<Scalars['String']['input']>;
};

/** The new quick reply. */
export type CreateQuickReplyPayload = {
  __typename?: 'CreateQuickReplyPayload';
  /** The new quick reply. */
  quickReply: QuickReply;
};

/** A new webhook. */
export type CreateWebhookInput = {
  /** At least one of those webhooks may choose. */
  events: Array<Scalars['EventType']['input']>;
  /** At most 100 characters. */
  name: Scalars['String']['input'];
  /** EXTENDED by default. */
  retries?: InputMaybe<WebhookRetries>;
  /** What signs: `whsec_` and base64 of at least 16 bytes, or any 16 to 256 printable characters without spaces. Absent: one is made. */
  secret?: InputMaybe<Scalars['String']['input']>;
  /** PREFIXED by default. */
  signatureFormat?: InputMaybe<WebhookSignatureFormat>;
  /** An https URL that leads to a public address. */
  url: Scalars['String']['input'];
};

/** The new webhook and its secret. */
export type CreateWebhookPayload = {
  __typename?: 'CreateWebhookPayload';
  /** What signs. It is shown this once. */
  secret: Scalars['String']['output'];
  /** The new webhook. */
  webhook: Webhook;
};

/** Which AI agent to delete. */
export type DeleteAiAgentInput = {
  /** The AI agent. */
  id: Scalars['ID']['input'];
};

/** The deleted AI agent. */
export type DeleteAiAgentPayload = {
  __typename?: 'DeleteAiAgentPayload';
  /** The AI agent as it was. */
  aiAgent: AiAgent;
};

/** Which contact to delete. */
export type DeleteContactInput = {
  /** The contact. */
  id: Scalars['ID']['input'];
};

/** The deleted contact. */
export type DeleteContactPayload = {
  __typename?: 'DeleteContactPayload';
  /** The contact as it was. */
  contact: Contact;
};

/** Which member to delete. */
export type DeleteMemberInput = {
  /** The member. */
  id: Scalars['ID']['input'];
};

/** The deleted member. */
export type DeleteMemberPayload = {
  __typename?: 'DeleteMemberPayload';
  /** The member as they were. */
  member: Member;
};

/** Which quick reply to delete. */
export type DeleteQuickReplyInput = {
  /** The quick reply. */
  id: Scalars['ID']['input'];
};

/** The deleted quick reply. */
export type DeleteQuickReplyPayload = {
  __typename?: 'DeleteQuickReplyPayload';
  /** The quick reply as it was. */
  quickReply: QuickReply;
};

/** Which webhook to delete. */
export type DeleteWebhookInput = {
  /** The webhook. */
  id: Scalars['ID']['input'];
};

/** The deleted webhook. */
export type DeleteWebhookPayload = {
  __typename?: 'DeleteWebhookPayload';
  /** The webhook as it was. */
  webhook: Webhook;
};

/** Which number to disconnect. */
export type DisconnectWhatsAppInput = {
  /** The connection. */
  id: Scalars['ID']['input'];
};

/** The disconnected number. */
export type DisconnectWhatsAppPayload = {
  __typename?: 'DisconnectWhatsAppPayload';
  /** The number as it is now. */
  connection: WhatsAppConnection;
};

/** A file sent as a document. */
export type DocumentContent = {
  __typename?: 'DocumentContent';
  /** The caption. */
  caption: Maybe<Scalars['String']['output']>;
  /** The name. */
  filename: Maybe<Scalars['String']['output']>;
  /** The media id (`med_...`); `media(id)` says whether the bytes are here. */
  mediaId: Maybe<Scalars['ID']['output']>;
  /** The type of the bytes. */
  mimeType: Maybe<Scalars['String']['output']>;
  /** Where the bytes are read, with the same key. */
  url: Maybe<Scalars['String']['output']>;
};

/** A document. Exactly one of mediaUrl and mediaId. */
export type DocumentContentInput = {
  /** At most 1024 characters. */
  caption?: InputMaybe<Scalars['String']['input']>;
  /** The name the customer sees. */
  filename: Scalars['String']['input'];
  /** The id of an uploaded file; or mediaUrl. */
  mediaId?: InputMaybe<Scalars['ID']['input']>;
  /** An address the file is at; or mediaId. */
  mediaUrl?: InputMaybe<Scalars['String']['input']>;
};

/** How long something took. */
export type Durations = {
  __typename?: 'Durations';
  /** How often it happened. */
  count: Scalars['Int']['output'];
  /** The mean; null where it never happened. */
  meanSeconds: Maybe<Scalars['Float']['output']>;
  /** The median; null where it never happened. */
  medianSeconds: Maybe<Scalars['Float']['output']>;
};

/** Something that happened. */
export type Event = {
  __typename?: 'Event';
  /** The place of this event in the log: give it as `after` to go on behind it. */
  cursor: Scalars['String']['output'];
  /** The data as it was then, the same as webhooks carry. */
  data: Scalars['JSON']['output'];
  /** The event id (`evt_...`), the same in webhooks. */
  id: Scalars['ID']['output'];
  /** Whose event it is. */
  organizationId: Scalars['ID']['output'];
  /** When it happened. */
  timestamp: Scalars['DateTime']['output'];
  /** What happened. */
  type: Scalars['EventType']['output'];
};

/** Some consecutive events of the log. */
export type EventPage = {
  __typename?: 'EventPage';
  /** The place behind this page: give it as `after` to go on. It moves also where no event is shown. */
  cursor: Scalars['String']['output'];
  /** Whether the log goes on behind this page already. */
  hasMore: Scalars['Boolean']['output'];
  /** The events, oldest first. */
  nodes: Array<Event>;
};

/** A file sent as an image. */
export type ImageContent = {
  __typename?: 'ImageContent';
  /** The caption. */
  caption: Maybe<Scalars['String']['output']>;
  /** The media id (`med_...`); `media(id)` says whether the bytes are here. */
  mediaId: Maybe<Scalars['ID']['output']>;
  /** The type of the bytes. */
  mimeType: Maybe<Scalars['String']['output']>;
  /** Where the bytes are read, with the same key. */
  url: Maybe<Scalars['String']['output']>;
};

/** Buttons, a list, a link; or, inbound, the customer's choice. */
export type InteractiveContent = {
  __typename?: 'InteractiveContent';
  /** Meta's interactive object. */
  interactive: Scalars['JSON']['output'];
};

/** Buttons, a list, a link. */
export type InteractiveContentInput = {
  /** Meta's interactive object. */
  interactive: Scalars['JSON']['input'];
};

/** A place. */
export type LocationContent = {
  __typename?: 'LocationContent';
  /** Its address. */
  address: Maybe<Scalars['String']['output']>;
  /** Degrees north. */
  latitude: Scalars['Float']['output'];
  /** Degrees east. */
  longitude: Scalars['Float']['output'];
  /** The name of the place. */
  name: Maybe<Scalars['String']['output']>;
  /** A page about it. */
  url: Maybe<Scalars['String']['output']>;
};

/** A place. */
export type LocationContentInput = {
  /** Its address. */
  address?: InputMaybe<Scalars['String']['input']>;
  /** Degrees north, -90 to 90. */
  latitude: Scalars['Float']['input'];
  /** Degrees east, -180 to 180. */
  longitude: Scalars['Float']['input'];
  /** The name of the place. */
  name: Scalars['String']['input'];
};

/** Which conversation was read. */
export type MarkConversationReadInput = {
  /** The conversation. */
  id: Scalars['ID']['input'];
  /** Also show the typing indicator on the customer's phone. */
  typing?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The conversation, read. */
export type MarkConversationReadPayload = {
  __typename?: 'MarkConversationReadPayload';
  /** The conversation as it is now. */
  conversation: Conversation;
};

/** A file sent or received. Its bytes lie in the media store under the id. */
export type Media = Node & {
  __typename?: 'Media';
  /** When it was stored. */
  createdAt: Scalars['DateTime']['output'];
  /** The name it was sent or uploaded with. */
  filename: Maybe<Scalars['String']['output']>;
  /** The media id (`med_...`). */
  id: Scalars['ID']['output'];
  /** The type, as the bytes themselves say; until they are here, as WhatsApp said. */
  mimeType: Scalars['String']['output'];
  /** SHA-256 of the bytes, in lower-case hexadecimal; null until they are here. */
  sha256: Maybe<Scalars['String']['output']>;
  /** Bytes; null until they are here. */
  size: Maybe<Scalars['Int']['output']>;
  /** Whether the bytes are here. */
  status: MediaStatus;
  /** Where the bytes are read, with the same key. */
  url: Scalars['String']['output'];
};

/** Whether the bytes of a file are here. */
export type MediaStatus =
  /** Kept no longer: MEDIA_RETENTION_DAYS of this server have passed. */
  | 'EXPIRED'
  /** WhatsApp did not give them, however often it was asked. */
  | 'FAILED'
  /** Being fetched from WhatsApp. */
  | 'PENDING'
  /** Here: they can be read. */
  | 'READY';

/** A person of the organization to whom conversations are assigned. */
export type Member = Node & {
  __typename?: 'Member';
  /** Whether conversations may be assigned to this member. */
  active: Scalars['Boolean']['output'];
  /** When the member was added. */
  createdAt: Scalars['DateTime']['output'];
  /** The email address of the person. */
  email: Scalars['String']['output'];
  /** The member id (`mbr_...`). */
  id: Scalars['ID']['output'];
  /** The name of the person. */
  name: Scalars['String']['output'];
};

/** What was done by one member. */
export type MemberAnalytics = {
  __typename?: 'MemberAnalytics';
  /** Those of them in which we wrote after the first of those messages. */
  answered: Scalars['Int']['output'];
  /** Conversations assigned to them now in which the customer wrote. */
  conversations: Scalars['Int']['output'];
  /** From the customer's first message of the period to our first one after it. */
  firstResponse: Durations;
  /** The member; null where they have been deleted since. */
  member: Maybe<Member>;
  /** The member. */
  memberId: Scalars['ID']['output'];
  /** From the beginning, or the last reopening, to the resolution, of conversations that were theirs then. */
  resolution: Durations;
  /** answered / conversations; null where there are none. */
  responseRate: Maybe<Scalars['Float']['output']>;
};

/** A page of members. */
export type MemberConnection = {
  __typename?: 'MemberConnection';
  /** The rows of this page. */
  edges: Array<MemberEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<Member>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A member in a list. */
export type MemberEdge = {
  __typename?: 'MemberEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Member;
};

/** One message, in or out. */
export type Message = Node & {
  __typename?: 'Message';
  /** The AI agent that wrote it; it may have been deleted since. */
  aiAgentId: Maybe<Scalars['ID']['output']>;
  /** The broadcast that it belongs to. */
  broadcast: Maybe<Broadcast>;
  /** The broadcast that it belongs to. */
  broadcastId: Maybe<Scalars['ID']['output']>;
  /** The customer it is to or from. */
  contact: Contact;
  /** The customer it is to or from. */
  contactId: Scalars['ID']['output'];
  /** What it holds, by its kind. */
  content: MessageContent;
  /** The same as one flat JSON object, as REST, MCP and webhooks carry it. */
  contentData: Scalars['JSON']['output'];
  /** The conversation it stands in. */
  conversation: Conversation;
  /** The conversation it stands in. */
  conversationId: Scalars['ID']['output'];
  /** When it was stored. */
  createdAt: Scalars['DateTime']['output'];
  /** When it reached the customer's phone. */
  deliveredAt: Maybe<Scalars['DateTime']['output']>;
  /** Who wrote it. */
  direction: MessageDirection;
  /** When the customer last edited it; `text` and `content` are as edited. */
  editedAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it failed; null where it has not. */
  error: Maybe<MessageError>;
  /** When it was given up. */
  failedAt: Maybe<Scalars['DateTime']['output']>;
  /** The message id (`msg_...`): ours, and it lasts. */
  id: Scalars['ID']['output'];
  /** WhatsApp's id (wamid); null until known. */
  messageId: Maybe<Scalars['String']['output']>;
  /** When it was read. */
  readAt: Maybe<Scalars['DateTime']['output']>;
  /** The message it answers, where we have it. */
  replyTo: Maybe<Message>;
  /** The message it answers. */
  replyToId: Maybe<Scalars['ID']['output']>;
  /** When the customer took it back. What it held is kept, where it came before that. */
  revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** When it was asked to go out; null: at once. */
  scheduledAt: Maybe<Scalars['DateTime']['output']>;
  /** Outbound: when WhatsApp accepted it. Inbound: when the customer sent it. */
  sentAt: Maybe<Scalars['DateTime']['output']>;
  /** By whom it was written. */
  sentBy: MessageSender;
  /** How far it has come. */
  status: MessageStatus;
  /** The text, the caption or the button's title; null where there is none. */
  text: Maybe<Scalars['String']['output']>;
  /** What it is. */
  type: MessageType;
};

/** A page of messages. */
export type MessageConnection = {
  __typename?: 'MessageConnection';
  /** The rows of this page. */
  edges: Array<MessageEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<Message>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** What a message holds, by its kind. */
export type MessageContent = AudioContent | ButtonContent | ContactContent | DocumentContent | ImageContent | InteractiveContent | LocationContent | OrderContent | ReactionContent | StickerContent | SystemContent | TemplateContent | TextContent | UnsupportedContent | VideoContent;

/** What to send: exactly one kind. */
export type MessageContentInput =
  /** A sound. */
  { audio: AudioContentInput; contact?: never; document?: never; flat?: never; image?: never; interactive?: never; location?: never; reaction?: never; sticker?: never; template?: never; text?: never; video?: never; }
  |  /** Contact cards. */
  { audio?: never; contact: ContactContentInput; document?: never; flat?: never; image?: never; interactive?: never; location?: never; reaction?: never; sticker?: never; template?: never; text?: never; video?: never; }
  |  /** A document. */
  { audio?: never; contact?: never; document: DocumentContentInput; flat?: never; image?: never; interactive?: never; location?: never; reaction?: never; sticker?: never; template?: never; text?: never; video?: never; }
  |  /** The flat form of REST: `{ type, ...fields }`, for callers that hold a message as JSON. */
  { audio?: never; contact?: never; document?: never; flat: Scalars['JSON']['input']; image?: never; interactive?: never; location?: never; reaction?: never; sticker?: never; template?: never; text?: never; video?: never; }
  |  /** An image. */
  { audio?: never; contact?: never; document?: never; flat?: never; image: CaptionedMediaContentInput; interactive?: never; location?: never; reaction?: never; sticker?: never; template?: never; text?: never; video?: never; }
  |  /** Buttons, a list, a link. */
  { audio?: never; contact?: never; document?: never; flat?: never; image?: never; interactive: InteractiveContentInput; location?: never; reaction?: never; sticker?: never; template?: never; text?: never; video?: never; }
  |  /** A place. */
  { audio?: never; contact?: never; document?: never; flat?: never; image?: never; interactive?: never; location: LocationContentInput; reaction?: never; sticker?: never; template?: never; text?: never; video?: never; }
  |  /** A reaction. */
  { audio?: never; contact?: never; document?: never; flat?: never; image?: never; interactive?: never; location?: never; reaction: ReactionContentInput; sticker?: never; template?: never; text?: never; video?: never; }
  |  /** A sticker. */
  { audio?: never; contact?: never; document?: never; flat?: never; image?: never; interactive?: never; location?: never; reaction?: never; sticker: StickerContentInput; template?: never; text?: never; video?: never; }
  |  /** An approved template. */
  { audio?: never; contact?: never; document?: never; flat?: never; image?: never; interactive?: never; location?: never; reaction?: never; sticker?: never; template: TemplateContentInput; text?: never; video?: never; }
  |  /** A text. */
  { audio?: never; contact?: never; document?: never; flat?: never; image?: never; interactive?: never; location?: never; reaction?: never; sticker?: never; template?: never; text: TextContentInput; video?: never; }
  |  /** A video. */
  { audio?: never; contact?: never; document?: never; flat?: never; image?: never; interactive?: never; location?: never; reaction?: never; sticker?: never; template?: never; text?: never; video: CaptionedMediaContentInput; };

/** Who wrote a message. */
export type MessageDirection =
  /** The customer. */
  | 'INBOUND'
  /** The organization. */
  | 'OUTBOUND';

/** A message in a list. */
export type MessageEdge = {
  __typename?: 'MessageEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Message;
};

/** Why a message failed. */
export type MessageError = {
  __typename?: 'MessageError';
  /** Meta's error code; null where the reason is ours. */
  code: Maybe<Scalars['Int']['output']>;
  /** Meta's own words. */
  details: Maybe<Scalars['String']['output']>;
  /** Of a scheduled message that never set out: why; else null. */
  reason: Maybe<MessageErrorReason>;
  /** The reason in a few words. */
  title: Scalars['String']['output'];
};

/** Why a scheduled message never set out. */
export type MessageErrorReason =
  /** It was cancelled. */
  | 'CANCELLED'
  /** When its time came, the contact had not opted in, or had opted out. */
  | 'OPT_IN_REQUIRED'
  /** When its time came, only a template might be sent. */
  | 'WINDOW_CLOSED';

/** Something happened to a message. */
export type MessageEvent = {
  __typename?: 'MessageEvent';
  /** The place of this event in the log: give it as `after` to go on behind it. */
  cursor: Scalars['String']['output'];
  /** The message as it is at delivery; null where it has been deleted since. */
  message: Maybe<Message>;
  /** What happened. */
  type: Scalars['EventType']['output'];
};

/** By whom a message was written. */
export type MessageSender =
  /** By an AI agent of the organization. */
  | 'AI_AGENT'
  /** By the customer. */
  | 'CUSTOMER'
  /** By the organization: a person, or a program of its own. */
  | 'TEAM';

/** How far a message has come. */
export type MessageStatus =
  /** On the customer's phone. */
  | 'DELIVERED'
  /** Given up; `error` says why. */
  | 'FAILED'
  /** Stored, about to go to WhatsApp; an attempt under way, and waiting for `scheduledAt`, included. */
  | 'QUEUED'
  /** Read by the customer; of an inbound message, marked read here. */
  | 'READ'
  /** Inbound, not yet marked read. */
  | 'RECEIVED'
  /** Accepted by WhatsApp. */
  | 'SENT'
  /** Handed over, but nobody knows yet whether WhatsApp accepted it. */
  | 'UNKNOWN';

/** What a message is. */
export type MessageType =
  /** A sound, or a voice note. */
  | 'AUDIO'
  /** A customer's tap on a template's quick reply. */
  | 'BUTTON'
  /** Contact cards. */
  | 'CONTACT'
  /** A document. */
  | 'DOCUMENT'
  /** An image. */
  | 'IMAGE'
  /** Buttons, a list, a link; inbound, the customer's choice. */
  | 'INTERACTIVE'
  /** A place. */
  | 'LOCATION'
  /** A customer's order from a catalog. */
  | 'ORDER'
  /** A reaction to another message. */
  | 'REACTION'
  /** A sticker. */
  | 'STICKER'
  /** A notice of WhatsApp's own, such as a changed number. */
  | 'SYSTEM'
  /** An approved template, filled in. */
  | 'TEMPLATE'
  /** A text. */
  | 'TEXT'
  /** A kind that WhatsApp does not pass on, or that this version does not know; kept as it came. */
  | 'UNSUPPORTED'
  /** A video. */
  | 'VIDEO';

/** Everything that can be done. */
export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Assigns a conversation to a member, or takes it back. An AI agent that answered in it is out.
   * Scope: conversations:write.
   */
  assignConversation: AssignConversationPayload;
  /**
   * Ends a broadcast for good: whoever was not written to yet is skipped.
   * Scope: broadcasts:send.
   */
  cancelBroadcast: CancelBroadcastPayload;
  /**
   * Takes back a scheduled message: it is FAILED, with the reason CANCELLED. CONFLICT where it has begun to go out, or was not scheduled.
   * Scope: messages:send.
   */
  cancelScheduledMessage: CancelScheduledMessagePayload;
  /**
   * Connects a WhatsApp number, or gives a connected one new secrets. WhatsApp is asked with them first. CONFLICT where the number or its account is connected elsewhere.
   * Scope: keys:manage.
   */
  connectWhatsApp: ConnectWhatsAppPayload;
  /**
   * Creates an AI agent. Active, it answers what customers write from now on.
   * Scope: agents:write.
   */
  createAiAgent: CreateAiAgentPayload;
  /**
   * Makes an API key. FORBIDDEN where it is to have a scope that the key of this request lacks.
   * Scope: keys:manage.
   */
  createApiKey: CreateApiKeyPayload;
  /**
   * Creates a broadcast of one template. Contacts named by id or in the file are its recipients from now on; those meant by tag are found when it starts. Each is written to once, or skipped with the reason.
   * Scope: broadcasts:send.
   */
  createBroadcast: CreateBroadcastPayload;
  /**
   * Creates a contact. CONFLICT, with `existingId`, where the phone belongs to one already.
   * Scope: contacts:write.
   */
  createContact: CreateContactPayload;
  /**
   * Adds a person to whom conversations may be assigned.
   * Scope: conversations:write.
   */
  createMember: CreateMemberPayload;
  /**
   * Makes an address at which a fixed amount is paid, once. `payment.completed` tells of it.
   * Scope: payments:write.
   */
  createPaymentLink: CreatePaymentLinkPayload;
  /**
   * Creates a quick reply.
   * Scope: agents:write.
   */
  createQuickReply: CreateQuickReplyPayload;
  /**
   * Creates a webhook, told of what happens from now on, and sends it a `webhook.test`, whose failure changes nothing.
   * Scope: webhooks:manage.
   */
  createWebhook: CreateWebhookPayload;
  /**
   * Deletes an AI agent. People get the conversations that it is in.
   * Scope: agents:write.
   */
  deleteAiAgent: DeleteAiAgentPayload;
  /**
   * Deletes a contact with its conversations, messages and media, for good.
   * Scope: contacts:write.
   */
  deleteContact: DeleteContactPayload;
  /**
   * Deletes a member. Their conversations go back to everybody.
   * Scope: conversations:write.
   */
  deleteMember: DeleteMemberPayload;
  /**
   * Deletes a quick reply. Its file stays.
   * Scope: agents:write.
   */
  deleteQuickReply: DeleteQuickReplyPayload;
  /**
   * Deletes a webhook with its deliveries, for good.
   * Scope: webhooks:manage.
   */
  deleteWebhook: DeleteWebhookPayload;
  /**
   * Removes the secrets of a WhatsApp number: nothing goes out or comes in over it any more. Its conversations stay.
   * Scope: keys:manage.
   */
  disconnectWhatsApp: DisconnectWhatsAppPayload;
  /**
   * Marks every message of the customer read, here and on the customer's phone.
   * Scope: conversations:write.
   */
  markConversationRead: MarkConversationReadPayload;
  /**
   * Holds a broadcast: no further message is made. What is made already, up to a second's worth, still goes out.
   * Scope: broadcasts:send.
   */
  pauseBroadcast: PauseBroadcastPayload;
  /**
   * Begins deliveries again, with the same `webhook-id`; at most the oldest 10000. What is being attempted right now is left alone.
   * Scope: webhooks:manage.
   */
  redeliverWebhook: RedeliverWebhookPayload;
  /**
   * Takes a resolved conversation up again.
   * Scope: conversations:write.
   */
  reopenConversation: ReopenConversationPayload;
  /**
   * Marks a conversation as done.
   * Scope: conversations:write.
   */
  resolveConversation: ResolveConversationPayload;
  /**
   * Goes on where a broadcast was held; before its time it is SCHEDULED again.
   * Scope: broadcasts:send.
   */
  resumeBroadcast: ResumeBroadcastPayload;
  /**
   * A new broadcast to those whose message FAILED, with the same template and values. One for each broadcast: asked again, it is answered again.
   * Scope: broadcasts:send.
   */
  retryBroadcast: RetryBroadcastPayload;
  /**
   * Ends an API key at once, and within a second every socket and stream that is open by it. CONFLICT where no key would be left to manage keys with.
   * Scope: keys:manage.
   */
  revokeApiKey: RevokeApiKeyPayload;
  /**
   * Makes a key of the same name, scopes and expiry; the old one ends after the overlap. CONFLICT where it has ended or was rotated already.
   * Scope: keys:manage.
   */
  rotateApiKey: RotateApiKeyPayload;
  /**
   * Gives a webhook a new secret. For 24 hours the one before signs too, in `webhook-signature`; `X-Kaanha-Signature` is by the new one at once.
   * Scope: webhooks:manage.
   */
  rotateWebhookSecret: RotateWebhookSecretPayload;
  /**
   * Sends a message, or schedules it. It is stored before anything leaves; the answer waits up to 5 seconds for WhatsApp's own.
   * Scope: messages:send.
   */
  sendMessage: SendMessagePayload;
  /**
   * Reads the templates from WhatsApp now. They are read by themselves when a number is connected, at every start, every hour, and when WhatsApp tells of a change.
   * Scope: templates:write.
   */
  syncTemplates: SyncTemplatesPayload;
  /**
   * Changes an AI agent.
   * Scope: agents:write.
   */
  updateAiAgent: UpdateAiAgentPayload;
  /**
   * Changes a contact.
   * Scope: contacts:write.
   */
  updateContact: UpdateContactPayload;
  /**
   * Changes a member.
   * Scope: conversations:write.
   */
  updateMember: UpdateMemberPayload;
  /**
   * Changes a quick reply.
   * Scope: agents:write.
   */
  updateQuickReply: UpdateQuickReplyPayload;
  /**
   * Changes a webhook, and sends it a `webhook.test` where it is enabled.
   * Scope: webhooks:manage.
   */
  updateWebhook: UpdateWebhookPayload;
  /**
   * Takes a file, which messages may then carry by its id.
   * Scope: media:write.
   */
  uploadMedia: UploadMediaPayload;
};


/** Everything that can be done. */
export type MutationAssignConversationArgs = {
  input: AssignConversationInput;
};


/** Everything that can be done. */
export type MutationCancelBroadcastArgs = {
  input: CancelBroadcastInput;
};


/** Everything that can be done. */
export type MutationCancelScheduledMessageArgs = {
  input: CancelScheduledMessageInput;
};


/** Everything that can be done. */
export type MutationConnectWhatsAppArgs = {
  input: ConnectWhatsAppInput;
};


/** Everything that can be done. */
export type MutationCreateAiAgentArgs = {
  input: CreateAiAgentInput;
};


/** Everything that can be done. */
export type MutationCreateApiKeyArgs = {
  input: CreateApiKeyInput;
};


/** Everything that can be done. */
export type MutationCreateBroadcastArgs = {
  input: CreateBroadcastInput;
};


/** Everything that can be done. */
export type MutationCreateContactArgs = {
  input: CreateContactInput;
};


/** Everything that can be done. */
export type MutationCreateMemberArgs = {
  input: CreateMemberInput;
};


/** Everything that can be done. */
export type MutationCreatePaymentLinkArgs = {
  input: CreatePaymentLinkInput;
};


/** Everything that can be done. */
export type MutationCreateQuickReplyArgs = {
  input: CreateQuickReplyInput;
};


/** Everything that can be done. */
export type MutationCreateWebhookArgs = {
  input: CreateWebhookInput;
};


/** Everything that can be done. */
export type MutationDeleteAiAgentArgs = {
  input: DeleteAiAgentInput;
};


/** Everything that can be done. */
export type MutationDeleteContactArgs = {
  input: DeleteContactInput;
};


/** Everything that can be done. */
export type MutationDeleteMemberArgs = {
  input: DeleteMemberInput;
};


/** Everything that can be done. */
export type MutationDeleteQuickReplyArgs = {
  input: DeleteQuickReplyInput;
};


/** Everything that can be done. */
export type MutationDeleteWebhookArgs = {
  input: DeleteWebhookInput;
};


/** Everything that can be done. */
export type MutationDisconnectWhatsAppArgs = {
  input: DisconnectWhatsAppInput;
};


/** Everything that can be done. */
export type MutationMarkConversationReadArgs = {
  input: MarkConversationReadInput;
};


/** Everything that can be done. */
export type MutationPauseBroadcastArgs = {
  input: PauseBroadcastInput;
};


/** Everything that can be done. */
export type MutationRedeliverWebhookArgs = {
  input: RedeliverWebhookInput;
};


/** Everything that can be done. */
export type MutationReopenConversationArgs = {
  input: ReopenConversationInput;
};


/** Everything that can be done. */
export type MutationResolveConversationArgs = {
  input: ResolveConversationInput;
};


/** Everything that can be done. */
export type MutationResumeBroadcastArgs = {
  input: ResumeBroadcastInput;
};


/** Everything that can be done. */
export type MutationRetryBroadcastArgs = {
  input: RetryBroadcastInput;
};


/** Everything that can be done. */
export type MutationRevokeApiKeyArgs = {
  input: RevokeApiKeyInput;
};


/** Everything that can be done. */
export type MutationRotateApiKeyArgs = {
  input: RotateApiKeyInput;
};


/** Everything that can be done. */
export type MutationRotateWebhookSecretArgs = {
  input: RotateWebhookSecretInput;
};


/** Everything that can be done. */
export type MutationSendMessageArgs = {
  input: SendMessageInput;
};


/** Everything that can be done. */
export type MutationSyncTemplatesArgs = {
  input: SyncTemplatesInput;
};


/** Everything that can be done. */
export type MutationUpdateAiAgentArgs = {
  input: UpdateAiAgentInput;
};


/** Everything that can be done. */
export type MutationUpdateContactArgs = {
  input: UpdateContactInput;
};


/** Everything that can be done. */
export type MutationUpdateMemberArgs = {
  input: UpdateMemberInput;
};


/** Everything that can be done. */
export type MutationUpdateQuickReplyArgs = {
  input: UpdateQuickReplyInput;
};


/** Everything that can be done. */
export type MutationUpdateWebhookArgs = {
  input: UpdateWebhookInput;
};


/** Everything that can be done. */
export type MutationUploadMediaArgs = {
  input: UploadMediaInput;
};

/** Anything that has an id. */
export type Node = {
  /** The id, as it is shown everywhere. */
  id: Scalars['ID']['output'];
};

/** Hours of one day. */
export type OpenInterval = {
  __typename?: 'OpenInterval';
  /** The day. */
  day: Weekday;
  /** The beginning, as "09:00". */
  from: Scalars['String']['output'];
  /** The end, as "18:00"; "24:00" is midnight. */
  to: Scalars['String']['output'];
};

/** Hours of one day; hours over midnight are two of these. */
export type OpenIntervalInput = {
  /** The day. */
  day: Weekday;
  /** The beginning, as "09:00". */
  from: Scalars['String']['input'];
  /** The end, as "18:00"; "24:00" is midnight. */
  to: Scalars['String']['input'];
};

/** A customer's order from a catalog. */
export type OrderContent = {
  __typename?: 'OrderContent';
  /** The catalog. */
  catalogId: Maybe<Scalars['String']['output']>;
  /** The products, in Meta's shape. */
  productItems: Scalars['JSON']['output'];
  /** What was written with it. */
  text: Maybe<Scalars['String']['output']>;
};

/** A company with its own contacts, keys and numbers. */
export type Organization = Node & {
  __typename?: 'Organization';
  /** Whom it may write to. */
  consentPolicy: ConsentPolicy;
  /** When it was created. */
  createdAt: Scalars['DateTime']['output'];
  /** The organization id (`org_...`). */
  id: Scalars['ID']['output'];
  /** The name of the company. */
  name: Scalars['String']['output'];
  /** The tariff. */
  plan: Plan;
  /** The short name used by the operator's commands. */
  slug: Scalars['String']['output'];
};

/** Where a page stands in its list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last row: `after` of the next page. */
  endCursor: Maybe<Scalars['String']['output']>;
  /** Whether the list goes on after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether the list begins before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first row. */
  startCursor: Maybe<Scalars['String']['output']>;
};

/** Which broadcast to hold. */
export type PauseBroadcastInput = {
  /** The broadcast. */
  id: Scalars['ID']['input'];
};

/** The broadcast. */
export type PauseBroadcastPayload = {
  __typename?: 'PauseBroadcastPayload';
  /** The broadcast as it is now. */
  broadcast: Broadcast;
};

/** An address at which a customer pays a fixed amount, once. */
export type PaymentLink = Node & {
  __typename?: 'PaymentLink';
  /** In the currency's major unit, with exactly the digits that the currency has. */
  amount: Scalars['Decimal']['output'];
  /** Whom it is for. */
  contact: Maybe<Contact>;
  /** Whom it is for. */
  contactId: Maybe<Scalars['ID']['output']>;
  /** When it was created. */
  createdAt: Scalars['DateTime']['output'];
  /** The currency, by ISO 4217. */
  currency: Scalars['String']['output'];
  /** What the payer sees. */
  description: Scalars['String']['output'];
  /** Until when it can be paid. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** The payment link id (`pay_...`). */
  id: Scalars['ID']['output'];
  /** When it was paid. */
  paidAt: Maybe<Scalars['DateTime']['output']>;
  /** Who takes the money, such as stripe. */
  provider: Scalars['String']['output'];
  /** Whether it can be paid. */
  status: PaymentLinkStatus;
  /** Where it is paid. */
  url: Scalars['String']['output'];
};

/** A page of payment links. */
export type PaymentLinkConnection = {
  __typename?: 'PaymentLinkConnection';
  /** The rows of this page. */
  edges: Array<PaymentLinkEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<PaymentLink>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A payment link in a list. */
export type PaymentLinkEdge = {
  __typename?: 'PaymentLinkEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: PaymentLink;
};

/** Whether a payment link can be paid. */
export type PaymentLinkStatus =
  /** Its time is over. */
  | 'EXPIRED'
  /** It can be paid. */
  | 'OPEN'
  /** It has been paid. Each can be paid once. */
  | 'PAID';

/** The tariff of an organization. */
export type Plan =
  /** Broadcasts reach at most 1,000 contacts. */
  | 'GROWTH'
  /** Broadcasts have no limit. */
  | 'PRO';

/** Everything that can be read. */
export type Query = {
  __typename?: 'Query';
  /**
   * One AI agent; null where there is none of this id.
   * Scope: agents:read.
   */
  aiAgent: Maybe<AiAgent>;
  /**
   * AI agents, newest first.
   * Scope: agents:read.
   */
  aiAgents: AiAgentConnection;
  /**
   * What happened in a period of at most 366 days; the last 30 days by default.
   * Scope: analytics:read.
   */
  analytics: Analytics;
  /**
   * The API keys of the organization, newest first; those that have ended too.
   * Scope: keys:manage.
   */
  apiKeys: ApiKeyConnection;
  /**
   * Who made, rotated and revoked what, newest first; the operator's commands too.
   * Scope: keys:manage.
   */
  auditLog: AuditEntryConnection;
  /**
   * One broadcast; null where there is none.
   * Scope: broadcasts:read.
   */
  broadcast: Maybe<Broadcast>;
  /**
   * Broadcasts, newest first.
   * Scope: broadcasts:read.
   */
  broadcasts: BroadcastConnection;
  /**
   * The WhatsApp number that the organization writes from; null where it has none.
   * Any key.
   */
  connection: Maybe<WhatsAppConnection>;
  /**
   * The WhatsApp numbers of the organization, newest first; disconnected ones too.
   * Any key.
   */
  connections: WhatsAppConnectionConnection;
  /**
   * One contact, by id or by phone; null where there is none.
   * Scope: contacts:read.
   */
  contact: Maybe<Contact>;
  /**
   * Contacts, newest first.
   * Scope: contacts:read.
   */
  contacts: ContactConnection;
  /**
   * One conversation; null where there is none of this id.
   * Scope: conversations:read.
   */
  conversation: Maybe<Conversation>;
  /**
   * The inbox: conversations, newest activity first.
   * Scope: conversations:read.
   */
  conversations: ConversationConnection;
  /**
   * The event log's end now. Read it before a list, then subscribe with it as `after`: nothing is missed.
   * Any key.
   */
  eventCursor: Scalars['String']['output'];
  /**
   * The events behind a cursor, for those who can hold no subscription open: nothing missing, nothing twice, one order. Without `after` it begins at the end of the log.
   * Any key.
   */
  eventLog: EventPage;
  /**
   * A file sent or received; null where there is none of this id.
   * Scope: media:read.
   */
  media: Maybe<Media>;
  /**
   * The people conversations can be assigned to, newest first.
   * Scope: conversations:read.
   */
  members: MemberConnection;
  /**
   * One message, by our id or by WhatsApp's; null where there is none.
   * Scope: messages:read.
   */
  message: Maybe<Message>;
  /**
   * Messages, newest first, across conversations or of one.
   * Scope: messages:read.
   */
  messages: MessageConnection;
  /**
   * Whatever an id names, or null.
   * Any key.
   */
  node: Maybe<Node>;
  /**
   * Whatever each of some ids names, in their order; null where an id names nothing. At most 100 ids.
   * Any key.
   */
  nodes: Array<Maybe<Node>>;
  /**
   * One payment link; null where there is none of this id.
   * Scope: payments:write.
   */
  paymentLink: Maybe<PaymentLink>;
  /**
   * Payment links, newest first.
   * Scope: payments:write.
   */
  paymentLinks: PaymentLinkConnection;
  /**
   * Quick replies, newest first.
   * Scope: agents:read.
   */
  quickReplies: QuickReplyConnection;
  /**
   * One quick reply; null where there is none of this id.
   * Scope: agents:read.
   */
  quickReply: Maybe<QuickReply>;
  /**
   * Whether a send to somebody would go out now, and what to do where not. Sends and counts nothing. Needs messages:send. A `to` that is neither a phone number nor an id is BAD_REQUEST, a contact id that names nobody NOT_FOUND.
   * Scope: messages:send.
   */
  sendability: Sendability;
  /**
   * The message templates that WhatsApp lists, as last synced; the newest first.
   * Scope: templates:read.
   */
  templates: TemplateConnection;
  /**
   * Who is asking: key, organization, scopes.
   * Any key.
   */
  viewer: Viewer;
  /**
   * One webhook; null where there is none.
   * Scope: webhooks:manage.
   */
  webhook: Maybe<Webhook>;
  /**
   * The log of deliveries, newest first.
   * Scope: webhooks:manage.
   */
  webhookDeliveries: WebhookDeliveryConnection;
  /**
   * Webhooks, newest first.
   * Scope: webhooks:manage.
   */
  webhooks: WebhookConnection;
};


/** Everything that can be read. */
export type QueryAiAgentArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryAiAgentsArgs = {
  active?: InputMaybe<Scalars['Boolean']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};


/** Everything that can be read. */
export type QueryAnalyticsArgs = {
  from?: InputMaybe<Scalars['DateTime']['input']>;
  timeZone?: InputMaybe<Scalars['String']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Everything that can be read. */
export type QueryApiKeysArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};


/** Everything that can be read. */
export type QueryAuditLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};


/** Everything that can be read. */
export type QueryBroadcastArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryBroadcastsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<BroadcastStatus>;
};


/** Everything that can be read. */
export type QueryConnectionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};


/** Everything that can be read. */
export type QueryContactArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  phone?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be read. */
export type QueryContactsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
  tag?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be read. */
export type QueryConversationArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryConversationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  assignedToId?: InputMaybe<Scalars['ID']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  contactId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<ConversationStatus>;
  unread?: InputMaybe<Scalars['Boolean']['input']>;
};


/** Everything that can be read. */
export type QueryEventLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  types?: InputMaybe<Array<Scalars['EventType']['input']>>;
  waitSeconds?: InputMaybe<Scalars['Int']['input']>;
};


/** Everything that can be read. */
export type QueryMediaArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryMembersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};


/** Everything that can be read. */
export type QueryMessageArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  conversationId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};


/** Everything that can be read. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryNodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


/** Everything that can be read. */
export type QueryPaymentLinkArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryPaymentLinksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  contactId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<PaymentLinkStatus>;
};


/** Everything that can be read. */
export type QueryQuickRepliesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};


/** Everything that can be read. */
export type QueryQuickReplyArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QuerySendabilityArgs = {
  to: Scalars['String']['input'];
};


/** Everything that can be read. */
export type QueryTemplatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  category?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  language?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be read. */
export type QueryWebhookArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryWebhookDeliveriesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  event?: InputMaybe<Scalars['EventType']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<WebhookDeliveryStatus>;
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};


/** Everything that can be read. */
export type QueryWebhooksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};

/** An answer that people send again and again, found by its shortcut. */
export type QuickReply = Node & {
  __typename?: 'QuickReply';
  /** When it was created. */
  createdAt: Scalars['DateTime']['output'];
  /** The quick reply id (`qrp_...`). */
  id: Scalars['ID']['output'];
  /** The file that goes with it. */
  media: Maybe<Media>;
  /** The file that goes with it. */
  mediaId: Maybe<Scalars['ID']['output']>;
  /** What people find it by: lower case, without a slash. */
  shortcut: Scalars['String']['output'];
  /** The text; null where it is a file alone. */
  text: Maybe<Scalars['String']['output']>;
  /** When it last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** A page of quick replies. */
export type QuickReplyConnection = {
  __typename?: 'QuickReplyConnection';
  /** The rows of this page. */
  edges: Array<QuickReplyEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<QuickReply>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A quick reply in a list. */
export type QuickReplyEdge = {
  __typename?: 'QuickReplyEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: QuickReply;
};

/** A reaction to a message. */
export type ReactionContent = {
  __typename?: 'ReactionContent';
  /** The emoji; empty takes the reaction back. */
  emoji: Scalars['String']['output'];
  /** The message reacted to: our id, or WhatsApp's where we do not know the message. */
  messageId: Scalars['ID']['output'];
};

/** A reaction to a message. */
export type ReactionContentInput = {
  /** One emoji; empty takes the reaction back. */
  emoji: Scalars['String']['input'];
  /** Our id or WhatsApp's of the message. */
  messageId: Scalars['ID']['input'];
};

/** Which deliveries to begin again: exactly one of deliveryId, since and until, failedSince. */
export type RedeliverWebhookInput = {
  /** This one, whatever became of it. */
  deliveryId?: InputMaybe<Scalars['ID']['input']>;
  /** All made then or later that FAILED. */
  failedSince?: InputMaybe<Scalars['DateTime']['input']>;
  /** All made then or later, whatever became of them. */
  since?: InputMaybe<Scalars['DateTime']['input']>;
  /** All made then or earlier; together with since: a range. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
  /** The webhook; not needed with deliveryId. */
  webhookId?: InputMaybe<Scalars['ID']['input']>;
};

/** What was begun again. */
export type RedeliverWebhookPayload = {
  __typename?: 'RedeliverWebhookPayload';
  /** How many deliveries were begun again. */
  count: Scalars['Int']['output'];
  /** The webhook. */
  webhook: Webhook;
};

/** Which conversation. */
export type ReopenConversationInput = {
  /** The conversation. */
  id: Scalars['ID']['input'];
};

/** The changed conversation. */
export type ReopenConversationPayload = {
  __typename?: 'ReopenConversationPayload';
  /** The conversation as it is now. */
  conversation: Conversation;
};

/** Which conversation. */
export type ResolveConversationInput = {
  /** The conversation. */
  id: Scalars['ID']['input'];
};

/** The changed conversation. */
export type ResolveConversationPayload = {
  __typename?: 'ResolveConversationPayload';
  /** The conversation as it is now. */
  conversation: Conversation;
};

/** Which broadcast to go on with. */
export type ResumeBroadcastInput = {
  /** The broadcast. */
  id: Scalars['ID']['input'];
};

/** The broadcast. */
export type ResumeBroadcastPayload = {
  __typename?: 'ResumeBroadcastPayload';
  /** The broadcast as it is now. */
  broadcast: Broadcast;
};

/** Whose failed recipients to try again. */
export type RetryBroadcastInput = {
  /** A broadcast that is COMPLETED or CANCELLED. */
  id: Scalars['ID']['input'];
};

/** The new broadcast. */
export type RetryBroadcastPayload = {
  __typename?: 'RetryBroadcastPayload';
  /** The broadcast that tries again. */
  broadcast: Broadcast;
  /** Whether it was made by an earlier request. */
  replayed: Scalars['Boolean']['output'];
};

/** Which key to revoke. */
export type RevokeApiKeyInput = {
  /** The key. */
  id: Scalars['ID']['input'];
};

/** The revoked key. */
export type RevokeApiKeyPayload = {
  __typename?: 'RevokeApiKeyPayload';
  /** The key as it is now. */
  apiKey: ApiKey;
};

/** Which key gets a successor. */
export type RotateApiKeyInput = {
  /** The key. */
  id: Scalars['ID']['input'];
  /** How long the old key goes on working: up to 2,592,000 (30 days); a day where absent, 0: not at all. */
  overlapSeconds?: InputMaybe<Scalars['Int']['input']>;
};

/** The new key with its secret, and the old one. */
export type RotateApiKeyPayload = {
  __typename?: 'RotateApiKeyPayload';
  /** The new key. */
  apiKey: ApiKey;
  /** The old key: `expiresAt` says when it ends. */
  previous: ApiKey;
  /** What goes behind `Bearer`. Shown this once; keep it. */
  secret: Scalars['String']['output'];
};

/** Which webhook gets a new secret. */
export type RotateWebhookSecretInput = {
  /** The webhook. */
  id: Scalars['ID']['input'];
  /** What signs: `whsec_` and base64 of at least 16 bytes, or any 16 to 256 printable characters without spaces. Absent: one is made. */
  secret?: InputMaybe<Scalars['String']['input']>;
};

/** The webhook and its new secret. */
export type RotateWebhookSecretPayload = {
  __typename?: 'RotateWebhookSecretPayload';
  /** What signs from now on. It is shown this once. */
  secret: Scalars['String']['output'];
  /** The webhook as it is now. */
  webhook: Webhook;
};

/** How many messages one recipient may be sent in an hour. */
export type SendLimit = {
  __typename?: 'SendLimit';
  /** How many in all. */
  limit: Scalars['Int']['output'];
  /** How many are left in this hour. */
  remaining: Scalars['Int']['output'];
  /** When all are there again; null where none has been used. */
  resetAt: Maybe<Scalars['DateTime']['output']>;
};

/** What goes to whom. */
export type SendMessageInput = {
  /** What to send. */
  content: MessageContentInput;
  /** Up to 255 characters. The same key again gives the same answer and sends nothing. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Our id or WhatsApp's of the message this one answers. */
  replyTo?: InputMaybe<Scalars['ID']['input']>;
  /** When it is to go out, at most 90 days ahead; absent: at once. Window and recipient limit are those of then. */
  scheduledAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** A phone with its country code, or a contact id. */
  to: Scalars['String']['input'];
};

/** The message, QUEUED or SENT. */
export type SendMessagePayload = {
  __typename?: 'SendMessagePayload';
  /** The stored message. */
  message: Message;
  /** Whether this is the first answer again, for an idempotency key used before. */
  replayed: Scalars['Boolean']['output'];
};

/** Whether somebody may be written to now, and why not: what a send would be answered. */
export type Sendability = {
  __typename?: 'Sendability';
  /** Whether a message of any kind may be sent now. */
  canSend: Scalars['Boolean']['output'];
  /** Whether a template may be sent now. */
  canSendTemplate: Scalars['Boolean']['output'];
  /** The number that a send would go out from. One that is not connected does not refuse a send; WhatsApp may. */
  connection: Maybe<WhatsAppConnection>;
  /** Whom `to` names; null: a number that is no contact yet. */
  contact: Maybe<Contact>;
  /** The conversation that a send would go on with; null: it would begin one. */
  conversation: Maybe<Conversation>;
  /** What is left of the recipient limit; null where it is off. */
  limit: Maybe<SendLimit>;
  /** True: opted in. False: opted out. Null: unknown. */
  optedIn: Maybe<Scalars['Boolean']['output']>;
  /** All that stands in the way of a message of any kind; empty where `canSend`. */
  reasons: Array<SendabilityReason>;
  /** Whether it has to be a template, because the 24-hour window is closed. */
  templateRequired: Scalars['Boolean']['output'];
  /** When the window closes or closed; null where the customer never wrote. */
  windowExpiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Whether the customer wrote in the last 24 hours. */
  windowOpen: Scalars['Boolean']['output'];
};

/** Something that stands in the way of a message. */
export type SendabilityReason = {
  __typename?: 'SendabilityReason';
  /** The code that the send would be refused with. */
  code: SendabilityReasonCode;
  /** What it is, and what to do about it: for a person. */
  message: Scalars['String']['output'];
  /** When it ends by itself; null where somebody has to do something. */
  retryAt: Maybe<Scalars['DateTime']['output']>;
};

/** Why a message cannot be sent now: the code that the send would be refused with. */
export type SendabilityReasonCode =
  /** The organization has no WhatsApp number. */
  | 'NOT_CONFIGURED'
  /** The contact has not opted in, or has opted out. */
  | 'OPT_IN_REQUIRED'
  /** The hour of this recipient has no message left; `retryAt` says until when. */
  | 'RATE_LIMITED'
  /** Only a template may be sent. */
  | 'WINDOW_CLOSED';

/** A file sent as a sticker. */
export type StickerContent = {
  __typename?: 'StickerContent';
  /** The media id (`med_...`); `media(id)` says whether the bytes are here. */
  mediaId: Maybe<Scalars['ID']['output']>;
  /** The type of the bytes. */
  mimeType: Maybe<Scalars['String']['output']>;
  /** Where the bytes are read, with the same key. */
  url: Maybe<Scalars['String']['output']>;
};

/** A sticker. Exactly one of mediaUrl and mediaId. */
export type StickerContentInput = {
  /** The id of an uploaded file; or mediaUrl. */
  mediaId?: InputMaybe<Scalars['ID']['input']>;
  /** An address the file is at; or mediaId. */
  mediaUrl?: InputMaybe<Scalars['String']['input']>;
};

/** Everything that can be followed, over WebSocket (graphql-transport-ws) or SSE. Each item carries a cursor; with it as `after` a new subscription goes on exactly there. */
export type Subscription = {
  __typename?: 'Subscription';
  /**
   * Every event of conversations: nothing missing, nothing twice, one order.
   * Scope: conversations:read.
   */
  conversations: ConversationEvent;
  /**
   * Every event that the key may see, or those of some types: nothing missing, nothing twice, one order.
   * Any key.
   */
  events: Event;
  /**
   * Every event of messages, of all conversations or of one: nothing missing, nothing twice, one order.
   * Scope: messages:read.
   */
  messages: MessageEvent;
};


/** Everything that can be followed, over WebSocket (graphql-transport-ws) or SSE. Each item carries a cursor; with it as `after` a new subscription goes on exactly there. */
export type SubscriptionConversationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be followed, over WebSocket (graphql-transport-ws) or SSE. Each item carries a cursor; with it as `after` a new subscription goes on exactly there. */
export type SubscriptionEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  types?: InputMaybe<Array<Scalars['EventType']['input']>>;
};


/** Everything that can be followed, over WebSocket (graphql-transport-ws) or SSE. Each item carries a cursor; with it as `after` a new subscription goes on exactly there. */
export type SubscriptionMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  conversationId?: InputMaybe<Scalars['ID']['input']>;
};

/** Which templates to read from WhatsApp. */
export type SyncTemplatesInput = {
  /** Only those of this business account, by WhatsApp's id; absent: of all. */
  businessAccountId?: InputMaybe<Scalars['String']['input']>;
};

/** What that changed. */
export type SyncTemplatesPayload = {
  __typename?: 'SyncTemplatesPayload';
  /** How many are new. */
  added: Scalars['Int']['output'];
  /** How many WhatsApp lists no more; they were removed here too. */
  removed: Scalars['Int']['output'];
  /** All templates of the organization after that, the newest first. */
  templates: TemplateConnection;
  /** How many WhatsApp lists now. */
  total: Scalars['Int']['output'];
  /** How many had changed. */
  updated: Scalars['Int']['output'];
};


/** What that changed. */
export type SyncTemplatesPayloadTemplatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
};

/** A notice of WhatsApp's own. */
export type SystemContent = {
  __typename?: 'SystemContent';
  /** The customer's new number, where they changed it. */
  newPhone: Maybe<Scalars['String']['output']>;
  /** The customer's new business-scoped user id, where it changed. */
  newUserId: Maybe<Scalars['String']['output']>;
  /** What it is about, such as user_changed_number. */
  systemType: Maybe<Scalars['String']['output']>;
  /** The notice. */
  text: Maybe<Scalars['String']['output']>;
};

/** How a contact is chosen by several tags. */
export type TagMatch =
  /** Has all of them. */
  | 'ALL'
  /** Has at least one of them. */
  | 'ANY';

/** A message template of a business account, as WhatsApp last described it. */
export type Template = Node & {
  __typename?: 'Template';
  /** WhatsApp's id of the business account (WABA) it belongs to. */
  businessAccountId: Scalars['String']['output'];
  /** MARKETING, UTILITY or AUTHENTICATION. */
  category: Scalars['String']['output'];
  /** Header, body, footer and buttons: a list, as WhatsApp describes them. */
  components: Scalars['JSON']['output'];
  /** When it was first seen here. */
  createdAt: Scalars['DateTime']['output'];
  /** The template id (`tpl_...`). */
  id: Scalars['ID']['output'];
  /** The language that a send gives, such as en_US. */
  language: Scalars['String']['output'];
  /** The name that a send gives. */
  name: Scalars['String']['output'];
  /** POSITIONAL: parameters in their order, for {{1}}, {{2}}. NAMED: each with its `parameter_name`. */
  parameterFormat: Scalars['String']['output'];
  /** What a customer would see of it, sent with these components. Sends and stores nothing. */
  preview: TemplatePreview;
  /** APPROVED ones can be sent. Else PENDING, REJECTED, PAUSED, DISABLED, or another word of WhatsApp. */
  status: Scalars['String']['output'];
  /** As of when WhatsApp described it so. */
  syncedAt: Scalars['DateTime']['output'];
  /** WhatsApp's id of it. */
  whatsappId: Scalars['String']['output'];
};


/** A message template of a business account, as WhatsApp last described it. */
export type TemplatePreviewArgs = {
  components?: InputMaybe<Scalars['JSON']['input']>;
};

/** A page of templates. */
export type TemplateConnection = {
  __typename?: 'TemplateConnection';
  /** The rows of this page. */
  edges: Array<TemplateEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<Template>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** An approved template, filled in. */
export type TemplateContent = {
  __typename?: 'TemplateContent';
  /** The parameters, in Meta's shape. */
  components: Maybe<Scalars['JSON']['output']>;
  /** Its language, such as en_US. */
  language: Scalars['String']['output'];
  /** Its name. */
  templateName: Scalars['String']['output'];
};

/** An approved template, filled in. */
export type TemplateContentInput = {
  /** The parameters, in Meta's shape; absent: none. */
  components?: InputMaybe<Scalars['JSON']['input']>;
  /** Its language, such as en_US. */
  language: Scalars['String']['input'];
  /** Its name. */
  templateName: Scalars['String']['input'];
};

/** A template in a list. */
export type TemplateEdge = {
  __typename?: 'TemplateEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Template;
};

/** A template with its parameters filled in. A place that nothing fills stays as it is written: {{1}}. */
export type TemplatePreview = {
  __typename?: 'TemplatePreview';
  /** The text; null where WhatsApp writes it itself, as of some authentication templates. */
  body: Maybe<Scalars['String']['output']>;
  /** The buttons, in their order. */
  buttons: Array<TemplatePreviewButton>;
  /** What a send with these components would be refused for; empty where they fit the template. */
  faults: Array<TemplatePreviewFault>;
  /** The footer; null where it has none. */
  footer: Maybe<Scalars['String']['output']>;
  /** The header; null where it has none. */
  header: Maybe<TemplatePreviewHeader>;
};

/** A button of a template, as the customer sees it. */
export type TemplatePreviewButton = {
  __typename?: 'TemplatePreviewButton';
  /** What stands on it. */
  text: Maybe<Scalars['String']['output']>;
  /** QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, OTP, ... */
  type: Scalars['String']['output'];
  /** The address it opens, the number it calls, the code it copies or the payload it sends back. */
  value: Maybe<Scalars['String']['output']>;
};

/** Something that a send with these components would be refused for. */
export type TemplatePreviewFault = {
  __typename?: 'TemplatePreviewFault';
  /** What is wrong with it. */
  message: Scalars['String']['output'];
  /** The field, such as components.0.parameters. */
  path: Scalars['String']['output'];
};

/** The header of a template, as the customer sees it. */
export type TemplatePreviewHeader = {
  __typename?: 'TemplatePreviewHeader';
  /** TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION. */
  format: Scalars['String']['output'];
  /** The file or the place that fills the header, in Meta's shape; null where nothing does. */
  media: Maybe<Scalars['JSON']['output']>;
  /** Of a text header; else null. */
  text: Maybe<Scalars['String']['output']>;
};

/** A text. */
export type TextContent = {
  __typename?: 'TextContent';
  /** Whether WhatsApp shows a preview of the first link. */
  previewUrl: Scalars['Boolean']['output'];
  /** The text. */
  text: Scalars['String']['output'];
};

/** A text. */
export type TextContentInput = {
  /** Show a preview of the first link. */
  previewUrl?: InputMaybe<Scalars['Boolean']['input']>;
  /** 1 to 4096 characters. */
  text: Scalars['String']['input'];
};

/** A kind that WhatsApp does not pass on, or that this version does not know. */
export type UnsupportedContent = {
  __typename?: 'UnsupportedContent';
  /** The message as WhatsApp wrote it; where that is long, the beginning of its JSON as text. */
  raw: Maybe<Scalars['JSON']['output']>;
  /** WhatsApp's name of the kind. */
  unsupportedType: Maybe<Scalars['String']['output']>;
};

/** What changes of an AI agent. Absent leaves as it is; null takes away baseUrl, apiKey, temperature and businessHours. */
export type UpdateAiAgentInput = {
  /** False: people get the conversations that it is in. */
  active?: InputMaybe<Scalars['Boolean']['input']>;
  /** A key of the provider. It is stored encrypted and never shown. */
  apiKey?: InputMaybe<Scalars['String']['input']>;
  /** An https URL that leads to a public address, above `/chat/completions`. Needed with CUSTOM. */
  baseUrl?: InputMaybe<Scalars['String']['input']>;
  /** When it answers; null: always. */
  businessHours?: InputMaybe<BusinessHoursInput>;
  /** Words or phrases that call a person; "human" by default. */
  handoverKeywords?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The AI agent. */
  id: Scalars['ID']['input'];
  /** Answers in a conversation before a person gets it: 1 to 100, 10 by default. */
  maxTurns?: InputMaybe<Scalars['Int']['input']>;
  /** The model, by the name that the provider knows. */
  model?: InputMaybe<Scalars['String']['input']>;
  /** At most 100 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** What it is told: at most 20000 characters. */
  prompt?: InputMaybe<Scalars['String']['input']>;
  /** Whose chat completions it uses. */
  provider?: InputMaybe<AiProvider>;
  /** What it is for. */
  task?: InputMaybe<AiAgentTask>;
  /** 0 to 2; null: the model's own default. */
  temperature?: InputMaybe<Scalars['Float']['input']>;
  /** Words or phrases of a customer's message that bring it in; none: every message does. */
  triggerKeywords?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** The changed AI agent. */
export type UpdateAiAgentPayload = {
  __typename?: 'UpdateAiAgentPayload';
  /** The AI agent as it is now. */
  aiAgent: AiAgent;
};

/** What changes of a contact. A field that is absent stays as it is; null empties it. */
export type UpdateContactInput = {
  /** All the attributes from now on; null changes nothing. */
  attributes?: InputMaybe<Scalars['JSON']['input']>;
  /** An email address. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** The contact. */
  id: Scalars['ID']['input'];
  /** At most 200 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Evidence of the consent. */
  optInProof?: InputMaybe<Scalars['String']['input']>;
  /** What the consent rests on. */
  optInSource?: InputMaybe<Scalars['String']['input']>;
  /** True, false, or null for unknown. An opt-out is lifted only with a source. */
  optedIn?: InputMaybe<Scalars['Boolean']['input']>;
  /** A new number; null changes nothing. */
  phone?: InputMaybe<Scalars['String']['input']>;
  /** All the tags from now on; null changes nothing. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** The changed contact. */
export type UpdateContactPayload = {
  __typename?: 'UpdateContactPayload';
  /** The contact as it is now. */
  contact: Contact;
};

/** What changes of a member. A field that is absent or null stays as it is. */
export type UpdateMemberInput = {
  /** False: nothing may be assigned any more, and what was goes back to everybody. */
  active?: InputMaybe<Scalars['Boolean']['input']>;
  /** The email address, unique in the organization. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** The member. */
  id: Scalars['ID']['input'];
  /** The name of the person. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** The changed member. */
export type UpdateMemberPayload = {
  __typename?: 'UpdateMemberPayload';
  /** The member as they are now. */
  member: Member;
};

/** What changes of a quick reply. A field that is absent stays as it is. */
export type UpdateQuickReplyInput = {
  /** The quick reply. */
  id: Scalars['ID']['input'];
  /** Null takes the file away. */
  mediaId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 50 letters, digits, - and _, unique in the organization whatever the case. */
  shortcut?: InputMaybe<Scalars['String']['input']>;
  /** Null takes the text away. */
  text?: InputMaybe<Scalars['String']['input']>;
};

/** The changed quick reply. */
export type UpdateQuickReplyPayload = {
  __typename?: 'UpdateQuickReplyPayload';
  /** The quick reply as it is now. */
  quickReply: QuickReply;
};

/** What changes of a webhook. A field that is absent or null stays as it is. */
export type UpdateWebhookInput = {
  /** False: it is sent nothing. True: it goes on where it stopped, as far as the event log reaches back. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** All the types from now on. */
  events?: InputMaybe<Array<Scalars['EventType']['input']>>;
  /** The webhook. */
  id: Scalars['ID']['input'];
  /** At most 100 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** How long it goes on trying. */
  retries?: InputMaybe<WebhookRetries>;
  /** How `X-Kaanha-Signature` is written. */
  signatureFormat?: InputMaybe<WebhookSignatureFormat>;
  /** An https URL that leads to a public address. */
  url?: InputMaybe<Scalars['String']['input']>;
};

/** The changed webhook. */
export type UpdateWebhookPayload = {
  __typename?: 'UpdateWebhookPayload';
  /** The webhook as it is now. */
  webhook: Webhook;
};

/** The file, and how it is called. */
export type UploadMediaInput = {
  /** The file, at most 16,777,216 bytes: a part of a multipart request. */
  file: Scalars['Upload']['input'];
  /** Its name; absent: the part's own. */
  filename?: InputMaybe<Scalars['String']['input']>;
};

/** The file. */
export type UploadMediaPayload = {
  __typename?: 'UploadMediaPayload';
  /** The file as it was stored. */
  media: Media;
};

/** A file sent as a video. */
export type VideoContent = {
  __typename?: 'VideoContent';
  /** The caption. */
  caption: Maybe<Scalars['String']['output']>;
  /** The media id (`med_...`); `media(id)` says whether the bytes are here. */
  mediaId: Maybe<Scalars['ID']['output']>;
  /** The type of the bytes. */
  mimeType: Maybe<Scalars['String']['output']>;
  /** Where the bytes are read, with the same key. */
  url: Maybe<Scalars['String']['output']>;
};

/** Who is asking. */
export type Viewer = {
  __typename?: 'Viewer';
  /** The key of this request. */
  key: ViewerKey;
  /** The organization the key belongs to. */
  organization: Organization;
  /** What the key may do. */
  scopes: Array<Scalars['Scope']['output']>;
};

/** The key that a request came with. */
export type ViewerKey = {
  __typename?: 'ViewerKey';
  /** When it stops working; null: never. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** The key id (`key_...`). */
  id: Scalars['ID']['output'];
  /** What the key was called when it was made. */
  name: Scalars['String']['output'];
};

/** An address that is told of events. */
export type Webhook = Node & {
  __typename?: 'Webhook';
  /** When it was created. */
  createdAt: Scalars['DateTime']['output'];
  /** Since when it is sent nothing. */
  disabledAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it is sent nothing. */
  disabledReason: Maybe<Scalars['String']['output']>;
  /** Whether it is sent anything. */
  enabled: Scalars['Boolean']['output'];
  /** The types of events that it is told of. */
  events: Array<Scalars['EventType']['output']>;
  /** Since when every attempt has failed; after five days it is disabled. */
  failingSince: Maybe<Scalars['DateTime']['output']>;
  /** The webhook id (`whk_...`). */
  id: Scalars['ID']['output'];
  /** What people call it. */
  name: Scalars['String']['output'];
  /** Until when the secret before the last rotation signs too. */
  previousSecretUntil: Maybe<Scalars['DateTime']['output']>;
  /** How long it goes on trying. */
  retries: WebhookRetries;
  /** How `X-Kaanha-Signature` is written. */
  signatureFormat: WebhookSignatureFormat;
  /** When it last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** Where events are posted. */
  url: Scalars['String']['output'];
};

/** One attempt of a delivery. */
export type WebhookAttempt = {
  __typename?: 'WebhookAttempt';
  /** When it began. */
  at: Scalars['DateTime']['output'];
  /** From the connection to the end of the answer. */
  durationMs: Scalars['Int']['output'];
  /** Why it failed; null where it did not. */
  error: Maybe<Scalars['String']['output']>;
  /** What was sent with the body: an object. */
  requestHeaders: Scalars['JSON']['output'];
  /** The answer's body, at most its first 4096 bytes. */
  responseBody: Maybe<Scalars['String']['output']>;
  /** The HTTP status of the answer; null where there was none. */
  responseCode: Maybe<Scalars['Int']['output']>;
  /** DELIVERED or FAILED. */
  status: WebhookDeliveryStatus;
};

/** A page of webhooks. */
export type WebhookConnection = {
  __typename?: 'WebhookConnection';
  /** The rows of this page. */
  edges: Array<WebhookEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<Webhook>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** One event on its way to one webhook. The row is its own job: a lease says who has it, `nextAttemptAt` when it is due. */
export type WebhookDelivery = Node & {
  __typename?: 'WebhookDelivery';
  /** How often it was posted. */
  attemptCount: Scalars['Int']['output'];
  /** Every attempt, the newest first; at most the last 50. */
  attempts: Array<WebhookAttempt>;
  /** Exactly what is posted. */
  body: Scalars['String']['output'];
  /** The conversation of the event: its events go out one after the other. */
  conversationId: Maybe<Scalars['ID']['output']>;
  /** When it was made. */
  createdAt: Scalars['DateTime']['output'];
  /** When it was delivered. */
  deliveredAt: Maybe<Scalars['DateTime']['output']>;
  /** How long the last attempt took. */
  durationMs: Maybe<Scalars['Int']['output']>;
  /** What happened. */
  event: Scalars['EventType']['output'];
  /** The event's id: the `webhook-id` of every attempt. */
  eventId: Scalars['ID']['output'];
  /** The delivery id (`dlv_...`). */
  id: Scalars['ID']['output'];
  /** Why the last attempt failed. */
  lastError: Maybe<Scalars['String']['output']>;
  /** When it is attempted next; null where it is finished, or waits for an earlier one of the conversation. */
  nextAttemptAt: Maybe<Scalars['DateTime']['output']>;
  /** The HTTP status of the last answer; null where there was none. */
  responseCode: Maybe<Scalars['Int']['output']>;
  /** How far it has come. */
  status: WebhookDeliveryStatus;
  /** Where it goes. */
  webhook: Webhook;
  /** The id of the webhook. */
  webhookId: Scalars['ID']['output'];
};

/** A page of deliveries. */
export type WebhookDeliveryConnection = {
  __typename?: 'WebhookDeliveryConnection';
  /** The rows of this page. */
  edges: Array<WebhookDeliveryEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<WebhookDelivery>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A delivery in a list. */
export type WebhookDeliveryEdge = {
  __typename?: 'WebhookDeliveryEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: WebhookDelivery;
};

/** How far a delivery has come. */
export type WebhookDeliveryStatus =
  /** The endpoint answered 2xx. */
  | 'DELIVERED'
  /** Given up. It can be redelivered. */
  | 'FAILED'
  /** To be attempted, or to be attempted again. */
  | 'PENDING';

/** A webhook in a list. */
export type WebhookEdge = {
  __typename?: 'WebhookEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Webhook;
};

/** How long a webhook goes on trying. */
export type WebhookRetries =
  /** Again after 5 s, 25 s and 2 min. */
  | 'DOCUMENTED'
  /** Again after 5 s, 25 s, 2 min, 30 min, 2 h, 5 h and 10 h. */
  | 'EXTENDED';

/** How `X-Kaanha-Signature` is written. */
export type WebhookSignatureFormat =
  /** The signature in hexadecimal alone. */
  | 'HEX'
  /** `sha256=` and the signature in hexadecimal. */
  | 'PREFIXED';

/** A day of the week. */
export type Weekday =
  /** Friday. */
  | 'FRIDAY'
  /** Monday. */
  | 'MONDAY'
  /** Saturday. */
  | 'SATURDAY'
  /** Sunday. */
  | 'SUNDAY'
  /** Thursday. */
  | 'THURSDAY'
  /** Tuesday. */
  | 'TUESDAY'
  /** Wednesday. */
  | 'WEDNESDAY';

/** A WhatsApp business number of an organization. */
export type WhatsAppConnection = Node & {
  __typename?: 'WhatsAppConnection';
  /** Meta's id of the WhatsApp Business Account (WABA). */
  businessAccountId: Scalars['String']['output'];
  /** The name that customers see. */
  businessName: Maybe<Scalars['String']['output']>;
  /** When WhatsApp was last asked about the number. */
  checkedAt: Maybe<Scalars['DateTime']['output']>;
  /** Whether the status is CONNECTED. */
  connected: Scalars['Boolean']['output'];
  /** How the number is reached: "cloud_api". */
  connectionType: Scalars['String']['output'];
  /** Whether the server's own WHATSAPP_ variables name the number: then nobody can disconnect it here. */
  fromEnvironment: Scalars['Boolean']['output'];
  /** The connection id (`wac_...`). */
  id: Scalars['ID']['output'];
  /** Why the number is disconnected; null where it is not. */
  lastError: Maybe<Scalars['String']['output']>;
  /** The number as people write it, such as "+91 98765 43210"; null until WhatsApp has been asked. */
  phoneNumber: Maybe<Scalars['String']['output']>;
  /** Meta's id of the number; null where another organization has connected it since. */
  phoneNumberId: Maybe<Scalars['String']['output']>;
  /** WhatsApp's rating of the number: GREEN, YELLOW, RED, NA or UNKNOWN. */
  qualityRating: Maybe<Scalars['String']['output']>;
  /** Whether the number can be used. */
  status: ConnectionStatus;
};

/** A page of WhatsApp numbers. */
export type WhatsAppConnectionConnection = {
  __typename?: 'WhatsAppConnectionConnection';
  /** The rows of this page. */
  edges: Array<WhatsAppConnectionEdge>;
  /** The rows of this page, without their cursors. */
  nodes: Array<WhatsAppConnection>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many rows the whole list has. Counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** A WhatsApp number in a list. */
export type WhatsAppConnectionEdge = {
  __typename?: 'WhatsAppConnectionEdge';
  /** The place of this row in the list. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: WhatsAppConnection;
};

export type PageContactsQueryVariables = Exact<{
  search?: InputMaybe<Scalars['String']['input']>;
  tag?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type PageContactsQuery = { __typename?: 'Query', contacts: { __typename?: 'ContactConnection', nodes: Array<{ __typename?: 'Contact', id: string, phone: string | null, userId: string | null, name: string | null, email: string | null, tags: Array<string>, optedIn: boolean | null, optInSource: string | null, attributes: unknown, createdAt: string, updatedAt: string }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type GetContactQueryVariables = Exact<{
  id?: InputMaybe<Scalars['ID']['input']>;
  phone?: InputMaybe<Scalars['String']['input']>;
}>;


export type GetContactQuery = { __typename?: 'Query', contact: { __typename?: 'Contact', id: string, phone: string | null, userId: string | null, name: string | null, email: string | null, tags: Array<string>, optedIn: boolean | null, optInSource: string | null, attributes: unknown, createdAt: string, updatedAt: string } | null };

export type PageConversationsQueryVariables = Exact<{
  status?: InputMaybe<ConversationStatus>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type PageConversationsQuery = { __typename?: 'Query', conversations: { __typename?: 'ConversationConnection', nodes: Array<{ __typename?: 'Conversation', id: string, status: ConversationStatus, channel: string, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string> }, assignedTo: { __typename?: 'Member', id: string, name: string, email: string } | null, lastMessage: { __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, createdAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, scheduledAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type PageTemplatesQueryVariables = Exact<{
  status?: InputMaybe<Scalars['String']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type PageTemplatesQuery = { __typename?: 'Query', templates: { __typename?: 'TemplateConnection', nodes: Array<{ __typename?: 'Template', id: string, name: string, language: string, category: string, status: string, parameterFormat: string, components: unknown }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type PageQuickRepliesQueryVariables = Exact<{
  search?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type PageQuickRepliesQuery = { __typename?: 'Query', quickReplies: { __typename?: 'QuickReplyConnection', nodes: Array<{ __typename?: 'QuickReply', id: string, shortcut: string, text: string | null, mediaId: string | null, createdAt: string, updatedAt: string }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type PageAiAgentsQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type PageAiAgentsQuery = { __typename?: 'Query', aiAgents: { __typename?: 'AiAgentConnection', nodes: Array<{ __typename?: 'AiAgent', id: string, name: string, task: AiAgentTask, active: boolean, triggerKeywords: Array<string>, handoverKeywords: Array<string>, prompt: string, provider: AiProvider, model: string, temperature: number | null, maxTurns: number, createdAt: string, updatedAt: string, businessHours: { __typename?: 'BusinessHours', timeZone: string, days: Array<{ __typename?: 'OpenInterval', day: Weekday, from: string, to: string }> } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type GetAnalyticsQueryVariables = Exact<{
  from?: InputMaybe<Scalars['DateTime']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
}>;


export type GetAnalyticsQuery = { __typename?: 'Query', analytics: { __typename?: 'Analytics', from: string, to: string, timeZone: string, sent: number, delivered: number, read: number, failed: number, received: number, deliveryRate: number | null, readRate: number | null, conversations: number, answered: number, responseRate: number | null, firstResponse: { __typename?: 'Durations', count: number, meanSeconds: number | null, medianSeconds: number | null }, resolution: { __typename?: 'Durations', count: number, meanSeconds: number | null, medianSeconds: number | null }, byDay: Array<{ __typename?: 'AnalyticsDay', date: string, sent: number, delivered: number, read: number, failed: number, received: number }>, byHour: Array<{ __typename?: 'AnalyticsHour', hour: number, sent: number, delivered: number, read: number, failed: number, received: number }>, byMember: Array<{ __typename?: 'MemberAnalytics', memberId: string, conversations: number, answered: number, responseRate: number | null, member: { __typename?: 'Member', name: string } | null, firstResponse: { __typename?: 'Durations', count: number, meanSeconds: number | null, medianSeconds: number | null }, resolution: { __typename?: 'Durations', count: number, meanSeconds: number | null, medianSeconds: number | null } }> } };

export type DurationFieldsFragment = { __typename?: 'Durations', count: number, meanSeconds: number | null, medianSeconds: number | null };

export type SendBroadcastMutationVariables = Exact<{
  input: CreateBroadcastInput;
}>;


export type SendBroadcastMutation = { __typename?: 'Mutation', createBroadcast: { __typename?: 'CreateBroadcastPayload', broadcast: { __typename?: 'Broadcast', id: string, name: string, status: BroadcastStatus, statusReason: string | null, templateName: string, language: string, tags: Array<string>, scheduledAt: string | null, startedAt: string | null, completedAt: string | null, total: number, sent: number, delivered: number, read: number, failed: number, skipped: number, createdAt: string } | null, report: { __typename?: 'BroadcastReport', total: number, wouldSend: number, durationSeconds: number, skipped: Array<{ __typename?: 'BroadcastSkippedCount', reason: BroadcastSkipReason, count: number }>, previews: Array<{ __typename?: 'BroadcastPreview', contactId: string | null, phone: string | null, components: unknown }> } | null } };

export type CreatePaymentLinkMutationVariables = Exact<{
  input: CreatePaymentLinkInput;
}>;


export type CreatePaymentLinkMutation = { __typename?: 'Mutation', createPaymentLink: { __typename?: 'CreatePaymentLinkPayload', paymentLink: { __typename?: 'PaymentLink', id: string, url: string, amount: string, currency: string, description: string, status: PaymentLinkStatus, contactId: string | null, expiresAt: string | null, paidAt: string | null, createdAt: string } } };

export type FollowConversationsSubscriptionVariables = Exact<{
  types?: InputMaybe<Array<Scalars['EventType']['input']> | Scalars['EventType']['input']>;
}>;


export type FollowConversationsSubscription = { __typename?: 'Subscription', events: { __typename?: 'Event', data: unknown } };

export type ListContactsQueryVariables = Exact<{
  search?: InputMaybe<Scalars['String']['input']>;
  tag?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
}>;


export type ListContactsQuery = { __typename?: 'Query', contacts: { __typename?: 'ContactConnection', totalCount: number, nodes: Array<{ __typename?: 'Contact', id: string, phone: string | null, userId: string | null, name: string | null, email: string | null, tags: Array<string>, optedIn: boolean | null, optInSource: string | null, attributes: unknown, createdAt: string, updatedAt: string }> } };

export type CreateContactMutationVariables = Exact<{
  input: CreateContactInput;
}>;


export type CreateContactMutation = { __typename?: 'Mutation', createContact: { __typename?: 'CreateContactPayload', contact: { __typename?: 'Contact', id: string, phone: string | null, userId: string | null, name: string | null, email: string | null, tags: Array<string>, optedIn: boolean | null, optInSource: string | null, attributes: unknown, createdAt: string, updatedAt: string } } };

export type ListConversationsQueryVariables = Exact<{
  status?: InputMaybe<ConversationStatus>;
  first?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
}>;


export type ListConversationsQuery = { __typename?: 'Query', conversations: { __typename?: 'ConversationConnection', totalCount: number, nodes: Array<{ __typename?: 'Conversation', id: string, status: ConversationStatus, channel: string, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string> }, assignedTo: { __typename?: 'Member', id: string, name: string, email: string } | null, lastMessage: { __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, createdAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, scheduledAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null } | null }> } };

export type GetConversationQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  messages: Scalars['Int']['input'];
}>;


export type GetConversationQuery = { __typename?: 'Query', conversation: { __typename?: 'Conversation', id: string, status: ConversationStatus, channel: string, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, messages: { __typename?: 'MessageConnection', nodes: Array<{ __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, createdAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, scheduledAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null }> }, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string> }, assignedTo: { __typename?: 'Member', id: string, name: string, email: string } | null, lastMessage: { __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, createdAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, scheduledAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null } | null } | null };

export type ReadEventsQueryVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  waitSeconds?: InputMaybe<Scalars['Int']['input']>;
}>;


export type ReadEventsQuery = { __typename?: 'Query', eventLog: { __typename?: 'EventPage', cursor: string, hasMore: boolean, nodes: Array<{ __typename?: 'Event', id: string, type: string, organizationId: string, timestamp: string, data: unknown, cursor: string }> } };

export type ContactFieldsFragment = { __typename?: 'Contact', id: string, phone: string | null, userId: string | null, name: string | null, email: string | null, tags: Array<string>, optedIn: boolean | null, optInSource: string | null, attributes: unknown, createdAt: string, updatedAt: string };

export type MessageFieldsFragment = { __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, createdAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, scheduledAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null };

export type ConversationFieldsFragment = { __typename?: 'Conversation', id: string, status: ConversationStatus, channel: string, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string> }, assignedTo: { __typename?: 'Member', id: string, name: string, email: string } | null, lastMessage: { __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, createdAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, scheduledAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null } | null };

export type NextPageFragment = { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null };

export type UploadMediaMutationVariables = Exact<{
  input: UploadMediaInput;
}>;


export type UploadMediaMutation = { __typename?: 'Mutation', uploadMedia: { __typename?: 'UploadMediaPayload', media: { __typename?: 'Media', id: string, url: string, mimeType: string, size: number | null, filename: string | null, sha256: string | null } } };

export type ListMessagesQueryVariables = Exact<{
  conversationId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  skip?: InputMaybe<Scalars['Int']['input']>;
}>;


export type ListMessagesQuery = { __typename?: 'Query', messages: { __typename?: 'MessageConnection', totalCount: number, nodes: Array<{ __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, createdAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, scheduledAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null }> } };

export type SendMessageMutationVariables = Exact<{
  input: SendMessageInput;
}>;


export type SendMessageMutation = { __typename?: 'Mutation', sendMessage: { __typename?: 'SendMessagePayload', replayed: boolean, message: { __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, createdAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, scheduledAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null } } };

export type ConnectionStatusQueryVariables = Exact<{ [key: string]: never; }>;


export type ConnectionStatusQuery = { __typename?: 'Query', connection: { __typename?: 'WhatsAppConnection', connected: boolean, phoneNumber: string | null, connectionType: string, businessName: string | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const DurationFieldsFragmentDoc = new TypedDocumentString(`
    fragment DurationFields on Durations {
  count
  meanSeconds
  medianSeconds
}
    `, {"fragmentName":"DurationFields"}) as unknown as TypedDocumentString<DurationFieldsFragment, unknown>;
export const ContactFieldsFragmentDoc = new TypedDocumentString(`
    fragment ContactFields on Contact {
  id
  phone
  userId
  name
  email
  tags
  optedIn
  optInSource
  attributes
  createdAt
  updatedAt
}
    `, {"fragmentName":"ContactFields"}) as unknown as TypedDocumentString<ContactFieldsFragment, unknown>;
export const MessageFieldsFragmentDoc = new TypedDocumentString(`
    fragment MessageFields on Message {
  id
  conversationId
  contactId
  direction
  type
  status
  text
  contentData
  messageId
  error {
    code
    title
    details
    reason
  }
  replyToId
  createdAt
  sentAt
  deliveredAt
  readAt
  failedAt
  editedAt
  revokedAt
  scheduledAt
}
    `, {"fragmentName":"MessageFields"}) as unknown as TypedDocumentString<MessageFieldsFragment, unknown>;
export const ConversationFieldsFragmentDoc = new TypedDocumentString(`
    fragment ConversationFields on Conversation {
  id
  status
  channel
  contact {
    id
    phone
    name
    tags
  }
  assignedTo {
    id
    name
    email
  }
  unreadCount
  lastMessage {
    ...MessageFields
  }
  lastMessageAt
  windowExpiresAt
  createdAt
}
    fragment MessageFields on Message {
  id
  conversationId
  contactId
  direction
  type
  status
  text
  contentData
  messageId
  error {
    code
    title
    details
    reason
  }
  replyToId
  createdAt
  sentAt
  deliveredAt
  readAt
  failedAt
  editedAt
  revokedAt
  scheduledAt
}`, {"fragmentName":"ConversationFields"}) as unknown as TypedDocumentString<ConversationFieldsFragment, unknown>;
export const NextPageFragmentDoc = new TypedDocumentString(`
    fragment NextPage on PageInfo {
  hasNextPage
  endCursor
}
    `, {"fragmentName":"NextPage"}) as unknown as TypedDocumentString<NextPageFragment, unknown>;
export const PageContactsDocument = new TypedDocumentString(`
    query PageContacts($search: String, $tag: String, $first: Int, $after: String) {
  contacts(search: $search, tag: $tag, first: $first, after: $after) {
    nodes {
      ...ContactFields
    }
    pageInfo {
      ...NextPage
    }
  }
}
    fragment ContactFields on Contact {
  id
  phone
  userId
  name
  email
  tags
  optedIn
  optInSource
  attributes
  createdAt
  updatedAt
}
fragment NextPage on PageInfo {
  hasNextPage
  endCursor
}`, {"hash":"e29c0e9bda3c3309350c3a102766bcf98c8ee16d9af0bcb1cb7aff7ac79f4df5"}) as unknown as TypedDocumentString<PageContactsQuery, PageContactsQueryVariables>;
export const GetContactDocument = new TypedDocumentString(`
    query GetContact($id: ID, $phone: String) {
  contact(id: $id, phone: $phone) {
    ...ContactFields
  }
}
    fragment ContactFields on Contact {
  id
  phone
  userId
  name
  email
  tags
  optedIn
  optInSource
  attributes
  createdAt
  updatedAt
}`, {"hash":"cd735fd710443676c3e82a04cf239dcdc0679b7cd78d5cd714a246ebea4c0a58"}) as unknown as TypedDocumentString<GetContactQuery, GetContactQueryVariables>;
export const PageConversationsDocument = new TypedDocumentString(`
    query PageConversations($status: ConversationStatus, $first: Int, $after: String) {
  conversations(status: $status, first: $first, after: $after) {
    nodes {
      ...ConversationFields
    }
    pageInfo {
      ...NextPage
    }
  }
}
    fragment MessageFields on Message {
  id
  conversationId
  contactId
  direction
  type
  status
  text
  contentData
  messageId
  error {
    code
    title
    details
    reason
  }
  replyToId
  createdAt
  sentAt
  deliveredAt
  readAt
  failedAt
  editedAt
  revokedAt
  scheduledAt
}
fragment ConversationFields on Conversation {
  id
  status
  channel
  contact {
    id
    phone
    name
    tags
  }
  assignedTo {
    id
    name
    email
  }
  unreadCount
  lastMessage {
    ...MessageFields
  }
  lastMessageAt
  windowExpiresAt
  createdAt
}
fragment NextPage on PageInfo {
  hasNextPage
  endCursor
}`, {"hash":"87da750bb6031721784fddc2e7f323bc2e1f779577f2d618a25626727d696078"}) as unknown as TypedDocumentString<PageConversationsQuery, PageConversationsQueryVariables>;
export const PageTemplatesDocument = new TypedDocumentString(`
    query PageTemplates($status: String, $search: String, $first: Int, $after: String) {
  templates(status: $status, search: $search, first: $first, after: $after) {
    nodes {
      id
      name
      language
      category
      status
      parameterFormat
      components
    }
    pageInfo {
      ...NextPage
    }
  }
}
    fragment NextPage on PageInfo {
  hasNextPage
  endCursor
}`, {"hash":"09628f260b84c2c28f915b15d459a09cdee060a74e2a6bd9829ad19848e3026d"}) as unknown as TypedDocumentString<PageTemplatesQuery, PageTemplatesQueryVariables>;
export const PageQuickRepliesDocument = new TypedDocumentString(`
    query PageQuickReplies($search: String, $first: Int, $after: String) {
  quickReplies(search: $search, first: $first, after: $after) {
    nodes {
      id
      shortcut
      text
      mediaId
      createdAt
      updatedAt
    }
    pageInfo {
      ...NextPage
    }
  }
}
    fragment NextPage on PageInfo {
  hasNextPage
  endCursor
}`, {"hash":"cc4d21d4de88a57aeed1fa0fb81bb44a4fc07dd0c3b257edfc90281a901f3bdf"}) as unknown as TypedDocumentString<PageQuickRepliesQuery, PageQuickRepliesQueryVariables>;
export const PageAiAgentsDocument = new TypedDocumentString(`
    query PageAiAgents($first: Int, $after: String) {
  aiAgents(first: $first, after: $after) {
    nodes {
      id
      name
      task
      active
      triggerKeywords
      handoverKeywords
      prompt
      provider
      model
      temperature
      maxTurns
      businessHours {
        timeZone
        days {
          day
          from
          to
        }
      }
      createdAt
      updatedAt
    }
    pageInfo {
      ...NextPage
    }
  }
}
    fragment NextPage on PageInfo {
  hasNextPage
  endCursor
}`, {"hash":"d1957c49ad70951977ef43b31aac18f983821eeb05618b3510b29bea50d1973f"}) as unknown as TypedDocumentString<PageAiAgentsQuery, PageAiAgentsQueryVariables>;
export const GetAnalyticsDocument = new TypedDocumentString(`
    query GetAnalytics($from: DateTime, $to: DateTime) {
  analytics(from: $from, to: $to) {
    from
    to
    timeZone
    sent
    delivered
    read
    failed
    received
    deliveryRate
    readRate
    conversations
    answered
    responseRate
    firstResponse {
      ...DurationFields
    }
    resolution {
      ...DurationFields
    }
    byDay {
      date
      sent
      delivered
      read
      failed
      received
    }
    byHour {
      hour
      sent
      delivered
      read
      failed
      received
    }
    byMember {
      memberId
      member {
        name
      }
      conversations
      answered
      responseRate
      firstResponse {
        ...DurationFields
      }
      resolution {
        ...DurationFields
      }
    }
  }
}
    fragment DurationFields on Durations {
  count
  meanSeconds
  medianSeconds
}`, {"hash":"09fd770af47be2a5c4e369b83764bbd799e19ba0574fc21f1754504f6eed2b75"}) as unknown as TypedDocumentString<GetAnalyticsQuery, GetAnalyticsQueryVariables>;
export const SendBroadcastDocument = new TypedDocumentString(`
    mutation SendBroadcast($input: CreateBroadcastInput!) {
  createBroadcast(input: $input) {
    broadcast {
      id
      name
      status
      statusReason
      templateName
      language
      tags
      scheduledAt
      startedAt
      completedAt
      total
      sent
      delivered
      read
      failed
      skipped
      createdAt
    }
    report {
      total
      wouldSend
      skipped {
        reason
        count
      }
      previews {
        contactId
        phone
        components
      }
      durationSeconds
    }
  }
}
    `, {"hash":"4b4753a93c8a6f52c58ef5e91a02916d9d85468ea62338bf38d6b1e74190e460"}) as unknown as TypedDocumentString<SendBroadcastMutation, SendBroadcastMutationVariables>;
export const CreatePaymentLinkDocument = new TypedDocumentString(`
    mutation CreatePaymentLink($input: CreatePaymentLinkInput!) {
  createPaymentLink(input: $input) {
    paymentLink {
      id
      url
      amount
      currency
      description
      status
      contactId
      expiresAt
      paidAt
      createdAt
    }
  }
}
    `, {"hash":"8c6a7e21fe9e1f6b58e56d9f732f79f31f044ac4518ccc12ba1ae042e215ef8e"}) as unknown as TypedDocumentString<CreatePaymentLinkMutation, CreatePaymentLinkMutationVariables>;
export const FollowConversationsDocument = new TypedDocumentString(`
    subscription FollowConversations($types: [EventType!]) {
  events(types: $types) {
    data
  }
}
    `, {"hash":"9faa58ea7feab2279e4c7267fab616dedb6eeac03e4e8ff2de9905c135904f8a"}) as unknown as TypedDocumentString<FollowConversationsSubscription, FollowConversationsSubscriptionVariables>;
export const ListContactsDocument = new TypedDocumentString(`
    query ListContacts($search: String, $tag: String, $first: Int, $skip: Int) {
  contacts(search: $search, tag: $tag, first: $first, skip: $skip) {
    nodes {
      ...ContactFields
    }
    totalCount
  }
}
    fragment ContactFields on Contact {
  id
  phone
  userId
  name
  email
  tags
  optedIn
  optInSource
  attributes
  createdAt
  updatedAt
}`, {"hash":"59bd122a60133e83cd028ea80a20bdd7a1c8370cccd342a453aacf0e3375cb15"}) as unknown as TypedDocumentString<ListContactsQuery, ListContactsQueryVariables>;
export const CreateContactDocument = new TypedDocumentString(`
    mutation CreateContact($input: CreateContactInput!) {
  createContact(input: $input) {
    contact {
      ...ContactFields
    }
  }
}
    fragment ContactFields on Contact {
  id
  phone
  userId
  name
  email
  tags
  optedIn
  optInSource
  attributes
  createdAt
  updatedAt
}`, {"hash":"4e0b458430543cb429bdfda9debc3abcc189433578c506392c0ab42fd5e92ce7"}) as unknown as TypedDocumentString<CreateContactMutation, CreateContactMutationVariables>;
export const ListConversationsDocument = new TypedDocumentString(`
    query ListConversations($status: ConversationStatus, $first: Int, $skip: Int) {
  conversations(status: $status, first: $first, skip: $skip) {
    nodes {
      ...ConversationFields
    }
    totalCount
  }
}
    fragment MessageFields on Message {
  id
  conversationId
  contactId
  direction
  type
  status
  text
  contentData
  messageId
  error {
    code
    title
    details
    reason
  }
  replyToId
  createdAt
  sentAt
  deliveredAt
  readAt
  failedAt
  editedAt
  revokedAt
  scheduledAt
}
fragment ConversationFields on Conversation {
  id
  status
  channel
  contact {
    id
    phone
    name
    tags
  }
  assignedTo {
    id
    name
    email
  }
  unreadCount
  lastMessage {
    ...MessageFields
  }
  lastMessageAt
  windowExpiresAt
  createdAt
}`, {"hash":"b34482bfebcdb02a0cffa751da435e1640651d36f7b96de005a7171a998442c3"}) as unknown as TypedDocumentString<ListConversationsQuery, ListConversationsQueryVariables>;
export const GetConversationDocument = new TypedDocumentString(`
    query GetConversation($id: ID!, $messages: Int!) {
  conversation(id: $id) {
    ...ConversationFields
    messages(first: $messages) {
      nodes {
        ...MessageFields
      }
    }
  }
}
    fragment MessageFields on Message {
  id
  conversationId
  contactId
  direction
  type
  status
  text
  contentData
  messageId
  error {
    code
    title
    details
    reason
  }
  replyToId
  createdAt
  sentAt
  deliveredAt
  readAt
  failedAt
  editedAt
  revokedAt
  scheduledAt
}
fragment ConversationFields on Conversation {
  id
  status
  channel
  contact {
    id
    phone
    name
    tags
  }
  assignedTo {
    id
    name
    email
  }
  unreadCount
  lastMessage {
    ...MessageFields
  }
  lastMessageAt
  windowExpiresAt
  createdAt
}`, {"hash":"28e02e613389b2b7617cd143ed7648772c1b7a9925c9f229dd83adb3269a6a2c"}) as unknown as TypedDocumentString<GetConversationQuery, GetConversationQueryVariables>;
export const ReadEventsDocument = new TypedDocumentString(`
    query ReadEvents($after: String, $first: Int, $waitSeconds: Int) {
  eventLog(after: $after, first: $first, waitSeconds: $waitSeconds) {
    nodes {
      id
      type
      organizationId
      timestamp
      data
      cursor
    }
    cursor
    hasMore
  }
}
    `, {"hash":"64b5feaf89a6c340f328bc7ecf7525f982b6cfbe58b077f6871321e072297b29"}) as unknown as TypedDocumentString<ReadEventsQuery, ReadEventsQueryVariables>;
export const UploadMediaDocument = new TypedDocumentString(`
    mutation UploadMedia($input: UploadMediaInput!) {
  uploadMedia(input: $input) {
    media {
      id
      url
      mimeType
      size
      filename
      sha256
    }
  }
}
    `, {"hash":"8eba773e7a0adb1abc7a3de0c1ba5ae7a4eb2967b016eeedf1a4653df988b1ad"}) as unknown as TypedDocumentString<UploadMediaMutation, UploadMediaMutationVariables>;
export const ListMessagesDocument = new TypedDocumentString(`
    query ListMessages($conversationId: ID, $first: Int, $skip: Int) {
  messages(conversationId: $conversationId, first: $first, skip: $skip) {
    nodes {
      ...MessageFields
    }
    totalCount
  }
}
    fragment MessageFields on Message {
  id
  conversationId
  contactId
  direction
  type
  status
  text
  contentData
  messageId
  error {
    code
    title
    details
    reason
  }
  replyToId
  createdAt
  sentAt
  deliveredAt
  readAt
  failedAt
  editedAt
  revokedAt
  scheduledAt
}`, {"hash":"02b6c6865d6ec1e537a4de40fe66a26cd55ada496d04e9fbe12d99e0e8715d1c"}) as unknown as TypedDocumentString<ListMessagesQuery, ListMessagesQueryVariables>;
export const SendMessageDocument = new TypedDocumentString(`
    mutation SendMessage($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message {
      ...MessageFields
    }
    replayed
  }
}
    fragment MessageFields on Message {
  id
  conversationId
  contactId
  direction
  type
  status
  text
  contentData
  messageId
  error {
    code
    title
    details
    reason
  }
  replyToId
  createdAt
  sentAt
  deliveredAt
  readAt
  failedAt
  editedAt
  revokedAt
  scheduledAt
}`, {"hash":"2e40b987d0008a58a466d26f161550196a68ee1f08f38d0b8d34150749ebaae0"}) as unknown as TypedDocumentString<SendMessageMutation, SendMessageMutationVariables>;
export const ConnectionStatusDocument = new TypedDocumentString(`
    query ConnectionStatus {
  connection {
    connected
    phoneNumber
    connectionType
    businessName
  }
}
    `, {"hash":"f12502a43aed896609f129d75b2414ab5d3dc3e909abc0f463252bd9082ed61d"}) as unknown as TypedDocumentString<ConnectionStatusQuery, ConnectionStatusQueryVariables>;
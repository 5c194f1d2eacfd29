/* eslint-disable */
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
  Upload: { input: File | null; output: File | null; }
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

/** Which conversation goes to whom. */
export type AssignConversationInput = {
  /** The conversation. */
  id: Scalars['ID']['input'];
  /** The member. Without it and a strategy the conversation is taken back for everybody. */
  memberId?: InputMaybe<Scalars['ID']['input']>;
  /** How to choose the member, in place of memberId. */
  strategy?: InputMaybe<AssignmentStrategy>;
};

/** How a member is chosen where none is named. */
export type AssignmentStrategy =
  /** The active member with the fewest conversations in hand. */
  | 'LEAST_LOADED';

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

/** What the template's body says to one contact. */
export type BroadcastParametersInput = {
  /** One of audience.contactIds. */
  contactId: Scalars['ID']['input'];
  /** A list of texts, for {{1}}, {{2}} and so on; or an object of them by name. */
  values: Scalars['JSON']['input'];
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
export type BusinessHoursInput = {
  /** The hours, 1 to 50 intervals. */
  days: Array<OpenIntervalInput>;
  /** Whose clocks count, such as Asia/Kolkata. */
  timeZone: Scalars['String']['input'];
};

/** Which broadcast to end. */
export type CancelBroadcastInput = {
  /** The broadcast. */
  id: Scalars['ID']['input'];
};

/** Which message to take back. */
export type CancelScheduledMessageInput = {
  /** Our id or WhatsApp's of the message. */
  id: Scalars['ID']['input'];
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

/** Contact cards. */
export type ContactContentInput = {
  /** In Meta's shape, or `{ name, phone }` each. */
  contacts: Scalars['JSON']['input'];
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

/** What the new key is called and may do. */
export type CreateApiKeyInput = {
  /** When it stops working; absent: never. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** What it may do: at least one, and none that the key of this request lacks. */
  scopes: Array<Scalars['Scope']['input']>;
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

/** A new member. */
export type CreateMemberInput = {
  /** The email address, unique in the organization. */
  email: Scalars['String']['input'];
  /** The name of the person. */
  name: Scalars['String']['input'];
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

/** A new quick reply: a text, a file, or both. */
export type CreateQuickReplyInput = {
  /** An uploaded file. */
  mediaId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 50 letters, digits, - and _, unique in the organization whatever the case. */
  shortcut: Scalars['String']['input'];
  /** 1 to 4096 characters. */
  text?: InputMaybe<Scalars['String']['input']>;
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

/** Which AI agent to delete. */
export type DeleteAiAgentInput = {
  /** The AI agent. */
  id: Scalars['ID']['input'];
};

/** Which contact to delete. */
export type DeleteContactInput = {
  /** The contact. */
  id: Scalars['ID']['input'];
};

/** Which member to delete. */
export type DeleteMemberInput = {
  /** The member. */
  id: Scalars['ID']['input'];
};

/** Which quick reply to delete. */
export type DeleteQuickReplyInput = {
  /** The quick reply. */
  id: Scalars['ID']['input'];
};

/** Which webhook to delete. */
export type DeleteWebhookInput = {
  /** The webhook. */
  id: Scalars['ID']['input'];
};

/** Which number to disconnect. */
export type DisconnectWhatsAppInput = {
  /** The connection. */
  id: Scalars['ID']['input'];
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

/** Buttons, a list, a link. */
export type InteractiveContentInput = {
  /** Meta's interactive object. */
  interactive: Scalars['JSON']['input'];
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

/** Why a scheduled message never set out. */
export type MessageErrorReason =
  /** It was cancelled. */
  | 'CANCELLED'
  /** When its time came, the contact had not opted in, or had opted out. */
  | 'OPT_IN_REQUIRED'
  /** When its time came, only a template might be sent. */
  | 'WINDOW_CLOSED';

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

/** Hours of one day; hours over midnight are two of these. */
export type OpenIntervalInput = {
  /** The day. */
  day: Weekday;
  /** The beginning, as "09:00". */
  from: Scalars['String']['input'];
  /** The end, as "18:00"; "24:00" is midnight. */
  to: Scalars['String']['input'];
};

/** Which broadcast to hold. */
export type PauseBroadcastInput = {
  /** The broadcast. */
  id: Scalars['ID']['input'];
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

/** Which conversation. */
export type ReopenConversationInput = {
  /** The conversation. */
  id: Scalars['ID']['input'];
};

/** Which conversation. */
export type ResolveConversationInput = {
  /** The conversation. */
  id: Scalars['ID']['input'];
};

/** Which broadcast to go on with. */
export type ResumeBroadcastInput = {
  /** The broadcast. */
  id: Scalars['ID']['input'];
};

/** Whose failed recipients to try again. */
export type RetryBroadcastInput = {
  /** A broadcast that is COMPLETED or CANCELLED. */
  id: Scalars['ID']['input'];
};

/** Which key to revoke. */
export type RevokeApiKeyInput = {
  /** The key. */
  id: Scalars['ID']['input'];
};

/** Which key gets a successor. */
export type RotateApiKeyInput = {
  /** The key. */
  id: Scalars['ID']['input'];
  /** How long the old key goes on working: up to 2,592,000 (30 days); a day where absent, 0: not at all. */
  overlapSeconds?: InputMaybe<Scalars['Int']['input']>;
};

/** Which webhook gets a new secret. */
export type RotateWebhookSecretInput = {
  /** The webhook. */
  id: Scalars['ID']['input'];
  /** What signs: `whsec_` and base64 of at least 16 bytes, or any 16 to 256 printable characters without spaces. Absent: one is made. */
  secret?: InputMaybe<Scalars['String']['input']>;
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

/** A sticker. Exactly one of mediaUrl and mediaId. */
export type StickerContentInput = {
  /** The id of an uploaded file; or mediaUrl. */
  mediaId?: InputMaybe<Scalars['ID']['input']>;
  /** An address the file is at; or mediaId. */
  mediaUrl?: InputMaybe<Scalars['String']['input']>;
};

/** Which templates to read from WhatsApp. */
export type SyncTemplatesInput = {
  /** Only those of this business account, by WhatsApp's id; absent: of all. */
  businessAccountId?: InputMaybe<Scalars['String']['input']>;
};

/** How a contact is chosen by several tags. */
export type TagMatch =
  /** Has all of them. */
  | 'ALL'
  /** Has at least one of them. */
  | 'ANY';

/** An approved template, filled in. */
export type TemplateContentInput = {
  /** The parameters, in Meta's shape; absent: none. */
  components?: InputMaybe<Scalars['JSON']['input']>;
  /** Its language, such as en_US. */
  language: Scalars['String']['input'];
  /** Its name. */
  templateName: Scalars['String']['input'];
};

/** A text. */
export type TextContentInput = {
  /** Show a preview of the first link. */
  previewUrl?: InputMaybe<Scalars['Boolean']['input']>;
  /** 1 to 4096 characters. */
  text: Scalars['String']['input'];
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

/** The file, and how it is called. */
export type UploadMediaInput = {
  /** The file, at most 16,777,216 bytes: a part of a multipart request. */
  file: Scalars['Upload']['input'];
  /** Its name; absent: the part's own. */
  filename?: InputMaybe<Scalars['String']['input']>;
};

/** How far a delivery has come. */
export type WebhookDeliveryStatus =
  /** The endpoint answered 2xx. */
  | 'DELIVERED'
  /** Given up. It can be redelivered. */
  | 'FAILED'
  /** To be attempted, or to be attempted again. */
  | 'PENDING';

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

export type FollowEventsSubscriptionVariables = Exact<{
  types?: InputMaybe<Array<Scalars['EventType']['input']> | Scalars['EventType']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FollowEventsSubscription = { __typename?: 'Subscription', events: { __typename?: 'Event', cursor: string, type: string, timestamp: string, data: unknown } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { __typename?: 'Query', eventCursor: string, viewer: { __typename?: 'Viewer', scopes: Array<string>, key: { __typename?: 'ViewerKey', id: string, name: string }, organization: { __typename?: 'Organization', id: string, name: string, plan: Plan, consentPolicy: ConsentPolicy } }, connection: { __typename?: 'WhatsAppConnection', id: string, connected: boolean, status: ConnectionStatus, phoneNumber: string | null, businessName: string | null, lastError: string | null } | null };

export type AnalyticsOfQueryVariables = Exact<{
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
  timeZone: Scalars['String']['input'];
}>;


export type AnalyticsOfQuery = { __typename?: 'Query', analytics: { __typename?: 'Analytics', sent: number, delivered: number, read: number, failed: number, received: number, deliveryRate: number | null, readRate: number | null, conversations: number, answered: number, responseRate: number | null, firstResponse: { __typename?: 'Durations', count: number, meanSeconds: number | null, medianSeconds: number | null }, resolution: { __typename?: 'Durations', count: number, meanSeconds: number | null, medianSeconds: number | null }, byDay: Array<{ __typename?: 'AnalyticsDay', date: string, sent: number, delivered: number, read: number, failed: number, received: number }>, byHour: Array<{ __typename?: 'AnalyticsHour', hour: number, sent: number, received: number }>, byMember: Array<{ __typename?: 'MemberAnalytics', memberId: string, conversations: number, answered: number, responseRate: number | null, member: { __typename?: 'Member', id: string, name: string } | null, firstResponse: { __typename?: 'Durations', medianSeconds: number | null }, resolution: { __typename?: 'Durations', count: number, medianSeconds: number | null } }> } };

export type BroadcastRowFragment = { __typename?: 'Broadcast', id: string, name: string, status: BroadcastStatus, statusReason: string | null, templateName: string, language: string, total: number, pending: number, sent: number, delivered: number, read: number, failed: number, skipped: number, scheduledAt: string | null, startedAt: string | null, completedAt: string | null, createdAt: string };

export type BroadcastsQueryVariables = Exact<{
  status?: InputMaybe<BroadcastStatus>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type BroadcastsQuery = { __typename?: 'Query', broadcasts: { __typename?: 'BroadcastConnection', nodes: Array<{ __typename?: 'Broadcast', id: string, name: string, status: BroadcastStatus, statusReason: string | null, templateName: string, language: string, total: number, pending: number, sent: number, delivered: number, read: number, failed: number, skipped: number, scheduledAt: string | null, startedAt: string | null, completedAt: string | null, createdAt: string }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type BroadcastDetailsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type BroadcastDetailsQuery = { __typename?: 'Query', broadcast: { __typename?: 'Broadcast', components: unknown, messagesPerSecond: number, tags: Array<string>, tagMatch: TagMatch, csvRows: number | null, csvRejected: number, retryOfId: string | null, id: string, name: string, status: BroadcastStatus, statusReason: string | null, templateName: string, language: string, total: number, pending: number, sent: number, delivered: number, read: number, failed: number, skipped: number, scheduledAt: string | null, startedAt: string | null, completedAt: string | null, createdAt: string, csvFaults: Array<{ __typename?: 'BroadcastCsvFault', line: number, reason: string }> } | null };

export type BroadcastLedgerQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  status?: InputMaybe<BroadcastRecipientStatus>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type BroadcastLedgerQuery = { __typename?: 'Query', broadcast: { __typename?: 'Broadcast', id: string, recipients: { __typename?: 'BroadcastRecipientConnection', nodes: Array<{ __typename?: 'BroadcastRecipient', contactId: string, name: string | null, phone: string | null, status: BroadcastRecipientStatus, reason: string | null, dueAt: string, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type BroadcastContactsQueryVariables = Exact<{
  search?: InputMaybe<Scalars['String']['input']>;
}>;


export type BroadcastContactsQuery = { __typename?: 'Query', contacts: { __typename?: 'ContactConnection', nodes: Array<{ __typename?: 'Contact', id: string, name: string | null, phone: string | null, tags: Array<string> }> } };

export type NewBroadcastMutationVariables = Exact<{
  input: CreateBroadcastInput;
}>;


export type NewBroadcastMutation = { __typename?: 'Mutation', createBroadcast: { __typename?: 'CreateBroadcastPayload', broadcast: { __typename?: 'Broadcast', id: string, name: string } | null, report: { __typename?: 'BroadcastReport', total: number, wouldSend: number, durationSeconds: number, skipped: Array<{ __typename?: 'BroadcastSkippedCount', reason: BroadcastSkipReason, count: number }>, previews: Array<{ __typename?: 'BroadcastPreview', contactId: string | null, phone: string | null, body: string | null }>, csv: { __typename?: 'BroadcastCsvReport', rows: number, rejected: number, newContacts: number, faults: Array<{ __typename?: 'BroadcastCsvFault', line: number, reason: string }> } | null } | null } };

export type PauseBroadcastHereMutationVariables = Exact<{
  input: PauseBroadcastInput;
}>;


export type PauseBroadcastHereMutation = { __typename?: 'Mutation', pauseBroadcast: { __typename?: 'PauseBroadcastPayload', broadcast: { __typename?: 'Broadcast', id: string } } };

export type ResumeBroadcastHereMutationVariables = Exact<{
  input: ResumeBroadcastInput;
}>;


export type ResumeBroadcastHereMutation = { __typename?: 'Mutation', resumeBroadcast: { __typename?: 'ResumeBroadcastPayload', broadcast: { __typename?: 'Broadcast', id: string } } };

export type CancelBroadcastHereMutationVariables = Exact<{
  input: CancelBroadcastInput;
}>;


export type CancelBroadcastHereMutation = { __typename?: 'Mutation', cancelBroadcast: { __typename?: 'CancelBroadcastPayload', broadcast: { __typename?: 'Broadcast', id: string } } };

export type RetryBroadcastHereMutationVariables = Exact<{
  input: RetryBroadcastInput;
}>;


export type RetryBroadcastHereMutation = { __typename?: 'Mutation', retryBroadcast: { __typename?: 'RetryBroadcastPayload', broadcast: { __typename?: 'Broadcast', id: string } } };

export type ConnectionRowFragment = { __typename?: 'WhatsAppConnection', id: string, businessName: string | null, phoneNumber: string | null, phoneNumberId: string | null, businessAccountId: string, connectionType: string, fromEnvironment: boolean, status: ConnectionStatus, qualityRating: string | null, checkedAt: string | null, lastError: string | null };

export type ConnectionsQueryVariables = Exact<{ [key: string]: never; }>;


export type ConnectionsQuery = { __typename?: 'Query', connections: { __typename?: 'WhatsAppConnectionConnection', nodes: Array<{ __typename?: 'WhatsAppConnection', id: string, businessName: string | null, phoneNumber: string | null, phoneNumberId: string | null, businessAccountId: string, connectionType: string, fromEnvironment: boolean, status: ConnectionStatus, qualityRating: string | null, checkedAt: string | null, lastError: string | null }> } };

export type ConnectNumberMutationVariables = Exact<{
  input: ConnectWhatsAppInput;
}>;


export type ConnectNumberMutation = { __typename?: 'Mutation', connectWhatsApp: { __typename?: 'ConnectWhatsAppPayload', connection: { __typename?: 'WhatsAppConnection', id: string, businessName: string | null, phoneNumber: string | null } } };

export type DisconnectNumberMutationVariables = Exact<{
  input: DisconnectWhatsAppInput;
}>;


export type DisconnectNumberMutation = { __typename?: 'Mutation', disconnectWhatsApp: { __typename?: 'DisconnectWhatsAppPayload', connection: { __typename?: 'WhatsAppConnection', id: string } } };

export type InboxMessageFragment = { __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, sentBy: MessageSender, createdAt: string, scheduledAt: string | null, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null, replyTo: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, text: string | null } | null };

export type InboxContactFragment = { __typename?: 'Contact', id: string, phone: string | null, name: string | null, email: string | null, tags: Array<string>, optedIn: boolean | null, optInSource: string | null, optInAt: string | null, attributes: unknown, createdAt: string };

export type InboxConversationFragment = { __typename?: 'Conversation', id: string, status: ConversationStatus, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, updatedAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string>, optedIn: boolean | null }, assignedTo: { __typename?: 'Member', id: string, name: string } | null, lastMessage: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null } | null };

export type InboxCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type InboxCursorQuery = { __typename?: 'Query', eventCursor: string };

export type InboxConversationsQueryVariables = Exact<{
  status?: InputMaybe<ConversationStatus>;
  assignedToId?: InputMaybe<Scalars['ID']['input']>;
  unread?: InputMaybe<Scalars['Boolean']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type InboxConversationsQuery = { __typename?: 'Query', conversations: { __typename?: 'ConversationConnection', nodes: Array<{ __typename?: 'Conversation', id: string, status: ConversationStatus, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, updatedAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string>, optedIn: boolean | null }, assignedTo: { __typename?: 'Member', id: string, name: string } | null, lastMessage: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type InboxThreadQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type InboxThreadQuery = { __typename?: 'Query', conversation: { __typename?: 'Conversation', id: string, status: ConversationStatus, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, updatedAt: string, messages: { __typename?: 'MessageConnection', nodes: Array<{ __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, sentBy: MessageSender, createdAt: string, scheduledAt: string | null, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null, replyTo: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, text: string | null } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string>, optedIn: boolean | null }, assignedTo: { __typename?: 'Member', id: string, name: string } | null, lastMessage: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null } | null } | null };

export type FollowMessagesSubscriptionVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FollowMessagesSubscription = { __typename?: 'Subscription', messages: { __typename?: 'MessageEvent', cursor: string, type: string, message: { __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, sentBy: MessageSender, createdAt: string, scheduledAt: string | null, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, conversation: { __typename?: 'Conversation', id: string, status: ConversationStatus, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, updatedAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string>, optedIn: boolean | null }, assignedTo: { __typename?: 'Member', id: string, name: string } | null, lastMessage: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null } | null }, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null, replyTo: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, text: string | null } | null } | null } };

export type FollowConversationsSubscriptionVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FollowConversationsSubscription = { __typename?: 'Subscription', conversations: { __typename?: 'ConversationEvent', cursor: string, type: string, conversation: { __typename?: 'Conversation', id: string, status: ConversationStatus, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, updatedAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string>, optedIn: boolean | null }, assignedTo: { __typename?: 'Member', id: string, name: string } | null, lastMessage: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null } | null } | null } };

export type InboxSendMutationVariables = Exact<{
  input: SendMessageInput;
}>;


export type InboxSendMutation = { __typename?: 'Mutation', sendMessage: { __typename?: 'SendMessagePayload', message: { __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, sentBy: MessageSender, createdAt: string, scheduledAt: string | null, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null, replyTo: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, text: string | null } | null } } };

export type InboxCancelScheduledMutationVariables = Exact<{
  input: CancelScheduledMessageInput;
}>;


export type InboxCancelScheduledMutation = { __typename?: 'Mutation', cancelScheduledMessage: { __typename?: 'CancelScheduledMessagePayload', message: { __typename?: 'Message', id: string, conversationId: string, contactId: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null, contentData: unknown, messageId: string | null, replyToId: string | null, sentBy: MessageSender, createdAt: string, scheduledAt: string | null, sentAt: string | null, deliveredAt: string | null, readAt: string | null, failedAt: string | null, editedAt: string | null, revokedAt: string | null, error: { __typename?: 'MessageError', code: number | null, title: string, details: string | null, reason: MessageErrorReason | null } | null, replyTo: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, text: string | null } | null } } };

export type InboxUploadMutationVariables = Exact<{
  input: UploadMediaInput;
}>;


export type InboxUploadMutation = { __typename?: 'Mutation', uploadMedia: { __typename?: 'UploadMediaPayload', media: { __typename?: 'Media', id: string, mimeType: string, filename: string | null, size: number | null } } };

export type InboxMarkReadMutationVariables = Exact<{
  input: MarkConversationReadInput;
}>;


export type InboxMarkReadMutation = { __typename?: 'Mutation', markConversationRead: { __typename?: 'MarkConversationReadPayload', conversation: { __typename?: 'Conversation', id: string, status: ConversationStatus, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, updatedAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string>, optedIn: boolean | null }, assignedTo: { __typename?: 'Member', id: string, name: string } | null, lastMessage: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null } | null } } };

export type InboxAssignMutationVariables = Exact<{
  input: AssignConversationInput;
}>;


export type InboxAssignMutation = { __typename?: 'Mutation', assignConversation: { __typename?: 'AssignConversationPayload', conversation: { __typename?: 'Conversation', id: string, status: ConversationStatus, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, updatedAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string>, optedIn: boolean | null }, assignedTo: { __typename?: 'Member', id: string, name: string } | null, lastMessage: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null } | null } } };

export type InboxResolveMutationVariables = Exact<{
  input: ResolveConversationInput;
}>;


export type InboxResolveMutation = { __typename?: 'Mutation', resolveConversation: { __typename?: 'ResolveConversationPayload', conversation: { __typename?: 'Conversation', id: string, status: ConversationStatus, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, updatedAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string>, optedIn: boolean | null }, assignedTo: { __typename?: 'Member', id: string, name: string } | null, lastMessage: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null } | null } } };

export type InboxReopenMutationVariables = Exact<{
  input: ReopenConversationInput;
}>;


export type InboxReopenMutation = { __typename?: 'Mutation', reopenConversation: { __typename?: 'ReopenConversationPayload', conversation: { __typename?: 'Conversation', id: string, status: ConversationStatus, unreadCount: number, lastMessageAt: string | null, windowExpiresAt: string | null, createdAt: string, updatedAt: string, contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, tags: Array<string>, optedIn: boolean | null }, assignedTo: { __typename?: 'Member', id: string, name: string } | null, lastMessage: { __typename?: 'Message', id: string, direction: MessageDirection, type: MessageType, status: MessageStatus, text: string | null } | null } } };

export type InboxMembersQueryVariables = Exact<{ [key: string]: never; }>;


export type InboxMembersQuery = { __typename?: 'Query', members: { __typename?: 'MemberConnection', nodes: Array<{ __typename?: 'Member', id: string, name: string, email: string, active: boolean }> } };

export type InboxAddMemberMutationVariables = Exact<{
  input: CreateMemberInput;
}>;


export type InboxAddMemberMutation = { __typename?: 'Mutation', createMember: { __typename?: 'CreateMemberPayload', member: { __typename?: 'Member', id: string, name: string } } };

export type InboxQuickRepliesQueryVariables = Exact<{
  search?: InputMaybe<Scalars['String']['input']>;
  files: Scalars['Boolean']['input'];
}>;


export type InboxQuickRepliesQuery = { __typename?: 'Query', quickReplies: { __typename?: 'QuickReplyConnection', nodes: Array<{ __typename?: 'QuickReply', id: string, shortcut: string, text: string | null, mediaId: string | null, updatedAt: string, media?: { __typename?: 'Media', id: string, mimeType: string, filename: string | null, size: number | null } | null }> } };

export type InboxTemplatesQueryVariables = Exact<{
  search?: InputMaybe<Scalars['String']['input']>;
}>;


export type InboxTemplatesQuery = { __typename?: 'Query', templates: { __typename?: 'TemplateConnection', nodes: Array<{ __typename?: 'Template', id: string, name: string, language: string, category: string, parameterFormat: string, components: unknown }> } };

export type InboxTemplatePreviewQueryVariables = Exact<{
  name: Scalars['String']['input'];
  language: Scalars['String']['input'];
  components?: InputMaybe<Scalars['JSON']['input']>;
}>;


export type InboxTemplatePreviewQuery = { __typename?: 'Query', templates: { __typename?: 'TemplateConnection', nodes: Array<{ __typename?: 'Template', id: string, preview: { __typename?: 'TemplatePreview', body: string | null, footer: string | null, header: { __typename?: 'TemplatePreviewHeader', format: string, text: string | null, media: unknown | null } | null, buttons: Array<{ __typename?: 'TemplatePreviewButton', type: string, text: string | null, value: string | null }>, faults: Array<{ __typename?: 'TemplatePreviewFault', path: string, message: string }> } }> } };

export type InboxContactDetailsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type InboxContactDetailsQuery = { __typename?: 'Query', contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, email: string | null, tags: Array<string>, optedIn: boolean | null, optInSource: string | null, optInAt: string | null, attributes: unknown, createdAt: string, consentHistory: { __typename?: 'ConsentRecordConnection', nodes: Array<{ __typename?: 'ConsentRecord', optedIn: boolean | null, source: string, createdAt: string }> } } | null };

export type InboxUpdateContactMutationVariables = Exact<{
  input: UpdateContactInput;
}>;


export type InboxUpdateContactMutation = { __typename?: 'Mutation', updateContact: { __typename?: 'UpdateContactPayload', contact: { __typename?: 'Contact', id: string, phone: string | null, name: string | null, email: string | null, tags: Array<string>, optedIn: boolean | null, optInSource: string | null, optInAt: string | null, attributes: unknown, createdAt: string } } };

export type InboxCreateContactMutationVariables = Exact<{
  input: CreateContactInput;
}>;


export type InboxCreateContactMutation = { __typename?: 'Mutation', createContact: { __typename?: 'CreateContactPayload', contact: { __typename?: 'Contact', id: string } } };

export type KeyRowFragment = { __typename?: 'ApiKey', id: string, name: string, prefix: string, scopes: Array<string>, createdAt: string, lastUsedAt: string | null, expiresAt: string | null, revokedAt: string | null, replacedById: string | null };

export type KeysQueryVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type KeysQuery = { __typename?: 'Query', apiKeys: { __typename?: 'ApiKeyConnection', nodes: Array<{ __typename?: 'ApiKey', id: string, name: string, prefix: string, scopes: Array<string>, createdAt: string, lastUsedAt: string | null, expiresAt: string | null, revokedAt: string | null, replacedById: string | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type CreateKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateKeyMutation = { __typename?: 'Mutation', createApiKey: { __typename?: 'CreateApiKeyPayload', secret: string, apiKey: { __typename?: 'ApiKey', id: string, name: string } } };

export type RotateKeyMutationVariables = Exact<{
  input: RotateApiKeyInput;
}>;


export type RotateKeyMutation = { __typename?: 'Mutation', rotateApiKey: { __typename?: 'RotateApiKeyPayload', secret: string, apiKey: { __typename?: 'ApiKey', id: string, name: string } } };

export type RevokeKeyMutationVariables = Exact<{
  input: RevokeApiKeyInput;
}>;


export type RevokeKeyMutation = { __typename?: 'Mutation', revokeApiKey: { __typename?: 'RevokeApiKeyPayload', apiKey: { __typename?: 'ApiKey', id: string } } };

export type QuickReplyRowFragment = { __typename?: 'QuickReply', id: string, shortcut: string, text: string | null, mediaId: string | null, updatedAt: string, media?: { __typename?: 'Media', id: string, mimeType: string, filename: string | null, size: number | null } | null };

export type QuickRepliesQueryVariables = Exact<{
  search?: InputMaybe<Scalars['String']['input']>;
  files: Scalars['Boolean']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type QuickRepliesQuery = { __typename?: 'Query', quickReplies: { __typename?: 'QuickReplyConnection', nodes: Array<{ __typename?: 'QuickReply', id: string, shortcut: string, text: string | null, mediaId: string | null, updatedAt: string, media?: { __typename?: 'Media', id: string, mimeType: string, filename: string | null, size: number | null } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type AddQuickReplyMutationVariables = Exact<{
  input: CreateQuickReplyInput;
}>;


export type AddQuickReplyMutation = { __typename?: 'Mutation', createQuickReply: { __typename?: 'CreateQuickReplyPayload', quickReply: { __typename?: 'QuickReply', id: string } } };

export type ChangeQuickReplyMutationVariables = Exact<{
  input: UpdateQuickReplyInput;
}>;


export type ChangeQuickReplyMutation = { __typename?: 'Mutation', updateQuickReply: { __typename?: 'UpdateQuickReplyPayload', quickReply: { __typename?: 'QuickReply', id: string } } };

export type RemoveQuickReplyMutationVariables = Exact<{
  input: DeleteQuickReplyInput;
}>;


export type RemoveQuickReplyMutation = { __typename?: 'Mutation', deleteQuickReply: { __typename?: 'DeleteQuickReplyPayload', quickReply: { __typename?: 'QuickReply', id: string } } };

export type WebhookRowFragment = { __typename?: 'Webhook', id: string, name: string, url: string, events: Array<string>, enabled: boolean, retries: WebhookRetries, signatureFormat: WebhookSignatureFormat, disabledAt: string | null, disabledReason: string | null, failingSince: string | null, previousSecretUntil: string | null, createdAt: string };

export type WebhooksQueryVariables = Exact<{ [key: string]: never; }>;


export type WebhooksQuery = { __typename?: 'Query', webhooks: { __typename?: 'WebhookConnection', nodes: Array<{ __typename?: 'Webhook', id: string, name: string, url: string, events: Array<string>, enabled: boolean, retries: WebhookRetries, signatureFormat: WebhookSignatureFormat, disabledAt: string | null, disabledReason: string | null, failingSince: string | null, previousSecretUntil: string | null, createdAt: string }> } };

export type WebhookDetailsQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type WebhookDetailsQuery = { __typename?: 'Query', webhook: { __typename?: 'Webhook', id: string, name: string, url: string, events: Array<string>, enabled: boolean, retries: WebhookRetries, signatureFormat: WebhookSignatureFormat, disabledAt: string | null, disabledReason: string | null, failingSince: string | null, previousSecretUntil: string | null, createdAt: string } | null };

export type CreateWebhookHereMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;


export type CreateWebhookHereMutation = { __typename?: 'Mutation', createWebhook: { __typename?: 'CreateWebhookPayload', secret: string, webhook: { __typename?: 'Webhook', id: string, name: string, url: string, events: Array<string>, enabled: boolean, retries: WebhookRetries, signatureFormat: WebhookSignatureFormat, disabledAt: string | null, disabledReason: string | null, failingSince: string | null, previousSecretUntil: string | null, createdAt: string } } };

export type ChangeWebhookMutationVariables = Exact<{
  input: UpdateWebhookInput;
}>;


export type ChangeWebhookMutation = { __typename?: 'Mutation', updateWebhook: { __typename?: 'UpdateWebhookPayload', webhook: { __typename?: 'Webhook', id: string, name: string, url: string, events: Array<string>, enabled: boolean, retries: WebhookRetries, signatureFormat: WebhookSignatureFormat, disabledAt: string | null, disabledReason: string | null, failingSince: string | null, previousSecretUntil: string | null, createdAt: string } } };

export type RemoveWebhookMutationVariables = Exact<{
  input: DeleteWebhookInput;
}>;


export type RemoveWebhookMutation = { __typename?: 'Mutation', deleteWebhook: { __typename?: 'DeleteWebhookPayload', webhook: { __typename?: 'Webhook', id: string } } };

export type NewWebhookSecretMutationVariables = Exact<{
  input: RotateWebhookSecretInput;
}>;


export type NewWebhookSecretMutation = { __typename?: 'Mutation', rotateWebhookSecret: { __typename?: 'RotateWebhookSecretPayload', secret: string, webhook: { __typename?: 'Webhook', id: string } } };

export type RedeliverHereMutationVariables = Exact<{
  input: RedeliverWebhookInput;
}>;


export type RedeliverHereMutation = { __typename?: 'Mutation', redeliverWebhook: { __typename?: 'RedeliverWebhookPayload', count: number } };

export type DeliveryLogQueryVariables = Exact<{
  webhookId: Scalars['ID']['input'];
  status?: InputMaybe<WebhookDeliveryStatus>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type DeliveryLogQuery = { __typename?: 'Query', webhookDeliveries: { __typename?: 'WebhookDeliveryConnection', nodes: Array<{ __typename?: 'WebhookDelivery', id: string, event: string, status: WebhookDeliveryStatus, responseCode: number | null, durationMs: number | null, attemptCount: number, lastError: string | null, createdAt: string, nextAttemptAt: string | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type DeliveryDetailsQueryVariables = Exact<{
  ids: Array<Scalars['ID']['input']> | Scalars['ID']['input'];
}>;


export type DeliveryDetailsQuery = { __typename?: 'Query', nodes: Array<
    | { __typename?: 'AiAgent' }
    | { __typename?: 'ApiKey' }
    | { __typename?: 'AuditEntry' }
    | { __typename?: 'Broadcast' }
    | { __typename?: 'Contact' }
    | { __typename?: 'Conversation' }
    | { __typename?: 'Media' }
    | { __typename?: 'Member' }
    | { __typename?: 'Message' }
    | { __typename?: 'Organization' }
    | { __typename?: 'PaymentLink' }
    | { __typename?: 'QuickReply' }
    | { __typename?: 'Template' }
    | { __typename?: 'Webhook' }
    | { __typename?: 'WebhookDelivery', id: string, event: string, eventId: string, status: WebhookDeliveryStatus, body: string, nextAttemptAt: string | null, attempts: Array<{ __typename?: 'WebhookAttempt', at: string, status: WebhookDeliveryStatus, responseCode: number | null, durationMs: number, error: string | null, requestHeaders: unknown, responseBody: string | null }> }
    | { __typename?: 'WhatsAppConnection' }
   | null> };

export type TemplatesQueryVariables = Exact<{
  status?: InputMaybe<Scalars['String']['input']>;
  category?: InputMaybe<Scalars['String']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type TemplatesQuery = { __typename?: 'Query', templates: { __typename?: 'TemplateConnection', nodes: Array<{ __typename?: 'Template', id: string, name: string, language: string, category: string, status: string, syncedAt: string, preview: { __typename?: 'TemplatePreview', body: string | null, footer: string | null, header: { __typename?: 'TemplatePreviewHeader', format: string, text: string | null, media: unknown | null } | null, buttons: Array<{ __typename?: 'TemplatePreviewButton', type: string, text: string | null, value: string | null }>, faults: Array<{ __typename?: 'TemplatePreviewFault', path: string, message: string }> } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type SyncTemplatesHereMutationVariables = Exact<{
  input: SyncTemplatesInput;
}>;


export type SyncTemplatesHereMutation = { __typename?: 'Mutation', syncTemplates: { __typename?: 'SyncTemplatesPayload', added: number, updated: number, removed: number, total: number } };

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
export const BroadcastRowFragmentDoc = new TypedDocumentString(`
    fragment BroadcastRow on Broadcast {
  id
  name
  status
  statusReason
  templateName
  language
  total
  pending
  sent
  delivered
  read
  failed
  skipped
  scheduledAt
  startedAt
  completedAt
  createdAt
}
    `, {"fragmentName":"BroadcastRow"}) as unknown as TypedDocumentString<BroadcastRowFragment, unknown>;
export const ConnectionRowFragmentDoc = new TypedDocumentString(`
    fragment ConnectionRow on WhatsAppConnection {
  id
  businessName
  phoneNumber
  phoneNumberId
  businessAccountId
  connectionType
  fromEnvironment
  status
  qualityRating
  checkedAt
  lastError
}
    `, {"fragmentName":"ConnectionRow"}) as unknown as TypedDocumentString<ConnectionRowFragment, unknown>;
export const InboxMessageFragmentDoc = new TypedDocumentString(`
    fragment InboxMessage on Message {
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
  replyTo {
    id
    direction
    type
    text
  }
  sentBy
  createdAt
  scheduledAt
  sentAt
  deliveredAt
  readAt
  failedAt
  editedAt
  revokedAt
}
    `, {"fragmentName":"InboxMessage"}) as unknown as TypedDocumentString<InboxMessageFragment, unknown>;
export const InboxContactFragmentDoc = new TypedDocumentString(`
    fragment InboxContact on Contact {
  id
  phone
  name
  email
  tags
  optedIn
  optInSource
  optInAt
  attributes
  createdAt
}
    `, {"fragmentName":"InboxContact"}) as unknown as TypedDocumentString<InboxContactFragment, unknown>;
export const InboxConversationFragmentDoc = new TypedDocumentString(`
    fragment InboxConversation on Conversation {
  id
  status
  contact {
    id
    phone
    name
    tags
    optedIn
  }
  assignedTo {
    id
    name
  }
  unreadCount
  lastMessage {
    id
    direction
    type
    status
    text
  }
  lastMessageAt
  windowExpiresAt
  createdAt
  updatedAt
}
    `, {"fragmentName":"InboxConversation"}) as unknown as TypedDocumentString<InboxConversationFragment, unknown>;
export const KeyRowFragmentDoc = new TypedDocumentString(`
    fragment KeyRow on ApiKey {
  id
  name
  prefix
  scopes
  createdAt
  lastUsedAt
  expiresAt
  revokedAt
  replacedById
}
    `, {"fragmentName":"KeyRow"}) as unknown as TypedDocumentString<KeyRowFragment, unknown>;
export const QuickReplyRowFragmentDoc = new TypedDocumentString(`
    fragment QuickReplyRow on QuickReply {
  id
  shortcut
  text
  mediaId
  media @include(if: $files) {
    id
    mimeType
    filename
    size
  }
  updatedAt
}
    `, {"fragmentName":"QuickReplyRow"}) as unknown as TypedDocumentString<QuickReplyRowFragment, unknown>;
export const WebhookRowFragmentDoc = new TypedDocumentString(`
    fragment WebhookRow on Webhook {
  id
  name
  url
  events
  enabled
  retries
  signatureFormat
  disabledAt
  disabledReason
  failingSince
  previousSecretUntil
  createdAt
}
    `, {"fragmentName":"WebhookRow"}) as unknown as TypedDocumentString<WebhookRowFragment, unknown>;
export const FollowEventsDocument = {"__meta__":{"hash":"194aaf68003d73b8375ca388141c404af9feed7f6049a353b8e108226951acaa"}} as unknown as TypedDocumentString<FollowEventsSubscription, FollowEventsSubscriptionVariables>;
export const ViewerDocument = {"__meta__":{"hash":"d6487fa3aff8a28ebf6c5221dd7bb4c8ec38af7a5d01f7229fb2eae19aa16213"}} as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const AnalyticsOfDocument = {"__meta__":{"hash":"c2318aca474a657c3975a3cb12d1ea0d199ee9b7d2d4b658eb0e37db23dc7d3d"}} as unknown as TypedDocumentString<AnalyticsOfQuery, AnalyticsOfQueryVariables>;
export const BroadcastsDocument = {"__meta__":{"hash":"0589b7a6835f79e7a4a868de2018f19ef75b9cc53cf236bca35fea9fea2bc225"}} as unknown as TypedDocumentString<BroadcastsQuery, BroadcastsQueryVariables>;
export const BroadcastDetailsDocument = {"__meta__":{"hash":"294b40e24b706178cfb0d308b238b67311246ecae2f23e0f927a80f711a6ba9f"}} as unknown as TypedDocumentString<BroadcastDetailsQuery, BroadcastDetailsQueryVariables>;
export const BroadcastLedgerDocument = {"__meta__":{"hash":"1dda148f224300559e5a74e2be4dfd537bb09d76d8c1a540d4b755b8ce5d2fb4"}} as unknown as TypedDocumentString<BroadcastLedgerQuery, BroadcastLedgerQueryVariables>;
export const BroadcastContactsDocument = {"__meta__":{"hash":"2c0d4cbaa9f9b3d0ddf68edb71b0942be66c9c39670c1be85105329d44727621"}} as unknown as TypedDocumentString<BroadcastContactsQuery, BroadcastContactsQueryVariables>;
export const NewBroadcastDocument = {"__meta__":{"hash":"0fe858c27c8a6db48497aab129f5d7f2d368168ac90f60358bbfa667da3fa960"}} as unknown as TypedDocumentString<NewBroadcastMutation, NewBroadcastMutationVariables>;
export const PauseBroadcastHereDocument = {"__meta__":{"hash":"1aab80bbef220a114b3b92bf336c775b49f41b1eb861f9a6b068cf20fcb0c86c"}} as unknown as TypedDocumentString<PauseBroadcastHereMutation, PauseBroadcastHereMutationVariables>;
export const ResumeBroadcastHereDocument = {"__meta__":{"hash":"09d57e3c416a8424dcd8d4608fccc76903b45196ce65e5492f3adbf51f40a56d"}} as unknown as TypedDocumentString<ResumeBroadcastHereMutation, ResumeBroadcastHereMutationVariables>;
export const CancelBroadcastHereDocument = {"__meta__":{"hash":"990e73573e9669a1fb16f660341fbbcc1784c75f7035f1b9bb59616e6df7db49"}} as unknown as TypedDocumentString<CancelBroadcastHereMutation, CancelBroadcastHereMutationVariables>;
export const RetryBroadcastHereDocument = {"__meta__":{"hash":"1a90b34c5987145e61475d230ae3b32fe2ab8e7efca86a16c9447f1c18ccb1af"}} as unknown as TypedDocumentString<RetryBroadcastHereMutation, RetryBroadcastHereMutationVariables>;
export const ConnectionsDocument = {"__meta__":{"hash":"56f27bf1c03f3a7ec852fcde3a72674bd95a9240095d592f7f18fa202907e3db"}} as unknown as TypedDocumentString<ConnectionsQuery, ConnectionsQueryVariables>;
export const ConnectNumberDocument = {"__meta__":{"hash":"f366d3e822063b23044ca08994b12157d55cc2f86709262c0a3a22df53a75f15"}} as unknown as TypedDocumentString<ConnectNumberMutation, ConnectNumberMutationVariables>;
export const DisconnectNumberDocument = {"__meta__":{"hash":"56fd87b5bf67c80af7808d6dd7ee8bd0fe4598f3bed11324998f58b2d6c98d41"}} as unknown as TypedDocumentString<DisconnectNumberMutation, DisconnectNumberMutationVariables>;
export const InboxCursorDocument = {"__meta__":{"hash":"e270dd9fdc8170a2684b9af42323ecc57a196108023ddf054ed12fde33c44af6"}} as unknown as TypedDocumentString<InboxCursorQuery, InboxCursorQueryVariables>;
export const InboxConversationsDocument = {"__meta__":{"hash":"18e6456f8a0dc6304b3d52a65728a1b3675cb7fbb38bba3fbc0a1ce237ce1b2f"}} as unknown as TypedDocumentString<InboxConversationsQuery, InboxConversationsQueryVariables>;
export const InboxThreadDocument = {"__meta__":{"hash":"c78530e39d2017f38da2022460b623832626ac75dbcd57aee0d93a9385305da2"}} as unknown as TypedDocumentString<InboxThreadQuery, InboxThreadQueryVariables>;
export const FollowMessagesDocument = {"__meta__":{"hash":"f908e38a91f8010662713e4babc0553c464feea77b9235ea838cc87504ca582d"}} as unknown as TypedDocumentString<FollowMessagesSubscription, FollowMessagesSubscriptionVariables>;
export const FollowConversationsDocument = {"__meta__":{"hash":"e8f1946627cf835de29a3192df8e09d8f3622f73b0ebd74227056a340cdbeac5"}} as unknown as TypedDocumentString<FollowConversationsSubscription, FollowConversationsSubscriptionVariables>;
export const InboxSendDocument = {"__meta__":{"hash":"9534b5e4956917df5c20426caa723da50bf6407e7f6899fed725015c10451230"}} as unknown as TypedDocumentString<InboxSendMutation, InboxSendMutationVariables>;
export const InboxCancelScheduledDocument = {"__meta__":{"hash":"af13608eca6b5e45e710b9c07c9e2e423e634ff85e2b8473ee1b7e3446ab8856"}} as unknown as TypedDocumentString<InboxCancelScheduledMutation, InboxCancelScheduledMutationVariables>;
export const InboxUploadDocument = {"__meta__":{"hash":"7590c2b2be787c4ba3ed884ac02ca38b82e8eb879f8ac83966381e01f646bfbd"}} as unknown as TypedDocumentString<InboxUploadMutation, InboxUploadMutationVariables>;
export const InboxMarkReadDocument = {"__meta__":{"hash":"fcd35be3d07305d7743bdaae5636114fc28ca86dc3f32d7260f782bd7f77bf9b"}} as unknown as TypedDocumentString<InboxMarkReadMutation, InboxMarkReadMutationVariables>;
export const InboxAssignDocument = {"__meta__":{"hash":"4d09c56e19690961a80a33744136db2f8f3576e653dbd4a5d89fb400bc188d84"}} as unknown as TypedDocumentString<InboxAssignMutation, InboxAssignMutationVariables>;
export const InboxResolveDocument = {"__meta__":{"hash":"80ddaa802bfa5cfe2aaa37a5dc1bb67c6effddf087ae5e6e6aa180def82bcc3b"}} as unknown as TypedDocumentString<InboxResolveMutation, InboxResolveMutationVariables>;
export const InboxReopenDocument = {"__meta__":{"hash":"82112406e0bb72ff2589914322930d9522233f7acc681d91cc1a1b7b0389d1d8"}} as unknown as TypedDocumentString<InboxReopenMutation, InboxReopenMutationVariables>;
export const InboxMembersDocument = {"__meta__":{"hash":"f021fe9b3fa3732c863fbb8d9d436a2562faa31a988880136e27e0855db018a9"}} as unknown as TypedDocumentString<InboxMembersQuery, InboxMembersQueryVariables>;
export const InboxAddMemberDocument = {"__meta__":{"hash":"21f0355619013a86afc8b9cf8214e726a8034bec51d2bef6ba964af74ebf46b2"}} as unknown as TypedDocumentString<InboxAddMemberMutation, InboxAddMemberMutationVariables>;
export const InboxQuickRepliesDocument = {"__meta__":{"hash":"6f36d886a48fe735bbf2c730e4ecc6c9eb2280971f454c50234cdf8893f7fd2c"}} as unknown as TypedDocumentString<InboxQuickRepliesQuery, InboxQuickRepliesQueryVariables>;
export const InboxTemplatesDocument = {"__meta__":{"hash":"1eee52ef7d0972cf98437960c574c97c00dad2a87484a86caa36bcf0e3318854"}} as unknown as TypedDocumentString<InboxTemplatesQuery, InboxTemplatesQueryVariables>;
export const InboxTemplatePreviewDocument = {"__meta__":{"hash":"c6952cddb702967e43c67397824fc6e1fe6c83c61e9ee4af7b4e8e4de543ad0e"}} as unknown as TypedDocumentString<InboxTemplatePreviewQuery, InboxTemplatePreviewQueryVariables>;
export const InboxContactDetailsDocument = {"__meta__":{"hash":"47d2241431beb947bb21c4e9d2a798a4bca9222887cbb342da44178c50467c67"}} as unknown as TypedDocumentString<InboxContactDetailsQuery, InboxContactDetailsQueryVariables>;
export const InboxUpdateContactDocument = {"__meta__":{"hash":"7e2904b463adc938f34f5bd8efc659f66a46eaec03398dc16e42c27fd4a30c68"}} as unknown as TypedDocumentString<InboxUpdateContactMutation, InboxUpdateContactMutationVariables>;
export const InboxCreateContactDocument = {"__meta__":{"hash":"5957c406d8fe76b53bdf8b5e88ddcfbe68d2b8792d56fa860bec04dc29b397d8"}} as unknown as TypedDocumentString<InboxCreateContactMutation, InboxCreateContactMutationVariables>;
export const KeysDocument = {"__meta__":{"hash":"d1144fd6f067110bd7bec4dc57b276adeda60af16d1be9abb83ec6e3fb4997e8"}} as unknown as TypedDocumentString<KeysQuery, KeysQueryVariables>;
export const CreateKeyDocument = {"__meta__":{"hash":"58be6f32688bd649facb0483c4325484b18bfcd8505dd3aeee5750327e1bb4f3"}} as unknown as TypedDocumentString<CreateKeyMutation, CreateKeyMutationVariables>;
export const RotateKeyDocument = {"__meta__":{"hash":"304905e5fb8228a364143deebd744c86da153e3a3088833f8dc8e22fb8413bd8"}} as unknown as TypedDocumentString<RotateKeyMutation, RotateKeyMutationVariables>;
export const RevokeKeyDocument = {"__meta__":{"hash":"f5106d7ebfba9f65981dfd981a2e6c9615d5077063367273327142d7043bdbd9"}} as unknown as TypedDocumentString<RevokeKeyMutation, RevokeKeyMutationVariables>;
export const QuickRepliesDocument = {"__meta__":{"hash":"f21fe2d363da6b6e4162903d5eba17f1ced2a8821294eefec9cfd34c4ff71dc5"}} as unknown as TypedDocumentString<QuickRepliesQuery, QuickRepliesQueryVariables>;
export const AddQuickReplyDocument = {"__meta__":{"hash":"3128dc3fcb2669d559050e74af14fb4018533f5f885b926701797d4a83a3ed7b"}} as unknown as TypedDocumentString<AddQuickReplyMutation, AddQuickReplyMutationVariables>;
export const ChangeQuickReplyDocument = {"__meta__":{"hash":"d6a9382ef711eee5a0cf2d0800a06b90278d8d451578a1e90d1fb843d0eba091"}} as unknown as TypedDocumentString<ChangeQuickReplyMutation, ChangeQuickReplyMutationVariables>;
export const RemoveQuickReplyDocument = {"__meta__":{"hash":"d5f0aea5e0c262b4ebe2b91f0c4111514ccd213c893a09b42901dd9867576654"}} as unknown as TypedDocumentString<RemoveQuickReplyMutation, RemoveQuickReplyMutationVariables>;
export const WebhooksDocument = {"__meta__":{"hash":"7c12fe0f8b59bcfb67c53544e44c6f7261c67118c8019eb1b89fad9f11ee3b9e"}} as unknown as TypedDocumentString<WebhooksQuery, WebhooksQueryVariables>;
export const WebhookDetailsDocument = {"__meta__":{"hash":"a710441f37cf95fa71343e28523531286a0c3c913c55088992566352625c814f"}} as unknown as TypedDocumentString<WebhookDetailsQuery, WebhookDetailsQueryVariables>;
export const CreateWebhookHereDocument = {"__meta__":{"hash":"c3920f6a078dfe0a7297a049a8e7afdc6745cfa35545d20154ebc1e96dfa832b"}} as unknown as TypedDocumentString<CreateWebhookHereMutation, CreateWebhookHereMutationVariables>;
export const ChangeWebhookDocument = {"__meta__":{"hash":"8616a0fcdd6e3eec40de6ae5f18d1ecd2b89488b899e10bcf4a4c1e6cb60dabd"}} as unknown as TypedDocumentString<ChangeWebhookMutation, ChangeWebhookMutationVariables>;
export const RemoveWebhookDocument = {"__meta__":{"hash":"e91e9aad36aadc1df3f4a9ea8fab0e9b679b8cd26ad29bf359331c178470aaac"}} as unknown as TypedDocumentString<RemoveWebhookMutation, RemoveWebhookMutationVariables>;
export const NewWebhookSecretDocument = {"__meta__":{"hash":"e37e34e215fc3ef7c902dc8d521d939a4bd5b13158e7c56f15b790173fd345a4"}} as unknown as TypedDocumentString<NewWebhookSecretMutation, NewWebhookSecretMutationVariables>;
export const RedeliverHereDocument = {"__meta__":{"hash":"b93ffd5975004acd2c60c4e7894cb575d6bb6d08f3eba59877112ca52fe8c028"}} as unknown as TypedDocumentString<RedeliverHereMutation, RedeliverHereMutationVariables>;
export const DeliveryLogDocument = {"__meta__":{"hash":"e9a77455d79e564f40c99944a376e8f563a0a5886d186273dd2dd4699c9538b3"}} as unknown as TypedDocumentString<DeliveryLogQuery, DeliveryLogQueryVariables>;
export const DeliveryDetailsDocument = {"__meta__":{"hash":"1efc6822cf7eaccf063f505b43497a95ce9a2422a33c2c94539619a3e6e1cd87"}} as unknown as TypedDocumentString<DeliveryDetailsQuery, DeliveryDetailsQueryVariables>;
export const TemplatesDocument = {"__meta__":{"hash":"6e5e702f99505a54b575f46db07b9a4d10bf0f609229c956ec975a532035ef89"}} as unknown as TypedDocumentString<TemplatesQuery, TemplatesQueryVariables>;
export const SyncTemplatesHereDocument = {"__meta__":{"hash":"0e23281958f13d42d0bdb08d2a6c70ae4caeac0899514db889d92c6c4fae7782"}} as unknown as TypedDocumentString<SyncTemplatesHereMutation, SyncTemplatesHereMutationVariables>;
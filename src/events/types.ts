/**
 * Every type of event, once (contract, section 8): what the log may hold, what the GraphQL scalar `EventType` accepts,
 * and which of them webhooks may choose.
 */
export const eventTypes = {
  'message.received': { webhook: true, about: 'A customer wrote.' },
  'message.queued': { webhook: false, about: 'A send was stored.' },
  'message.sent': { webhook: true, about: 'WhatsApp accepted a send.' },
  'message.delivered': { webhook: true, about: "A message reached the customer's phone." },
  'message.read': { webhook: true, about: 'The customer read a message.' },
  'message.failed': { webhook: true, about: 'A send was given up.' },
  'message.unknown': { webhook: true, about: 'Nobody knows yet whether WhatsApp accepted a send.' },
  'message.updated': { webhook: false, about: 'A message changed in another way: edited, revoked, marked read.' },
  'conversation.opened': { webhook: true, about: 'A conversation began or was reopened.' },
  'conversation.assigned': { webhook: true, about: 'A conversation was given to a member, or taken back.' },
  'conversation.resolved': { webhook: true, about: 'A conversation was resolved.' },
  'conversation.updated': { webhook: false, about: 'A conversation changed in another way: a message, unread count.' },
  'contact.created': { webhook: true, about: 'A contact was created.' },
  'contact.updated': { webhook: true, about: 'A contact changed.' },
  'contact.opted_out': { webhook: true, about: 'A contact no longer wants to be written to.' },
  'contact.deleted': { webhook: false, about: 'A contact was deleted, with its conversations and messages.' },
  'payment.completed': { webhook: true, about: 'A payment link was paid.' },
  'connection.updated': { webhook: false, about: 'A WhatsApp number was connected, or lost.' },
  'template.updated': {
    webhook: false,
    about: 'A template changed, came or went; what WhatsApp lists no more is DELETED.',
  },
  'broadcast.progress': {
    webhook: false,
    about: 'A broadcast came further, or changed its status; at most once a second for each.',
  },
  'broadcast.completed': {
    webhook: true,
    about: 'Every recipient of a broadcast was written to, failed or was skipped.',
  },
  'webhook.disabled': {
    webhook: false,
    about: 'A webhook is sent nothing more: it was gone, or failed for five days.',
  },
  'webhook.test': { webhook: false, about: 'A webhook was saved: sent to that webhook alone, and in no log.' },
} as const satisfies Record<string, { webhook: boolean; about: string }>

export type EventType = keyof typeof eventTypes

export const isEventType = (value: unknown): value is EventType =>
  typeof value === 'string' && Object.hasOwn(eventTypes, value)

/** What a webhook may choose. */
export const webhookEventTypes = (Object.keys(eventTypes) as EventType[]).filter((type) => eventTypes[type].webhook)

export const eventTypesOf = (noun: 'message' | 'conversation'): EventType[] =>
  (Object.keys(eventTypes) as EventType[]).filter((type) => type.startsWith(`${noun}.`))

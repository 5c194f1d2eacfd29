import { TypeID, typeidUnboxed } from 'typeid-js'
import { badRequest, DomainError } from './errors.js'

/**
 * Every kind of thing that has an id, and its prefix (contract, section 3). An id is the prefix, `_`, and a
 * UUIDv7 in TypeID form (26 characters); it is stored as it is shown and sorts by the time it was made.
 */
export const idPrefixes = {
  Organization: 'org',
  WhatsAppConnection: 'wac',
  ApiKey: 'key',
  Member: 'mbr',
  Contact: 'con',
  Conversation: 'cnv',
  Message: 'msg',
  Media: 'med',
  Template: 'tpl',
  Broadcast: 'bct',
  Webhook: 'whk',
  WebhookDelivery: 'dlv',
  PaymentLink: 'pay',
  AiAgent: 'agt',
  QuickReply: 'qrp',
  Event: 'evt',
  AuditEntry: 'aud',
} as const

export type IdKind = keyof typeof idPrefixes

const kindsByPrefix = new Map(Object.entries(idPrefixes).map(([kind, prefix]) => [prefix as string, kind as IdKind]))

/** Made in this process, ids of one kind sort in the order they were made. */
export const newId = (kind: IdKind): string => typeidUnboxed(idPrefixes[kind])

/** The kind an id names, or null where it is malformed or its prefix unknown. Never throws. */
export function idKind(id: string): IdKind | null {
  if (id.length !== 30) return null
  const kind = kindsByPrefix.get(id.slice(0, 3))
  if (!kind) return null
  try {
    TypeID.fromString(id)
    return kind
  } catch {
    return null
  }
}

export const isId = (kind: IdKind, value: string): boolean => idKind(value) === kind

/**
 * The id itself, or NOT_FOUND: a malformed id and one that names nothing give the same answer (contract, section 3).
 */
export function requireId(kind: IdKind, value: string): string {
  if (!isId(kind, value)) throw new DomainError('NOT_FOUND', `No such ${nouns[kind]}.`)
  return value
}

/** For an id inside a filter or body, where a fault is named by its path. */
export function checkId(kind: IdKind, value: string, path: string): string {
  if (!isId(kind, value)) throw badRequest([{ path, message: `is not a ${nouns[kind]} id` }])
  return value
}

const nouns: Record<IdKind, string> = {
  Organization: 'organization',
  WhatsAppConnection: 'connection',
  ApiKey: 'API key',
  Member: 'member',
  Contact: 'contact',
  Conversation: 'conversation',
  Message: 'message',
  Media: 'media',
  Template: 'template',
  Broadcast: 'broadcast',
  Webhook: 'webhook',
  WebhookDelivery: 'delivery',
  PaymentLink: 'payment link',
  AiAgent: 'AI agent',
  QuickReply: 'quick reply',
  Event: 'event',
  AuditEntry: 'audit entry',
}

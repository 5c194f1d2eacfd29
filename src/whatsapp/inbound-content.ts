import type { InboundType } from './message-types.js'
import { booleanOf, idOf, isRecord, numberOf, phoneOf, record, recordsOf, textOf } from './read.js'
import { readUpstreamError, type UpstreamError } from './upstream-error.js'

/** A file a person sent: WhatsApp keeps it for 7 days, so it is fetched at once. `sha256` is base64. */
export type InboundMedia = {
  whatsappMediaId: string
  mimeType: string | null
  sha256: string | null
  caption: string | null
  filename: string | null
  /** Audio recorded as a voice note. */
  voice: boolean
  /** An animated sticker. */
  animated: boolean
}

/** What a person sent, flat, as contract.md section 5 has it; `contacts` and `interactive` in Meta's shape. */
export type InboundContent =
  | { type: 'text'; text: string }
  | ({ type: 'image' | 'video' | 'audio' | 'document' | 'sticker' } & InboundMedia)
  | {
      type: 'location'
      latitude: number
      longitude: number
      name: string | null
      address: string | null
      url: string | null
    }
  | { type: 'contact'; contacts: Record<string, unknown>[] }
  | { type: 'interactive'; interactive: { type: string; [field: string]: unknown } }
  | { type: 'button'; text: string; payload: string | null }
  /** `messageId` is a wamid; an empty `emoji` takes the reaction back. */
  | { type: 'reaction'; messageId: string; emoji: string }
  | { type: 'order'; text: string | null; catalogId: string | null; productItems: Record<string, unknown>[] }
  /** `systemType`: user_changed_number, user_changed_user_id, customer_identity_changed, ... */
  | {
      type: 'system'
      text: string | null
      systemType: string | null
      newPhone: string | null
      newUserId: string | null
    }
  | { type: 'unsupported'; unsupportedType: string | null; errors: UpstreamError[] }

type Json = Record<string, unknown>
/** Null where the object lacks what the type cannot be without. */
type Reader = (value: Json) => InboundContent | null

const media =
  (type: 'image' | 'video' | 'audio' | 'document' | 'sticker'): Reader =>
  (value) => {
    const whatsappMediaId = idOf(value.id)
    if (whatsappMediaId === null) return null
    return {
      type,
      whatsappMediaId,
      mimeType: textOf(value.mime_type),
      sha256: textOf(value.sha256),
      caption: textOf(value.caption),
      filename: textOf(value.filename),
      voice: booleanOf(value.voice) ?? false,
      animated: booleanOf(value.animated) ?? false,
    }
  }

const location: Reader = (value) => {
  const latitude = numberOf(value.latitude)
  const longitude = numberOf(value.longitude)
  if (latitude === null || longitude === null) return null
  return {
    type: 'location',
    latitude,
    longitude,
    name: textOf(value.name),
    address: textOf(value.address),
    url: textOf(value.url),
  }
}

const interactive: Reader = (value) => {
  const type = textOf(value.type)
  return type === null ? null : { type: 'interactive', interactive: { ...value, type } }
}

const reaction: Reader = (value) => {
  const messageId = idOf(value.message_id)
  return messageId === null ? null : { type: 'reaction', messageId, emoji: textOf(value.emoji) ?? '' }
}

const order: Reader = (value) => ({
  type: 'order',
  text: textOf(value.text),
  catalogId: textOf(value.catalog_id),
  productItems: recordsOf(value.product_items),
})

const system: Reader = (value) => ({
  type: 'system',
  text: textOf(value.body),
  systemType: textOf(value.type),
  newPhone: phoneOf(value.wa_id) ?? phoneOf(value.new_wa_id),
  newUserId: idOf(value.user_id),
})

/** By WhatsApp's name of the type (whatsapp-cloud-api.md, section 4). */
const readers = new Map<string, Reader>([
  ['text', (value) => ({ type: 'text', text: textOf(value.body) ?? '' })],
  ['image', media('image')],
  ['video', media('video')],
  ['audio', media('audio')],
  ['document', media('document')],
  ['sticker', media('sticker')],
  ['location', location],
  ['interactive', interactive],
  ['button', (value) => ({ type: 'button', text: textOf(value.text) ?? '', payload: textOf(value.payload) })],
  ['reaction', reaction],
  ['order', order],
  ['system', system],
])

/**
 * The content of a message object of a webhook: `{ type, [type]: {...} }`. A type nobody told us of, or one that lacks
 * what it is made of, becomes `unsupported` and keeps its name. Never throws.
 */
export function readInboundContent(message: Json): InboundContent & { type: InboundType } {
  const type = textOf(message.type)
  if (type === 'contacts') return { type: 'contact', contacts: recordsOf(message.contacts) }
  const value = type === null ? undefined : message[type]
  const read = type === null ? undefined : readers.get(type)
  return (read && isRecord(value) ? read(value) : null) ?? unsupported(message, type)
}

function unsupported(message: Json, type: string | null): InboundContent & { type: 'unsupported' } {
  return {
    type: 'unsupported',
    unsupportedType: textOf(record(message.unsupported).type) ?? (type === 'unsupported' ? null : type),
    errors: errorsOf(message.errors),
  }
}

export const errorsOf = (value: unknown): UpstreamError[] =>
  recordsOf(value)
    .map(readUpstreamError)
    .filter((error) => error !== null)

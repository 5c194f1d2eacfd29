import { z } from 'zod'
import type { ErrorDetail } from '../core/errors.js'
import { plainMessage } from '../core/input.js'
import { contactsSchema } from './content-contacts.js'
import { interactiveSchema } from './content-interactive.js'
import { codePoints, detailsOf, httpUrl, text } from './content-schema.js'
import { componentsSchema, languageSchema } from './content-template.js'
import type { InboundContent } from './inbound-content.js'
import { textFaults } from './json-text.js'
import { contentLimits as limits } from './limits.js'
import { isMediaType, type MediaType, type OutboundType, outboundTypes } from './message-types.js'
import { isRecord } from './read.js'

const mediaSource = { mediaUrl: httpUrl.optional(), mediaId: text(limits.url).optional() }
const caption = text(limits.caption, 0).optional()
const line = text(1000, 0)

/**
 * What may be sent, flat, as contract.md section 6 has it; lengths are Unicode code points. `contacts` and
 * `interactive` and `components` hold Meta's own shapes.
 */
const schemas = {
  text: z.object({ type: z.literal('text'), text: text(limits.text), previewUrl: z.boolean().optional() }),
  image: z.object({ type: z.literal('image'), ...mediaSource, caption }),
  video: z.object({ type: z.literal('video'), ...mediaSource, caption }),
  document: z.object({ type: z.literal('document'), ...mediaSource, filename: text(limits.filename), caption }),
  audio: z.object({ type: z.literal('audio'), ...mediaSource, voice: z.boolean().optional() }),
  sticker: z.object({ type: z.literal('sticker'), ...mediaSource }),
  template: z.object({
    type: z.literal('template'),
    templateName: text(limits.templateName),
    language: languageSchema,
    components: componentsSchema.optional(),
  }),
  interactive: z.object({ type: z.literal('interactive'), interactive: interactiveSchema }),
  location: z.object({
    type: z.literal('location'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: line,
    address: line.optional(),
  }),
  contact: z.object({ type: z.literal('contact'), contacts: contactsSchema }),
  reaction: z.object({
    type: z.literal('reaction'),
    messageId: text(limits.url),
    emoji: z.string().refine(isOneEmojiOrNone, { error: 'must be one emoji, or empty to remove the reaction' }),
  }),
} satisfies Record<OutboundType, z.ZodObject>

type Parsed = { [Type in OutboundType]: z.infer<(typeof schemas)[Type]> }

/** A message as its sender described it. Of `mediaUrl` and `mediaId`, exactly one is there. */
export type OutboundContent = Parsed[OutboundType]

/** Where WhatsApp finds a file: an id it gave for an upload, or an address it fetches. */
export type ResolvedMedia = { id: string } | { link: string }

type Resolved<Content> = Content extends { type: MediaType }
  ? Omit<Content, 'mediaUrl' | 'mediaId'> & { media: ResolvedMedia }
  : Content

/** The same, ready to leave: media as WhatsApp can reach it, a reaction's `messageId` as a wamid. */
export type SendableContent = Resolved<OutboundContent>

/** What a message holds, whichever way it went. */
export type Content = OutboundContent | InboundContent

export type ParsedContent = { ok: true; content: OutboundContent } | { ok: false; details: ErrorDetail[] }

/**
 * Checks the flat object `{ type, ...fields }` of contract.md section 6 against Meta's limits
 * (whatsapp-cloud-api.md, section 2) and names every fault at once. `type: "contacts"` is `contact`; a field that is
 * null, or an empty caption or address, counts as absent; fields of no meaning for the type are left out. Never throws.
 */
export function parseOutboundContent(input: unknown): ParsedContent {
  if (!isRecord(input)) return refused([{ path: '', message: 'must be an object' }])
  const type = input.type === 'contacts' ? 'contact' : input.type
  if (type === undefined || type === null) return refused([{ path: 'type', message: 'is required' }])
  const known = outboundTypes.find((name) => name === type)
  if (!known) return refused([{ path: 'type', message: `must be one of ${outboundTypes.join(', ')}` }])

  const schema: z.ZodObject = schemas[known]
  const fields = presentFields({ ...input, type: known }, Object.keys(schema.shape))
  const result = schema.safeParse(fields, { error: plainMessage })
  const details = [
    ...(result.success ? [] : detailsOf(result.error.issues)),
    ...(isMediaType(known) ? sourceFaults(fields) : []),
    ...Object.entries(fields).flatMap(([name, value]) => textFaults(value, name)),
  ]
  if (!result.success || details.length > 0) return refused(details)
  return { ok: true, content: result.data as OutboundContent }
}

const refused = (details: ErrorDetail[]): ParsedContent => ({ ok: false, details })

const emptyMeansAbsent = new Set(['caption', 'address'])

function presentFields(input: Record<string, unknown>, names: string[]): Record<string, unknown> {
  const present = names
    .map((name) => [name, input[name]] as const)
    .filter(([name, value]) => value !== undefined && value !== null && !(value === '' && emptyMeansAbsent.has(name)))
  return Object.fromEntries(present)
}

function sourceFaults(fields: Record<string, unknown>): ErrorDetail[] {
  const given = Number('mediaUrl' in fields) + Number('mediaId' in fields)
  return given === 1 ? [] : [{ path: 'mediaUrl', message: 'exactly one of mediaUrl and mediaId is needed' }]
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** One sign as people see it: an emoji may be many code points. Whether it is an emoji is WhatsApp's to say. */
function isOneEmojiOrNone(value: string): boolean {
  return value === '' || (codePoints(value) <= 20 && [...graphemes.segment(value)].length === 1)
}

/** The `text` of a message (contract, section 5): its text, its caption or its button's title, else null. */
export function contentText(content: Content): string | null {
  switch (content.type) {
    case 'text':
    case 'button':
    case 'order':
    case 'system':
      return content.text
    case 'image':
    case 'video':
    case 'document':
      return content.caption ?? null
    case 'interactive':
      return repliedTitle(content.interactive)
    default:
      return null
  }
}

/** The title of the button or row that a person tapped. */
function repliedTitle(interactive: Record<string, unknown>): string | null {
  for (const reply of [interactive.button_reply, interactive.list_reply]) {
    if (isRecord(reply) && typeof reply.title === 'string') return reply.title
  }
  return null
}

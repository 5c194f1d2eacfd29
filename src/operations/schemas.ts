import { z } from 'zod'

/**
 * What REST and MCP show (contract, section 5), as schemas: made by operations/shapes, described here once for the
 * OpenAPI document and the tools. A schema with a name is a component of that document.
 */
export const components = z.registry<{ id: string; description?: string }>()

const text = z.string().nullable()
const time = z.iso.datetime().nullable()
const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))

export const contact = z
  .object({
    id: id('con'),
    phone: text.describe('E.164; null where WhatsApp hides it.'),
    userId: text.describe("WhatsApp's business-scoped id of the person."),
    name: text,
    email: text,
    tags: z.array(z.string()),
    optedIn: z.boolean().nullable().describe('true: may be written to; false: has opted out; null: unknown.'),
    optInSource: text.describe('What the consent rests on.'),
    attributes: z.record(z.string(), z.unknown()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .register(components, { id: 'Contact' })

export const messageTypes = [
  'text',
  'image',
  'video',
  'document',
  'audio',
  'sticker',
  'template',
  'interactive',
  'location',
  'contact',
  'reaction',
] as const

export const message = z
  .object({
    id: id('msg'),
    conversationId: id('cnv'),
    contactId: id('con'),
    direction: z.enum(['INBOUND', 'OUTBOUND']),
    type: z.enum([...messageTypes, 'button', 'order', 'system', 'unsupported']),
    status: z
      .enum(['QUEUED', 'SENT', 'DELIVERED', 'READ', 'FAILED', 'UNKNOWN', 'RECEIVED'])
      .describe('Of an inbound message RECEIVED, then READ once it has been marked read.'),
    text: text.describe("The text, the caption or the button's title."),
    content: z.record(z.string(), z.unknown()).describe('The fields of its type, flat, as POST /send takes them.'),
    messageId: text.describe("WhatsApp's id, null until it is known."),
    error: z
      .object({ code: z.number().nullable(), title: z.string(), details: text, reason: text })
      .nullable()
      .describe('Why it failed.'),
    replyToId: text,
    createdAt: z.iso.datetime(),
    scheduledAt: time.describe('When it goes out; null: at once.'),
    sentAt: time,
    deliveredAt: time,
    readAt: time,
    failedAt: time,
    editedAt: time,
    revokedAt: time.describe('When the customer took it back.'),
  })
  .register(components, { id: 'Message' })

export const conversationStatuses = ['OPEN', 'ASSIGNED', 'RESOLVED', 'BOT_ACTIVE', 'AI_ACTIVE'] as const

const conversationFields = {
  id: id('cnv'),
  status: z.enum(conversationStatuses),
  channel: z.literal('whatsapp'),
  contact: z.object({ id: id('con'), phone: text, name: text, tags: z.array(z.string()) }),
  assignedTo: z.object({ id: id('mbr'), name: z.string(), email: z.string() }).nullable(),
  unreadCount: z.int(),
  lastMessage: message.nullable(),
  lastMessageAt: time,
  windowExpiresAt: time.describe('Until then free-form messages may be sent; later only templates.'),
  createdAt: z.iso.datetime(),
}

export const conversation = z.object(conversationFields).register(components, { id: 'Conversation' })

export const conversationWithMessages = z
  .object({ ...conversationFields, messages: z.array(message).describe('The newest 50, oldest first.') })
  .register(components, { id: 'ConversationWithMessages' })

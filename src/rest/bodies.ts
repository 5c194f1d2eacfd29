import { z } from 'zod'
import {
  components,
  contact,
  conversation,
  conversationStatuses,
  conversationWithMessages,
  message,
} from '../operations/schemas.js'

/**
 * What the paths take and answer, for the OpenAPI document. The checks themselves are the graph's and the domain's; a
 * test holds both against what the server does.
 */

const pageOf = <Row extends z.ZodType>(name: string, row: Row) =>
  z
    .object({
      data: z.array(row),
      pagination: z.object({
        page: z.int().min(1),
        limit: z.int().min(1).max(100),
        total: z.int().min(0),
        totalPages: z.int().min(0),
        hasMore: z.boolean(),
      }),
    })
    .register(components, { id: name })

export const contactList = pageOf('ContactList', contact)
export const conversationList = pageOf('ConversationList', conversation)
export const messageList = pageOf('MessageList', message)
export { contact, conversationWithMessages, message }

export const status = z
  .object({
    connected: z.boolean(),
    phoneNumber: z.string().nullable().describe('As people write it: "+91 98765 43210".'),
    connectionType: z.literal('cloud_api'),
    businessName: z.string().nullable(),
  })
  .register(components, { id: 'Status' })

export const media = z
  .object({
    mediaId: z.string().describe('med_...: names the file in a send, for as long as it is kept.'),
    url: z.string().describe('Where its bytes are, for a key with media:read.'),
    mimeType: z.string().nullable().describe('As sniffed from the bytes.'),
    size: z.int().nullable().describe('In bytes.'),
    filename: z.string().nullable(),
    sha256: z.string().nullable().describe('Of the bytes, in hex.'),
  })
  .register(components, { id: 'Media' })

export const eventPage = z
  .object({
    data: z.array(
      z.object({
        id: z.string(),
        event: z.string().describe('Such as message.received.'),
        organizationId: z.string(),
        timestamp: z.iso.datetime(),
        data: z.record(z.string(), z.unknown()).describe('As it was when it happened: what webhooks carry.'),
        cursor: z.string().describe('Its place in the log.'),
      }),
    ),
    cursor: z.string().describe('Give it as `after` to go on from here.'),
    hasMore: z.boolean(),
  })
  .register(components, { id: 'EventPage' })

export const errorBody = z
  .object({
    error: z.string().describe('For a person.'),
    code: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    requestId: z.string().describe('Finds the request in the log; also the header X-Request-Id.'),
    id: z.string().optional().describe('Of the stored message, where WhatsApp refused a send.'),
    existingId: z.string().optional().describe('Of the contact that has the phone already.'),
  })
  .register(components, { id: 'Error' })

/** Numbers are written as text in a query; one that is empty counts as absent. */
const number = (least: number) => z.int().min(least)

export const paging = {
  page: number(1).default(1).describe('From 1. A page past the end has no rows.'),
  limit: number(1).default(20).describe('Rows on a page; above 100 it is 100.'),
}

export const contactQuery = z.object({
  search: z.string().optional().describe("Any part of the name, in any case, or of the phone's digits."),
  tag: z.string().optional(),
  ...paging,
})

export const conversationQuery = z.object({
  status: z.enum(conversationStatuses).optional().describe('In any case. OPEN includes the two bot states.'),
  ...paging,
})

export const messageQuery = z.object({
  conversationId: z.string().optional().describe('Of this one alone.'),
  ...paging,
})

export const eventQuery = z.object({
  after: z.string().optional().describe('A cursor; absent: from now on.'),
  limit: number(1).default(20).describe('Above 100 it is 100.'),
  wait: number(0).default(0).describe('Seconds to wait for an event where there is none, up to 30.'),
})

export const newContact = z
  .object({
    phone: z.string().describe('With its country code; +, spaces and other signs do not matter.'),
    name: z.string().max(200).nullish(),
    email: z.string().max(254).nullish(),
    tags: z.array(z.string().max(64)).max(50).nullish(),
    optedIn: z.boolean().nullish().describe('Absent: unknown.'),
    optInSource: z.string().max(100).nullish().describe('What the consent rests on.'),
    optInProof: z.string().max(500).nullish().describe('Evidence of it.'),
    attributes: z.record(z.string(), z.unknown()).nullish(),
  })
  .register(components, { id: 'NewContact' })

const addressee = {
  to: z.string().describe('A phone with its country code, or a contact id.'),
  replyTo: z.string().nullish().describe("The message that this one answers, by our id or WhatsApp's."),
  scheduledAt: z.iso.datetime().nullish().describe('When it is to go out; absent: at once.'),
}
const file = {
  mediaId: z.string().optional().describe('Of an upload. One of mediaId and mediaUrl.'),
  mediaUrl: z.string().optional().describe('Public, https.'),
}
const caption = z.string().max(1024).optional()
const metaShape = z.record(z.string(), z.unknown())

/** The bodies of POST /send, by type (contract, section 6). */
const sends = [
  z.object({
    ...addressee,
    type: z.literal('text'),
    text: z.string().min(1).max(4096),
    previewUrl: z.boolean().optional(),
  }),
  z.object({ ...addressee, type: z.enum(['image', 'video']), ...file, caption }),
  z.object({ ...addressee, type: z.literal('document'), ...file, filename: z.string(), caption }),
  z.object({ ...addressee, type: z.literal('audio'), ...file, voice: z.boolean().optional() }),
  z.object({ ...addressee, type: z.literal('sticker'), ...file }),
  z.object({
    ...addressee,
    type: z.literal('template'),
    templateName: z.string(),
    language: z.union([z.string(), z.object({ code: z.string() })]).describe('Such as "en_US".'),
    components: z.array(metaShape).optional().describe("The parameters, in Meta's shape."),
  }),
  z.object({ ...addressee, type: z.literal('interactive'), interactive: metaShape.describe("Meta's shape.") }),
  z.object({
    ...addressee,
    type: z.literal('location'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: z.string(),
    address: z.string().optional(),
  }),
  z.object({
    ...addressee,
    type: z.enum(['contact', 'contacts']),
    contacts: z.array(metaShape).min(1).describe("Meta's shape, or { name, phone } each."),
  }),
  z.object({
    ...addressee,
    type: z.literal('reaction'),
    messageId: z.string().describe("The message reacted to, by our id or WhatsApp's."),
    emoji: z.string().describe('Empty takes the reaction back.'),
  }),
] as const

export const newMessage = z.discriminatedUnion('type', sends).register(components, { id: 'NewMessage' })

import { z } from 'zod'

/** What the tools answer (contract, section 5): the bodies of REST, as schemas. Held to operations/shapes by their types. */

const text = z.string().nullable()
const time = z.string().nullable()

export const contactOutput = z.object({
  id: z.string(),
  phone: text,
  userId: text,
  name: text,
  email: text,
  tags: z.array(z.string()),
  optedIn: z.boolean().nullable().describe('true: may be written to; null: unknown.'),
  optInSource: text,
  attributes: z.unknown(),
  createdAt: z.string(),
  updatedAt: z.string(),
})

export const messageOutput = z.object({
  id: z.string(),
  conversationId: z.string(),
  contactId: z.string(),
  direction: z.enum(['INBOUND', 'OUTBOUND']),
  type: z.string(),
  status: z.string().describe('QUEUED, SENT, DELIVERED, READ, FAILED, UNKNOWN; of a customer: RECEIVED, READ.'),
  text,
  content: z.unknown(),
  messageId: text.describe("WhatsApp's id."),
  error: z.object({ code: z.number().nullable(), title: z.string(), details: text, reason: text }).nullable(),
  replyToId: text,
  createdAt: z.string(),
  sentAt: time,
  deliveredAt: time,
  readAt: time,
  failedAt: time,
  editedAt: time,
  revokedAt: time,
  scheduledAt: time,
})

/** A message within a conversation: its schema has been described there, and once is enough for a model to read. */
const messageWithin = z.object({
  id: z.string(),
  direction: z.string(),
  type: z.string(),
  status: z.string(),
  text,
  createdAt: z.string(),
})

const conversationFields = {
  id: z.string(),
  status: z.string(),
  channel: z.string(),
  contact: z.object({ id: z.string(), phone: text, name: text, tags: z.array(z.string()) }),
  assignedTo: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
  unreadCount: z.int(),
  lastMessage: z.looseObject(messageWithin.shape).nullable().describe('As send_message answers it.'),
  lastMessageAt: time,
  windowExpiresAt: time.describe('Until then free-form messages may be sent; later only templates.'),
  createdAt: z.string(),
}

export const conversationOutput = z.object(conversationFields)

export const conversationWithMessagesOutput = z.object({
  ...conversationFields,
  messages: z.array(z.looseObject(messageWithin.shape)).describe('The newest 50, oldest first.'),
})

export const templateOutput = z.object({
  id: z.string(),
  name: z.string(),
  language: z.string(),
  category: z.string(),
  status: z.string().describe('Only APPROVED ones can be sent.'),
  parameterFormat: z.string(),
  components: z.unknown().describe('Header, body, footer, buttons; {{1}} and the like are its parameters.'),
})

/** A page of a list. */
export const pageOutput = <Node extends z.ZodType>(node: Node) =>
  z.object({
    data: z.array(node),
    nextCursor: text.describe('Give it as cursor for the next page; null: there is none.'),
  })

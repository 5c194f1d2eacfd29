import { z } from 'zod'

/**
 * What the tools answer (contract, section 5): the bodies of REST, as schemas. Held to operations/shapes by their types.
 * Shorter than operations/schemas, which says the same for OpenAPI: a model pays for every word of a tool.
 */

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
  unreadCount: z.number(),
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

const reached = {
  total: z.number(),
  sent: z.number(),
  delivered: z.number(),
  read: z.number(),
  failed: z.number(),
  skipped: z.number(),
}

/** One of the two is there. */
export const broadcastOutput = z.object({
  broadcast: z
    .object({
      id: z.string(),
      name: z.string(),
      status: z.string(),
      statusReason: text,
      templateName: z.string(),
      language: z.string(),
      tags: z.array(z.string()),
      scheduledAt: time,
      startedAt: time,
      completedAt: time,
      ...reached,
      createdAt: z.string(),
    })
    .nullable()
    .describe('null after a dry run.'),
  report: z
    .object({
      total: z.number(),
      wouldSend: z.number(),
      skipped: z.array(z.object({ reason: z.string(), count: z.number() })),
      previews: z.array(z.object({ contactId: text, phone: text, components: z.unknown() })),
      durationSeconds: z.number(),
    })
    .nullable()
    .describe('After a dry run: what would become of it.'),
})

export const quickReplyOutput = z.object({
  id: z.string(),
  shortcut: z.string(),
  text,
  mediaId: text,
  createdAt: z.string(),
  updatedAt: z.string(),
})

export const aiAgentOutput = z.object({
  id: z.string(),
  name: z.string(),
  task: z.string(),
  active: z.boolean().describe('Whether it answers customers.'),
  triggerKeywords: z.array(z.string()).describe('Empty: every message brings it in.'),
  handoverKeywords: z.array(z.string()),
  prompt: z.string(),
  provider: z.string(),
  model: z.string(),
  temperature: z.number().nullable(),
  maxTurns: z.number(),
  businessHours: z
    .object({ timeZone: z.string(), days: z.array(z.object({ day: z.string(), from: z.string(), to: z.string() })) })
    .nullable()
    .describe('null: always.'),
  createdAt: z.string(),
  updatedAt: z.string(),
})

const rate = z.number().nullable()
const durations = z.object({ count: z.number(), meanSeconds: rate, medianSeconds: rate })
const counts = { sent: z.number(), delivered: z.number(), read: z.number(), failed: z.number(), received: z.number() }

export const analyticsOutput = z.object({
  from: z.string(),
  to: z.string(),
  timeZone: z.string(),
  ...counts,
  deliveryRate: rate.describe('delivered / sent; null where nothing was.'),
  readRate: rate.describe('read / delivered.'),
  conversations: z.number().describe('In which a customer wrote.'),
  answered: z.number(),
  responseRate: rate.describe('answered / conversations.'),
  firstResponse: durations,
  resolution: durations,
  byDay: z.array(z.object({ date: z.string(), ...counts })),
  byHour: z.array(z.object({ hour: z.number(), ...counts })),
  byMember: z.array(
    z.object({
      memberId: z.string(),
      member: z.object({ name: z.string() }).nullable(),
      conversations: z.number(),
      answered: z.number(),
      responseRate: rate,
      firstResponse: durations,
      resolution: durations,
    }),
  ),
})

export const paymentLinkOutput = z.object({
  id: z.string(),
  url: z.string().describe('Where it is paid: send it to the customer.'),
  amount: z.string(),
  currency: z.string(),
  description: z.string(),
  status: z.string(),
  contactId: text,
  expiresAt: time,
  paidAt: time,
  createdAt: z.string(),
})

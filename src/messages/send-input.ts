import { normalisePhone } from '../contacts/phone.js'
import { badRequest, type ErrorDetail } from '../core/errors.js'
import { hashRequest, keyFault } from '../idempotency/request.js'
import { type OutboundContent, parseOutboundContent } from '../whatsapp/content.js'

export type SendInput = {
  /** A phone with its country code, or a contact id. */
  to: string
  /** The flat form of contract section 6: `{ type, ...fields }`. */
  content: unknown
  /** Our id or WhatsApp's of the message this one answers. */
  replyTo?: string | null | undefined
  idempotencyKey?: string | null | undefined
  /** When it is to go out; absent: at once. */
  scheduledAt?: Date | null | undefined
  /** The AI agent that writes, and where: in that conversation alone, and only as long as the agent has it. */
  aiAgent?: WritingAgent | undefined
}

export type WritingAgent = { id: string; conversationId: string }

export type SendTarget = { contactId: string } | { phone: string }

export type CheckedSend = {
  to: SendTarget
  content: OutboundContent
  replyTo: string | null
  idempotencyKey: string | null
  /** Null: at once. */
  scheduledAt: Date | null
  /** Null: no AI agent writes it. */
  aiAgent: WritingAgent | null
  /** SHA-256 of the request in its normalised form. */
  requestHash: Uint8Array<ArrayBuffer>
}

/** Everything that can be known of the input alone. @throws BAD_REQUEST that names every fault at once. */
export function checkSend(input: SendInput): CheckedSend {
  const details: ErrorDetail[] = []
  const to = parseTarget(input.to)
  if (!to) details.push(targetFault)
  const parsed = parseOutboundContent(input.content)
  if (!parsed.ok) details.push(...parsed.details)
  const replyTo = input.replyTo ?? null
  const idempotencyKey = input.idempotencyKey ?? null
  const badKey = keyFault(idempotencyKey)
  if (badKey) details.push(badKey)
  if (!to || !parsed.ok || details.length > 0) throw badRequest(details)
  const scheduledAt = input.scheduledAt ?? null
  const requestHash = hashRequest({ to, content: parsed.content, replyTo, ...(scheduledAt ? { scheduledAt } : {}) })
  const aiAgent = input.aiAgent ?? null
  return { to, content: parsed.content, replyTo, idempotencyKey, scheduledAt, aiAgent, requestHash }
}

export const targetFault = { path: 'to', message: 'must be a phone number with its country code, or a contact id' }

/** What begins like an id is one: malformed or of another kind it names nobody, as an id that nothing has. */
export function parseTarget(to: unknown): SendTarget | null {
  if (typeof to !== 'string') return null
  if (/^[a-z]{3}_/i.test(to)) return { contactId: to }
  const phone = normalisePhone(to)
  return phone === null ? null : { phone }
}

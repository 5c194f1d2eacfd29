import { createHash } from 'node:crypto'
import { mayBeSentTo } from '../contacts/consent.js'
import { findContact } from '../contacts/contacts.js'
import { normalisePhone } from '../contacts/phone.js'
import type { ActorContext } from '../context.js'
import { badRequest, DomainError, type ErrorDetail, notFound } from '../core/errors.js'
import { idKind } from '../core/ids.js'
import type { Contact, Message } from '../generated/prisma/client.js'
import { limitError } from '../limits/verdict.js'
import { type OutboundContent, parseOutboundContent } from '../whatsapp/content.js'
import { attemptSend } from './attempt.js'
import { type Answer, claimedAnswer, firstAnswer, KeyTaken } from './idempotency.js'
import { storeOutbound } from './store-outbound.js'
import { isWindowOpen } from './window.js'

export type SendInput = {
  /** A phone with its country code, or a contact id. */
  to: string
  /** The flat form of contract section 6: `{ type, ...fields }`. */
  content: unknown
  /** Our id or WhatsApp's of the message this one answers. */
  replyTo?: string | null | undefined
  idempotencyKey?: string | null | undefined
}

export type SendResult = { message: Message; replayed: boolean }

type CheckedSend = {
  to: { contactId: string } | { phone: string }
  content: OutboundContent
  replyTo: string | null
  idempotencyKey: string | null
  requestHash: Uint8Array<ArrayBuffer>
}

/**
 * Sends a message (contract, section 6). Stored before anything leaves; resolves when WhatsApp has answered, or after
 * 5 seconds with the message still QUEUED. The checks stand in the contract's order.
 * @throws BAD_REQUEST, CONFLICT, NOT_FOUND, OPT_IN_REQUIRED, WINDOW_CLOSED, RATE_LIMITED; and what WhatsApp's refusal
 * becomes, with the `id` of the stored message.
 */
export async function sendMessage(ctx: ActorContext, input: SendInput): Promise<SendResult> {
  const send = checkSend(input)
  const claimed = await claimedAnswer(ctx, send)
  if (claimed) return replay(claimed)

  const contact = await findRecipient(ctx, send.to)
  checkConsent(ctx, contact)
  await checkWindow(ctx, contact, send.content)
  const recipientKey = recipientOf(send.to, contact)
  const verdict = await ctx.limits.sends.consume(ctx.actor.organizationId, recipientKey)
  if (verdict && !verdict.allowed) throw limitError(verdict)

  let message: Message
  try {
    message = await storeOutbound(ctx, { ...send, contact })
  } catch (error) {
    await ctx.limits.sends.giveBack(ctx.actor.organizationId, recipientKey)
    if (!(error instanceof KeyTaken)) throw error
    const taken = await claimedAnswer(ctx, send)
    if (taken) return replay(taken)
    throw error
  }
  const attempt = attemptSend(ctx, message)
  return { message: orThrow(await firstAnswer(ctx, message, attempt, send.idempotencyKey)), replayed: false }
}

const replay = (answer: Answer): SendResult => ({ message: orThrow(answer), replayed: true })

function orThrow(answer: Answer): Message {
  if (answer.refusal) {
    throw new DomainError(answer.refusal.code, answer.refusal.message, {
      extra: { id: answer.message.id },
    })
  }
  return answer.message
}

/** Kinds that need nothing fetched, uploaded or looked up before they leave. */
const sendableTypes = new Set<OutboundContent['type']>(['text', 'template', 'interactive', 'location', 'contact'])

/** Everything that can be known of the input alone; every fault is named at once. */
function checkSend(input: SendInput): CheckedSend {
  const details: ErrorDetail[] = []
  const to = parseRecipient(input.to)
  if (!to) {
    details.push({ path: 'to', message: 'must be a phone number with its country code, or a contact id' })
  }
  const parsed = parseOutboundContent(input.content)
  if (!parsed.ok) details.push(...parsed.details)
  else if (!sendableTypes.has(parsed.content.type)) {
    details.push({ path: 'type', message: `${parsed.content.type} messages cannot be sent yet` })
  }
  const replyTo = input.replyTo || null
  const idempotencyKey = input.idempotencyKey || null
  if (idempotencyKey !== null && !/^[\x20-\x7e]{1,255}$/.test(idempotencyKey)) {
    details.push({ path: 'idempotencyKey', message: 'must be 1 to 255 printable ASCII characters' })
  }
  if (!to || !parsed.ok || details.length > 0) throw badRequest(details)
  const requestHash = hashRequest({ to, content: parsed.content, replyTo })
  return { to, content: parsed.content, replyTo, idempotencyKey, requestHash }
}

function parseRecipient(to: unknown): CheckedSend['to'] | null {
  if (typeof to !== 'string') return null
  if (idKind(to) === 'Contact') return { contactId: to }
  const phone = normalisePhone(to)
  return phone === null ? null : { phone }
}

/** Requests that mean the same have the same hash, whatever the order of their fields. */
function hashRequest(request: unknown): Uint8Array<ArrayBuffer> {
  const canonical = JSON.stringify(request, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return new Uint8Array(createHash('sha256').update(canonical).digest())
}

/** Null: a number that nobody knows yet. @throws NOT_FOUND for a contact id that names nobody. */
async function findRecipient(ctx: ActorContext, to: CheckedSend['to']): Promise<Contact | null> {
  if ('phone' in to) return findContact(ctx, { phone: to.phone })
  const contact = await findContact(ctx, { id: to.contactId })
  if (!contact) throw notFound('contact')
  return contact
}

function checkConsent(ctx: ActorContext, contact: Contact | null): void {
  const optedIn = contact?.optedIn ?? null
  if (mayBeSentTo(optedIn, ctx.actor.organization.consentPolicy)) return
  throw new DomainError(
    'OPT_IN_REQUIRED',
    optedIn === false
      ? 'This contact has opted out. Only their START message, or an update with the source of a new consent, lifts that.'
      : 'This contact has not opted in. Record the consent on the contact (optedIn: true) first.',
  )
}

async function checkWindow(ctx: ActorContext, contact: Contact | null, content: OutboundContent): Promise<void> {
  if (content.type === 'template') return
  const { organizationId } = ctx.actor
  const conversation = contact
    ? await ctx.database.prisma.conversation.findFirst({
        where: { organizationId, contactId: contact.id, windowExpiresAt: { gt: ctx.clock.now() } },
        select: { windowExpiresAt: true },
      })
    : null
  if (conversation && isWindowOpen(conversation.windowExpiresAt, ctx.clock.now())) return
  throw new DomainError(
    'WINDOW_CLOSED',
    'More than 24 hours have passed since the last message of this contact: only a template may be sent.',
  )
}

/** The recipient limit counts a person, whatever the spelling of the number and whether the contact exists yet. */
const recipientOf = (to: CheckedSend['to'], contact: Contact | null): string =>
  contact ? (contact.phone ?? contact.id) : 'phone' in to ? to.phone : to.contactId

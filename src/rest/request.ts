import { badRequest } from '../core/errors.js'
import type { IncomingFile } from '../core/incoming-file.js'
import { checkCreateContact } from '../operations/checks.js'
import type {
  ConversationStatus,
  CreateContactInput,
  SendMessageInput,
  UploadMediaInput,
} from '../operations/generated/graphql.js'

/** A request as a row sees it: nothing of HTTP but what the documented paths speak of. */
export type RestRequest = {
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, unknown>>
  body: Readonly<Record<string, unknown>>
  /** Where the row takes one. */
  file: IncomingFile | null
  idempotencyKey: string | null
}

/** An empty or repeated parameter counts as absent. */
export const optionalText = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

const defaultLimit = 20
const maxLimit = 100
/** As many rows as the graph leaves out at most. */
const maxSkip = 10_000_000

const maxWaitSeconds = 30

/** Which page is asked for; `limit` above 100 is 100. @throws BAD_REQUEST for anything but numbers from 1. */
export function pageOf(query: RestRequest['query']): { page: number; limit: number } {
  requireNumbers(query, ['page', 'limit'])
  return {
    page: Math.min(Number(optionalText(query.page) ?? 1), Number.MAX_SAFE_INTEGER),
    limit: limitOf(query),
  }
}

const limitOf = (query: RestRequest['query']) => Math.min(Number(optionalText(query.limit) ?? defaultLimit), maxLimit)

/** Which events; `limit` above 100 is 100, `wait` above 30 seconds is 30. @throws BAD_REQUEST. */
export function eventsAfter(query: RestRequest['query']): { after: string | null; first: number; waitSeconds: number } {
  requireNumbers(query, ['limit'], ['wait'])
  return {
    after: optionalText(query.after),
    first: limitOf(query),
    waitSeconds: Math.min(Number(optionalText(query.wait) ?? 0), maxWaitSeconds),
  }
}

/** @throws BAD_REQUEST naming every parameter that is there and no whole number, from 1 or from 0. */
function requireNumbers(query: RestRequest['query'], fromOne: string[], fromZero: string[] = []): void {
  const isNot = (form: RegExp) => (name: string) => {
    const text = optionalText(query[name])
    return text !== null && !form.test(text)
  }
  const details = [
    ...fromOne.filter(isNot(/^0*[1-9]\d*$/)).map((path) => ({ path, message: 'must be a whole number, 1 or more' })),
    ...fromZero.filter(isNot(/^\d+$/)).map((path) => ({ path, message: 'must be a whole number, 0 or more' })),
  ]
  if (details.length > 0) throw badRequest(details)
}

/** The same as the graph's arguments. A page far beyond every list is read as one that is only just beyond. */
export function page(query: RestRequest['query']): { first: number; skip: number } {
  const { page, limit } = pageOf(query)
  return { first: limit, skip: Math.min((page - 1) * limit, maxSkip) }
}

const statuses: Record<ConversationStatus, true> = {
  OPEN: true,
  ASSIGNED: true,
  RESOLVED: true,
  BOT_ACTIVE: true,
  AI_ACTIVE: true,
}

/** In any case. @throws BAD_REQUEST. */
export function conversationStatus(value: unknown): ConversationStatus | null {
  const text = optionalText(value)?.toUpperCase()
  if (text === undefined) return null
  if (Object.hasOwn(statuses, text)) return text as ConversationStatus
  throw badRequest([{ path: 'status', message: `must be one of ${Object.keys(statuses).join(', ')}` }])
}

const contactFields = ['phone', 'name', 'email', 'tags', 'optedIn', 'optInSource', 'optInProof', 'attributes'] as const

/** The known fields of a contact. @throws BAD_REQUEST naming every field that is not what it should be. */
export const contactInput = (body: RestRequest['body']): CreateContactInput =>
  checkCreateContact(
    Object.fromEntries(contactFields.flatMap((field) => (body[field] === undefined ? [] : [[field, body[field]]]))),
  )

/** The flat body of contract section 6. A number where a text belongs is read as its digits. @throws BAD_REQUEST. */
export function sendInput(body: RestRequest['body'], idempotencyKey: string | null): SendMessageInput {
  const { to, replyTo, scheduledAt, ...flat } = body
  if (replyTo != null && textOf(replyTo) === null) throw badRequest([{ path: 'replyTo', message: 'must be a text' }])
  return {
    to: textOf(to) ?? '',
    content: { flat },
    replyTo: textOf(replyTo) || null,
    idempotencyKey,
    // What is no time is refused by the graph, which names the field.
    scheduledAt: scheduledAt === '' ? null : (scheduledAt as string | null | undefined),
  }
}

/** @throws BAD_REQUEST where no file came. */
export function uploadInput({ file }: RestRequest): UploadMediaInput {
  if (!file) throw badRequest([{ path: 'file', message: 'is required, as a file part of multipart/form-data' }])
  return { file }
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null

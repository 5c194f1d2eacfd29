import type { Tx } from '../database/client.js'
import type { Message, StatusEventKind } from '../generated/prisma/client.js'
import { applyStatus, type OutboundStatus, type StatusState, type WireStatus } from '../whatsapp/status-order.js'
import type { UpstreamError } from '../whatsapp/upstream-error.js'
import type { LockedMessages } from './locked-messages.js'
import { isGivenUp, type MessageError } from './refusal.js'

/** One step that WhatsApp reported of a message of ours. */
export type StatusStep = { status: WireStatus; timestamp: Date; wamid: string; errors: UpstreamError[] }

/**
 * Takes a reported step into a locked message. Where it moves the status on, the event is the new status; where it only
 * adds a time that was missing, `message.updated`; where it says nothing new, none.
 */
export function applyStep(messages: LockedMessages, message: Message, step: StatusStep): Message {
  if (message.direction !== 'OUTBOUND') return message
  const next = applyStatus(stateOf(message), step)
  const wamid = message.wamid ?? step.wamid
  // When it was sent is known since WhatsApp answered; its own clock, in whole seconds, says nothing new of that.
  const times = (['sentAt', 'deliveredAt', 'readAt', 'failedAt'] as const).filter(
    (column) =>
      next[column]?.getTime() !== message[column]?.getTime() && !(column === 'sentAt' && message.sentAt !== null),
  )
  if (next.status === message.status && times.length === 0 && wamid === message.wamid) return message

  const updated = messages.change(message, {
    wamid,
    status: next.status,
    ...Object.fromEntries(times.map((column) => [column, next[column]])),
    error: next.status === 'FAILED' ? (errorOf(step) ?? (message.error as MessageError | null)) : null,
    attemptedAt: null,
    leaseExpiresAt: null,
  })
  const type = next.status === message.status ? 'message.updated' : (`message.${lowerCase(next.status)}` as const)
  messages.tell(type, updated, step.timestamp)
  return updated
}

/** A send that we gave up is still open to WhatsApp's word. */
const stateOf = (message: Message): StatusState =>
  isGivenUp(message)
    ? { ...message, status: 'UNKNOWN', failedAt: null }
    : { ...message, status: message.status as OutboundStatus }

const lowerCase = <T extends string>(text: T) => text.toLowerCase() as Lowercase<T>

function errorOf({ errors }: StatusStep): MessageError | null {
  const [error] = errors
  return error ? { code: error.code, title: error.title, details: error.details } : null
}

type Orphan = { organizationId: string; messageId: string; wamid: string; kind: StatusEventKind; occurredAt: Date }

/**
 * Lets one transaction at a time deal with a wamid: the one that learns which message it names, and the one that stores
 * a status of it, would otherwise each look before the other has written. Always taken in one order, before any row.
 */
export async function lockWamids(tx: Tx, wamids: { organizationId: string; wamid: string }[]): Promise<void> {
  const names = wamids.map(({ organizationId, wamid }) => `${organizationId}:${wamid}`)
  if (names.length === 0) return
  await tx.$queryRaw`
    SELECT pg_advisory_xact_lock(key)::text FROM (
      SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest(${names}::text[]) AS name ORDER BY key
    ) AS keys`
}

/** Statuses that came before the wamid of their message was known find it here. */
export async function attachOrphans(tx: Tx, messages: LockedMessages, learned: Message[]): Promise<void> {
  const known = learned.filter(({ wamid }) => wamid !== null)
  if (known.length === 0) return
  const steps = await tx.$queryRaw<(Orphan & { errors: unknown })[]>`
    UPDATE "MessageStatusEvent" AS s SET "messageId" = m.id
    FROM unnest(${known.map(({ organizationId }) => organizationId)}::text[], ${known.map(({ wamid }) => wamid)}::text[],
      ${known.map(({ id }) => id)}::text[]) AS m("organizationId", wamid, id)
    WHERE s."organizationId" = m."organizationId" AND s.wamid = m.wamid AND s."messageId" IS NULL
    RETURNING s."organizationId", s."messageId", s.wamid, s.kind, s."occurredAt", s.errors`
  for (const step of steps.sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime())) {
    const message = messages.get({ organizationId: step.organizationId, id: step.messageId })
    if (!message) continue
    applyStep(messages, message, {
      status: wireStatus(step.kind),
      timestamp: step.occurredAt,
      wamid: step.wamid,
      errors: (step.errors ?? []) as UpstreamError[],
    })
  }
}

const wireStatus = (kind: StatusEventKind): WireStatus => lowerCase(kind)
export const statusEventKind = (status: WireStatus): StatusEventKind => status.toUpperCase() as Uppercase<WireStatus>

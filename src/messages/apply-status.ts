import type { Context } from '../context.js'
import { rowKey, type Tx } from '../database/client.js'
import { type Message, Prisma, type StatusEventKind } from '../generated/prisma/client.js'
import { applyStatus, type OutboundStatus, type StatusState, type WireStatus } from '../whatsapp/status-order.js'
import type { UpstreamError } from '../whatsapp/upstream-error.js'
import { appendMessageEvent } from './message-event.js'
import { isGivenUp, type MessageError } from './refusal.js'

/** One step that WhatsApp reported of a message of ours. */
export type StatusStep = { status: WireStatus; timestamp: Date; wamid: string; errors: UpstreamError[] }

/**
 * Takes a reported step into the message, which the caller has locked. Where it moves the status on, the event is the
 * new status; where it only adds a time that was missing, `message.updated`; where it says nothing new, none.
 */
export async function applyStep(ctx: Context, tx: Tx, message: Message, step: StatusStep): Promise<Message> {
  if (message.direction !== 'OUTBOUND') return message
  const next = applyStatus(stateOf(message), step)
  const wamid = message.wamid ?? step.wamid
  // When it was sent is known since WhatsApp answered; its own clock, in whole seconds, says nothing new of that.
  const times = (['sentAt', 'deliveredAt', 'readAt', 'failedAt'] as const).filter(
    (column) =>
      next[column]?.getTime() !== message[column]?.getTime() && !(column === 'sentAt' && message.sentAt !== null),
  )
  if (next.status === message.status && times.length === 0 && wamid === message.wamid) return message

  const updated = await tx.message.update({
    where: rowKey(message),
    data: {
      wamid,
      status: next.status,
      ...Object.fromEntries(times.map((column) => [column, next[column]])),
      error: next.status === 'FAILED' ? (errorOf(step) ?? message.error ?? Prisma.DbNull) : Prisma.DbNull,
      attemptedAt: null,
      leaseExpiresAt: null,
    },
  })
  const type = next.status === message.status ? 'message.updated' : (`message.${lowerCase(next.status)}` as const)
  await appendMessageEvent(ctx, tx, type, updated, { timestamp: step.timestamp })
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

/** Takes in every stored step of a message, oldest first. */
export async function applyStoredStatuses(ctx: Context, tx: Tx, message: Message): Promise<Message> {
  const steps = await tx.messageStatusEvent.findMany({
    where: { organizationId: message.organizationId, messageId: message.id },
    orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }],
  })
  let current = message
  for (const step of steps) {
    current = await applyStep(ctx, tx, current, {
      status: wireStatus(step.kind),
      timestamp: step.occurredAt,
      wamid: step.wamid,
      errors: (step.errors ?? []) as UpstreamError[],
    })
  }
  return current
}

export const wireStatus = (kind: StatusEventKind): WireStatus => lowerCase(kind)
export const statusEventKind = (status: WireStatus): StatusEventKind => status.toUpperCase() as Uppercase<WireStatus>

import { DomainError } from '../core/errors.js'
import type { Message } from '../generated/prisma/client.js'
import { upstreamDomainError } from '../whatsapp/error-codes.js'

/** Why a scheduled message never set out: what a send is refused with, or that it was cancelled. */
export type MessageErrorReason = 'WINDOW_CLOSED' | 'OPT_IN_REQUIRED' | 'CANCELLED'

/** What is stored as a message's error, and shown: Meta's code, or null where the reason is ours. */
export type MessageError = {
  code: number | null
  title: string
  details: string | null
  reason?: MessageErrorReason
}

/** A failure of our own making (given up, never reached) is not WhatsApp's word: what WhatsApp says later holds. */
export function isGivenUp(message: Message): boolean {
  const error = message.error as MessageError | null
  return message.status === 'FAILED' && error !== null && error.code === null
}

/** What the caller of a send is told of its failure, with the `id` of the stored message; `replayed`: told again. */
export function refusalOf(message: Message, { replayed = false } = {}): DomainError {
  const error = message.error as MessageError | null
  const extra = { id: message.id }
  if (error?.code == null) {
    return new DomainError('UPSTREAM', error?.title ?? 'WhatsApp did not accept the message.', { extra, replayed })
  }
  return upstreamDomainError({ ...error, code: error.code }, { extra, replayed })
}

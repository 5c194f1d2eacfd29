import type { ErrorCode } from '../core/errors.js'
import type { Message } from '../generated/prisma/client.js'
import { upstreamRule } from '../whatsapp/error-codes.js'

/** WhatsApp's refusal of a send, as the caller is told of it. */
export type Refusal = { code: ErrorCode; message: string }

/** What is stored as a message's error, and shown: Meta's code, or null where the reason is ours. */
export type MessageError = { code: number | null; title: string; details: string | null }

/** Null where the message has not failed. */
export function refusalOf(message: Message): Refusal | null {
  if (message.status !== 'FAILED') return null
  const error = message.error as MessageError | null
  if (error?.code == null) {
    return { code: 'UPSTREAM', message: error?.title ?? 'WhatsApp did not accept the message.' }
  }
  const rule = upstreamRule(error.code)
  return { code: rule.callerCode, message: `${rule.publicMessage} (WhatsApp error ${error.code})` }
}

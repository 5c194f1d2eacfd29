import { faultAt } from '../../app/faults.ts'
import { GraphError, graph } from '../../app/graph.ts'
import { newIdempotencyKey } from '../../app/idempotency-key.ts'
import { InboxSendDocument } from '../../generated/graphql.ts'
import type { Inbox, Message } from './inbox-store.ts'

/** A message in the flat form of REST: `{ type, ...fields }`. */
export type FlatContent = { type: string } & Record<string, unknown>

/** A send that this page has begun. */
export type Pending = {
  /** The idempotency key: sending again with it sends nothing twice. */
  key: string
  to: string
  content: FlatContent
  replyTo: string | null
  /** When it is to go out; null: at once. */
  scheduledAt: string | null
  startedAt: string
  error: string | null
  /** The server's message, once it is known which one it is. */
  messageId: string | null
}

type Options = { replyTo?: string | null; scheduledAt?: string | null }

/**
 * Shows a message in its conversation at once, and sends it. @throws GraphError where its time is refused; it is then
 * shown no longer.
 */
export async function send(
  inbox: Inbox,
  conversation: { id: string; contactId: string },
  content: FlatContent,
  { replyTo = null, scheduledAt = null }: Options = {},
): Promise<void> {
  const pending = {
    key: newIdempotencyKey(),
    to: conversation.contactId,
    content,
    replyTo,
    scheduledAt,
    startedAt: new Date().toISOString(),
    error: null,
    messageId: null,
  }
  const refusal = await attempt(inbox, conversation.id, pending)
  if (faultAt(refusal, '', 'scheduledAt') === null) return
  inbox.thread(conversation.id).drop(pending.key)
  throw refusal
}

/**
 * Sends again what had no answer or was refused; with the same key, so that it goes out once at most. Answers what is
 * shown as its error, null where there is none.
 */
export async function attempt(inbox: Inbox, conversationId: string, pending: Pending): Promise<unknown> {
  const thread = inbox.thread(conversationId)
  const { key, to, content, replyTo, scheduledAt } = pending
  thread.pend({ ...pending, error: null })
  try {
    const input = { to, content: { flat: content }, replyTo, scheduledAt, idempotencyKey: key }
    const { sendMessage } = await graph(InboxSendDocument, { input })
    thread.settle(key, sendMessage.message)
    return null
  } catch (error) {
    // Where the server has stored the message, it shows itself as failed.
    if (!thread.isPending(key)) return null
    thread.pend({ ...pending, error: error instanceof GraphError ? error.message : String(error) })
    return error
  }
}

/** Whether a message of the server's is what this send became, told by an event before the answer came. */
export function isSameSend({ content, scheduledAt, startedAt }: Pending, message: Message): boolean {
  if (message.direction !== 'OUTBOUND' || message.type !== content.type.toUpperCase()) return false
  if (new Date(message.createdAt).getTime() < new Date(startedAt).getTime() - clockToleranceMs) return false
  if (message.scheduledAt !== scheduledAt) return false
  const stored = message.contentData as Record<string, unknown>
  return ['text', 'caption', 'mediaId', 'templateName'].every(
    (field) => (stored[field] ?? '') === (content[field] ?? ''),
  )
}

/** How far the clocks of the browser and the server may be apart. */
const clockToleranceMs = 120_000

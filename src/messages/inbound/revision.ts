import type { Message, Prisma } from '../../generated/prisma/client.js'
import type { MessageEntry } from '../../whatsapp/inbound-entries.js'
import { record } from '../../whatsapp/read.js'
import { contentOf, originFields, originOf } from './content.js'

/**
 * A customer's message, its edits and its revocation are three kinds of webhook about one row, that of the original's
 * wamid; they come in any order and more than once, and every order ends in the same row. Each function answers the row
 * after one of them, or null where it says nothing new. `sentAt` is null until the original itself has come.
 */
export type Held = Pick<Message, 'type' | 'text' | 'sentAt' | 'editedAt' | 'revokedAt'> & {
  content: Prisma.InputJsonObject
}

type Parts = { entry: MessageEntry; type: Message['type']; at: Date }

/** Whether there is anything to read in the row: the original, or an edit of it. */
export const isWritten = ({ sentAt, editedAt }: Pick<Held, 'sentAt' | 'editedAt'>): boolean =>
  sentAt !== null || editedAt !== null

export function afterOriginal(held: Held | null, { entry, type, at }: Parts): Held | null {
  if (held !== null && held.sentAt !== null) return null
  const origin = originOf(entry)
  if (held !== null && held.editedAt !== null) return { ...held, content: { ...held.content, ...origin }, sentAt: at }
  const content = { ...contentOf(entry), ...origin }
  return { ...neverChanged, ...held, type, text: entry.text, content, sentAt: at }
}

/** `entry` holds the new content whole. Of two edits the later counts; of two in one second, that of the higher wamid. */
export function afterEdit(held: Held | null, { entry, type, at }: Parts): Held | null {
  if (held && !isLater(held, entry.wamid, at)) return null
  const origin = Object.entries(held?.content ?? {}).filter(([name]) => originFields.some((field) => field === name))
  return {
    type,
    text: entry.text,
    content: { ...contentOf(entry), ...Object.fromEntries(origin), edit: { messageId: entry.wamid } },
    sentAt: held?.sentAt ?? null,
    editedAt: at,
    revokedAt: held?.revokedAt ?? null,
  }
}

function isLater({ editedAt, content }: Held, wamid: string, at: Date): boolean {
  if (editedAt === null || editedAt < at) return true
  return editedAt.getTime() === at.getTime() && String(record(content.edit).messageId ?? '') < wamid
}

/** What the message held is kept; a message that never came is an unsupported one until it does. */
export function afterRevoke(held: Held | null, { entry, type, at }: Parts): Held | null {
  if (held?.revokedAt) return null
  return { ...(held ?? { type, text: null, content: contentOf(entry), sentAt: null, ...neverChanged }), revokedAt: at }
}

const neverChanged = { editedAt: null, revokedAt: null }

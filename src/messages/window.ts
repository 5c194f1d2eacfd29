import { hoursMs } from '../core/clock.js'
import type { MessageEntry } from '../whatsapp/inbound-entries.js'

/**
 * The customer service window: free-form messages may be sent for 24 hours after the customer's last message
 * (whatsapp-cloud-api.md, section 6). Exactly at its end it is closed.
 */
export const windowLengthMs = hoursMs(24)

export const isWindowOpen = (windowExpiresAt: Date | null, now: Date): boolean =>
  windowExpiresAt !== null && windowExpiresAt.getTime() > now.getTime()

/** The window after a customer's message. Never shortened by one that arrives late, nor opened beyond our own clock. */
export function windowAfter(current: Date | null, writtenAt: Date, now: Date): Date {
  const expires = Math.min(writtenAt.getTime(), now.getTime()) + windowLengthMs
  return new Date(Math.max(expires, current?.getTime() ?? 0))
}

const windowless: ReadonlySet<MessageEntry['type']> = new Set(['reaction', 'system', 'unsupported'])

/** Whether a customer's message opens the window: nothing does that writes nothing, or only changes what was written. */
export const opensWindow = ({ type, edit, revoke }: Pick<MessageEntry, 'type' | 'edit' | 'revoke'>): boolean =>
  edit === null && revoke === null && !windowless.has(type)

/** Where an outbound message stands (contract, section 5). */
export type OutboundStatus = 'QUEUED' | 'SENT' | 'DELIVERED' | 'READ' | 'FAILED' | 'UNKNOWN'

/** What a status webhook says; `played` is a voice note listened to. */
export const wireStatuses = ['sent', 'delivered', 'read', 'failed', 'played'] as const
export type WireStatus = (typeof wireStatuses)[number]

export type StatusEvent = { status: WireStatus; timestamp: Date }

/**
 * Each time is null where WhatsApp never said so. Where it said so more than once, `sentAt` and `readAt` are the
 * earliest; `deliveredAt` and `failedAt` the latest, since between those two the last word counts.
 */
export type StatusState = {
  status: OutboundStatus
  sentAt: Date | null
  deliveredAt: Date | null
  readAt: Date | null
  failedAt: Date | null
}

type TimeField = Exclude<keyof StatusState, 'status'>

const fields: Record<WireStatus, { field: TimeField; keep: 'earliest' | 'latest' }> = {
  sent: { field: 'sentAt', keep: 'earliest' },
  delivered: { field: 'deliveredAt', keep: 'latest' },
  read: { field: 'readAt', keep: 'earliest' },
  played: { field: 'readAt', keep: 'earliest' },
  failed: { field: 'failedAt', keep: 'latest' },
}

/**
 * The state after one more status event (whatsapp-cloud-api.md, section 4). Statuses repeat and come in any order, so
 * the result depends on the set of events alone: whatever their order and repetition, it is the same.
 *
 * A failure of our own making (an unknown send given up) is not WhatsApp's word: pass it as UNKNOWN without a
 * `failedAt`, so that a late `sent` still settles the message.
 */
export function applyStatus(current: StatusState, event: StatusEvent): StatusState {
  const { field, keep } = fields[event.status]
  const known = current[field]
  const keepKnown = known !== null && (keep === 'earliest' ? known <= event.timestamp : known >= event.timestamp)
  const next = keepKnown ? current : { ...current, [field]: event.timestamp }
  return { ...next, status: derive(next) }
}

/**
 * Rank READ > DELIVERED > SENT, so that a late status never takes one back. A failure stands against a delivery by
 * its time: with several devices one may fail after another has received, or receive after it failed; at the same
 * second the delivery holds. It always stands against SENT, whose time may be our own clock's and later than
 * WhatsApp's verdict, and never against READ.
 */
function derive({ status, sentAt, deliveredAt, readAt, failedAt }: StatusState): OutboundStatus {
  if (readAt) return 'READ'
  if (deliveredAt && !(failedAt && failedAt > deliveredAt)) return 'DELIVERED'
  if (failedAt) return 'FAILED'
  return sentAt ? 'SENT' : status
}

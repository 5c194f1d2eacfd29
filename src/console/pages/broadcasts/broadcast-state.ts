import type {
  BroadcastRecipientStatus,
  BroadcastRowFragment,
  BroadcastSkipReason,
  BroadcastStatus,
} from '../../generated/graphql.ts'

export const statusWords: Readonly<Record<BroadcastStatus, string>> = {
  DRAFT: 'Reading the file',
  SCHEDULED: 'Scheduled',
  RUNNING: 'Running',
  PAUSED: 'Paused',
  COMPLETED: 'Completed',
  CANCELLED: 'Cancelled',
  FAILED: 'Failed',
}

export const statusColors: Readonly<Record<BroadcastStatus, string>> = {
  DRAFT: 'gray',
  SCHEDULED: 'blue',
  RUNNING: 'leaf',
  PAUSED: 'orange',
  COMPLETED: 'leaf',
  CANCELLED: 'gray',
  FAILED: 'red',
}

export const recipientWords: Readonly<Record<BroadcastRecipientStatus, string>> = {
  PENDING: 'Not written to yet',
  QUEUED: 'Being sent',
  SENT: 'Sent',
  DELIVERED: 'Delivered',
  READ: 'Read',
  FAILED: 'Failed',
  SKIPPED: 'Left out',
  UNKNOWN: 'Not known yet',
}

export const skipWords: Readonly<Record<BroadcastSkipReason, string>> = {
  CANCELLED: 'the broadcast was cancelled',
  MARKETING_LIMIT: 'has had enough marketing for now',
  NOT_OPTED_IN: 'has not opted in',
  OPTED_OUT: 'has opted out',
  UNREACHABLE: 'cannot be reached',
}

export type Counts = Pick<
  BroadcastRowFragment,
  'total' | 'pending' | 'sent' | 'delivered' | 'read' | 'failed' | 'skipped'
>

/** How much of it is over, in percent. */
export const doneOf = ({ total, pending }: Counts): number =>
  total === 0 ? 0 : Math.round(((total - pending) / total) * 100)

import { AlertCircle, Check, Clock, HelpCircle } from 'react-feather'
import type { Message } from './inbox-store.ts'
import classes from './message.module.css'

const words: Record<Message['status'], string> = {
  QUEUED: 'Waiting to be sent',
  UNKNOWN: 'Nobody knows yet whether it arrived',
  SENT: 'Sent',
  DELIVERED: 'Delivered',
  READ: 'Read',
  FAILED: 'Failed',
  RECEIVED: 'Received',
}

/** One tick: sent; two: delivered; two in colour: read. */
export function Ticks({ status }: { status: Message['status'] }) {
  return (
    <span className={classes.ticks} data-status={status} role="img" aria-label={words[status]} title={words[status]}>
      <Mark status={status} />
    </span>
  )
}

function Mark({ status }: { status: Message['status'] }) {
  if (status === 'QUEUED') return <Clock size={13} />
  if (status === 'FAILED') return <AlertCircle size={13} />
  if (status === 'UNKNOWN') return <HelpCircle size={13} />
  if (status === 'SENT' || status === 'RECEIVED') return <Check size={14} />
  return (
    <>
      <Check size={14} />
      <Check size={14} className={classes.second} />
    </>
  )
}

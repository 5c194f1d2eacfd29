import { Avatar, Badge, Text } from '@mantine/core'
import { memo } from 'react'
import { Link } from 'wouter'
import { shortTimeOf } from '../../app/times.ts'
import classes from './inbox.module.css'
import type { Conversation } from './inbox-store.ts'
import { nameOf } from './names.ts'
import { Ticks } from './ticks.tsx'

type Props = { conversation: Conversation; chosen: boolean }

export const ConversationRow = memo(function ConversationRow({ conversation, chosen }: Props) {
  const { id, contact, lastMessage, lastMessageAt, createdAt, unreadCount, status, assignedTo } = conversation
  const name = nameOf(contact)
  return (
    <Link
      to={`/${id}`}
      className={classes.row}
      aria-current={chosen ? 'true' : undefined}
      data-unread={unreadCount > 0 || undefined}
    >
      <Avatar {...(contact.name ? { name: contact.name } : {})} color="initials" radius="xl" aria-hidden />
      <span className={classes.rowMiddle}>
        <span className={classes.rowName}>{name}</span>
        <span className={classes.rowText}>
          {lastMessage?.direction === 'OUTBOUND' && <Ticks status={lastMessage.status} />}
          <span className={classes.ellipsis}>{lastMessage ? summaryOf(lastMessage) : 'No messages yet'}</span>
        </span>
      </span>
      <span className={classes.rowEnd}>
        <span className={classes.rowTime}>{shortTimeOf(lastMessageAt ?? createdAt)}</span>
        {unreadCount > 0 ? (
          <Badge size="sm" circle={unreadCount < 10} aria-label={`${unreadCount} unread`}>
            {unreadCount}
          </Badge>
        ) : (
          <StatusMark status={status} assignee={assignedTo?.name ?? null} />
        )}
      </span>
    </Link>
  )
})

function StatusMark({ status, assignee }: { status: Conversation['status']; assignee: string | null }) {
  if (status === 'RESOLVED') return <Text className={classes.mark}>Done</Text>
  if (status === 'AI_ACTIVE' || status === 'BOT_ACTIVE') return <Text className={classes.mark}>AI</Text>
  return assignee === null ? null : <Text className={classes.mark}>{assignee.split(' ')[0]}</Text>
}

const kinds: Partial<Record<NonNullable<Conversation['lastMessage']>['type'], string>> = {
  IMAGE: 'Photo',
  VIDEO: 'Video',
  AUDIO: 'Audio',
  DOCUMENT: 'Document',
  STICKER: 'Sticker',
  LOCATION: 'Location',
  CONTACT: 'Contact card',
  TEMPLATE: 'Template',
  INTERACTIVE: 'Choices',
  REACTION: 'Reaction',
  ORDER: 'Order',
  SYSTEM: 'Notice',
  UNSUPPORTED: 'Unsupported message',
}

function summaryOf({ type, text }: NonNullable<Conversation['lastMessage']>): string {
  const kind = kinds[type]
  if (!kind) return text ?? ''
  return text ? `${kind}: ${text}` : kind
}

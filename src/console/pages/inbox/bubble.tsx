import { ActionIcon, Button, Menu, Text } from '@mantine/core'
import { memo } from 'react'
import { Cpu, MoreHorizontal } from 'react-feather'
import { useConsole } from '../../app/console-context.ts'
import { dateTimeOf, timeOf } from '../../app/times.ts'
import { type Conversation, type Message, theInbox } from './inbox-store.ts'
import classes from './message.module.css'
import { MessageBody } from './message-body.tsx'
import { nameOf } from './names.ts'
import { type FlatContent, send } from './outbox.ts'
import { replies } from './reply.ts'
import { isWaiting, Scheduled } from './scheduled.tsx'
import type { Reaction } from './thread.ts'
import { Ticks } from './ticks.tsx'

type Props = { message: Message; conversation: Conversation; reactions: readonly Reaction[] }

/** One message: what it holds, when, how far it has come, and what can be done with it. */
export const Bubble = memo(function Bubble({ message, conversation, reactions }: Props) {
  const { direction, type, status, createdAt, sentAt, editedAt, revokedAt, scheduledAt, sentBy } = message
  if (type === 'SYSTEM') {
    return (
      <div className={classes.day}>
        <span>{String((message.contentData as { text?: unknown }).text ?? 'A notice of WhatsApp')}</span>
      </div>
    )
  }
  const who = direction === 'INBOUND' ? nameOf(conversation.contact) : sentBy === 'AI_AGENT' ? 'The AI agent' : 'We'
  return (
    <div className={classes.line} data-direction={direction}>
      <article
        className={classes.bubble}
        data-failed={status === 'FAILED' || undefined}
        aria-label={`${who}, ${timeOf(createdAt)}`}
      >
        <Quoted message={message} contact={nameOf(conversation.contact)} />
        {revokedAt === null ? (
          <MessageBody message={message} />
        ) : (
          <Text fs="italic" size="sm" c="dimmed">
            This message was taken back
          </Text>
        )}
        <span className={classes.foot}>
          {sentBy === 'AI_AGENT' && <Cpu size={12} aria-label="By an AI agent" />}
          {editedAt !== null && 'edited '}
          {scheduledAt !== null && sentAt !== null
            ? dateTimeOf(sentAt)
            : timeOf(direction === 'INBOUND' ? (sentAt ?? createdAt) : createdAt)}
          {direction === 'OUTBOUND' && <Ticks status={status} />}
        </span>
        {isWaiting(message) && <Scheduled message={message} />}
        {status === 'FAILED' && <Failed message={message} conversation={conversation} />}
        {reactions.length > 0 && (
          <span
            className={classes.reactions}
            role="img"
            aria-label={`Reactions: ${reactions.map(({ emoji }) => emoji).join(' ')}`}
          >
            {reactions.map(({ emoji }) => emoji).join(' ')}
          </span>
        )}
      </article>
      <Actions message={message} conversation={conversation} />
    </div>
  )
})

/** Why it failed, in the words of WhatsApp, and sending it once more as a new message. */
function Failed({ message, conversation }: { message: Message; conversation: Conversation }) {
  const { error, type, contentData } = message
  const again = () => {
    const content = { ...(contentData as object), type: type.toLowerCase() } as FlatContent
    void send(theInbox(), { id: conversation.id, contactId: conversation.contact.id }, resendable(content))
  }
  return (
    <div className={classes.failed}>
      <Text size="xs" fw={600}>
        {error ? `${error.title}${error.code === null ? '' : ` (${error.code})`}` : 'It could not be sent.'}
      </Text>
      {error?.details && error.details !== error.title && <Text size="xs">{error.details}</Text>}
      <Button size="compact-xs" variant="default" onClick={again} mt={4}>
        {error?.reason ? 'Send now' : 'Send again'}
      </Button>
    </div>
  )
}

/** Of a file its id is enough, and its address may not stand beside it. */
function resendable({ url: _url, mimeType: _mimeType, ...content }: FlatContent): FlatContent {
  return content as FlatContent
}

function Quoted({ message: { replyTo }, contact }: { message: Message; contact: string }) {
  if (!replyTo) return null
  return (
    <span className={classes.quoted}>
      <b>{replyTo.direction === 'INBOUND' ? contact : 'We'}</b>
      <span>{replyTo.text ?? replyTo.type.toLowerCase()}</span>
    </span>
  )
}

const emojis = ['👍', '❤️', '😂', '😮', '🙏']

function Actions({ message, conversation }: { message: Message; conversation: Conversation }) {
  const { may } = useConsole()
  if (!may('messages:send') || message.messageId === null) return null
  const react = (emoji: string) =>
    void send(
      theInbox(),
      { id: conversation.id, contactId: conversation.contact.id },
      { type: 'reaction', messageId: message.id, emoji },
    )
  return (
    <Menu position="bottom" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" size="md" className={classes.actions} aria-label="What to do with this message">
          <MoreHorizontal size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => replies(conversation.id).set(message)}>Reply</Menu.Item>
        {message.text && (
          <Menu.Item onClick={() => void navigator.clipboard.writeText(message.text ?? '')}>Copy the text</Menu.Item>
        )}
        <Menu.Label>React</Menu.Label>
        {emojis.map((emoji) => (
          <Menu.Item key={emoji} onClick={() => react(emoji)}>
            {emoji}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => react('')}>No reaction</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

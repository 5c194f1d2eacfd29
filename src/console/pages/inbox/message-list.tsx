import { Alert, Button, Group, Loader, Text } from '@mantine/core'
import { useMemo, useRef } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { Boundary } from '../../app/boundary.tsx'
import { Failure } from '../../app/page.tsx'
import { dayOf, timeOf } from '../../app/times.ts'
import { Bubble } from './bubble.tsx'
import { type Conversation, type Message, theInbox } from './inbox-store.ts'
import classes from './message.module.css'
import { attempt, type Pending } from './outbox.ts'
import type { Thread, ThreadView } from './thread.ts'

/** Where a list begins to count that grows at both ends. */
const origin = 1_000_000

type Props = { conversation: Conversation; thread: Thread; view: ThreadView }
type Row = { message: Message; newDay: boolean }

/** The messages, newest at the bottom; older ones are read as they are scrolled to. */
export function MessageList({ conversation, thread, view }: Props) {
  const { messages, reactions, pending, olderCount, loading, error } = view
  const rows = useMemo<Row[]>(
    () => messages.map((message, i) => ({ message, newDay: !sameDay(message, messages[i - 1]) })),
    [messages],
  )
  const list = useRef<VirtuosoHandle>(null)
  const atBottom = useRef(true)
  if (loading && rows.length === 0 && pending.length === 0) {
    return (
      <Group justify="center" align="center" className={classes.messages}>
        <Loader aria-label="Loading messages" />
      </Group>
    )
  }
  return (
    <div className={classes.messages}>
      <Virtuoso
        ref={list}
        role="log"
        aria-label="Messages"
        className={classes.scroller}
        data={rows}
        firstItemIndex={origin - olderCount}
        initialTopMostItemIndex={{ index: 'LAST', align: 'end' }}
        alignToBottom
        followOutput={(atBottom) => (atBottom ? 'auto' : false)}
        atBottomThreshold={120}
        atBottomStateChange={(is) => {
          atBottom.current = is
        }}
        // What grows once it has been read, a template or a player, does not push the newest message out of sight.
        totalListHeightChanged={() => {
          if (atBottom.current) list.current?.autoscrollToBottom()
        }}
        startReached={() => void thread.loadOlder()}
        increaseViewportBy={{ top: 800, bottom: 400 }}
        computeItemKey={(_index, { message }) => message.id}
        itemContent={(_index, { message, newDay }) => (
          <>
            {newDay && <Day iso={message.createdAt} />}
            <Boundary>
              <Bubble message={message} conversation={conversation} reactions={reactionsTo(message, reactions)} />
            </Boundary>
          </>
        )}
        context={{ thread, pending, conversation, loading, error }}
        components={{ Header, Footer }}
      />
    </div>
  )
}

type Context = {
  thread: Thread
  pending: readonly Pending[]
  conversation: Conversation
  loading: boolean
  error: unknown
}

function Header({ context }: { context?: Context }) {
  if (context?.error != null) return <Failure error={context.error} onRetry={() => context.thread.loadOlder()} />
  return context?.loading ? (
    <Group justify="center" py="sm">
      <Loader size="sm" aria-label="Loading older messages" />
    </Group>
  ) : (
    <div className={classes.top} />
  )
}

function Footer({ context }: { context?: Context }) {
  return (
    <div className={classes.bottom}>
      {context?.pending.map((pending) => (
        <PendingBubble key={pending.key} pending={pending} conversation={context.conversation} />
      ))}
    </div>
  )
}

function PendingBubble({ pending, conversation }: { pending: Pending; conversation: Conversation }) {
  const { content, error, key, startedAt } = pending
  const words = content.text ?? content.caption ?? content.templateName ?? content.filename ?? content.type
  return (
    <div className={classes.line} data-direction="OUTBOUND">
      <div
        className={classes.bubble}
        data-pending={error === null || undefined}
        data-failed={error !== null || undefined}
      >
        <span className={classes.text}>{String(words)}</span>
        <span className={classes.foot}>{error === null ? 'Sending' : timeOf(startedAt)}</span>
        {error !== null && (
          <Alert color="red" role="alert" p="xs" mt={4}>
            <Text size="sm">{error}</Text>
            <Group gap="xs" mt={6}>
              <Button size="compact-xs" onClick={() => void attempt(theInbox(), conversation.id, pending)}>
                Try again
              </Button>
              <Button size="compact-xs" variant="default" onClick={() => theInbox().thread(conversation.id).drop(key)}>
                Discard
              </Button>
            </Group>
          </Alert>
        )}
      </div>
    </div>
  )
}

const Day = ({ iso }: { iso: string }) => (
  <div className={classes.day}>
    <span>{dayOf(iso)}</span>
  </div>
)

const sameDay = (message: Message, before: Message | undefined) =>
  before !== undefined && new Date(message.createdAt).toDateString() === new Date(before.createdAt).toDateString()

const reactionsTo = (message: Message, reactions: ThreadView['reactions']) => [
  ...(reactions.get(message.id) ?? []),
  ...(message.messageId === null ? [] : (reactions.get(message.messageId) ?? [])),
]

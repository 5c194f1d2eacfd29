import { ActionIcon, Avatar, Button, Center, Group, Loader, Text, Title } from '@mantine/core'
import { useEffect } from 'react'
import { ArrowLeft, CheckCircle, RotateCcw, User } from 'react-feather'
import { Link } from 'wouter'
import { useConsole } from '../../app/console-context.ts'
import { GraphError, graph } from '../../app/graph.ts'
import { useChange } from '../../app/hooks.ts'
import { Failure } from '../../app/page.tsx'
import { InboxMarkReadDocument, InboxReopenDocument, InboxResolveDocument } from '../../generated/graphql.ts'
import { AssignMenu } from './assign-menu.tsx'
import { Composer } from './composer.tsx'
import classes from './inbox.module.css'
import { type Conversation, theInbox } from './inbox-store.ts'
import { MessageList } from './message-list.tsx'
import { nameOf, phoneOf } from './names.ts'
import { useObservable } from './observable.ts'
import { WindowBadge } from './window-badge.tsx'

type Props = {
  id: string
  /** Shows the contact; absent where the contact is shown, or has no place. */
  onContact?: (() => void) | undefined
}

/** One conversation: whose it is, its messages, and where to write. */
export function ConversationPane({ id, onContact }: Props) {
  const inbox = theInbox()
  const thread = inbox.thread(id)
  const conversation = useObservable(inbox.shown(id))
  const view = useObservable(thread)
  useEffect(() => {
    if (thread.value.messages.length === 0) void thread.loadOlder()
  }, [thread])
  useMarkedRead(conversation)

  if (view.missing || isMissing(view.error)) {
    return <Center className={classes.conversation}>This conversation does not exist.</Center>
  }
  if (!conversation) {
    return (
      <Center className={classes.conversation}>
        {view.error === null ? (
          <Loader aria-label="Loading the conversation" />
        ) : (
          <Failure error={view.error} onRetry={() => thread.loadOlder()} />
        )}
      </Center>
    )
  }
  return (
    <section className={classes.conversation} aria-label={`Conversation with ${nameOf(conversation.contact)}`}>
      <Head conversation={conversation} onContact={onContact} />
      <MessageList conversation={conversation} thread={thread} view={view} />
      <Composer key={conversation.id} conversation={conversation} />
    </section>
  )
}

const isMissing = (error: unknown) => error instanceof GraphError && error.code === 'NOT_FOUND'

type HeadProps = { conversation: Conversation; onContact: Props['onContact'] }

function Head({ conversation, onContact }: HeadProps) {
  const { id, contact, status, windowExpiresAt } = conversation
  const { may } = useConsole()
  const resolve = useChange(InboxResolveDocument, {
    onSuccess: ({ resolveConversation }) => theInbox().changed(resolveConversation.conversation),
  })
  const reopen = useChange(InboxReopenDocument, {
    onSuccess: ({ reopenConversation }) => theInbox().changed(reopenConversation.conversation),
  })
  const done = status === 'RESOLVED'
  return (
    <header className={classes.head}>
      <ActionIcon
        component={Link}
        to="/"
        variant="subtle"
        size="lg"
        className={classes.back}
        aria-label="Back to the list"
      >
        <ArrowLeft size={20} aria-hidden />
      </ActionIcon>
      <Avatar {...(contact.name ? { name: contact.name } : {})} color="initials" radius="xl" aria-hidden />
      <div className={classes.headName}>
        <Title order={2} size="h5" className={classes.ellipsis}>
          {nameOf(contact)}
        </Title>
        <Group gap={6} wrap="nowrap">
          {contact.phone && contact.name && (
            <Text size="xs" c="dimmed" className={`${classes.ellipsis} ${classes.number}`}>
              {phoneOf(contact.phone)}
            </Text>
          )}
          <WindowBadge expiresAt={windowExpiresAt} />
        </Group>
      </div>
      {may('conversations:write') && (
        <Group gap="xs" wrap="nowrap">
          <AssignMenu conversation={conversation} />
          <Button
            size="xs"
            className={classes.headButton}
            aria-label={done ? 'Reopen' : 'Resolve'}
            variant={done ? 'default' : 'filled'}
            leftSection={done ? <RotateCcw size={15} aria-hidden /> : <CheckCircle size={15} aria-hidden />}
            loading={resolve.isPending || reopen.isPending}
            onClick={() => (done ? reopen : resolve).mutate({ input: { id } })}
          >
            {done ? 'Reopen' : 'Resolve'}
          </Button>
        </Group>
      )}
      {onContact && (
        <ActionIcon variant="subtle" size="lg" aria-label="Show the contact" onClick={onContact}>
          <User size={18} aria-hidden />
        </ActionIcon>
      )}
    </header>
  )
}

/** What is being looked at has been read. */
function useMarkedRead(conversation: Conversation | null): void {
  const { may } = useConsole()
  const id = conversation?.id
  const unread = conversation?.unreadCount ?? 0
  const allowed = may('conversations:write')
  useEffect(() => {
    if (id === undefined || unread === 0 || !allowed) return
    const mark = () => {
      if (document.visibilityState !== 'visible') return
      document.removeEventListener('visibilitychange', mark)
      // Where it fails the count stays, and the next message or visit tries again.
      graph(InboxMarkReadDocument, { input: { id } }).catch(() => {})
    }
    document.addEventListener('visibilitychange', mark)
    mark()
    return () => document.removeEventListener('visibilitychange', mark)
  }, [id, unread, allowed])
}

import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { Confirm } from '../../app/confirm.tsx'
import { useConsole } from '../../app/console-context.ts'
import { useChange } from '../../app/hooks.ts'
import { dateTimeOf } from '../../app/times.ts'
import { InboxCancelScheduledDocument } from '../../generated/graphql.ts'
import { type Message, theInbox } from './inbox-store.ts'
import classes from './message.module.css'

/** Whether a message still waits for its time. */
export const isWaiting = ({ scheduledAt, status }: Message): boolean => scheduledAt !== null && status === 'QUEUED'

/** When it goes out, and taking it back until then. */
export function Scheduled({ message: { id, conversationId, scheduledAt } }: { message: Message }) {
  const { may } = useConsole()
  const [asking, setAsking] = useState(false)
  const close = () => setAsking(false)
  const cancel = useChange(InboxCancelScheduledDocument, {
    onSuccess({ cancelScheduledMessage: { message } }) {
      close()
      theInbox().thread(conversationId).changed(message)
    },
  })
  return (
    <Group gap="xs" justify="space-between" className={classes.scheduled}>
      <Text size="xs" fw={600}>
        Scheduled for {dateTimeOf(scheduledAt)}
      </Text>
      {may('messages:send') && (
        <Button size="compact-xs" variant="default" onClick={() => setAsking(true)}>
          Cancel
        </Button>
      )}
      {asking && (
        <Confirm
          title="Cancel this message?"
          verb="Cancel message"
          busy={cancel.isPending}
          onConfirm={() => cancel.mutate({ input: { id } })}
          onClose={close}
        >
          <Text size="sm">It does not go out. It stays in the conversation, as cancelled.</Text>
        </Confirm>
      )}
    </Group>
  )
}

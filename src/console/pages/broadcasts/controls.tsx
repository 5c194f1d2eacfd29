import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { Pause, Play, RotateCw, XCircle } from 'react-feather'
import { useLocation } from 'wouter'
import { Confirm } from '../../app/confirm.tsx'
import { useConsole } from '../../app/console-context.ts'
import { useChange } from '../../app/hooks.ts'
import {
  BroadcastDetailsDocument,
  BroadcastLedgerDocument,
  type BroadcastRowFragment,
  BroadcastsDocument,
  CancelBroadcastHereDocument,
  PauseBroadcastHereDocument,
  ResumeBroadcastHereDocument,
  RetryBroadcastHereDocument,
} from '../../generated/graphql.ts'

const refresh = [BroadcastsDocument, BroadcastDetailsDocument, BroadcastLedgerDocument]

/** What can be done with a broadcast in its state. */
export function Controls({ of: { id, name, status, failed, pending } }: { of: BroadcastRowFragment }) {
  const { may } = useConsole()
  const [, go] = useLocation()
  const [cancelling, setCancelling] = useState(false)
  const pause = useChange(PauseBroadcastHereDocument, { refresh })
  const resume = useChange(ResumeBroadcastHereDocument, { refresh })
  const cancel = useChange(CancelBroadcastHereDocument, { refresh, onSuccess: () => setCancelling(false) })
  const retry = useChange(RetryBroadcastHereDocument, {
    refresh,
    done: 'The failed ones are tried again.',
    onSuccess: ({ retryBroadcast: { broadcast } }) => go(`/${broadcast.id}`),
  })
  if (!may('broadcasts:send')) return null
  const input = { id }
  const isOver = status === 'COMPLETED' || status === 'CANCELLED' || status === 'FAILED'

  return (
    <>
      {(status === 'RUNNING' || status === 'SCHEDULED') && (
        <Button
          variant="default"
          leftSection={<Pause size={16} />}
          loading={pause.isPending}
          onClick={() => pause.mutate({ input })}
        >
          Pause
        </Button>
      )}
      {status === 'PAUSED' && (
        <Button leftSection={<Play size={16} />} loading={resume.isPending} onClick={() => resume.mutate({ input })}>
          Resume
        </Button>
      )}
      {!isOver && (
        <Button variant="default" leftSection={<XCircle size={16} />} onClick={() => setCancelling(true)}>
          Cancel
        </Button>
      )}
      {isOver && failed > 0 && (
        <Button
          variant="default"
          leftSection={<RotateCw size={16} />}
          loading={retry.isPending}
          onClick={() => retry.mutate({ input })}
        >
          Retry {failed} failed
        </Button>
      )}
      {cancelling && (
        <Confirm
          title={`Cancel ${name}?`}
          verb="Cancel broadcast"
          busy={cancel.isPending}
          onConfirm={() => cancel.mutate({ input })}
          onClose={() => setCancelling(false)}
        >
          <Text size="sm">{pending} recipients are not written to. What was sent stays sent.</Text>
        </Confirm>
      )}
    </>
  )
}

import { Alert, Anchor, Badge, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { useThrottledCallback } from '@mantine/hooks'
import { ArrowLeft, Radio } from 'react-feather'
import { Link } from 'wouter'
import { queryClient, queryKeyOf, useGraph } from '../../app/hooks.ts'
import { type LiveEvent, useEvents } from '../../app/live.ts'
import { Empty, Loadable, Page } from '../../app/page.tsx'
import { dateTimeOf } from '../../app/times.ts'
import {
  BroadcastDetailsDocument,
  type BroadcastDetailsQuery,
  BroadcastLedgerDocument,
} from '../../generated/graphql.ts'
import { doneOf, statusColors, statusWords } from './broadcast-state.ts'
import { Controls } from './controls.tsx'
import { Ledger } from './ledger.tsx'
import { ProgressBar } from './progress-bar.tsx'

type Broadcast = NonNullable<BroadcastDetailsQuery['broadcast']>
const ledgerPollMs = 5000

/** One broadcast: how far it has come, as it comes, and what became of every recipient. */
export function BroadcastPage({ id }: { id: string }) {
  const details = useGraph(BroadcastDetailsDocument, { id })
  useProgress(id)
  return (
    <Loadable of={details}>
      {({ broadcast }) =>
        broadcast ? <Details of={broadcast} /> : <Empty icon={Radio} title="There is no such broadcast" />
      }
    </Loadable>
  )
}

/** The counts come with the events; what events do not hold is read again, the ledger not too often. */
function useProgress(id: string): void {
  const key = queryKeyOf(BroadcastDetailsDocument, { id })
  const refreshLedger = useThrottledCallback(
    () => void queryClient.invalidateQueries({ queryKey: queryKeyOf(BroadcastLedgerDocument) }),
    ledgerPollMs,
  )
  useEvents(['broadcast.progress', 'broadcast.completed'], ({ type, data }: LiveEvent) => {
    const { broadcastId, ...now } = data as Partial<Broadcast> & { broadcastId?: string }
    if (broadcastId !== id) return
    queryClient.setQueryData<BroadcastDetailsQuery>(key, (known) =>
      known?.broadcast ? { ...known, broadcast: { ...known.broadcast, ...now } } : known,
    )
    const known = queryClient.getQueryData<BroadcastDetailsQuery>(key)?.broadcast
    if (type === 'broadcast.completed' || !known?.startedAt) {
      void queryClient.invalidateQueries({ queryKey: key })
    }
    refreshLedger()
  })
}

function Details({ of: broadcast }: { of: Broadcast }) {
  const { id, name, status, total } = broadcast
  return (
    <Page
      title={name}
      about={
        <Group gap="xs" component="span">
          <span>
            {broadcast.templateName} ({broadcast.language})
          </span>
          <Badge color={statusColors[status]} variant="light" miw="max-content" component="span">
            {statusWords[status]}
          </Badge>
        </Group>
      }
      actions={<Controls of={broadcast} />}
    >
      <Anchor component={Link} to="/" size="sm">
        <Group gap={4} component="span">
          <ArrowLeft size={14} aria-hidden /> All broadcasts
        </Group>
      </Anchor>
      {broadcast.statusReason && <Alert color={status === 'FAILED' ? 'red' : 'orange'}>{broadcast.statusReason}</Alert>}
      <Paper withBorder p="md">
        <Stack gap="sm">
          <Group justify="space-between">
            <Text fw={600} role="status">
              {doneOf(broadcast)} % of {total} {total === 1 ? 'recipient' : 'recipients'}
            </Text>
            <Text size="sm" c="dimmed">
              {when(broadcast)}
            </Text>
          </Group>
          <ProgressBar of={broadcast} name={name} size="xl" />
          <SimpleGrid cols={{ base: 3, sm: 6 }} spacing="xs">
            <Figure name="Pending" value={broadcast.pending} />
            <Figure name="Sent" value={broadcast.sent} />
            <Figure name="Delivered" value={broadcast.delivered} />
            <Figure name="Read" value={broadcast.read} />
            <Figure name="Failed" value={broadcast.failed} />
            <Figure name="Left out" value={broadcast.skipped} />
          </SimpleGrid>
        </Stack>
      </Paper>
      <Text size="sm" c="dimmed">
        {audienceOf(broadcast)} At most {broadcast.messagesPerSecond} messages a second.
      </Text>
      {broadcast.csvRejected > 0 && (
        <Alert color="orange" title={`Refused rows of the file: ${broadcast.csvRejected}`}>
          {broadcast.csvFaults.map(({ line, reason }) => (
            <Text key={line} size="sm">
              Line {line}: {reason}
            </Text>
          ))}
        </Alert>
      )}
      <Ledger id={id} />
    </Page>
  )
}

const Figure = ({ name, value }: { name: string; value: number }) => (
  <div>
    <Text size="xs" c="dimmed">
      {name}
    </Text>
    <Text fw={650} size="xl">
      {value}
    </Text>
  </div>
)

function when({ status, scheduledAt, startedAt, completedAt }: Broadcast): string {
  if (completedAt) return `Ended ${dateTimeOf(completedAt)}`
  if (startedAt) return `Started ${dateTimeOf(startedAt)}`
  return status === 'SCHEDULED' && scheduledAt ? `Begins ${dateTimeOf(scheduledAt)}` : ''
}

function audienceOf({ tags, tagMatch, csvRows, retryOfId }: Broadcast): string {
  if (retryOfId) return 'To those whom another broadcast failed to reach.'
  const parts = [
    ...(tags.length > 0 ? [`tagged ${tags.join(tagMatch === 'ALL' ? ' and ' : ' or ')}`] : []),
    ...(csvRows === null ? [] : [`in a file of ${csvRows} rows`]),
  ]
  return parts.length === 0 ? 'To chosen contacts.' : `To contacts ${parts.join(', and ')}.`
}

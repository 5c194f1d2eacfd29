import { Anchor, Badge, Button, Group, Table, Text } from '@mantine/core'
import { useThrottledCallback } from '@mantine/hooks'
import { useState } from 'react'
import { Plus, Radio } from 'react-feather'
import { Link, Route, Switch } from 'wouter'
import { useConsole } from '../../app/console-context.ts'
import { queryClient, queryKeyOf } from '../../app/hooks.ts'
import { useEvents } from '../../app/live.ts'
import { Empty, Loadable, Page } from '../../app/page.tsx'
import { MoreRows, usePages } from '../../app/paging.tsx'
import { StateFilter } from '../../app/state-filter.tsx'
import { dateTimeOf } from '../../app/times.ts'
import { type BroadcastRowFragment, type BroadcastStatus, BroadcastsDocument } from '../../generated/graphql.ts'
import { BroadcastPage } from './broadcast-page.tsx'
import { doneOf, statusColors, statusWords } from './broadcast-state.ts'
import { NewBroadcast } from './new/new-broadcast.tsx'
import { ProgressBar } from './progress-bar.tsx'

export default function BroadcastsPage() {
  return (
    <Switch>
      <Route path="/">
        <BroadcastList />
      </Route>
      <Route path="/new">
        <NewBroadcast />
      </Route>
      <Route path="/:id">{({ id }) => <BroadcastPage id={id} />}</Route>
    </Switch>
  )
}

const listPollMs = 3000

function BroadcastList() {
  const { may } = useConsole()
  const [status, setStatus] = useState<BroadcastStatus | null>(null)
  const { query, rows } = usePages(BroadcastsDocument, { status }, ({ broadcasts }) => broadcasts)
  const refresh = useThrottledCallback(
    () => void queryClient.invalidateQueries({ queryKey: queryKeyOf(BroadcastsDocument) }),
    listPollMs,
  )
  useEvents(['broadcast.progress', 'broadcast.completed'], refresh)

  return (
    <Page
      title="Broadcasts"
      about="One template to many contacts, at the pace that your number allows."
      actions={
        may('broadcasts:send') && (
          <Button component={Link} to="/new" leftSection={<Plus size={16} />}>
            New broadcast
          </Button>
        )
      }
    >
      <StateFilter words={statusWords} all="Every state" value={status} onChange={setStatus} width={200} />
      <Loadable of={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={Radio} title={status ? 'None in this state' : 'No broadcast yet'}>
              Whoever has not opted in, or has opted out, is left out by itself.
            </Empty>
          ) : (
            <>
              <Table.ScrollContainer minWidth={720}>
                <Table verticalSpacing="sm" highlightOnHover>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Name</Table.Th>
                      <Table.Th>State</Table.Th>
                      <Table.Th w={220}>Progress</Table.Th>
                      <Table.Th>Recipients</Table.Th>
                      <Table.Th>When</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((row) => (
                      <Row key={row.id} of={row} />
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
              <MoreRows of={query} />
            </>
          )
        }
      </Loadable>
    </Page>
  )
}

const Row = ({ of: row }: { of: BroadcastRowFragment }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor component={Link} to={`/${row.id}`} size="sm" fw={600}>
        {row.name}
      </Anchor>
      <Text size="xs" c="dimmed">
        {row.templateName} ({row.language})
      </Text>
    </Table.Td>
    <Table.Td>
      <Badge color={statusColors[row.status]} variant="light" miw="max-content">
        {statusWords[row.status]}
      </Badge>
    </Table.Td>
    <Table.Td>
      <Group gap="xs" wrap="nowrap">
        <div style={{ flex: 1 }}>
          <ProgressBar of={row} name={row.name} size="md" />
        </div>
        <Text size="xs">{doneOf(row)} %</Text>
      </Group>
    </Table.Td>
    <Table.Td>
      {row.total}
      {row.failed > 0 && (
        <Text size="xs" c="dimmed">
          {row.failed} failed
        </Text>
      )}
    </Table.Td>
    <Table.Td>{dateTimeOf(row.startedAt ?? row.scheduledAt ?? row.createdAt)}</Table.Td>
  </Table.Tr>
)

import { Button, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { Download, Users } from 'react-feather'
import { Empty, Loadable } from '../../app/page.tsx'
import { MoreRows, usePages } from '../../app/paging.tsx'
import { StateFilter } from '../../app/state-filter.tsx'
import { dateTimeOf } from '../../app/times.ts'
import {
  BroadcastLedgerDocument,
  type BroadcastLedgerQuery,
  type BroadcastRecipientStatus,
} from '../../generated/graphql.ts'
import { recipientWords } from './broadcast-state.ts'

type Recipient = NonNullable<BroadcastLedgerQuery['broadcast']>['recipients']['nodes'][number]

/** Every recipient, and what became of it. */
export function Ledger({ id }: { id: string }) {
  const [status, setStatus] = useState<BroadcastRecipientStatus | null>(null)
  const { query, rows } = usePages(BroadcastLedgerDocument, { id, status }, ({ broadcast }) => broadcast?.recipients)
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4">
          Recipients
        </Title>
        <Group gap="xs">
          <StateFilter words={recipientWords} all="Everybody" value={status} onChange={setStatus} width={190} />
          <Button
            component="a"
            href={`/api/broadcasts/${encodeURIComponent(id)}/recipients.csv`}
            download
            variant="default"
            leftSection={<Download size={16} />}
          >
            CSV
          </Button>
        </Group>
      </Group>
      <Loadable of={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={Users} title={status ? 'Nobody in this state' : 'Nobody yet'} />
          ) : (
            <>
              <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
                <Table verticalSpacing="xs">
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Contact</Table.Th>
                      <Table.Th>State</Table.Th>
                      <Table.Th>Since</Table.Th>
                      <Table.Th>Why</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((row) => (
                      <Table.Tr key={row.contactId}>
                        <Table.Td>
                          <Text size="sm">{row.name ?? row.phone ?? row.contactId}</Text>
                          {row.name && row.phone && (
                            <Text size="xs" c="dimmed">
                              {row.phone}
                            </Text>
                          )}
                        </Table.Td>
                        <Table.Td>{recipientWords[row.status]}</Table.Td>
                        <Table.Td>{sinceOf(row)}</Table.Td>
                        <Table.Td>{row.reason}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
              <MoreRows of={query} />
            </>
          )
        }
      </Loadable>
    </Stack>
  )
}

function sinceOf({ failedAt, readAt, deliveredAt, sentAt, status, dueAt }: Recipient): string {
  const at = failedAt ?? readAt ?? deliveredAt ?? sentAt
  if (at) return dateTimeOf(at)
  return status === 'PENDING' && new Date(dueAt) > new Date() ? `not before ${dateTimeOf(dueAt)}` : ''
}

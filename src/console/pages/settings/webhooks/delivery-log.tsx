import { ActionIcon, Anchor, Badge, Button, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { Inbox, RotateCw } from 'react-feather'
import { useChange } from '../../../app/hooks.ts'
import { Empty, Loadable } from '../../../app/page.tsx'
import { MoreRows, usePages } from '../../../app/paging.tsx'
import { StateFilter } from '../../../app/state-filter.tsx'
import { dateTimeOf, timeOf } from '../../../app/times.ts'
import {
  DeliveryDetailsDocument,
  DeliveryLogDocument,
  type DeliveryLogQuery,
  RedeliverHereDocument,
  type WebhookDeliveryStatus,
  type WebhookRowFragment,
} from '../../../generated/graphql.ts'
import { DeliveryDetails } from './delivery-details.tsx'
import { deliveryColors, deliveryWords } from './webhook-state.ts'

type Delivery = DeliveryLogQuery['webhookDeliveries']['nodes'][number]
const pendingPollMs = 3000
const idlePollMs = 15_000

/** What an endpoint was sent, the newest first. */
export function DeliveryLog({ webhook }: { webhook: WebhookRowFragment }) {
  const [status, setStatus] = useState<WebhookDeliveryStatus | null>(null)
  const [shown, setShown] = useState<string | null>(null)
  const [pollMs, setPollMs] = useState(pendingPollMs)
  const { query, rows } = usePages(
    DeliveryLogDocument,
    { webhookId: webhook.id, status },
    ({ webhookDeliveries }) => webhookDeliveries,
    { refetchInterval: pollMs },
  )
  const wanted = rows.some((row) => row.status === 'PENDING') ? pendingPollMs : idlePollMs
  if (wanted !== pollMs) setPollMs(wanted)
  const redeliver = useChange(RedeliverHereDocument, {
    refresh: [DeliveryLogDocument, DeliveryDetailsDocument],
    done: ({ redeliverWebhook: { count } }) =>
      count === 1 ? 'One delivery begins again.' : `${count} deliveries begin again.`,
  })
  const redeliverOne = (deliveryId: string) => redeliver.mutate({ input: { deliveryId } })

  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4">
          Delivery log
        </Title>
        <Group gap="xs">
          <StateFilter words={deliveryWords} all="Every state" value={status} onChange={setStatus} width={150} />
          <Button
            variant="default"
            leftSection={<RotateCw size={16} />}
            loading={redeliver.isPending}
            onClick={() => redeliver.mutate({ input: { webhookId: webhook.id, failedSince: webhook.createdAt } })}
          >
            Redeliver all failed
          </Button>
        </Group>
      </Group>
      <Loadable of={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={Inbox} title="Nothing was sent yet" />
          ) : (
            <>
              <Deliveries rows={rows} onShow={setShown} onRedeliver={redeliverOne} />
              <MoreRows of={query} />
            </>
          )
        }
      </Loadable>
      {shown && <DeliveryDetails id={shown} onClose={() => setShown(null)} onRedeliver={redeliverOne} />}
    </Stack>
  )
}

type DeliveriesProps = { rows: Delivery[]; onShow: (id: string) => void; onRedeliver: (id: string) => void }

const Deliveries = ({ rows, onShow, onRedeliver }: DeliveriesProps) => (
  <Table.ScrollContainer minWidth={700}>
    <Table verticalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Event</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Answer</Table.Th>
          <Table.Th>Took</Table.Th>
          <Table.Th>Attempts</Table.Th>
          <Table.Th>Made</Table.Th>
          <Table.Th aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.id}>
            <Table.Td>
              <Anchor component="button" size="sm" onClick={() => onShow(row.id)}>
                {row.event}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <Badge color={deliveryColors[row.status]} variant="light" miw="max-content">
                {deliveryWords[row.status]}
              </Badge>
            </Table.Td>
            <Table.Td maw={260}>
              <Text size="sm">{row.responseCode ?? '-'}</Text>
              {row.status !== 'DELIVERED' && row.lastError && (
                <Text size="xs" c="dimmed" lineClamp={2}>
                  {row.lastError}
                </Text>
              )}
            </Table.Td>
            <Table.Td>{row.durationMs === null ? '-' : `${row.durationMs} ms`}</Table.Td>
            <Table.Td>
              {row.attemptCount}
              {row.nextAttemptAt && row.attemptCount > 0 && (
                <Text size="xs" c="dimmed">
                  next {timeOf(row.nextAttemptAt)}
                </Text>
              )}
            </Table.Td>
            <Table.Td>{dateTimeOf(row.createdAt)}</Table.Td>
            <Table.Td>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Redeliver ${row.event}`}
                onClick={() => onRedeliver(row.id)}
              >
                <RotateCw size={16} />
              </ActionIcon>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
)

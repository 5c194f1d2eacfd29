import { Badge, Button, Code, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core'
import { RotateCw } from 'react-feather'
import { useGraph } from '../../../app/hooks.ts'
import { Loadable } from '../../../app/page.tsx'
import { dateTimeOf } from '../../../app/times.ts'
import { DeliveryDetailsDocument, type DeliveryDetailsQuery } from '../../../generated/graphql.ts'
import { deliveryColors, deliveryWords } from './webhook-state.ts'

type Delivery = Extract<DeliveryDetailsQuery['nodes'][number], { body: string }>
type Attempt = Delivery['attempts'][number]
type Props = { id: string; onClose: () => void; onRedeliver: (id: string) => void }

/** What was posted, and what came of every attempt. */
export function DeliveryDetails({ id, onClose, onRedeliver }: Props) {
  const details = useGraph(DeliveryDetailsDocument, { ids: [id] }, { refetchInterval: 5000 })
  return (
    <Modal opened onClose={onClose} size="xl" title="Delivery" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Loadable of={details}>
        {({ nodes: [node] }) =>
          node && 'body' in node ? (
            <Details of={node} onRedeliver={() => onRedeliver(id)} />
          ) : (
            <Text>This delivery is no longer kept.</Text>
          )
        }
      </Loadable>
    </Modal>
  )
}

const Details = ({ of: delivery, onRedeliver }: { of: Delivery; onRedeliver: () => void }) => (
  <Stack>
    <Group justify="space-between">
      <Group gap="xs">
        <Text fw={600}>{delivery.event}</Text>
        <Badge color={deliveryColors[delivery.status]} variant="light" miw="max-content">
          {deliveryWords[delivery.status]}
        </Badge>
      </Group>
      <Button size="xs" variant="default" leftSection={<RotateCw size={14} />} onClick={onRedeliver}>
        Redeliver
      </Button>
    </Group>
    {delivery.nextAttemptAt && (
      <Text size="sm" c="dimmed">
        The next attempt is at {dateTimeOf(delivery.nextAttemptAt)}.
      </Text>
    )}
    <Part title="Body">{pretty(delivery.body)}</Part>
    <Title order={3} size="h5">
      Attempts
    </Title>
    {delivery.attempts.length === 0 && (
      <Text size="sm" c="dimmed">
        None yet.
      </Text>
    )}
    {delivery.attempts.map((attempt) => (
      <OneAttempt key={attempt.at} of={attempt} />
    ))}
  </Stack>
)

const OneAttempt = ({ of: attempt }: { of: Attempt }) => (
  <Paper withBorder p="sm">
    <Stack gap="xs">
      <Group gap="xs">
        <Badge color={deliveryColors[attempt.status]} variant="light" miw="max-content">
          {attempt.responseCode ?? deliveryWords[attempt.status]}
        </Badge>
        <Text size="sm">{dateTimeOf(attempt.at)}</Text>
        <Text size="sm" c="dimmed">
          {attempt.durationMs} ms
        </Text>
      </Group>
      {attempt.error && <Text size="sm">{attempt.error}</Text>}
      <Part title="Request headers">
        {Object.entries(attempt.requestHeaders as Record<string, unknown>)
          .map(([name, value]) => `${name}: ${String(value)}`)
          .join('\n')}
      </Part>
      {attempt.responseBody && <Part title="Answer">{attempt.responseBody}</Part>}
    </Stack>
  </Paper>
)

const Part = ({ title, children }: { title: string; children: string }) => (
  <div>
    <Text size="xs" c="dimmed" mb={2}>
      {title}
    </Text>
    <Code block tabIndex={0} role="group" aria-label={title} mah={260} style={{ overflow: 'auto' }}>
      {children}
    </Code>
  </div>
)

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

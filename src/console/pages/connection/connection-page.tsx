import { Alert, Badge, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Link2, Plus } from 'react-feather'
import { Confirm } from '../../app/confirm.tsx'
import { useConsole } from '../../app/console-context.ts'
import { queryClient, queryKeyOf, useChange, useGraph } from '../../app/hooks.ts'
import { useEvents } from '../../app/live.ts'
import { Empty, Loadable, Page } from '../../app/page.tsx'
import { dateTimeOf } from '../../app/times.ts'
import {
  type ConnectionRowFragment,
  ConnectionsDocument,
  DisconnectNumberDocument,
  ViewerDocument,
} from '../../generated/graphql.ts'
import { ConnectNumber } from './connect-number.tsx'

const statuses = {
  CONNECTED: { word: 'Connected', color: 'leaf' },
  DISCONNECTED: { word: 'Disconnected', color: 'red' },
  PENDING: { word: 'Being checked', color: 'orange' },
} as const

const qualities: Readonly<Record<string, { word: string; color: string }>> = {
  GREEN: { word: 'High', color: 'leaf' },
  YELLOW: { word: 'Medium', color: 'orange' },
  RED: { word: 'Low', color: 'red' },
}

/** The organization's WhatsApp numbers. */
export default function ConnectionPage() {
  const { may } = useConsole()
  const [connecting, setConnecting] = useState(false)
  const [leaving, setLeaving] = useState<ConnectionRowFragment | null>(null)
  const connections = useGraph(ConnectionsDocument, {})
  useEvents(['connection.updated'], () => {
    void queryClient.invalidateQueries({ queryKey: queryKeyOf(ConnectionsDocument) })
    void queryClient.invalidateQueries({ queryKey: queryKeyOf(ViewerDocument) })
  })
  return (
    <Page
      title="Connection"
      about="The WhatsApp numbers that messages go out from and come in at."
      actions={
        may('keys:manage') && (
          <Button leftSection={<Plus size={16} />} onClick={() => setConnecting(true)}>
            Connect a number
          </Button>
        )
      }
    >
      <Loadable of={connections}>
        {({ connections: { nodes } }) =>
          nodes.length === 0 ? (
            <Empty icon={Link2} title="No number is connected">
              Connect one of Meta's Cloud API to write to customers.
            </Empty>
          ) : (
            <Stack>
              {nodes.map((connection) => (
                <OneNumber key={connection.id} of={connection} onLeave={() => setLeaving(connection)} />
              ))}
            </Stack>
          )
        }
      </Loadable>
      {connecting && <ConnectNumber onClose={() => setConnecting(false)} />}
      {leaving && <Disconnect of={leaving} onClose={() => setLeaving(null)} />}
    </Page>
  )
}

const nameOf = ({ businessName, phoneNumber, id }: ConnectionRowFragment): string => businessName ?? phoneNumber ?? id

function OneNumber({ of: connection, onLeave }: { of: ConnectionRowFragment; onLeave: () => void }) {
  const { may } = useConsole()
  const { word, color } = statuses[connection.status]
  const quality = qualities[connection.qualityRating ?? '']
  return (
    <Paper component="section" withBorder p="lg" aria-label={nameOf(connection)}>
      <Stack>
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4">
              {nameOf(connection)}
            </Title>
            <Text c="dimmed">{connection.phoneNumber}</Text>
          </div>
          <Badge size="lg" color={color} variant="light" miw="max-content">
            {word}
          </Badge>
        </Group>
        {connection.lastError && <Alert color="red">{connection.lastError}</Alert>}
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <Fact name="Quality rating">
            {quality ? (
              <Badge color={quality.color} variant="light" miw="max-content">
                {quality.word}
              </Badge>
            ) : (
              'Not rated yet'
            )}
          </Fact>
          <Fact name="Last checked">{dateTimeOf(connection.checkedAt)}</Fact>
          <Fact name="Phone number ID">{connection.phoneNumberId ?? 'Connected elsewhere since'}</Fact>
          <Fact name="Business account ID">{connection.businessAccountId}</Fact>
        </SimpleGrid>
        {connection.fromEnvironment && (
          <Text size="sm" c="dimmed">
            Set by the server’s WHATSAPP_ variables: it is changed there, and not here.
          </Text>
        )}
        {may('keys:manage') && !connection.fromEnvironment && connection.status !== 'DISCONNECTED' && (
          <Group justify="flex-end">
            <Button variant="default" size="xs" onClick={onLeave}>
              Disconnect
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <Text size="xs" c="dimmed">
      {name}
    </Text>
    <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
      {children}
    </Text>
  </div>
)

function Disconnect({ of: connection, onClose }: { of: ConnectionRowFragment; onClose: () => void }) {
  const disconnect = useChange(DisconnectNumberDocument, {
    refresh: [ConnectionsDocument, ViewerDocument],
    done: `${nameOf(connection)} is disconnected.`,
    onSuccess: onClose,
  })
  return (
    <Confirm
      title={`Disconnect ${nameOf(connection)}?`}
      verb="Disconnect"
      busy={disconnect.isPending}
      onConfirm={() => disconnect.mutate({ input: { id: connection.id } })}
      onClose={onClose}
    >
      <Text size="sm">Nothing more is sent from it. Its conversations stay, and it can be connected again.</Text>
    </Confirm>
  )
}

import { Anchor, Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Plus, Share2 } from 'react-feather'
import { Link } from 'wouter'
import { useConsole } from '../../../app/console-context.ts'
import { queryClient, queryKeyOf, useGraph } from '../../../app/hooks.ts'
import { useEvents } from '../../../app/live.ts'
import { Empty, Loadable, Page } from '../../../app/page.tsx'
import { dateTimeOf } from '../../../app/times.ts'
import { type WebhookRowFragment, WebhooksDocument } from '../../../generated/graphql.ts'
import { SettingsTabs } from '../settings-tabs.tsx'
import { EditWebhook } from './edit-webhook.tsx'
import { WebhookSecret } from './webhook-secret.tsx'
import { stateOf } from './webhook-state.ts'

/** The endpoints that are told what happens. */
export function WebhooksPage() {
  const { may } = useConsole()
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null)
  const webhooks = useGraph(WebhooksDocument, {})
  useEvents(['webhook.disabled'], () => queryClient.invalidateQueries({ queryKey: queryKeyOf(WebhooksDocument) }))

  return (
    <Page
      title="Webhooks"
      about="Addresses of yours that are told what happens here, signed, in order and until they have it."
      actions={
        may('webhooks:manage') && (
          <Button leftSection={<Plus size={16} />} onClick={() => setAdding(true)}>
            Add endpoint
          </Button>
        )
      }
    >
      <SettingsTabs />
      <Loadable of={webhooks}>
        {({ webhooks: { nodes } }) =>
          nodes.length === 0 ? (
            <Empty icon={Share2} title="No endpoint yet">
              Add one, and it is told of every message, conversation or contact that you choose.
            </Empty>
          ) : (
            <Stack gap="sm" component="ul" p={0} m={0}>
              {nodes.map((webhook) => (
                <Endpoint key={webhook.id} of={webhook} />
              ))}
            </Stack>
          )
        }
      </Loadable>
      {adding && (
        <EditWebhook
          onClose={() => setAdding(false)}
          onCreated={({ secret, webhook: { name } }) => {
            setAdding(false)
            setMade({ name, secret })
          }}
        />
      )}
      {made && <WebhookSecret {...made} onClose={() => setMade(null)} />}
    </Page>
  )
}

function Endpoint({ of: webhook }: { of: WebhookRowFragment }) {
  const { word, color } = stateOf(webhook)
  return (
    <Paper component="li" withBorder p="md" style={{ listStyle: 'none' }}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Anchor component={Link} to={`/webhooks/${webhook.id}`} fw={600}>
            {webhook.name}
          </Anchor>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {webhook.url}
          </Text>
          <Text size="xs" c="dimmed" mt={4}>
            {webhook.events.join(', ')}
          </Text>
          {webhook.failingSince && (
            <Text size="xs" c="dimmed">
              Failing since {dateTimeOf(webhook.failingSince)}
            </Text>
          )}
        </div>
        <Badge color={color} variant="light" miw="max-content">
          {word}
        </Badge>
      </Group>
    </Paper>
  )
}

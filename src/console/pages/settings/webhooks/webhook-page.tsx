import { ActionIcon, Alert, Anchor, Badge, Button, Group, Menu, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ArrowLeft, Edit2, MoreHorizontal, Pause, Play, RefreshCw, Send, Share2, Trash2 } from 'react-feather'
import { Link, useLocation } from 'wouter'
import { Confirm } from '../../../app/confirm.tsx'
import { useConsole } from '../../../app/console-context.ts'
import { queryClient, queryKeyOf, useChange, useGraph } from '../../../app/hooks.ts'
import { useEvents } from '../../../app/live.ts'
import { Empty, Loadable, Page } from '../../../app/page.tsx'
import { dateTimeOf } from '../../../app/times.ts'
import {
  ChangeWebhookDocument,
  DeliveryLogDocument,
  NewWebhookSecretDocument,
  RemoveWebhookDocument,
  WebhookDetailsDocument,
  type WebhookRowFragment,
  WebhooksDocument,
} from '../../../generated/graphql.ts'
import { DeliveryLog } from './delivery-log.tsx'
import { EditWebhook } from './edit-webhook.tsx'
import { WebhookSecret } from './webhook-secret.tsx'
import { stateOf } from './webhook-state.ts'

/** One endpoint, and the log of what it was sent. */
export function WebhookPage({ id }: { id: string }) {
  const details = useGraph(WebhookDetailsDocument, { id })
  useEvents(['webhook.disabled'], () => queryClient.invalidateQueries({ queryKey: queryKeyOf(WebhookDetailsDocument) }))
  return (
    <Loadable of={details}>
      {({ webhook }) =>
        webhook ? <Endpoint of={webhook} /> : <Empty icon={Share2} title="There is no such endpoint" />
      }
    </Loadable>
  )
}

type Doing = 'edit' | 'rotate' | 'delete'
const refresh = [WebhooksDocument, WebhookDetailsDocument, DeliveryLogDocument]

function Endpoint({ of: webhook }: { of: WebhookRowFragment }) {
  const { may } = useConsole()
  const [doing, setDoing] = useState<Doing | null>(null)
  const { id, name, enabled } = webhook
  const { word, color } = stateOf(webhook)
  const test = useChange(ChangeWebhookDocument, { refresh, done: 'A test event is on its way.' })
  const change = useChange(ChangeWebhookDocument, { refresh })
  const close = () => setDoing(null)

  return (
    <Page
      title={name}
      about={
        <Group gap="xs" component="span">
          <span style={{ overflowWrap: 'anywhere' }}>{webhook.url}</span>
          <Badge color={color} variant="light" miw="max-content" component="span">
            {word}
          </Badge>
        </Group>
      }
      actions={
        may('webhooks:manage') && (
          <>
            <Button
              variant="default"
              leftSection={<Send size={16} />}
              disabled={!enabled}
              loading={test.isPending}
              onClick={() => test.mutate({ input: { id } })}
            >
              Send test event
            </Button>
            <Button variant="default" leftSection={<Edit2 size={16} />} onClick={() => setDoing('edit')}>
              Edit
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="default" size="input-sm" aria-label="More actions">
                  <MoreHorizontal size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={enabled ? <Pause size={16} /> : <Play size={16} />}
                  onClick={() => change.mutate({ input: { id, enabled: !enabled } })}
                >
                  {enabled ? 'Disable' : 'Enable'}
                </Menu.Item>
                <Menu.Item leftSection={<RefreshCw size={16} />} onClick={() => setDoing('rotate')}>
                  Rotate secret
                </Menu.Item>
                <Menu.Item leftSection={<Trash2 size={16} />} onClick={() => setDoing('delete')}>
                  Delete
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        )
      }
    >
      <Anchor component={Link} to="/webhooks" size="sm">
        <Group gap={4} component="span">
          <ArrowLeft size={14} aria-hidden /> All endpoints
        </Group>
      </Anchor>
      <Stack gap={4}>
        <Text size="sm">Told of {webhook.events.join(', ')}</Text>
        {webhook.previousSecretUntil && (
          <Text size="sm" c="dimmed">
            The secret before signs too, until {dateTimeOf(webhook.previousSecretUntil)}
          </Text>
        )}
      </Stack>
      {webhook.disabledReason && <Alert color="red">{webhook.disabledReason}</Alert>}
      {enabled && webhook.failingSince && (
        <Alert color="orange">Every attempt since {dateTimeOf(webhook.failingSince)} has failed.</Alert>
      )}
      <DeliveryLog webhook={webhook} />
      {doing === 'edit' && <EditWebhook of={webhook} onClose={close} />}
      {doing === 'rotate' && <RotateSecret of={webhook} onClose={close} />}
      {doing === 'delete' && <Delete of={webhook} onClose={close} />}
    </Page>
  )
}

type DialogProps = { of: WebhookRowFragment; onClose: () => void }

function RotateSecret({ of: { id, name }, onClose }: DialogProps) {
  const rotate = useChange(NewWebhookSecretDocument, { refresh })
  if (rotate.data)
    return <WebhookSecret name={name} secret={rotate.data.rotateWebhookSecret.secret} onClose={onClose} />
  return (
    <Confirm
      title={`A new secret for ${name}?`}
      verb="Rotate secret"
      busy={rotate.isPending}
      onConfirm={() => rotate.mutate({ input: { id } })}
      onClose={onClose}
    >
      <Text size="sm">
        For a day both secrets sign, so that nothing is refused while the endpoint learns the new one.
      </Text>
    </Confirm>
  )
}

function Delete({ of: { id, name }, onClose }: DialogProps) {
  const [, go] = useLocation()
  const remove = useChange(RemoveWebhookDocument, {
    refresh: [WebhooksDocument],
    done: `${name} is deleted.`,
    onSuccess: () => go('/webhooks'),
  })
  return (
    <Confirm
      title={`Delete ${name}?`}
      verb="Delete endpoint"
      busy={remove.isPending}
      onConfirm={() => remove.mutate({ input: { id } })}
      onClose={onClose}
    >
      <Text size="sm">It is sent nothing more, and its log is gone.</Text>
    </Confirm>
  )
}

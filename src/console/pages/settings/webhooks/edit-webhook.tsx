import { Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { elsewhere, faultAt } from '../../../app/faults.ts'
import { useChange } from '../../../app/hooks.ts'
import { Failure } from '../../../app/page.tsx'
import {
  ChangeWebhookDocument,
  CreateWebhookHereDocument,
  type CreateWebhookHereMutation,
  WebhookDetailsDocument,
  type WebhookRetries,
  type WebhookRowFragment,
  type WebhookSignatureFormat,
  WebhooksDocument,
} from '../../../generated/graphql.ts'
import { webhookEvents } from './events.ts'

type Created = CreateWebhookHereMutation['createWebhook']
type Props = { of?: WebhookRowFragment; onClose: () => void; onCreated?: (created: Created) => void }

const fields = ['name', 'url', 'events']
const refresh = [WebhooksDocument, WebhookDetailsDocument]
const allEvents = Object.keys(webhookEvents)

/** An endpoint: a new one, or `of` changed. */
export function EditWebhook({ of: webhook, onClose, onCreated }: Props) {
  const [name, setName] = useState(webhook?.name ?? '')
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [events, setEvents] = useState<string[]>(webhook?.events ?? ['message.received'])
  const [retries, setRetries] = useState<WebhookRetries>(webhook?.retries ?? 'EXTENDED')
  const [signatureFormat, setFormat] = useState<WebhookSignatureFormat>(webhook?.signatureFormat ?? 'PREFIXED')
  const create = useChange(CreateWebhookHereDocument, {
    refresh,
    quiet: true,
    onSuccess: ({ createWebhook }) => onCreated?.(createWebhook),
  })
  const change = useChange(ChangeWebhookDocument, { refresh, quiet: true, done: 'Saved.', onSuccess: onClose })
  const { error, isPending } = webhook ? change : create
  const rest = error ? elsewhere(error, ...fields) : null

  function submit(event: FormEvent) {
    event.preventDefault()
    const input = { name, url, events, retries, signatureFormat }
    if (webhook) change.mutate({ input: { id: webhook.id, ...input } })
    else create.mutate({ input })
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={webhook ? `Edit ${webhook.name}` : 'Add an endpoint'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={faultAt(error, 'Name', 'name')}
            required
            data-autofocus
          />
          <TextInput
            label="URL"
            description="It must answer 2xx within 15 seconds. A test event is sent to it when you save."
            placeholder="https://example.com/webhooks/kaanha"
            type="url"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            error={faultAt(error, 'URL', 'url')}
            required
          />
          <Checkbox.Group
            label="Events"
            value={events}
            onChange={setEvents}
            error={faultAt(error, 'Events', 'events')}
            required
          >
            <Group gap="xs" my="xs">
              <Button size="compact-xs" variant="default" onClick={() => setEvents(allEvents)}>
                Choose all
              </Button>
              <Button size="compact-xs" variant="default" onClick={() => setEvents([])}>
                None
              </Button>
              <Text size="xs" c="dimmed">
                {events.length} of {allEvents.length} chosen
              </Text>
            </Group>
            <Stack gap="xs">
              {Object.entries(webhookEvents).map(([type, about]) => (
                <Checkbox key={type} value={type} label={about} description={type} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Group grow align="flex-start">
            <Select
              label="Tried again"
              data={[
                { value: 'EXTENDED', label: 'Seven times in 18 hours' },
                { value: 'DOCUMENTED', label: 'Three times in 3 minutes' },
              ]}
              value={retries}
              onChange={(value) => setRetries(value ?? 'EXTENDED')}
              allowDeselect={false}
            />
            <Select
              label="Signature"
              data={[
                { value: 'PREFIXED', label: 'sha256=...' },
                { value: 'HEX', label: 'Hexadecimal alone' },
              ]}
              value={signatureFormat}
              onChange={(value) => setFormat(value ?? 'PREFIXED')}
              allowDeselect={false}
            />
          </Group>
          {rest !== null && <Failure error={rest} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending} disabled={events.length === 0}>
              {webhook ? 'Save' : 'Add endpoint'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

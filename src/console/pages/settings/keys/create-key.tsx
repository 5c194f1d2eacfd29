import { Button, Checkbox, Fieldset, Group, Modal, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useConsole } from '../../../app/console-context.ts'
import { elsewhere, faultAt } from '../../../app/faults.ts'
import { useChange } from '../../../app/hooks.ts'
import { Failure } from '../../../app/page.tsx'
import { CreateKeyDocument, type CreateKeyMutation, KeysDocument } from '../../../generated/graphql.ts'
import { scopeGroups } from './scopes.ts'

type Props = { onClose: () => void; onCreated: (created: CreateKeyMutation['createApiKey']) => void }

const day = 24 * 3_600_000
const lifetimes = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'own', label: 'At a time of my choice' },
]

/** A new key: what it is called, how long it works, and what it may do, of what the key of the session may. */
export function CreateKey({ onClose, onCreated }: Props) {
  const { viewer } = useConsole()
  const mayAll = viewer.scopes.includes('*')
  const [name, setName] = useState('')
  const [lifetime, setLifetime] = useState('never')
  const [until, setUntil] = useState('')
  const [everything, setEverything] = useState(false)
  const [chosen, setChosen] = useState<string[]>([])
  const create = useChange(CreateKeyDocument, {
    refresh: [KeysDocument],
    quiet: true,
    onSuccess: ({ createApiKey }) => onCreated(createApiKey),
  })
  const rest = create.error ? elsewhere(create.error, 'name', 'expiresAt', 'scopes') : null

  function submit(event: FormEvent) {
    event.preventDefault()
    create.mutate({ input: { name, scopes: everything ? ['*'] : chosen, expiresAt: expiryOf(lifetime, until) } })
  }

  return (
    <Modal opened onClose={onClose} size="lg" title="Create a key" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description="What uses it, such as: billing server"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={faultAt(create.error, 'Name', 'name')}
            required
            data-autofocus
          />
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <Select
              label="Expires"
              data={lifetimes}
              value={lifetime}
              onChange={(value) => setLifetime(value ?? 'never')}
              allowDeselect={false}
              error={lifetime === 'own' ? null : faultAt(create.error, 'The time', 'expiresAt')}
            />
            {lifetime === 'own' && (
              <TextInput
                type="datetime-local"
                label="Expires at"
                value={until}
                onChange={(event) => setUntil(event.currentTarget.value)}
                error={faultAt(create.error, 'The time', 'expiresAt')}
                required
              />
            )}
          </Group>
          {mayAll && (
            <Switch
              label="May do everything"
              description="Also what comes in later versions"
              checked={everything}
              onChange={(event) => setEverything(event.currentTarget.checked)}
            />
          )}
          {!everything && (
            <Scopes held={viewer.scopes} chosen={chosen} onChange={setChosen}>
              {faultAt(create.error, 'A key', 'scopes')}
            </Scopes>
          )}
          {rest !== null && <Failure error={rest} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending} disabled={!everything && chosen.length === 0}>
              Create key
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

type ScopesProps = {
  held: readonly string[]
  chosen: string[]
  onChange: (chosen: string[]) => void
  children: string | null
}

function Scopes({ held, chosen, onChange, children: fault }: ScopesProps) {
  const mayGive = (scope: string) => held.includes('*') || held.includes(scope)
  const groups = scopeGroups
    .map(({ title, scopes }) => ({ title, scopes: Object.entries(scopes).filter(([scope]) => mayGive(scope)) }))
    .filter(({ scopes }) => scopes.length > 0)
  const all = groups.flatMap(({ scopes }) => scopes.map(([scope]) => scope))
  return (
    <Checkbox.Group label="It may" value={chosen} onChange={onChange} error={fault}>
      <Group gap="xs" my="xs">
        <Button size="compact-xs" variant="default" onClick={() => onChange(all)}>
          Choose all
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onChange(all.filter((scope) => scope.endsWith(':read')))}
        >
          Only read
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => onChange([])}>
          None
        </Button>
        <Text size="xs" c="dimmed">
          {chosen.length} of {all.length} chosen
        </Text>
      </Group>
      <Stack gap="sm">
        {groups.map(({ title, scopes }) => (
          <Fieldset key={title} legend={title}>
            <Stack gap="xs">
              {scopes.map(([scope, about]) => (
                <Checkbox key={scope} value={scope} label={about} description={scope} />
              ))}
            </Stack>
          </Fieldset>
        ))}
      </Stack>
    </Checkbox.Group>
  )
}

const expiryOf = (lifetime: string, until: string): string | null => {
  if (lifetime === 'never') return null
  return new Date(lifetime === 'own' ? until : Date.now() + Number(lifetime) * day).toISOString()
}

import { ActionIcon, Avatar, Badge, Button, Group, Menu, Stack, TagsInput, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Plus, Trash2 } from 'react-feather'
import { useConsole } from '../../app/console-context.ts'
import { queryClient, queryKeyOf, useChange, useGraph } from '../../app/hooks.ts'
import { useEvents } from '../../app/live.ts'
import { Loadable } from '../../app/page.tsx'
import { dateTimeOf } from '../../app/times.ts'
import {
  InboxContactDetailsDocument,
  type InboxContactDetailsQuery,
  InboxUpdateContactDocument,
} from '../../generated/graphql.ts'
import classes from './inbox.module.css'
import { nameOf, phoneOf } from './names.ts'

type Contact = NonNullable<InboxContactDetailsQuery['contact']>
type Change = {
  name?: string | null
  email?: string | null
  tags?: string[]
  attributes?: unknown
  optedIn?: boolean
  optInSource?: string
}

/** Who the customer is: name, address, tags, consent, attributes. */
export function ContactPanel({ contactId }: { contactId: string }) {
  const contact = useGraph(InboxContactDetailsDocument, { id: contactId })
  useEvents(['contact.updated', 'contact.opted_out'], ({ data }) => {
    if ((data as { contact?: { id?: string } }).contact?.id !== contactId) return
    void queryClient.invalidateQueries({ queryKey: queryKeyOf(InboxContactDetailsDocument) })
  })
  return (
    <Loadable of={contact}>
      {(data) =>
        data.contact ? (
          <Details key={data.contact.id} contact={data.contact} />
        ) : (
          <Text p="md">This contact has been deleted.</Text>
        )
      }
    </Loadable>
  )
}

function Details({ contact }: { contact: Contact }) {
  const { may } = useConsole()
  const update = useChange(InboxUpdateContactDocument, { refresh: [InboxContactDetailsDocument] })
  const fixed = !may('contacts:write')
  const change = (fields: Change) => update.mutate({ input: { id: contact.id, ...fields } })
  return (
    <Stack gap="md" p="md">
      <Stack align="center" gap={4}>
        <Avatar {...(contact.name ? { name: contact.name } : {})} color="initials" size="lg" radius="xl" aria-hidden />
        <Title order={2} size="h4" ta="center">
          {nameOf(contact)}
        </Title>
        {contact.phone && (
          <Text size="sm" c="dimmed">
            {phoneOf(contact.phone)}
          </Text>
        )}
      </Stack>
      <Field label="Name" value={contact.name} fixed={fixed} onSave={(name) => change({ name })} />
      <Field label="Email address" value={contact.email} fixed={fixed} onSave={(email) => change({ email })} />
      <TagsInput
        label="Tags"
        placeholder={contact.tags.length === 0 ? 'Enter adds one' : ''}
        value={contact.tags}
        onChange={(tags) => change({ tags })}
        readOnly={fixed}
        maxTags={50}
      />
      <Consent contact={contact} fixed={fixed} onChange={change} />
      <Attributes value={contact.attributes} fixed={fixed} onSave={(attributes) => change({ attributes })} />
      <Text size="xs" c="dimmed">
        Known since {dateTimeOf(contact.createdAt)}
      </Text>
    </Stack>
  )
}

type FieldProps = { label: string; value: string | null; fixed: boolean; onSave: (value: string | null) => void }

/** Saved when it is left, or by Enter. */
function Field({ label, value, fixed, onSave }: FieldProps) {
  const [text, setText] = useState(value ?? '')
  const save = () => {
    if (text.trim() !== (value ?? '')) onSave(text.trim() || null)
  }
  return (
    <TextInput
      label={label}
      value={text}
      readOnly={fixed}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  )
}

const consents = {
  true: { color: 'leaf', words: 'Opted in' },
  false: { color: 'red', words: 'Opted out' },
  null: { color: 'gray', words: 'Not asked yet' },
} as const

type ConsentProps = { contact: Contact; fixed: boolean; onChange: (change: Change) => void }

function Consent({ contact: { optedIn, consentHistory }, fixed, onChange }: ConsentProps) {
  const { color, words } = consents[`${optedIn}`]
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          Consent
        </Text>
        <Menu position="bottom-end" disabled={fixed}>
          <Menu.Target>
            <Button size="compact-xs" variant="default" disabled={fixed}>
              Change
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onChange({ optedIn: true, optInSource: 'console' })}>They opted in</Menu.Item>
            <Menu.Item onClick={() => onChange({ optedIn: false, optInSource: 'console' })}>They opted out</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      <Badge variant="dot" color={color} mt={6} styles={{ label: { textTransform: 'none' } }}>
        {words}
      </Badge>
      <ul className={classes.history}>
        {consentHistory.nodes.map(({ optedIn: was, source, createdAt }) => (
          <li key={createdAt}>
            {consents[`${was}`].words}, {source}, {dateTimeOf(createdAt)}
          </li>
        ))}
      </ul>
    </div>
  )
}

type AttributesProps = { value: unknown; fixed: boolean; onSave: (attributes: Record<string, unknown>) => void }

/** What else is known of the contact, as names and values. */
function Attributes({ value, fixed, onSave }: AttributesProps) {
  const known = (value ?? {}) as Record<string, unknown>
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const add = (event: FormEvent) => {
    event.preventDefault()
    onSave({ ...known, [name.trim()]: text })
    setName('')
    setText('')
  }
  const remove = (key: string) => {
    const { [key]: _gone, ...rest } = known
    onSave(rest)
  }
  return (
    <div>
      <Text size="sm" fw={500}>
        Attributes
      </Text>
      <dl className={classes.attributes}>
        {Object.entries(known).map(([key, held]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{typeof held === 'string' ? held : JSON.stringify(held)}</dd>
            {!fixed && (
              <ActionIcon
                variant="subtle"
                size="sm"
                color="gray"
                aria-label={`Remove ${key}`}
                onClick={() => remove(key)}
              >
                <Trash2 size={14} aria-hidden />
              </ActionIcon>
            )}
          </div>
        ))}
      </dl>
      {!fixed && (
        <form onSubmit={add}>
          <Group gap={6} wrap="nowrap">
            <TextInput
              size="xs"
              aria-label="Name of the attribute"
              placeholder="Name"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              size="xs"
              aria-label="Value of the attribute"
              placeholder="Value"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <ActionIcon type="submit" variant="default" aria-label="Add the attribute" disabled={name.trim() === ''}>
              <Plus size={16} aria-hidden />
            </ActionIcon>
          </Group>
        </form>
      )}
    </div>
  )
}

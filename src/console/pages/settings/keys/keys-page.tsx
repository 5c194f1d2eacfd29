import { ActionIcon, Badge, Button, Code, Group, Menu, Table, Text, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { Key, MoreHorizontal, Plus, RefreshCw, Slash } from 'react-feather'
import { Confirm } from '../../../app/confirm.tsx'
import { useConsole } from '../../../app/console-context.ts'
import { useChange } from '../../../app/hooks.ts'
import { Empty, Loadable, Page } from '../../../app/page.tsx'
import { MoreRows, usePages } from '../../../app/paging.tsx'
import { SecretOnce } from '../../../app/secret-once.tsx'
import { dateTimeOf } from '../../../app/times.ts'
import { type KeyRowFragment, KeysDocument, RevokeKeyDocument } from '../../../generated/graphql.ts'
import { SettingsTabs } from '../settings-tabs.tsx'
import { CreateKey } from './create-key.tsx'
import { stateOf } from './key-state.ts'
import { RotateKey } from './rotate-key.tsx'
import { scopesInShort } from './scopes.ts'

type Doing = { what: 'create' } | { what: 'rotate' | 'revoke'; key: KeyRowFragment }

/** The keys of the organization. */
export function KeysPage() {
  const { may } = useConsole()
  const [doing, setDoing] = useState<Doing | null>(null)
  const [secret, setSecret] = useState<{ name: string; secret: string } | null>(null)
  const { query, rows } = usePages(KeysDocument, {}, ({ apiKeys }) => apiKeys)
  const close = () => setDoing(null)

  function onSecret({ secret: made, apiKey: { name } }: { secret: string; apiKey: { name: string } }) {
    close()
    setSecret({ name, secret: made })
  }

  return (
    <Page
      title="API keys"
      about="What programs authenticate with, and people in this console."
      actions={
        may('keys:manage') && (
          <Button leftSection={<Plus size={16} />} onClick={() => setDoing({ what: 'create' })}>
            Create key
          </Button>
        )
      }
    >
      <SettingsTabs />
      <Loadable of={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={Key} title="There is no key yet" />
          ) : (
            <>
              <KeyTable rows={rows} onDo={setDoing} />
              <MoreRows of={query} />
            </>
          )
        }
      </Loadable>
      {doing?.what === 'create' && <CreateKey onClose={close} onCreated={onSecret} />}
      {doing?.what === 'rotate' && <RotateKey of={doing.key} onClose={close} onRotated={onSecret} />}
      {doing?.what === 'revoke' && <RevokeKey of={doing.key} onClose={close} />}
      {secret && (
        <SecretOnce
          title={`The key ${secret.name}`}
          name="API key"
          secret={secret.secret}
          example={{ title: 'Try it', text: curlWith(secret.secret) }}
          onClose={() => setSecret(null)}
        />
      )}
    </Page>
  )
}

const curlWith = (secret: string): string =>
  [
    `curl ${window.location.origin}/graphql`,
    `-H 'Authorization: Bearer ${secret}'`,
    "-H 'Content-Type: application/json'",
    `-d '{"query":"{ viewer { organization { name } } }"}'`,
  ].join(' \\\n  ')

function RevokeKey({ of: key, onClose }: { of: KeyRowFragment; onClose: () => void }) {
  const { viewer } = useConsole()
  const revoke = useChange(RevokeKeyDocument, {
    refresh: [KeysDocument],
    done: `The key ${key.name} works no longer.`,
    onSuccess: onClose,
  })
  return (
    <Confirm
      title={`Revoke ${key.name}?`}
      verb="Revoke key"
      busy={revoke.isPending}
      onConfirm={() => revoke.mutate({ input: { id: key.id } })}
      onClose={onClose}
    >
      <Text size="sm">
        Whatever uses it is refused from now on. This cannot be undone.
        {key.id === viewer.key.id && ' It is the key you are signed in with: you will be signed out.'}
      </Text>
    </Confirm>
  )
}

function KeyTable({ rows, onDo }: { rows: KeyRowFragment[]; onDo: (doing: Doing) => void }) {
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Key</Table.Th>
            <Table.Th>May</Table.Th>
            <Table.Th>Created</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th>Expires</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((key) => (
            <KeyRow key={key.id} of={key} onDo={onDo} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function KeyRow({ of: key, onDo }: { of: KeyRowFragment; onDo: (doing: Doing) => void }) {
  const { viewer, may } = useConsole()
  const { word, color, works } = stateOf(key)
  return (
    <Table.Tr {...(works ? {} : { c: 'dimmed' })}>
      <Table.Td>
        <Text size="sm" fw={600}>
          {key.name}
        </Text>
        {key.id === viewer.key.id && (
          <Text size="xs" c="dimmed">
            signed in with
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Code>{key.prefix}...</Code>
      </Table.Td>
      <Table.Td maw={200}>
        <Tooltip label={key.scopes.join(', ')} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
          <Text size="sm" tabIndex={0}>
            {scopesInShort(key.scopes)}
          </Text>
        </Tooltip>
      </Table.Td>
      <Table.Td>{dateTimeOf(key.createdAt)}</Table.Td>
      <Table.Td>{dateTimeOf(key.lastUsedAt)}</Table.Td>
      <Table.Td>{dateTimeOf(key.expiresAt)}</Table.Td>
      <Table.Td>
        <Tooltip label={dateTimeOf(key.revokedAt)} disabled={!key.revokedAt}>
          <Badge color={color} variant="light" miw="max-content">
            {word}
          </Badge>
        </Tooltip>
      </Table.Td>
      <Table.Td>
        {works && may('keys:manage') && (
          <Group justify="flex-end">
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${key.name}`}>
                  <MoreHorizontal size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {!key.replacedById && (
                  <Menu.Item leftSection={<RefreshCw size={16} />} onClick={() => onDo({ what: 'rotate', key })}>
                    Rotate
                  </Menu.Item>
                )}
                <Menu.Item leftSection={<Slash size={16} />} onClick={() => onDo({ what: 'revoke', key })}>
                  Revoke
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

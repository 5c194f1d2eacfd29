import { Button, Code, CopyButton, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { elsewhere, faultAt } from '../../app/faults.ts'
import { useChange } from '../../app/hooks.ts'
import { Failure } from '../../app/page.tsx'
import { ConnectionsDocument, ConnectNumberDocument, ViewerDocument } from '../../generated/graphql.ts'

const fields = [
  { key: 'phoneNumberId', label: 'Phone number ID', about: "WhatsApp Manager's digits, not the number itself" },
  { key: 'businessAccountId', label: 'Business account ID', about: 'Of the WhatsApp Business Account' },
  { key: 'accessToken', label: 'Access token', about: 'Best of a system user, that does not expire', secret: true },
  { key: 'appSecret', label: 'App secret', about: "The app's; its webhooks are signed with it", secret: true },
  {
    key: 'verifyToken',
    label: 'Verify token',
    about: "Your choice; give it to Meta with the webhook's address",
    secret: true,
  },
] as const

type Key = (typeof fields)[number]['key']
const empty: Record<Key, string> = {
  phoneNumberId: '',
  businessAccountId: '',
  accessToken: '',
  appSecret: '',
  verifyToken: '',
}

/** A number of Meta's Cloud API; WhatsApp is asked about it before it is stored. */
export function ConnectNumber({ onClose }: { onClose: () => void }) {
  const [values, setValues] = useState(empty)
  const connect = useChange(ConnectNumberDocument, {
    refresh: [ConnectionsDocument, ViewerDocument],
    done: ({ connectWhatsApp: { connection } }) =>
      `${connection.businessName ?? connection.phoneNumber ?? 'The number'} is connected.`,
    onSuccess: onClose,
    quiet: true,
  })
  const webhook = `${window.location.origin}/webhooks/whatsapp`
  const rest = connect.error ? elsewhere(connect.error, ...fields.map(({ key }) => key)) : null

  function submit(event: FormEvent) {
    event.preventDefault()
    connect.mutate({ input: values })
  }
  return (
    <Modal opened onClose={onClose} size="lg" title="Connect a number" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack>
          {fields.map((field) => {
            const { key, label, about } = field
            const common = {
              label,
              description: about,
              value: values[key],
              onChange: (event: { currentTarget: { value: string } }) =>
                setValues({ ...values, [key]: event.currentTarget.value.trim() }),
              error: faultAt(connect.error, label, key),
              required: true,
              autoComplete: 'off',
            }
            return 'secret' in field ? (
              <PasswordInput
                key={key}
                {...common}
                visibilityToggleButtonProps={{ 'aria-label': `Show the ${label}` }}
              />
            ) : (
              <TextInput key={key} {...common} inputMode="numeric" />
            )
          })}
          <div>
            <Text size="sm" fw={600} mb={4}>
              The webhook's address, for Meta's app
            </Text>
            <Group gap="xs">
              <Code style={{ overflowWrap: 'anywhere' }}>{webhook}</Code>
              <CopyButton value={webhook}>
                {({ copied, copy }) => (
                  <Button size="compact-xs" variant="default" onClick={copy}>
                    {copied ? 'Copied' : 'Copy'}
                  </Button>
                )}
              </CopyButton>
            </Group>
          </div>
          {rest !== null && <Failure error={rest} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={connect.isPending}>
              Connect
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

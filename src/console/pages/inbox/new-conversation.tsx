import { Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { GraphError, graph, wordsOf } from '../../app/graph.ts'
import { newIdempotencyKey } from '../../app/idempotency-key.ts'
import { InboxCreateContactDocument, InboxSendDocument } from '../../generated/graphql.ts'
import { theInbox } from './inbox-store.ts'
import { useLater } from './later.tsx'
import { TemplatePicker, type TemplateSend } from './template-picker.tsx'

/** Writing to somebody who has not written: a contact who agreed to it, and a template. */
export function NewConversation({ onClose }: { onClose: () => void }) {
  const [phone, setPhone] = useState('')
  const [name, setName] = useState('')
  const [agreed, setAgreed] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [to, setTo] = useState<string | null>(null)
  const later = useLater()
  const [, go] = useLocation()

  async function next(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const input = { phone, name: name || null, ...(agreed ? { optedIn: true, optInSource: 'console' } : {}) }
      await graph(InboxCreateContactDocument, { input })
      setTo(phone)
    } catch (refusal) {
      if (refusal instanceof GraphError && refusal.code === 'CONFLICT') setTo(phone)
      else setError(wordsOf(refusal))
    }
    setBusy(false)
  }

  async function send(content: TemplateSend) {
    const { scheduledAt } = later
    const input = { to: phone, content: { flat: content }, scheduledAt, idempotencyKey: newIdempotencyKey() }
    const { sendMessage } = await later.watch(graph(InboxSendDocument, { input }))
    await theInbox().started
    onClose()
    go(`/${sendMessage.message.conversationId}`)
  }

  if (to !== null) return <TemplatePicker later={later} onClose={onClose} onSend={send} />
  return (
    <Modal opened onClose={onClose} title="Write to somebody" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={(event) => void next(event)}>
        <Stack>
          <TextInput
            label="Phone number"
            description="With its country code"
            placeholder="+91 98123 45678"
            type="tel"
            value={phone}
            onChange={(event) => setPhone(event.currentTarget.value)}
            required
            data-autofocus
          />
          <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Checkbox
            label="They agreed to be written to on WhatsApp"
            checked={agreed}
            onChange={(event) => setAgreed(event.currentTarget.checked)}
          />
          {error && (
            <Alert color="red" role="alert">
              {error}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={busy}>
              Choose a template
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

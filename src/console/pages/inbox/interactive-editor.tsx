import { Button, CloseButton, Group, Modal, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Plus } from 'react-feather'
import { type Later, LaterChoice } from './later.tsx'
import type { FlatContent } from './outbox.ts'

type Props = { later: Later; closesAt: string | null; onClose: () => void; onSend: (content: FlatContent) => void }
type Kind = 'button' | 'list'

/** Meta's limits. */
const most = { button: 3, list: 10 }
const longest = { button: 20, list: 24 }

/** A text with up to three buttons below it, or with a list to choose from. */
export function InteractiveEditor({ later, closesAt, onClose, onSend }: Props) {
  const [kind, setKind] = useState<Kind>('button')
  const [body, setBody] = useState('')
  const [label, setLabel] = useState('Choose')
  const [choices, setChoices] = useState([''])
  const shown = choices.slice(0, most[kind])

  function submit(event: FormEvent) {
    event.preventDefault()
    const titles = shown.map((choice) => choice.trim()).filter((choice) => choice !== '')
    onSend({ type: 'interactive', interactive: interactiveOf(kind, body, label, titles) })
  }
  return (
    <Modal opened onClose={onClose} title="Buttons or a list" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack>
          <SegmentedControl
            aria-label="Kind"
            value={kind}
            onChange={(value) => setKind(value as Kind)}
            data={[
              { value: 'button', label: 'Buttons' },
              { value: 'list', label: 'List' },
            ]}
          />
          <Textarea
            label="Text"
            autosize
            minRows={2}
            maxLength={1024}
            value={body}
            onChange={(event) => setBody(event.currentTarget.value)}
            required
            data-autofocus
          />
          {kind === 'list' && (
            <TextInput
              label="Opens the list"
              maxLength={20}
              value={label}
              onChange={(event) => setLabel(event.currentTarget.value)}
              required
            />
          )}
          {shown.map((choice, i) => (
            <TextInput
              // biome-ignore lint/suspicious/noArrayIndexKey: a choice is its place.
              key={i}
              label={`Choice ${i + 1}`}
              maxLength={longest[kind]}
              value={choice}
              onChange={(event) => setChoices(choices.with(i, event.currentTarget.value))}
              required
              rightSection={
                shown.length > 1 && (
                  <CloseButton
                    size="sm"
                    aria-label={`Remove choice ${i + 1}`}
                    onClick={() => setChoices(choices.toSpliced(i, 1))}
                  />
                )
              }
            />
          ))}
          <LaterChoice later={later} closesAt={closesAt} />
          <Group justify="space-between">
            <Button
              variant="default"
              leftSection={<Plus size={16} aria-hidden />}
              disabled={shown.length >= most[kind]}
              onClick={() => setChoices([...shown, ''])}
            >
              Another choice
            </Button>
            <Button type="submit" loading={later.isBusy}>
              {later.isOn ? 'Schedule' : 'Send'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Meta's interactive object. The ids, which come back with the customer's choice, are the choices' places. */
function interactiveOf(kind: Kind, text: string, label: string, titles: string[]): object {
  if (kind === 'button') {
    const buttons = titles.map((title, i) => ({ type: 'reply', reply: { id: `choice-${i + 1}`, title } }))
    return { type: 'button', body: { text }, action: { buttons } }
  }
  const rows = titles.map((title, i) => ({ id: `choice-${i + 1}`, title }))
  return { type: 'list', body: { text }, action: { button: label, sections: [{ title: 'Choices', rows }] } }
}

import { Alert, Badge, Button, Group, Modal, NavLink, ScrollArea, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type FormEvent, useState } from 'react'
import { FileText } from 'react-feather'
import { elsewhere } from '../../app/faults.ts'
import { useGraph } from '../../app/hooks.ts'
import { Empty, Failure, Loadable } from '../../app/page.tsx'
import {
  InboxTemplatePreviewDocument,
  InboxTemplatesDocument,
  type InboxTemplatesQuery,
} from '../../generated/graphql.ts'
import { type Later, LaterChoice } from './later.tsx'
import classes from './message.module.css'
import type { FlatContent } from './outbox.ts'
import { TemplateView } from './template-body.tsx'
import { componentsOf, placesOf } from './template-places.ts'

export type TemplateSend = FlatContent & { type: 'template' }
type Template = InboxTemplatesQuery['templates']['nodes'][number]
type Props = { later: Later; onClose: () => void; onSend: (content: TemplateSend) => Promise<void> }

/** Choosing an approved template, filling it in, and seeing what the customer will see. */
export function TemplatePicker({ later, onClose, onSend }: Props) {
  const [chosen, setChosen] = useState<Template | null>(null)
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={chosen ? chosen.name : 'Send a template'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {chosen ? (
        <FillIn template={chosen} later={later} onBack={() => setChosen(null)} onSend={onSend} />
      ) : (
        <Choose onChoose={setChosen} />
      )}
    </Modal>
  )
}

function Choose({ onChoose }: { onChoose: (template: Template) => void }) {
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text, 250)
  const templates = useGraph(InboxTemplatesDocument, { search: search || null }, { staleTime: 60_000 })
  return (
    <Stack>
      <TextInput
        aria-label="Search templates"
        placeholder="Search templates"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <Loadable of={templates}>
        {({ templates: { nodes } }) =>
          nodes.length === 0 ? (
            <Empty icon={FileText} title="No approved template matches" />
          ) : (
            <ScrollArea.Autosize mah="50dvh" viewportProps={{ tabIndex: 0 }}>
              {nodes.map((template) => (
                <NavLink
                  key={template.id}
                  component="button"
                  label={template.name}
                  description={bodyOf(template)}
                  rightSection={
                    <Badge variant="default" size="sm">
                      {template.language}
                    </Badge>
                  }
                  onClick={() => onChoose(template)}
                />
              ))}
            </ScrollArea.Autosize>
          )
        }
      </Loadable>
    </Stack>
  )
}

const bodyOf = ({ components }: Template): string =>
  (components as { type?: string; text?: string }[]).find(({ type }) => type === 'BODY')?.text ?? ''

type FillInProps = { template: Template; later: Later; onBack: () => void; onSend: Props['onSend'] }

function FillIn({ template, later, onBack, onSend }: FillInProps) {
  const places = placesOf(template)
  const [values, setValues] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const components = componentsOf(template, values)
  const [shown] = useDebouncedValue(JSON.stringify(components), 300)
  const { name, language } = template
  const { data } = useGraph(InboxTemplatePreviewDocument, { name, language, components: JSON.parse(shown) as unknown })
  const preview = data?.templates.nodes[0]?.preview

  async function submit(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await onSend({ type: 'template', templateName: name, language, components })
    } catch (refusal) {
      setError(elsewhere(refusal, 'scheduledAt'))
    }
    setBusy(false)
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        {places.map(({ key, label, example }) => (
          <TextInput
            key={key}
            label={label}
            placeholder={example}
            value={values[key] ?? ''}
            onChange={(event) => setValues({ ...values, [key]: event.currentTarget.value })}
            required
          />
        ))}
        <Text size="sm" fw={600}>
          As the customer will see it
        </Text>
        <div className={classes.preview}>{preview && <TemplateView preview={preview} />}</div>
        {preview && places.every(({ key }) => values[key]) && preview.faults.length > 0 && (
          <Alert color="orange">
            {preview.faults.map(({ path, message }) => (
              <Text key={path} size="sm">
                {message}
              </Text>
            ))}
          </Alert>
        )}
        <LaterChoice later={later} />
        {error !== null && <Failure error={error} />}
        <Group justify="space-between">
          <Button variant="default" onClick={onBack}>
            Another template
          </Button>
          <Button type="submit" loading={busy}>
            {later.isOn ? 'Schedule' : 'Send'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

import { Alert, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { faultAt } from '../../../app/faults.ts'
import { useGraph } from '../../../app/hooks.ts'
import { Failure } from '../../../app/page.tsx'
import { TemplateCard } from '../../../app/template-card.tsx'
import { InboxTemplatePreviewDocument, InboxTemplatesDocument } from '../../../generated/graphql.ts'
import { componentsOf, placesOf } from '../../inbox/template-places.ts'
import type { Draft, Template } from './draft.ts'

export type StepProps = { draft: Draft; onChange: (change: Partial<Draft>) => void; error: unknown }

/** What it is called and says. */
export function MessageStep({ draft, onChange, error }: StepProps) {
  const { name, template, values } = draft
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(template && text === labelOf(template) ? '' : text.trim(), 250)
  const templates = useGraph(InboxTemplatesDocument, { search: search || null }, { staleTime: 60_000 })
  const found = templates.data?.templates.nodes ?? []
  const nodes = template && !found.some(({ id }) => id === template.id) ? [template, ...found] : found
  const choose = (id: string | null) => onChange({ template: nodes.find((node) => node.id === id) ?? null, values: {} })

  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
      <Stack>
        <TextInput
          label="Name"
          description="For you; customers do not see it"
          value={name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
          error={faultAt(error, 'Name', 'name')}
          required
        />
        {templates.error && <Failure error={templates.error} onRetry={templates.refetch} />}
        <Select
          label="Template"
          placeholder="Search the approved templates"
          data={nodes.map((node) => ({ value: node.id, label: labelOf(node) }))}
          filter={({ options }) => options}
          searchValue={text}
          onSearchChange={setText}
          value={template?.id ?? null}
          onChange={choose}
          error={faultAt(error, 'Template', 'template')}
          nothingFoundMessage="No approved template matches"
          searchable
          required
        />
        {template &&
          placesOf(template).map(({ key, label, example }) => (
            <TextInput
              key={key}
              label={label}
              placeholder={example}
              value={values[key] ?? ''}
              onChange={(event) => onChange({ values: { ...values, [key]: event.currentTarget.value } })}
              required
            />
          ))}
      </Stack>
      <Stack gap="xs">
        <Text size="sm" fw={600}>
          As the customer will see it
        </Text>
        {template ? (
          <Preview template={template} values={values} />
        ) : (
          <Text size="sm" c="dimmed">
            Choose a template to see it here.
          </Text>
        )}
      </Stack>
    </SimpleGrid>
  )
}

const labelOf = ({ name, language }: Template): string => `${name} (${language})`

function Preview({ template, values }: { template: Template; values: Record<string, string> }) {
  const { name, language } = template
  const [shown] = useDebouncedValue(JSON.stringify(componentsOf(template, values)), 300)
  const { data } = useGraph(InboxTemplatePreviewDocument, { name, language, components: JSON.parse(shown) as unknown })
  const preview = data?.templates.nodes[0]?.preview
  if (!preview) return null
  const isFilled = placesOf(template).every(({ key }) => values[key])
  return (
    <>
      <TemplateCard preview={preview} />
      {isFilled && preview.faults.length > 0 && (
        <Alert color="orange">
          {preview.faults.map(({ path, message }) => (
            <Text key={path} size="sm">
              {message}
            </Text>
          ))}
        </Alert>
      )}
    </>
  )
}

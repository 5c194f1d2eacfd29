import { FileInput, MultiSelect, SegmentedControl, Stack, TagsInput, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { FileText } from 'react-feather'
import { useConsole } from '../../../app/console-context.ts'
import { faultAt } from '../../../app/faults.ts'
import { useGraph } from '../../../app/hooks.ts'
import { BroadcastContactsDocument, type TagMatch } from '../../../generated/graphql.ts'
import { placesOf } from '../../inbox/template-places.ts'
import type { StepProps } from './message-step.tsx'

/** Who gets it: by tag, by name, in a file, or by several of these; everybody once. */
export function AudienceStep({ draft, onChange, error }: StepProps) {
  const { may } = useConsole()
  const { tags, tagMatch, contacts, csv, template } = draft
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text, 250)
  const { data } = useGraph(BroadcastContactsDocument, { search: search || null }, { enabled: may('contacts:read') })
  const found = data?.contacts.nodes ?? []
  const labels = new Map([
    ...contacts.map(({ value, label }) => [value, label] as const),
    ...found.map(({ id, name, phone }) => [id, [name, phone].filter(Boolean).join(' ')] as const),
  ])
  const columns = ['phone', 'name', ...(template ? placesOf(template).flatMap(({ key }) => bodyPlace(key)) : [])]

  return (
    <Stack maw={560}>
      <Text size="sm" c="dimmed">
        By tag, by name, in a file, or by several of these. Everybody gets it once; whoever has not opted in is left
        out.
      </Text>
      <TagsInput
        label="Tags"
        description="Contacts that have them when it starts"
        placeholder={tags.length === 0 ? 'Type a tag and press Enter' : ''}
        data={[...new Set(found.flatMap((contact) => contact.tags))]}
        value={tags}
        onChange={(value) => onChange({ tags: value })}
        error={faultAt(error, 'Tags', 'audience.tags')}
        acceptValueOnBlur
        clearable
      />
      {tags.length > 1 && (
        <SegmentedControl
          aria-label="Which contacts"
          data={[
            { value: 'ANY', label: 'With any of them' },
            { value: 'ALL', label: 'With all of them' },
          ]}
          value={tagMatch}
          onChange={(value) => onChange({ tagMatch: value as TagMatch })}
        />
      )}
      {may('contacts:read') && (
        <MultiSelect
          label="Contacts"
          placeholder={contacts.length === 0 ? 'Search by name or number' : ''}
          data={[...labels].map(([value, label]) => ({ value, label }))}
          value={contacts.map(({ value }) => value)}
          onChange={(ids) => onChange({ contacts: ids.map((value) => ({ value, label: labels.get(value) ?? value })) })}
          searchValue={text}
          onSearchChange={setText}
          error={faultAt(error, 'Contacts', 'audience.contactIds')}
          nothingFoundMessage="Nobody matches"
          searchable
          clearable
        />
      )}
      <FileInput
        label="File"
        description={`CSV in UTF-8 with a first row: ${columns.join(', ')}. All but phone can be left out.`}
        placeholder="Choose a CSV file"
        accept=".csv,text/csv"
        leftSection={<FileText size={16} />}
        value={csv}
        onChange={(file) => onChange({ csv: file })}
        error={faultAt(error, 'The file', 'audience.csv', 'audience')}
        clearable
        clearButtonProps={{ 'aria-label': 'Take the file away' }}
      />
    </Stack>
  )
}

const bodyPlace = (key: string): string[] => (key.startsWith('body:') ? [key.slice('body:'.length)] : [])

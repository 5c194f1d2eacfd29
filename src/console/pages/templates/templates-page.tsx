import { Badge, Button, Group, Paper, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue, useThrottledCallback } from '@mantine/hooks'
import { useState } from 'react'
import { FileText, RefreshCw, Search } from 'react-feather'
import { useConsole } from '../../app/console-context.ts'
import { queryClient, queryKeyOf, useChange } from '../../app/hooks.ts'
import { useEvents } from '../../app/live.ts'
import { Empty, Loadable, Page } from '../../app/page.tsx'
import { MoreRows, usePages } from '../../app/paging.tsx'
import { TemplateCard } from '../../app/template-card.tsx'
import { dateTimeOf } from '../../app/times.ts'
import {
  InboxTemplatesDocument,
  SyncTemplatesHereDocument,
  TemplatesDocument,
  type TemplatesQuery,
} from '../../generated/graphql.ts'

type Template = TemplatesQuery['templates']['nodes'][number]

const statusColors: Readonly<Record<string, string>> = {
  APPROVED: 'leaf',
  PENDING: 'orange',
  REJECTED: 'red',
  PAUSED: 'orange',
  DISABLED: 'red',
}
const categories = ['MARKETING', 'UTILITY', 'AUTHENTICATION']
const refreshMs = 3000

/** WhatsApp's word, as people write. */
const inWords = (word: string): string => `${word.charAt(0)}${word.slice(1).toLowerCase().replaceAll('_', ' ')}`
const choices = (words: string[]) => words.map((value) => ({ value, label: inWords(value) }))

export default function TemplatesPage() {
  const { may } = useConsole()
  const [text, setText] = useState('')
  const [status, setStatus] = useState<string | null>(null)
  const [category, setCategory] = useState<string | null>(null)
  const [search] = useDebouncedValue(text.trim(), 250)
  const { query, rows } = usePages(
    TemplatesDocument,
    { status, category, search: search || null },
    ({ templates }) => templates,
  )
  const sync = useChange(SyncTemplatesHereDocument, {
    refresh: [TemplatesDocument, InboxTemplatesDocument],
    done: ({ syncTemplates: { total, added, updated, removed } }) =>
      `${total} templates: ${added} new, ${updated} changed, ${removed} gone.`,
  })
  const refresh = useThrottledCallback(
    () => void queryClient.invalidateQueries({ queryKey: queryKeyOf(TemplatesDocument) }),
    refreshMs,
  )
  useEvents(['template.updated'], refresh)
  const isFiltered = search !== '' || status !== null || category !== null

  return (
    <Page
      title="Templates"
      about="What WhatsApp lets you say first. They are written and approved in Meta's WhatsApp Manager."
      actions={
        may('templates:write') && (
          <Button
            variant="default"
            leftSection={<RefreshCw size={16} />}
            loading={sync.isPending}
            onClick={() => sync.mutate({ input: {} })}
          >
            Synchronise
          </Button>
        )
      }
    >
      <Group gap="xs">
        <TextInput
          aria-label="Search templates"
          placeholder="Search by name or text"
          leftSection={<Search size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          flex={1}
          miw={200}
        />
        <Select
          aria-label="State"
          placeholder="Every state"
          data={choices(Object.keys(statusColors))}
          value={status}
          onChange={setStatus}
          clearable
          w={150}
        />
        <Select
          aria-label="Category"
          placeholder="Every category"
          data={choices(categories)}
          value={category}
          onChange={setCategory}
          clearable
          w={170}
        />
      </Group>
      <Loadable of={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={FileText} title={isFiltered ? 'No template matches' : 'No template yet'}>
              {!isFiltered && 'Synchronise to read them from WhatsApp.'}
            </Empty>
          ) : (
            <>
              <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
                {rows.map((template) => (
                  <Card key={template.id} of={template} />
                ))}
              </SimpleGrid>
              <MoreRows of={query} />
            </>
          )
        }
      </Loadable>
    </Page>
  )
}

const Card = ({ of: { name, language, category, status, syncedAt, preview } }: { of: Template }) => (
  <Paper component="article" withBorder p="md" aria-label={`${name} (${language})`}>
    <Stack gap="sm" h="100%">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            {language}, {inWords(category)}
          </Text>
        </div>
        <Badge color={statusColors[status] ?? 'gray'} variant="light" miw="max-content">
          {inWords(status)}
        </Badge>
      </Group>
      <div style={{ flex: 1 }}>
        <TemplateCard preview={preview} />
      </div>
      <Text size="xs" c="dimmed">
        As of {dateTimeOf(syncedAt)}
      </Text>
    </Stack>
  </Paper>
)

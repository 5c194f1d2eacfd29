import { ActionIcon, Button, Group, Menu, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { Edit2, MessageSquare, MoreHorizontal, Paperclip, Plus, Search, Trash2 } from 'react-feather'
import { Confirm } from '../../../app/confirm.tsx'
import { useConsole } from '../../../app/console-context.ts'
import { useChange } from '../../../app/hooks.ts'
import { Empty, Loadable, Page } from '../../../app/page.tsx'
import { MoreRows, usePages } from '../../../app/paging.tsx'
import { dateTimeOf } from '../../../app/times.ts'
import {
  QuickRepliesDocument,
  type QuickReplyRowFragment,
  RemoveQuickReplyDocument,
} from '../../../generated/graphql.ts'
import { fileOf } from '../../inbox/quick-replies.tsx'
import { SettingsTabs } from '../settings-tabs.tsx'
import { EditQuickReply, refresh } from './edit-quick-reply.tsx'

type Doing = { what: 'create' } | { what: 'edit' | 'delete'; reply: QuickReplyRowFragment }

/** The answers that people send again and again. */
export function QuickRepliesPage() {
  const { may } = useConsole()
  const [doing, setDoing] = useState<Doing | null>(null)
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 250)
  const variables = { search: search || null, files: may('media:read') }
  const { query, rows } = usePages(QuickRepliesDocument, variables, ({ quickReplies }) => quickReplies)
  const close = () => setDoing(null)

  return (
    <Page
      title="Quick replies"
      about="Answers that are sent again and again: in the inbox, / and a shortcut find them."
      actions={
        may('agents:write') && (
          <Button leftSection={<Plus size={16} />} onClick={() => setDoing({ what: 'create' })}>
            Add quick reply
          </Button>
        )
      }
    >
      <SettingsTabs />
      <TextInput
        aria-label="Search quick replies"
        placeholder="Search by shortcut or text"
        leftSection={<Search size={16} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maw={320}
      />
      <Loadable of={query}>
        {() =>
          rows.length === 0 ? (
            <Empty icon={MessageSquare} title={search ? 'No quick reply matches' : 'There is no quick reply yet'} />
          ) : (
            <>
              <ReplyTable rows={rows} onDo={setDoing} />
              <MoreRows of={query} />
            </>
          )
        }
      </Loadable>
      {doing?.what === 'create' && <EditQuickReply onClose={close} />}
      {doing?.what === 'edit' && <EditQuickReply of={doing.reply} onClose={close} />}
      {doing?.what === 'delete' && <Delete of={doing.reply} onClose={close} />}
    </Page>
  )
}

function Delete({ of: { id, shortcut }, onClose }: { of: QuickReplyRowFragment; onClose: () => void }) {
  const remove = useChange(RemoveQuickReplyDocument, {
    refresh,
    done: `/${shortcut} is deleted.`,
    onSuccess: onClose,
  })
  return (
    <Confirm
      title={`Delete /${shortcut}?`}
      verb="Delete quick reply"
      busy={remove.isPending}
      onConfirm={() => remove.mutate({ input: { id } })}
      onClose={onClose}
    >
      <Text size="sm">Nobody finds it any more. What was sent with it stays.</Text>
    </Confirm>
  )
}

type TableProps = { rows: QuickReplyRowFragment[]; onDo: (doing: Doing) => void }

const ReplyTable = ({ rows, onDo }: TableProps) => (
  <Table.ScrollContainer minWidth={560}>
    <Table verticalSpacing="sm" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Shortcut</Table.Th>
          <Table.Th>Says</Table.Th>
          <Table.Th>Changed</Table.Th>
          <Table.Th aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((reply) => (
          <ReplyRow key={reply.id} of={reply} onDo={onDo} />
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
)

function ReplyRow({ of: reply, onDo }: { of: QuickReplyRowFragment; onDo: (doing: Doing) => void }) {
  const { may } = useConsole()
  const file = fileOf(reply)
  return (
    <Table.Tr>
      <Table.Td fw={600}>/{reply.shortcut}</Table.Td>
      <Table.Td maw={440}>
        <Text size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          {reply.text}
        </Text>
        {file && (
          <Group gap={4} wrap="nowrap">
            <Paperclip size={13} aria-hidden />
            <Text size="xs" c="dimmed" truncate>
              {file.filename ?? 'A file'}
            </Text>
          </Group>
        )}
      </Table.Td>
      <Table.Td>{dateTimeOf(reply.updatedAt)}</Table.Td>
      <Table.Td>
        {may('agents:write') && (
          <Group justify="flex-end">
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={`Actions of /${reply.shortcut}`}>
                  <MoreHorizontal size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<Edit2 size={16} />} onClick={() => onDo({ what: 'edit', reply })}>
                  Edit
                </Menu.Item>
                <Menu.Item leftSection={<Trash2 size={16} />} onClick={() => onDo({ what: 'delete', reply })}>
                  Delete
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

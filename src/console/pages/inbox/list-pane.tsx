import {
  ActionIcon,
  Button,
  CloseButton,
  Group,
  Indicator,
  Loader,
  Menu,
  SegmentedControl,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { Edit3, Filter as FilterIcon, Inbox as InboxIcon, Search } from 'react-feather'
import { Virtuoso } from 'react-virtuoso'
import { Link } from 'wouter'
import { useConsole } from '../../app/console-context.ts'
import { useGraph } from '../../app/hooks.ts'
import { Empty, Failure } from '../../app/page.tsx'
import { InboxMembersDocument } from '../../generated/graphql.ts'
import type { Filter } from './conversation-list.ts'
import { ConversationRow } from './conversation-row.tsx'
import classes from './inbox.module.css'
import { theInbox } from './inbox-store.ts'
import { NewConversation } from './new-conversation.tsx'
import { useObservable } from './observable.ts'

type Props = { filter: Filter; onFilter: (filter: Filter) => void; chosenId: string | null }

const statuses = [
  { value: 'ALL', label: 'All' },
  { value: 'OPEN', label: 'Open' },
  { value: 'ASSIGNED', label: 'Assigned' },
  { value: 'RESOLVED', label: 'Done' },
]

export function ListPane({ filter, onFilter, chosenId }: Props) {
  const list = theInbox().list(filter)
  const { rows, hasMore, loading, error } = useObservable(list)
  useEffect(() => {
    if (list.value.rows.length === 0) void list.loadMore()
  }, [list])
  const [writing, setWriting] = useState(false)
  const { may } = useConsole()

  return (
    <section className={classes.list} aria-label="Conversations">
      <div className={classes.listHead}>
        <Group justify="space-between" wrap="nowrap">
          <Title order={1} size="h3">
            Inbox
          </Title>
          <Group gap={4} wrap="nowrap">
            <FilterMenu filter={filter} onFilter={onFilter} />
            {may('messages:send') && (
              <ActionIcon variant="subtle" size="lg" aria-label="Write to somebody" onClick={() => setWriting(true)}>
                <Edit3 size={18} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        </Group>
        <SearchField filter={filter} onFilter={onFilter} />
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label="Status"
          data={statuses}
          value={filter.status ?? 'ALL'}
          onChange={(value) => onFilter({ ...filter, status: value === 'ALL' ? null : (value as Filter['status']) })}
        />
      </div>
      {error !== null && <Failure error={error} onRetry={() => list.loadMore()} />}
      {rows.length === 0 && !loading && error === null ? (
        <NothingHere filter={filter} />
      ) : (
        <Virtuoso
          className={classes.rows}
          data={rows}
          computeItemKey={(_index, { id }) => id}
          itemContent={(_index, conversation) => (
            <ConversationRow conversation={conversation} chosen={conversation.id === chosenId} />
          )}
          endReached={() => void (hasMore && list.loadMore())}
          increaseViewportBy={400}
          context={{ loading }}
          components={{ Footer: Loading }}
        />
      )}
      {writing && <NewConversation onClose={() => setWriting(false)} />}
    </section>
  )
}

const Loading = ({ context }: { context?: { loading: boolean } }) =>
  context?.loading ? (
    <Group justify="center" py="md">
      <Loader size="sm" aria-label="Loading conversations" />
    </Group>
  ) : null

function SearchField({ filter, onFilter }: Omit<Props, 'chosenId'>) {
  const [text, setText] = useState(filter.search)
  const search = useDebouncedCallback((value: string) => onFilter({ ...filter, search: value }), 250)
  const change = (value: string) => {
    setText(value)
    search(value)
  }
  return (
    <TextInput
      aria-label="Search by name or number"
      placeholder="Search by name or number"
      leftSection={<Search size={16} aria-hidden />}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      rightSection={text ? <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} /> : null}
    />
  )
}

/** What is asked for less often: unread ones only, those of one member. */
function FilterMenu({ filter, onFilter }: Omit<Props, 'chosenId'>) {
  const { data } = useGraph(InboxMembersDocument, {}, { staleTime: 60_000 })
  const members = data?.members.nodes.filter(({ active }) => active) ?? []
  const narrowed = filter.unread || filter.assignedToId !== null
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Indicator disabled={!narrowed} size={8} offset={6}>
        <Menu.Target>
          <ActionIcon variant="subtle" size="lg" aria-label="More filters">
            <FilterIcon size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
      </Indicator>
      <Menu.Dropdown>
        <Menu.CheckboxItem checked={filter.unread} onChange={(unread) => onFilter({ ...filter, unread })}>
          Unread only
        </Menu.CheckboxItem>
        {members.length > 0 && <Menu.Label>Assigned to</Menu.Label>}
        {members.map(({ id, name }) => (
          <Menu.CheckboxItem
            key={id}
            checked={filter.assignedToId === id}
            onChange={(checked) => onFilter({ ...filter, assignedToId: checked ? id : null })}
          >
            {name}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function NothingHere({ filter }: { filter: Filter }) {
  const { connection, simulatorUrl } = useConsole()
  if (filter.search || filter.status || filter.unread || filter.assignedToId) {
    return <Empty icon={InboxIcon} title="No conversation matches" />
  }
  return (
    <Empty icon={InboxIcon} title="No conversations yet">
      <Text size="sm">
        {connection?.phoneNumber
          ? `They begin when a customer writes to ${connection.phoneNumber}.`
          : 'They begin when a customer writes.'}
      </Text>
      {simulatorUrl && (
        <Button component={Link} to="~/phone" variant="light" size="xs" mt="sm">
          Write as a customer
        </Button>
      )}
    </Empty>
  )
}

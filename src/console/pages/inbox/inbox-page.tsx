import { Box, Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { MessageCircle } from 'react-feather'
import { Route, Switch } from 'wouter'
import { Empty } from '../../app/page.tsx'
import { ContactPanel } from './contact-panel.tsx'
import type { Filter } from './conversation-list.ts'
import { ConversationPane } from './conversation-pane.tsx'
import classes from './inbox.module.css'
import { type Conversation, theInbox } from './inbox-store.ts'
import { ListPane } from './list-pane.tsx'
import { useObservable } from './observable.ts'

const firstFilter: Filter = { status: null, assignedToId: null, unread: false, search: '' }
// Coming back from another page, the inbox is as it was left.
let lastFilter = firstFilter

export default function InboxPage() {
  const [filter, setFilter] = useState(lastFilter)
  lastFilter = filter
  return (
    <Switch>
      <Route path="/:id">{({ id }) => <InboxLayout filter={filter} onFilter={setFilter} conversationId={id} />}</Route>
      <Route>
        <InboxLayout filter={filter} onFilter={setFilter} conversationId={null} />
      </Route>
    </Switch>
  )
}

type LayoutProps = { filter: Filter; onFilter: (filter: Filter) => void; conversationId: string | null }

/** The list, the conversation, and the contact: side by side where there is room, one after the other on a phone. */
function InboxLayout({ filter, onFilter, conversationId }: LayoutProps) {
  const wide = useMediaQuery('(min-width: 80em)', true, { getInitialValueInEffect: false })
  const [panel, setPanel] = useState(false)
  return (
    <div className={classes.inbox} data-open={conversationId !== null || undefined}>
      <ListPane filter={filter} onFilter={onFilter} chosenId={conversationId} />
      {conversationId === null ? (
        <Box className={classes.nothing}>
          <Empty icon={MessageCircle} title="No conversation is open">
            Choose one on the left. New messages appear by themselves.
          </Empty>
        </Box>
      ) : (
        <>
          <ConversationPane
            key={conversationId}
            id={conversationId}
            onContact={wide ? undefined : () => setPanel(true)}
          />
          <ContactSide id={conversationId} wide={wide} open={panel} onClose={() => setPanel(false)} />
        </>
      )}
    </div>
  )
}

type SideProps = { id: string; wide: boolean; open: boolean; onClose: () => void }

function ContactSide({ id, wide, open, onClose }: SideProps) {
  const conversation = useObservable<Conversation | null>(theInbox().shown(id))
  if (!conversation) return null
  const panel = <ContactPanel contactId={conversation.contact.id} />
  if (wide) {
    return (
      <aside className={classes.contact} aria-label="Contact">
        {panel}
      </aside>
    )
  }
  return (
    <Drawer
      opened={open}
      onClose={onClose}
      position="right"
      title="Contact"
      size="sm"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {panel}
    </Drawer>
  )
}

import { Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Shuffle, UserMinus, UserPlus, Users } from 'react-feather'
import { useChange, useGraph } from '../../app/hooks.ts'
import { Failure } from '../../app/page.tsx'
import { InboxAddMemberDocument, InboxAssignDocument, InboxMembersDocument } from '../../generated/graphql.ts'
import classes from './inbox.module.css'
import { type Conversation, theInbox } from './inbox-store.ts'

/** Who has the conversation, and giving it to somebody else. */
export function AssignMenu({ conversation: { id, assignedTo } }: { conversation: Conversation }) {
  const { data } = useGraph(InboxMembersDocument, {}, { staleTime: 60_000 })
  const members = data?.members.nodes.filter(({ active }) => active) ?? []
  const [adding, setAdding] = useState(false)
  const assign = useChange(InboxAssignDocument, {
    onSuccess: ({ assignConversation }) => theInbox().changed(assignConversation.conversation),
  })
  const give = (memberId: string | null) => assign.mutate({ input: { id, ...(memberId ? { memberId } : {}) } })
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            className={classes.headButton}
            aria-label={assignedTo ? `Assigned to ${assignedTo.name}` : 'Assign'}
            leftSection={<Users size={15} aria-hidden />}
            loading={assign.isPending}
          >
            {assignedTo ? assignedTo.name : 'Assign'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
          {members.map((member) => (
            <Menu.Item key={member.id} onClick={() => give(member.id)} disabled={member.id === assignedTo?.id}>
              {member.name}
            </Menu.Item>
          ))}
          {members.length > 1 && (
            <Menu.Item
              leftSection={<Shuffle size={15} aria-hidden />}
              onClick={() => assign.mutate({ input: { id, strategy: 'LEAST_LOADED' } })}
            >
              Whoever has the fewest
            </Menu.Item>
          )}
          {assignedTo && (
            <Menu.Item leftSection={<UserMinus size={15} aria-hidden />} onClick={() => give(null)}>
              Back to everybody
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<UserPlus size={15} aria-hidden />} onClick={() => setAdding(true)}>
            Add a member
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {adding && (
        <AddMember
          onClose={() => setAdding(false)}
          onAdded={(memberId) => {
            setAdding(false)
            give(memberId)
          }}
        />
      )}
    </>
  )
}

function AddMember({ onClose, onAdded }: { onClose: () => void; onAdded: (id: string) => void }) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const add = useChange(InboxAddMemberDocument, {
    quiet: true,
    refresh: [InboxMembersDocument],
    onSuccess: ({ createMember }) => onAdded(createMember.member.id),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate({ input: { name, email } })
  }
  return (
    <Modal opened onClose={onClose} title="Add a member" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          <TextInput
            label="Email address"
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            required
          />
          {add.error && <Failure error={add.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={add.isPending}>
              Add and assign
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

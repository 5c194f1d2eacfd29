import { Button, FileButton, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Paperclip } from 'react-feather'
import { useConsole } from '../../../app/console-context.ts'
import { elsewhere, faultAt } from '../../../app/faults.ts'
import { useChange } from '../../../app/hooks.ts'
import { Failure } from '../../../app/page.tsx'
import {
  AddQuickReplyDocument,
  ChangeQuickReplyDocument,
  InboxQuickRepliesDocument,
  QuickRepliesDocument,
  type QuickReplyRowFragment,
} from '../../../generated/graphql.ts'
import { AttachmentChip, useAttachment } from '../../inbox/attachment.tsx'
import { fileOf } from '../../inbox/quick-replies.tsx'

type Props = { of?: QuickReplyRowFragment; onClose: () => void }

export const refresh = [QuickRepliesDocument, InboxQuickRepliesDocument]

/** A quick reply: a new one, or `of` changed. */
export function EditQuickReply({ of: reply, onClose }: Props) {
  const { may } = useConsole()
  const [shortcut, setShortcut] = useState(reply?.shortcut ?? '')
  const [text, setText] = useState(reply?.text ?? '')
  const { attachment, attach, drop } = useAttachment(reply && fileOf(reply))
  const options = { refresh, quiet: true, onSuccess: onClose }
  const create = useChange(AddQuickReplyDocument, options)
  const change = useChange(ChangeQuickReplyDocument, { ...options, done: 'Saved.' })
  const { error, isPending } = reply ? change : create
  const rest = error ? elsewhere(error, 'shortcut', 'text') : null

  function submit(event: FormEvent) {
    event.preventDefault()
    const input = { shortcut, text: text || null, mediaId: attachment?.media?.id ?? null }
    if (reply) change.mutate({ input: { id: reply.id, ...input } })
    else create.mutate({ input })
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={reply ? `Edit /${reply.shortcut}` : 'Add a quick reply'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Shortcut"
            description="Letters, digits, - and _: it is found by / and any part of it"
            leftSection="/"
            value={shortcut}
            onChange={(event) => setShortcut(event.currentTarget.value)}
            error={faultAt(error, 'Shortcut', 'shortcut')}
            required
            data-autofocus
          />
          <Textarea
            label="Text"
            autosize
            minRows={3}
            maxRows={12}
            maxLength={4096}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={faultAt(error, 'Text', 'text')}
            required={attachment === null}
          />
          {attachment ? (
            <AttachmentChip attachment={attachment} onDrop={drop} />
          ) : (
            may('media:write') && (
              <FileButton onChange={attach}>
                {(props) => (
                  <Button
                    {...props}
                    variant="default"
                    leftSection={<Paperclip size={16} />}
                    style={{ alignSelf: 'flex-start' }}
                  >
                    Attach a file
                  </Button>
                )}
              </FileButton>
            )
          )}
          {rest !== null && <Failure error={rest} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending} disabled={attachment !== null && attachment.media === null}>
              {reply ? 'Save' : 'Add quick reply'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

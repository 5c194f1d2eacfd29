import { ActionIcon, Button, CloseButton, FileButton, Group, Menu, Text, Textarea } from '@mantine/core'
import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from 'react'
import { FileText, List, Paperclip, Plus, Send } from 'react-feather'
import { useConsole } from '../../app/console-context.ts'
import { AttachmentChip, contentWith, useAttachment } from './attachment.tsx'
import classes from './inbox.module.css'
import { type Conversation, theInbox } from './inbox-store.ts'
import { InteractiveEditor } from './interactive-editor.tsx'
import { type Later, LaterButton, LaterField, useLater } from './later.tsx'
import { useObservable } from './observable.ts'
import { type FlatContent, send } from './outbox.ts'
import { fileOf, QuickReplyList, useQuickReplies } from './quick-replies.tsx'
import { replies } from './reply.ts'
import { TemplatePicker } from './template-picker.tsx'
import { useMinutesLeft } from './window-badge.tsx'

/** What was begun and not sent, by conversation: it is still there when one comes back. */
const drafts = new Map<string, string>()

/** Where to write: a text, a file, a template, a choice. */
export function Composer({ conversation }: { conversation: Conversation }) {
  const { id, contact, windowExpiresAt } = conversation
  const { may, viewer } = useConsole()
  const open = useMinutesLeft(windowExpiresAt) > 0
  const [dialog, setDialog] = useState<'template' | 'interactive' | null>(null)
  const later = useLater()
  const close = () => setDialog(null)
  /** `done` once there is nothing left to mend: at once, or when the server has taken the time. */
  async function post(content: FlatContent, done: () => void) {
    const replyTo = replies(id).value?.id ?? null
    const { isOn, scheduledAt } = later
    const sent = send(theInbox(), { id, contactId: contact.id }, content, { replyTo, scheduledAt })
    if (isOn) {
      try {
        await later.watch(sent)
      } catch {
        return
      }
    }
    replies(id).set(null)
    later.change(null)
    done()
  }
  if (!may('messages:send')) return <Notice>This key may read, not write.</Notice>
  const unwilling =
    contact.optedIn === false || (contact.optedIn === null && viewer.organization.consentPolicy === 'ENFORCED')
  if (unwilling) {
    return (
      <Notice>
        {contact.optedIn === false
          ? 'They have opted out: nothing may be sent to them.'
          : 'They have not opted in yet: nothing may be sent to them.'}
      </Notice>
    )
  }
  return (
    <footer className={classes.composer}>
      <ReplyChip id={id} />
      {open ? (
        <Writer conversation={conversation} later={later} onSend={post} onDialog={setDialog} />
      ) : (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" c="dimmed">
            More than 24 hours since their last message: only a template may be sent.
          </Text>
          <Button leftSection={<FileText size={16} aria-hidden />} onClick={() => setDialog('template')}>
            Send a template
          </Button>
        </Group>
      )}
      {dialog === 'template' && (
        <TemplatePicker later={later} onClose={close} onSend={(content) => post(content, close)} />
      )}
      {dialog === 'interactive' && (
        <InteractiveEditor
          later={later}
          closesAt={windowExpiresAt}
          onClose={close}
          onSend={(content) => void post(content, close)}
        />
      )}
    </footer>
  )
}

const Notice = ({ children }: { children: string }) => (
  <footer className={classes.composer}>
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  </footer>
)

function ReplyChip({ id }: { id: string }) {
  const message = useObservable(replies(id))
  if (!message) return null
  return (
    <Group gap="xs" wrap="nowrap" className={classes.reply}>
      <Text size="sm" truncate style={{ flex: 1 }}>
        Reply to: {message.text ?? message.type.toLowerCase()}
      </Text>
      <CloseButton size="sm" aria-label="Do not reply to it" onClick={() => replies(id).set(null)} />
    </Group>
  )
}

type WriterProps = {
  conversation: Conversation
  later: Later
  onSend: (content: FlatContent, done: () => void) => Promise<void>
  onDialog: (dialog: 'template' | 'interactive') => void
}

function Writer({ conversation: { id, windowExpiresAt }, later, onSend, onDialog }: WriterProps) {
  const [text, setText] = useState(drafts.get(id) ?? '')
  const field = useRef<HTMLTextAreaElement>(null)
  const { attachment, attach, hold, drop } = useAttachment()
  const write = (value: string) => {
    setText(value)
    drafts.set(id, value)
  }
  const quick = useQuickReplies(text, (reply) => {
    const file = fileOf(reply)
    write(reply.text ?? '')
    if (file) hold(file)
    field.current?.focus()
  })
  const words = text.trim()
  const ready = later.isReady && (attachment ? attachment.media !== null : words !== '')

  function submit() {
    if (!ready) return
    void onSend(attachment?.media ? contentWith(attachment.media, words) : { type: 'text', text: words }, () => {
      write('')
      drop()
      field.current?.focus()
    })
  }
  function onKeyDown(event: KeyboardEvent) {
    if (quick.onKeyDown(event)) return
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      submit()
    }
  }
  function onPaste(event: ClipboardEvent) {
    const [file] = event.clipboardData.files
    if (!file) return
    event.preventDefault()
    attach(file)
  }

  return (
    <>
      <QuickReplyList {...quick} />
      {attachment && <AttachmentChip attachment={attachment} onDrop={drop} />}
      <LaterField later={later} closesAt={windowExpiresAt} />
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <FileButton onChange={attach}>
          {(props) => (
            <ActionIcon {...props} variant="subtle" size={36} aria-label="Attach a file">
              <Paperclip size={19} aria-hidden />
            </ActionIcon>
          )}
        </FileButton>
        <Menu position="top-start">
          <Menu.Target>
            <ActionIcon variant="subtle" size={36} aria-label="Send something else">
              <Plus size={20} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<FileText size={16} aria-hidden />} onClick={() => onDialog('template')}>
              A template
            </Menu.Item>
            <Menu.Item leftSection={<List size={16} aria-hidden />} onClick={() => onDialog('interactive')}>
              Buttons or a list
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Textarea
          ref={field}
          className={classes.field}
          aria-label="Message"
          placeholder="Write, or / for replies"
          autosize
          minRows={1}
          maxRows={8}
          maxLength={4096}
          value={text}
          onChange={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <LaterButton later={later} />
        <ActionIcon
          variant="filled"
          size={36}
          aria-label={later.isOn ? 'Schedule' : 'Send'}
          disabled={!ready}
          onClick={submit}
        >
          <Send size={18} aria-hidden />
        </ActionIcon>
      </Group>
    </>
  )
}

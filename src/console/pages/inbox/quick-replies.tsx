import { Anchor, Paper, Text, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type KeyboardEvent, useState } from 'react'
import { Link } from 'wouter'
import { useConsole } from '../../app/console-context.ts'
import { useGraph } from '../../app/hooks.ts'
import { InboxQuickRepliesDocument, type QuickReplyRowFragment } from '../../generated/graphql.ts'
import classes from './inbox.module.css'
import type { Uploaded } from './upload.ts'

/** The file of a quick reply; to a key that may not read files it is a document without a name. */
export const fileOf = ({ mediaId, media }: QuickReplyRowFragment): Uploaded | null =>
  media ?? (mediaId === null ? null : { id: mediaId, mimeType: '', filename: null, size: null })

/** What "/" and the beginning of a shortcut offer, chosen by arrows and Enter or by a click. */
export function useQuickReplies(text: string, onChoose: (reply: QuickReplyRowFragment) => void) {
  const asked = /^\/([\w-]*)$/.exec(text)?.[1]
  const [search] = useDebouncedValue(asked ?? '', 150)
  const { may } = useConsole()
  const variables = { search: search || null, files: may('media:read') }
  const { data } = useGraph(InboxQuickRepliesDocument, variables, { enabled: asked !== undefined })
  const offered = asked === undefined ? [] : (data?.quickReplies.nodes ?? [])
  const [at, setAt] = useState(0)
  const active = Math.min(at, Math.max(0, offered.length - 1))

  /** True: the key was meant for the list. */
  function onKeyDown(event: KeyboardEvent): boolean {
    const reply = offered[active]
    if (!reply) return false
    if (event.key === 'ArrowDown') setAt((active + 1) % offered.length)
    else if (event.key === 'ArrowUp') setAt((active + offered.length - 1) % offered.length)
    else if (event.key === 'Enter' || event.key === 'Tab') onChoose(reply)
    else return false
    event.preventDefault()
    return true
  }
  return { asked: asked !== undefined, loaded: data !== undefined, offered, active, onChoose, onKeyDown }
}

export function QuickReplyList({ asked, loaded, offered, active, onChoose }: ReturnType<typeof useQuickReplies>) {
  if (!asked || !loaded) return null
  return (
    <Paper withBorder shadow="sm" mb={6} className={classes.quick}>
      {offered.length === 0 ? (
        <Text size="sm" c="dimmed" p="xs">
          No quick reply matches. They are made in{' '}
          <Anchor component={Link} to="~/settings/quick-replies" inherit>
            Settings
          </Anchor>
          .
        </Text>
      ) : (
        offered.map((reply, i) => (
          <UnstyledButton
            key={reply.id}
            className={classes.quickRow}
            data-active={i === active || undefined}
            onClick={() => onChoose(reply)}
          >
            <b>/{reply.shortcut}</b>
            <span className={classes.ellipsis}>{reply.text ?? 'A file'}</span>
          </UnstyledButton>
        ))
      )}
    </Paper>
  )
}

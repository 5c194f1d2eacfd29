import { CloseButton, Group, Paper, Progress, Text } from '@mantine/core'
import { useCallback, useRef, useState } from 'react'
import { Paperclip } from 'react-feather'
import { wordsOf } from '../../app/graph.ts'
import type { FlatContent } from './outbox.ts'
import { kindOf, type Uploaded, upload } from './upload.ts'

export type Attachment = { name: string; progress: number; media: Uploaded | null; error: string | null }

const stored = (media: Uploaded): Attachment => ({ name: media.filename ?? 'A file', progress: 1, media, error: null })

/** The file that goes with a message, uploaded as soon as it is chosen; `first`: one that was uploaded before. */
export function useAttachment(first: Uploaded | null = null) {
  const [attachment, setAttachment] = useState<Attachment | null>(first && stored(first))
  const under = useRef<AbortController | null>(null)
  const drop = useCallback(() => {
    under.current?.abort()
    setAttachment(null)
  }, [])
  const attach = useCallback((file: File | null | undefined) => {
    if (!file) return
    under.current?.abort()
    const controller = new AbortController()
    under.current = controller
    setAttachment({ name: file.name, progress: 0, media: null, error: null })
    const change = (part: Partial<Attachment>) => {
      if (!controller.signal.aborted) setAttachment((known) => known && { ...known, ...part })
    }
    upload(file, (progress) => change({ progress }), controller.signal).then(
      (media) => change({ media, progress: 1 }),
      (error) => change({ error: wordsOf(error) }),
    )
  }, [])
  const hold = useCallback((media: Uploaded) => {
    under.current?.abort()
    setAttachment(stored(media))
  }, [])
  return { attachment, attach, hold, drop }
}

/** The message that a file becomes, with what was written below it. */
export function contentWith({ id, mimeType, filename }: Uploaded, words: string): FlatContent {
  const type = kindOf(mimeType)
  if (type === 'audio') return { type, mediaId: id }
  const caption = words ? { caption: words } : {}
  if (type === 'document') return { type, mediaId: id, filename: filename ?? 'file', ...caption }
  return { type, mediaId: id, ...caption }
}

export function AttachmentChip({ attachment, onDrop }: { attachment: Attachment; onDrop: () => void }) {
  const { name, progress, media, error } = attachment
  return (
    <Paper withBorder p={6} mb={6}>
      <Group gap="xs" wrap="nowrap">
        <Paperclip size={16} aria-hidden />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text size="sm" truncate>
            {name}
          </Text>
          {error ? (
            <Text size="xs" c="red" role="alert">
              {error}
            </Text>
          ) : (
            !media && <Progress value={progress * 100} size="sm" aria-label={`Uploading ${name}`} />
          )}
        </div>
        <CloseButton aria-label={`Remove ${name}`} onClick={onDrop} />
      </Group>
    </Paper>
  )
}

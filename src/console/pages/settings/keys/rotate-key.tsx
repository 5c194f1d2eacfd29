import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../../app/hooks.ts'
import {
  type KeyRowFragment,
  KeysDocument,
  RotateKeyDocument,
  type RotateKeyMutation,
} from '../../../generated/graphql.ts'

type Props = {
  of: KeyRowFragment
  onClose: () => void
  onRotated: (rotated: RotateKeyMutation['rotateApiKey']) => void
}

const overlaps = [
  { value: '0', label: 'Not at all' },
  { value: '3600', label: 'For an hour' },
  { value: '86400', label: 'For a day' },
  { value: '604800', label: 'For a week' },
  { value: '2592000', label: 'For 30 days' },
]

/** A key's successor, of the same name and scopes. */
export function RotateKey({ of: key, onClose, onRotated }: Props) {
  const [overlap, setOverlap] = useState('86400')
  const rotate = useChange(RotateKeyDocument, {
    refresh: [KeysDocument],
    onSuccess: ({ rotateApiKey }) => onRotated(rotateApiKey),
  })
  return (
    <Modal opened onClose={onClose} title={`Rotate ${key.name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text size="sm">A new key of the same name that may do the same takes its place.</Text>
        <Select
          label="The old key goes on working"
          data={overlaps}
          value={overlap}
          onChange={(value) => setOverlap(value ?? '86400')}
          allowDeselect={false}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={rotate.isPending}
            onClick={() => rotate.mutate({ input: { id: key.id, overlapSeconds: Number(overlap) } })}
          >
            Rotate key
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

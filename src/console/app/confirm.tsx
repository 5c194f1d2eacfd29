import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'

type ConfirmProps = {
  title: string
  /** What will happen. */
  children: ReactNode
  /** What its button says. */
  verb: string
  busy?: boolean
  onConfirm: () => void
  onClose: () => void
}

/** Asks before what cannot be undone. */
export const Confirm = ({ title, children, verb, busy = false, onConfirm, onClose }: ConfirmProps) => (
  <Modal opened onClose={onClose} title={title} centered closeButtonProps={{ 'aria-label': 'Close' }}>
    <Stack>
      <div>{children}</div>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button color="red.9" loading={busy} onClick={onConfirm}>
          {verb}
        </Button>
      </Group>
    </Stack>
  </Modal>
)

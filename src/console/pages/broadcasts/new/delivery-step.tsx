import { NumberInput, SegmentedControl, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { faultAt } from '../../../app/faults.ts'
import type { StepProps } from './message-step.tsx'

/** When it starts, and how fast it goes. */
export function DeliveryStep({ draft, onChange, error }: StepProps) {
  const [isLater, setLater] = useState(draft.scheduledAt !== '')
  const choose = (value: string) => {
    setLater(value === 'later')
    if (value === 'now') onChange({ scheduledAt: '' })
  }
  return (
    <Stack maw={420}>
      <SegmentedControl
        aria-label="When it starts"
        data={[
          { value: 'now', label: 'At once' },
          { value: 'later', label: 'At a time' },
        ]}
        value={isLater ? 'later' : 'now'}
        onChange={choose}
      />
      {isLater && (
        <TextInput
          type="datetime-local"
          label="Starts at"
          description={`In ${Intl.DateTimeFormat().resolvedOptions().timeZone}`}
          value={draft.scheduledAt}
          onChange={(event) => onChange({ scheduledAt: event.currentTarget.value })}
          error={faultAt(error, 'The time', 'scheduledAt')}
          required
        />
      )}
      <NumberInput
        label="Messages a second, at most"
        description="1 to 1000; WhatsApp lets most numbers send 80"
        value={draft.messagesPerSecond}
        onChange={(value) => onChange({ messagesPerSecond: Number(value) })}
        error={faultAt(error, 'Messages a second', 'messagesPerSecond')}
        min={1}
        max={1000}
        allowDecimal={false}
        required
      />
    </Stack>
  )
}

import { ActionIcon, Checkbox, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Clock } from 'react-feather'
import { faultAt } from '../../app/faults.ts'

/** When the next message goes out: at once, or at the time that stands in a field. */
export type Later = ReturnType<typeof useLater>

const minuteMs = 60_000

export function useLater() {
  /** As the field holds it, in the browser's time; null: at once. */
  const [value, setValue] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const change = (next: string | null) => {
    setValue(next)
    setError(null)
  }
  return {
    value,
    error,
    isBusy,
    isOn: value !== null,
    isReady: !isBusy && value !== '',
    scheduledAt: value ? new Date(value).toISOString() : null,
    change,
    toggle: () => change(value === null ? localTime(Date.now() + 60 * minuteMs) : null),
    /** A send under way: where its time is refused, the field says why. */
    async watch<Result>(sent: Promise<Result>): Promise<Result> {
      setBusy(true)
      setError(null)
      try {
        return await sent
      } catch (refusal) {
        setError(refusal)
        throw refusal
      } finally {
        setBusy(false)
      }
    },
  }
}

/** As `datetime-local` has it. */
function localTime(ms: number): string {
  const shifted = new Date(ms)
  shifted.setMinutes(shifted.getMinutes() - shifted.getTimezoneOffset())
  return shifted.toISOString().slice(0, 16)
}

export const LaterButton = ({ later }: { later: Later }) => (
  <ActionIcon
    variant={later.isOn ? 'light' : 'subtle'}
    size={36}
    aria-label="Send later"
    aria-pressed={later.isOn}
    onClick={later.toggle}
  >
    <Clock size={18} aria-hidden />
  </ActionIcon>
)

type FieldProps = {
  later: Later
  /** When free-form messages may be sent no longer, where it is one. */
  closesAt?: string | null
}

/** The same in a form, above its buttons. */
export const LaterChoice = (props: FieldProps) => (
  <>
    <Checkbox label="Send later" checked={props.later.isOn} onChange={props.later.toggle} />
    <LaterField {...props} />
  </>
)

const focus = (field: HTMLInputElement | null) => field?.focus()

export function LaterField({ later: { value, error, change }, closesAt = null }: FieldProps) {
  if (value === null) return null
  const isClosedThen = closesAt !== null && value !== '' && new Date(value) > new Date(closesAt)
  return (
    <TextInput
      ref={focus}
      type="datetime-local"
      label="Send at"
      description={
        isClosedThen
          ? 'More than 24 hours after their last message: it goes out only if they write again before.'
          : `In ${Intl.DateTimeFormat().resolvedOptions().timeZone}`
      }
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
      error={faultAt(error, 'The time', 'scheduledAt')}
      mb="xs"
      required
    />
  )
}

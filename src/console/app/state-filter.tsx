import { Select } from '@mantine/core'

type Props<State extends string> = {
  /** What each state is called. */
  words: Record<State, string>
  /** What is shown where none is chosen. */
  all: string
  value: State | null
  onChange: (state: State | null) => void
  width: number
}

/** Narrows a list to one state of its rows, or to none. */
export function StateFilter<State extends string>({ words, all, value, onChange, width }: Props<State>) {
  return (
    <Select
      aria-label="Show only"
      placeholder={all}
      data={Object.entries<string>(words).map(([value, label]) => ({ value, label }))}
      value={value}
      onChange={(chosen) => onChange(chosen as State | null)}
      clearable
      w={width}
    />
  )
}

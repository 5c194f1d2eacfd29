import { ActionIcon, Button, Group, Menu, Popover, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Edit2, Plus, Send } from 'react-feather'
import { showError } from '../../app/hooks.ts'
import { timeOf } from '../../app/times.ts'
import { MessageBody } from '../inbox/message-body.tsx'
import { phoneOf } from '../inbox/names.ts'
import { Arrived } from './arrived.tsx'
import classes from './phone.module.css'
import { usePhoneThread } from './phone-thread.ts'
import type { Simulator } from './simulator.ts'

type Customer = { from: string; name: string }
type Props = {
  simulator: Simulator
  customer: Customer
  onCustomer: (customer: Customer) => void
  conversationId: string | null
}

export function Phone({ simulator, customer, onCustomer, conversationId }: Props) {
  const { entries, wrote } = usePhoneThread(simulator, customer.from, conversationId)
  const end = useRef<HTMLDivElement>(null)
  const count = entries.length
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: 'end' })
  }, [count])

  async function write(message: { type: string } & Record<string, unknown>, words: string) {
    try {
      wrote(await simulator.write(customer, message), words)
    } catch (error) {
      showError(error)
    }
  }

  return (
    <section className={classes.phone} aria-label="The customer's phone">
      <header className={classes.phoneHead}>
        <div>
          <Title order={1} size="h5">
            {customer.name}'s phone
          </Title>
          <Text size="xs">{phoneOf(customer.from)}</Text>
        </div>
        <OtherCustomer customer={customer} onCustomer={onCustomer} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <div className={classes.screen} role="log" aria-label="Messages on the phone" tabIndex={0}>
        {entries.map((entry) =>
          entry.arrival ? (
            <Arrived
              key={entry.id}
              arrival={entry.arrival}
              message={entry.message}
              simulator={simulator}
              onReply={write}
            />
          ) : (
            <div key={entry.id} className={classes.own}>
              {entry.message ? <MessageBody message={entry.message} /> : <span>{entry.words}</span>}
              <small>
                {timeOf(entry.at)} {entry.message?.status === 'READ' ? 'read' : entry.message ? 'delivered' : ''}
              </small>
            </div>
          ),
        )}
        <div ref={end} />
      </div>
      <PhoneWriter onWrite={write} />
      <ReadReceipts simulator={simulator} />
    </section>
  )
}

type WriteProps = { onWrite: (message: { type: string } & Record<string, unknown>, words: string) => void }

function PhoneWriter({ onWrite }: WriteProps) {
  const [text, setText] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() === '') return
    onWrite({ type: 'text', text: { body: text.trim() } }, text.trim())
    setText('')
  }
  return (
    <form onSubmit={submit} className={classes.writer}>
      <Menu position="top-start">
        <Menu.Target>
          <ActionIcon variant="subtle" size={36} aria-label="Something else from the phone">
            <Plus size={20} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {others.map(({ label, message }) => (
            <Menu.Item key={label} onClick={() => onWrite(message, label)}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <TextInput
        className={classes.field}
        radius="xl"
        aria-label="Write as the customer"
        placeholder="Write as the customer"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ActionIcon type="submit" size={36} radius="xl" variant="filled" aria-label="Send from the phone">
        <Send size={17} aria-hidden />
      </ActionIcon>
    </form>
  )
}

const others = [
  {
    label: 'Location',
    message: {
      type: 'location',
      location: { latitude: 12.97194, longitude: 77.59369, name: 'Cubbon Park', address: 'Bengaluru' },
    },
  },
  {
    label: 'Contact card',
    message: {
      type: 'contacts',
      contacts: [
        { name: { formatted_name: 'Sunil Rao', first_name: 'Sunil' }, phones: [{ phone: '+91 98765 00000' }] },
      ],
    },
  },
  { label: 'STOP', message: { type: 'text', text: { body: 'STOP' } } },
  { label: 'START', message: { type: 'text', text: { body: 'START' } } },
]

function OtherCustomer({ customer, onCustomer }: Pick<Props, 'customer' | 'onCustomer'>) {
  const [opened, setOpened] = useState(false)
  const [name, setName] = useState(customer.name)
  const [number, setNumber] = useState(`+${customer.from}`)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setOpened(false)
    onCustomer({ from: number.replace(/\D/g, ''), name: name.trim() })
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus withArrow>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          size="lg"
          c="inherit"
          aria-label="Another customer"
          onClick={() => setOpened(!opened)}
        >
          <Edit2 size={17} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit}>
          <Stack gap="xs">
            <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} required />
            <TextInput
              label="Number"
              type="tel"
              value={number}
              onChange={(event) => setNumber(event.currentTarget.value)}
              required
            />
            <Button type="submit" size="xs">
              Take this phone
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}

/** What the simulator was last told; a reload finds it as it is at the start. */
let byItself = true

function ReadReceipts({ simulator }: { simulator: Simulator }) {
  const [checked, setChecked] = useState(byItself)
  const change = (value: boolean) => {
    byItself = value
    setChecked(value)
    simulator.reportByItself(value).catch(showError)
  }
  return (
    <Group justify="center" className={classes.receipts}>
      <Switch
        size="xs"
        label="Messages are delivered and read by themselves"
        checked={checked}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    </Group>
  )
}

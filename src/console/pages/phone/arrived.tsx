import { Button, Group, Text } from '@mantine/core'
import { showError } from '../../app/hooks.ts'
import { timeOf } from '../../app/times.ts'
import type { Message } from '../inbox/inbox-store.ts'
import { MessageBody } from '../inbox/message-body.tsx'
import classes from './phone.module.css'
import type { Arrival, Simulator } from './simulator.ts'

type Props = {
  arrival: Arrival
  /** The same message as the inbox has it, once it is known here. */
  message: Message | null
  simulator: Simulator
  onReply: (message: { type: string } & Record<string, unknown>, words: string) => void
}

/** A message of ours as it lies on the phone: what it says, what may be tapped, and what the phone tells of it. */
export function Arrived({ arrival, message, simulator, onReply }: Props) {
  const report = (status: 'delivered' | 'read') => simulator.report(arrival.id, status).catch(showError)
  const status = message?.status ?? 'SENT'
  return (
    <div className={classes.arrived}>
      {message ? <MessageBody message={message} /> : <Text size="sm">{wordsIn(arrival)}</Text>}
      {choicesIn(arrival).map(({ id, title, kind }) => (
        <Button
          key={id}
          size="compact-xs"
          variant="default"
          fullWidth
          mt={4}
          aria-label={`Tap ${title}`}
          onClick={() =>
            onReply(
              { type: 'interactive', context: { id: arrival.id }, interactive: { type: kind, [kind]: { id, title } } },
              title,
            )
          }
        >
          {title}
        </Button>
      ))}
      <Group gap={4} justify="flex-end">
        <small>{timeOf(arrival.acceptedAt)}</small>
        {status === 'SENT' && (
          <Button size="compact-xs" variant="subtle" onClick={() => report('delivered')}>
            Deliver
          </Button>
        )}
        {(status === 'SENT' || status === 'DELIVERED') && (
          <Button size="compact-xs" variant="subtle" onClick={() => report('read')}>
            Read
          </Button>
        )}
      </Group>
    </div>
  )
}

/** Until the inbox knows the message: its words, where it has any, else its kind. */
function wordsIn({ type, payload }: Arrival): string {
  const { body, caption } = (payload[type] ?? {}) as { body?: unknown; caption?: unknown }
  const words = typeof body === 'string' ? body : ((body as { text?: string } | undefined)?.text ?? caption)
  return typeof words === 'string' ? words : type
}

type Choice = { id: string; title: string; kind: 'button_reply' | 'list_reply' }
type Offered = {
  action?: {
    buttons?: { reply?: { id: string; title: string } }[]
    sections?: { rows?: { id: string; title: string }[] }[]
  }
}

function choicesIn({ payload }: Arrival): Choice[] {
  const { action } = (payload.interactive ?? {}) as Offered
  const buttons = action?.buttons?.flatMap(({ reply }) => reply ?? []) ?? []
  const rows = action?.sections?.flatMap((section) => section.rows ?? []) ?? []
  return [
    ...buttons.map(({ id, title }) => ({ id, title, kind: 'button_reply' as const })),
    ...rows.map(({ id, title }) => ({ id, title, kind: 'list_reply' as const })),
  ]
}

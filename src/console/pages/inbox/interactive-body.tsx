import { Text } from '@mantine/core'
import classes from './message.module.css'

type Words = { text?: string }
type Button = { reply?: { title?: string } }
type Row = { id?: string; title?: string; description?: string }
type Interactive = {
  type?: string
  header?: Words
  body?: Words
  footer?: Words
  action?: {
    buttons?: Button[]
    button?: string
    sections?: { title?: string; rows?: Row[] }[]
    parameters?: { display_text?: string }
  }
}

/** Meta's interactive object: what was offered, or what the customer chose of it. */
export function InteractiveBody({ interactive, title }: { interactive: unknown; title: string | null }) {
  const { type, header, body, footer, action } = (interactive ?? {}) as Interactive
  if (!action && !body) return <span className={classes.text}>{title ?? `Chose (${type ?? 'unknown'})`}</span>
  const choices = choicesOf(action)
  return (
    <div>
      {header?.text && (
        <Text size="sm" fw={600}>
          {header.text}
        </Text>
      )}
      {body?.text && <span className={classes.text}>{body.text}</span>}
      {footer?.text && <span className={classes.small}>{footer.text}</span>}
      {choices.length > 0 && (
        <ul className={classes.choices}>
          {choices.map((choice) => (
            <li key={choice}>{choice}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

function choicesOf(action: Interactive['action']): string[] {
  const buttons = action?.buttons?.flatMap(({ reply }) => reply?.title ?? []) ?? []
  const rows = action?.sections?.flatMap((section) => section.rows?.flatMap(({ title }) => title ?? []) ?? []) ?? []
  const link = action?.parameters?.display_text
  return [...buttons, ...rows, ...(link ? [link] : [])]
}

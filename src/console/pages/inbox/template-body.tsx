import { Skeleton, Text } from '@mantine/core'
import { useGraph } from '../../app/hooks.ts'
import { InboxTemplatePreviewDocument, type InboxTemplatePreviewQuery } from '../../generated/graphql.ts'
import classes from './message.module.css'

export type Preview = InboxTemplatePreviewQuery['templates']['nodes'][number]['preview']

/** A template as the customer sees it, filled in by the server. */
export function TemplateBody({ content }: { content: Record<string, unknown> }) {
  const name = String(content.templateName ?? '')
  const variables = { name, language: languageOf(content.language), components: content.components ?? null }
  const { data, isLoading } = useGraph(InboxTemplatePreviewDocument, variables, { staleTime: Number.POSITIVE_INFINITY })
  if (isLoading) return <Skeleton height={40} width={200} />
  const preview = data?.templates.nodes[0]?.preview
  return preview ? <TemplateView preview={preview} /> : <span className={classes.text}>{`Template ${name}`}</span>
}

const languageOf = (language: unknown): string =>
  typeof language === 'string' ? language : String((language as { code?: string } | null)?.code ?? '')

export function TemplateView({ preview: { header, body, footer, buttons } }: { preview: Preview }) {
  return (
    <div>
      {header && (
        <Text size="sm" fw={600}>
          {header.text ?? `${header.format[0]}${header.format.slice(1).toLowerCase()}`}
        </Text>
      )}
      {body && <span className={classes.text}>{body}</span>}
      {footer && <span className={classes.small}>{footer}</span>}
      {buttons.length > 0 && (
        <ul className={classes.choices}>
          {buttons.map(({ text, type }) => (
            <li key={`${type} ${text}`}>{text ?? type}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

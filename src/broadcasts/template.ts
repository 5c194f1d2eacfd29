import type { ActorContext } from '../context.js'
import { badRequest, DomainError, type ErrorDetail } from '../core/errors.js'
import type { Template, WhatsAppConnection } from '../generated/prisma/client.js'
import { checkTemplate } from '../templates/before-send.js'
import { type OutboundContent, parseOutboundContent } from '../whatsapp/content.js'

export type TemplateContent = Extract<OutboundContent, { type: 'template' }>

type Given = { name: string; language: string; components?: unknown }

/** What a send says of its template, as the input of a broadcast says it. */
const paths: Record<string, string> = {
  templateName: 'template.name',
  language: 'template.language',
  components: 'template.components',
}

const ofBroadcast = ({ path, message }: ErrorDetail): ErrorDetail => {
  const [first = '', ...rest] = path.split('.')
  return { path: [paths[first] ?? 'template', ...rest].join('.'), message }
}

/** @throws BAD_REQUEST. */
export function templateContent({ name, language, components }: Given): TemplateContent {
  const parsed = parseOutboundContent({ type: 'template', templateName: name, language, components })
  if (!parsed.ok) throw badRequest(parsed.details.map(ofBroadcast))
  return parsed.content as TemplateContent
}

/** The template of the number's account; WhatsApp is asked where it is not known. @throws BAD_REQUEST where there is none. */
export async function requireTemplate(
  ctx: ActorContext,
  content: TemplateContent,
  connection: Pick<WhatsAppConnection, 'id' | 'businessAccountId'>,
): Promise<Template> {
  const known = await findTemplate(ctx, content, connection)
  if (known) return known
  await holdAgainst(ctx, content, connection)
  const found = await findTemplate(ctx, content, connection)
  if (found) return found
  const message = 'is not known: WhatsApp has listed no templates yet (syncTemplates)'
  throw badRequest([{ path: 'template.name', message }])
}

const findTemplate = (
  ctx: ActorContext,
  { templateName: name, language }: TemplateContent,
  { businessAccountId }: Pick<WhatsAppConnection, 'businessAccountId'>,
) => {
  const { organizationId } = ctx.actor
  return ctx.database.prisma.template.findUnique({
    where: {
      organizationId_businessAccountId_name_language: { organizationId, businessAccountId, name, language },
    },
  })
}

/** @throws BAD_REQUEST naming every fault, by the paths of a broadcast's input. */
export async function holdAgainst(
  ctx: ActorContext,
  content: TemplateContent,
  { id }: Pick<WhatsAppConnection, 'id'>,
): Promise<void> {
  try {
    await checkTemplate(ctx, content, id)
  } catch (error) {
    if (!(error instanceof DomainError) || !error.details) throw error
    throw badRequest(error.details.map(ofBroadcast))
  }
}

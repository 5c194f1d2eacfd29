import { GraphError, invalidParameter } from './errors.js'
import type { GraphHandler } from './graph.js'
import { graphReply } from './http.js'
import { isObject, type JsonObject } from './json.js'
import { arrayParam, enumParam, stringParam } from './params.js'
import { selectFields } from './select-fields.js'
import { placeholdersIn, type Template, type TemplateStatus, templateCategories } from './template-store.js'
import type { World } from './world.js'

/** Meta's page size where no `limit` is given: a client that forgets to page loses the rest. */
const defaultPage = 25
const mostPerPage = 1000
/** How long the review of a new template takes here. */
const reviewMs = 300

const shownFields: Record<string, (template: Template) => unknown> = {
  name: (template) => template.name,
  parameter_format: (template) => template.parameterFormat,
  components: (template) => template.components,
  language: (template) => template.language,
  status: (template) => template.status,
  category: (template) => template.category,
  sub_category: () => 'CUSTOM',
  previous_category: () => undefined,
  rejected_reason: (template) => template.rejectedReason,
  quality_score: (template) => ({ score: template.qualityScore, date: 1_735_689_600 }),
  id: (template) => template.id,
}

const defaultFields = ['name', 'parameter_format', 'components', 'language', 'status', 'category', 'sub_category', 'id']

const show = (template: Template, fields: string | null): JsonObject =>
  selectFields(template, shownFields, fields, defaultFields, 'WhatsAppBusinessHSM')

export const getTemplate =
  (template: Template): GraphHandler =>
  (_world, request) =>
    graphReply(show(template, request.target.query.get('fields')))

/** The list with its filters and cursors (section 1). */
export const listTemplates: GraphHandler = (world, request) => {
  const { query } = request.target
  const limit = pageSize(query.get('limit'))
  const all = world.templates.all().filter((template) => matches(template, query))
  const after = query.get('after') || null
  const before = query.get('before') || null
  const start =
    after !== null ? positionAfter(all, after) : before !== null ? Math.max(0, position(all, before) - limit) : 0
  const end = before !== null && after === null ? position(all, before) : start + limit
  const page = all.slice(start, end)
  const first = page[0]
  const last = page.at(-1)
  const data = page.map((template) => show(template, query.get('fields')))
  if (!first || !last) return graphReply({ data })
  const link = (direction: 'after' | 'before', cursor: string) => {
    const next = new URLSearchParams(query)
    next.delete('access_token')
    next.delete('after')
    next.delete('before')
    next.set('limit', String(limit))
    next.set(direction, cursor)
    return `${request.baseUrl}${request.target.path}?${next}`
  }
  const cursors = { before: cursorOf(first), after: cursorOf(last) }
  return graphReply({
    data,
    paging: {
      cursors,
      ...(start + page.length < all.length ? { next: link('after', cursors.after) } : {}),
      ...(start > 0 ? { previous: link('before', cursors.before) } : {}),
    },
  })
}

function pageSize(text: string | null): number {
  if (text === null || text === '') return defaultPage
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw invalidParameter('Param limit must be a positive integer.')
  return Math.min(Number(text), mostPerPage)
}

const cursorOf = (template: Template) => Buffer.from(`template:${template.id}`).toString('base64url')

function position(all: readonly Template[], cursor: string): number {
  const id = /^template:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1]
  const index = all.findIndex((template) => template.id === id)
  if (index < 0) throw invalidParameter('Invalid cursor.')
  return index
}

const positionAfter = (all: readonly Template[], cursor: string) => position(all, cursor) + 1

function matches(template: Template, query: URLSearchParams): boolean {
  const content = JSON.stringify(template.components).toLowerCase()
  const contains = (text: string, part: string | null) => !part || text.includes(part.toLowerCase())
  const equals = (value: string, wanted: string | null) => !wanted || value.toLowerCase() === wanted.toLowerCase()
  return (
    contains(template.name, query.get('name')) &&
    contains(content, query.get('content')) &&
    contains(`${template.name}\n${content}`, query.get('name_or_content')) &&
    equals(template.category, query.get('category')) &&
    equals(template.language, query.get('language')) &&
    equals(template.status, query.get('status')) &&
    equals(template.qualityScore, query.get('quality_score'))
  )
}

/** Creates a template, PENDING until its review a moment later, which a webhook tells of. */
export const createTemplate: GraphHandler = async (world, request) => {
  const params = await request.params()
  const name = stringParam(params.name, 'name', 512)
  if (!/^[a-z0-9_]+$/.test(name))
    throw badTemplate('name', 'Name can only have lower-case letters, digits and underscores')
  const language = stringParam(params.language, 'language', 20)
  if (!/^[a-z]{2,3}(_[A-Z]{2,4})?$/.test(language)) throw badTemplate('language', 'Language is not supported')
  const category = enumParam(String(params.category ?? '').toUpperCase(), 'category', templateCategories)
  const parameterFormat =
    String(params.parameter_format ?? 'POSITIONAL').toUpperCase() === 'NAMED' ? 'NAMED' : 'POSITIONAL'
  const components = arrayParam(params.components, 'components').filter(isObject)
  const body = components.find((component) => String(component.type).toUpperCase() === 'BODY')
  if (!body) throw badTemplate('components', 'A template needs a BODY component')
  const words = placeholdersIn(body.text)
  if (parameterFormat === 'POSITIONAL' && !words.every((word, index) => word === String(index + 1))) {
    throw badTemplate('components', 'Parameters of a body are numbered from 1 without a gap')
  }
  if (world.templates.find(name, language)) throw duplicateTemplate(language)
  if (world.templates.isFull) throw badTemplate('name', 'The account has too many templates')
  const template = world.templates.add({
    name,
    language,
    status: 'PENDING',
    category,
    parameterFormat,
    components: components.map((component) =>
      category === 'AUTHENTICATION' ? preset(upperCased(component)) : upperCased(component),
    ),
    rejectedReason: 'NONE',
    qualityScore: 'UNKNOWN',
  })
  if (world.faults.autoStatuses) world.timers.after(reviewMs, () => decideTemplate(world, template, 'APPROVED'))
  return graphReply({ id: template.id, status: template.status, category: template.category })
}

/** Types and formats may be sent in any case and are listed in capitals. */
const upperCased = (component: JsonObject): JsonObject => ({
  ...component,
  type: String(component.type).toUpperCase(),
  ...(typeof component.format === 'string' ? { format: component.format.toUpperCase() } : {}),
})

/** Authentication templates bring no text of their own: WhatsApp puts in its fixed body and the link behind the button. */
function preset(component: JsonObject): JsonObject {
  if (component.type === 'BODY') return { ...component, text: '*{{1}}* is your verification code.' }
  if (component.type !== 'BUTTONS' || !Array.isArray(component.buttons)) return component
  const url = 'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}'
  return { ...component, buttons: component.buttons.map(() => ({ type: 'URL', text: 'Copy code', url })) }
}

/** Gives a template a new status and tells the subscriber. */
export function decideTemplate(world: World, template: Template, status: TemplateStatus): void {
  if (world.templates.byId(template.id) === null) return
  template.status = status
  world.webhooks.post({
    field: 'message_template_status_update',
    time: Math.floor(world.clock.nowMs() / 1000),
    value: {
      event: status,
      message_template_id: Number(template.id),
      message_template_name: template.name,
      message_template_language: template.language,
      message_template_category: template.category,
      reason: template.rejectedReason,
    },
  })
}

/** Deletes every language of a name, or the one with `hsm_id`. */
export const deleteTemplate: GraphHandler = async (world, request) => {
  const params = await request.params()
  const name = stringParam(params.name, 'name', 512)
  const id = params.hsm_id === undefined ? null : String(params.hsm_id)
  const found = world.templates.named(name).filter((template) => id === null || template.id === id)
  if (found.length === 0) {
    throw new GraphError({
      code: 100,
      subcode: 2593002,
      message: 'Invalid parameter',
      userTitle: 'Message Template Not Found',
      userMessage: `The template named ${name} was not found.`,
      blame: JSON.stringify({ blame_field_specs: [['name']] }),
    })
  }
  for (const template of found) world.templates.delete(template.id)
  return graphReply({ success: true })
}

const badTemplate = (field: string, message: string) =>
  new GraphError({
    code: 100,
    subcode: 2388043,
    message: 'Invalid parameter',
    userTitle: 'Message template is not valid',
    userMessage: message,
    blame: JSON.stringify({ blame_field_specs: [[field]] }),
  })

const duplicateTemplate = (language: string) =>
  new GraphError({
    code: 100,
    subcode: 2388024,
    message: 'Invalid parameter',
    userTitle: 'Content in This Language Already Exists',
    userMessage: `There is already ${language} content for this template.`,
    blame: JSON.stringify({ blame_field_specs: [['language']] }),
  })

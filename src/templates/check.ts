import type { ErrorDetail } from '../core/errors.js'
import type { TemplateComponent } from '../whatsapp/content-template.js'
import { recordsOf, textOf } from '../whatsapp/read.js'
import { buttonFaults } from './check-buttons.js'
import { partOf, type SentPart, type TemplateShape, textPartFaults } from './check-parameters.js'

/** What a template send says; `components` absent: nothing to fill in. */
export type TemplateSend = {
  templateName: string
  language: string
  components?: readonly TemplateComponent[] | null | undefined
}

export type KnownTemplate = TemplateShape & { language: string; status: string }

/** FLAGGED ones will be paused if nothing changes, and go out until then. */
const sendable: ReadonlySet<string> = new Set(['APPROVED', 'FLAGGED'])

/** What each status means to somebody who wants to send; others are named as they are. */
const statusAdvice: Record<string, string> = {
  PENDING: 'is still being reviewed by WhatsApp: wait for its approval, or send another',
  IN_APPEAL: 'is still being reviewed by WhatsApp: wait for its approval, or send another',
  REJECTED: 'was rejected by WhatsApp: change it in WhatsApp Manager, or send another',
  PAUSED: 'is paused by WhatsApp because of how its messages were received: wait until it is resumed, or send another',
  DISABLED: 'was disabled by WhatsApp for good: send another',
}

/**
 * Everything that keeps a send from fitting the synced templates of its name, all named at once; none where WhatsApp
 * will take it. Saves 132000, 132001, 132012, 132015 and 132016 (whatsapp-cloud-api.md, sections 2 and 5).
 * `sameName`: the templates of that name, in every language.
 */
export function templateFaults(send: TemplateSend, sameName: readonly KnownTemplate[]): ErrorDetail[] {
  if (sameName.length === 0)
    return [fault('templateName', `names no template of this WhatsApp account: "${send.templateName}"`)]
  const template = sameName.find(({ language }) => language === send.language)
  if (!template) {
    const languages = sameName.map(({ language }) => language).sort()
    return [fault('language', `is none of the languages of this template: it has ${languages.join(', ')}`)]
  }
  const status = isSendable(template.status)
    ? []
    : [fault('templateName', `names a template that ${adviceOf(template.status)}`)]
  return [...status, ...componentFaults(template, send.components ?? [])]
}

const fault = (path: string, message: string): ErrorDetail => ({ path, message })

/** Whether a template in this status goes out. */
export const isSendable = (status: string): boolean => sendable.has(status)

/** What keeps a template in this status from going out: it follows the words "a template that". */
export const adviceOf = (status: string): string =>
  statusAdvice[status] ?? `is not approved by WhatsApp: it is ${status}`

/** Types that a send gives for what a template calls otherwise, each with what is meant. */
const mistaken: Record<string, string> = {
  buttons: 'button, one for each button, with its index',
  footer: 'header, body or button: a footer takes no values',
}

/** Everything that keeps the components of a send from fitting a template, whatever its status. */
export function componentFaults(template: TemplateShape, components: readonly TemplateComponent[]): ErrorDetail[] {
  const parts = components.map((component, index): SentPart => ({ component, path: `components.${index}` }))
  const ofType = (type: string) => parts.filter(({ component }) => component.type === type)
  return [
    ...parts.flatMap(({ component, path }) => {
      const meant = Object.hasOwn(mistaken, component.type) ? mistaken[component.type] : undefined
      return meant ? [fault(`${path}.type`, `must be ${meant}`)] : []
    }),
    ...headerFaults(template, ofType('header')),
    ...bodyFaults(template, ofType('body')),
    ...buttonFaults(template, ofType('button')),
  ]
}

const mediaKinds: ReadonlySet<string> = new Set(['image', 'video', 'document', 'location'])

function headerFaults(template: TemplateShape, sent: SentPart[]): ErrorDetail[] {
  const header = partOf(template, 'HEADER')
  const kind = (textOf(header?.format) ?? 'TEXT').toLowerCase()
  if (kind === 'text') return textPartFaults(template, { name: 'header', text: textOf(header?.text) ?? '' }, sent)
  // A kind of header that came after this was written is WhatsApp's to judge.
  if (!mediaKinds.has(kind)) return []
  const given = sent.flatMap(({ component, path }) =>
    recordsOf(component.parameters).map((parameter, index) => ({ parameter, path: `${path}.parameters.${index}` })),
  )
  const [first] = given
  if (!first || given.length > 1) {
    const path = sent[0] ? `${sent[0].path}.parameters` : 'components'
    const found = given.length === 0 ? '' : `, not ${given.length}`
    return [
      fault(path, `must have one header parameter of type ${kind}${found}: the template's header is ${article(kind)}`),
    ]
  }
  const type = (textOf(first.parameter.type) ?? '').toLowerCase()
  if (type !== kind) return [fault(`${first.path}.type`, `must be ${kind}: the template's header is ${article(kind)}`)]
  return recordsOf([first.parameter[kind]]).length === 1 ? [] : [fault(`${first.path}.${kind}`, 'is required')]
}

const article = (kind: string) => (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`)

function bodyFaults(template: TemplateShape, sent: SentPart[]): ErrorDetail[] {
  const body = partOf(template, 'BODY')
  // WhatsApp writes the body of some authentication templates itself, and does not always list it.
  if (body && typeof body.text !== 'string') return []
  return textPartFaults(template, { name: 'body', text: textOf(body?.text) ?? '' }, sent)
}

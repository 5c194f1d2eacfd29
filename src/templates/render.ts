import type { ErrorDetail } from '../core/errors.js'
import type { TemplateComponent } from '../whatsapp/content-template.js'
import { record, recordsOf, textOf } from '../whatsapp/read.js'
import { componentFaults } from './check.js'
import { buttonIndexOf } from './check-buttons.js'
import { partOf, placePattern, type TemplateShape } from './check-parameters.js'

/** A header as the customer sees it. `media`: what fills a media header, in Meta's shape; null where nothing does. */
export type RenderedHeader = { format: string; text: string | null; media: Record<string, unknown> | null }

/** A button as the customer sees it. `value`: the address it opens, the number it calls, the code it copies, the payload it sends. */
export type RenderedButton = { type: string; text: string | null; value: string | null }

/** A template with its parameters in their places. What the template has not is null, or empty. */
export type RenderedTemplate = {
  header: RenderedHeader | null
  body: string | null
  footer: string | null
  buttons: RenderedButton[]
  /** Everything that keeps these parameters from fitting the template, as a send would be told; its status is not looked at. */
  faults: ErrorDetail[]
}

/**
 * What a customer would see of a template sent with these components (Meta's shape of a send). A place that no
 * parameter fills stays as it is written: `{{1}}`. The marks of WhatsApp (`*bold*`) stay too: they are the text.
 */
export function renderTemplate(
  template: TemplateShape,
  components: readonly TemplateComponent[] = [],
): RenderedTemplate {
  const named = template.parameterFormat === 'NAMED'
  const fill = (type: string, text: string | null) =>
    text === null ? null : filledIn(text, valuesOf(parametersOf(components, type), named))
  return {
    header: renderHeader(template, components, (text) => fill('header', text)),
    body: fill('body', textOf(partOf(template, 'BODY')?.text)),
    footer: textOf(partOf(template, 'FOOTER')?.text),
    buttons: recordsOf(partOf(template, 'BUTTONS')?.buttons).map((button, index) =>
      renderButton(button, buttonParameters(components, index)),
    ),
    faults: componentFaults(template, components),
  }
}

type Parameter = Record<string, unknown>

const parametersOf = (components: readonly TemplateComponent[], type: string): Parameter[] =>
  components.filter((component) => component.type === type).flatMap(({ parameters }) => recordsOf(parameters))

const buttonParameters = (components: readonly TemplateComponent[], index: number): Parameter[] =>
  parametersOf(
    components.filter((component) => buttonIndexOf(component) === index),
    'button',
  )

/** The value of each place: by its name, or the n-th parameter for `{{n}}`. */
function valuesOf(parameters: Parameter[], named: boolean): Map<string, string> {
  const values = parameters.map((parameter, n) => {
    const place = named ? textOf(parameter.parameter_name) : String(n + 1)
    return [place, textOfParameter(parameter)] as const
  })
  return new Map(values.flatMap(([place, value]) => (place === null || value === null ? [] : [[place, value]])))
}

/** WhatsApp shows the fallback of a currency or a time where it cannot do better, and so do we. */
function textOfParameter(parameter: Parameter): string | null {
  const type = (textOf(parameter.type) ?? '').toLowerCase()
  return type === 'text' ? textOf(parameter.text) : textOf(record(parameter[type]).fallback_value)
}

/** What a parameter brings is never looked through for places again. */
const filledIn = (text: string, values: { get(name: string): string | null | undefined }): string =>
  text.replace(placePattern, (place, name: string) => values.get(name) ?? place)

function renderHeader(
  template: TemplateShape,
  components: readonly TemplateComponent[],
  fill: (text: string | null) => string | null,
): RenderedHeader | null {
  const header = partOf(template, 'HEADER')
  if (!header) return null
  const format = (textOf(header.format) ?? 'TEXT').toUpperCase()
  if (format === 'TEXT') return { format, text: fill(textOf(header.text)), media: null }
  const [given] = recordsOf(parametersOf(components, 'header').map((parameter) => parameter[format.toLowerCase()]))
  return { format, text: null, media: given ?? null }
}

/** The one value that a button of each kind takes, by the names that its parameter may have. */
function renderButton(button: Parameter, [parameter]: Parameter[]): RenderedButton {
  const type = (textOf(button.type) ?? '').toUpperCase()
  const given = textOf(parameter?.text) ?? textOf(parameter?.coupon_code) ?? textOf(parameter?.payload)
  const url = textOf(button.url)
  return {
    type,
    text: textOf(button.text),
    // An address has one place at most, whatever it is called.
    value: url === null ? (textOf(button.phone_number) ?? given) : filledIn(url, { get: () => given }),
  }
}

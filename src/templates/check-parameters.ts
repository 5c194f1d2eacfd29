import type { ErrorDetail } from '../core/errors.js'
import type { TemplateComponent } from '../whatsapp/content-template.js'
import { record, recordsOf, textOf } from '../whatsapp/read.js'

/** What the rules need of a synced template. `components` in Meta's shape, as they came. */
export type TemplateShape = { parameterFormat: string; components: unknown }

/** A component of a send, and its place in the request: "components.0". */
export type SentPart = { component: TemplateComponent; path: string }

/** The template's own component of a type (HEADER, BODY, BUTTONS), or null. */
export const partOf = ({ components }: TemplateShape, type: string): Record<string, unknown> | null =>
  recordsOf(components).find((component) => textOf(component.type)?.toUpperCase() === type) ?? null

/** A place in a template's text: `{{1}}`, or a name. */
export const placePattern = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g

/** What is to be filled in, in its order, each once: "1", "2" of `{{1}}`, or names. */
export const placeholdersOf = (text: string): string[] => [
  ...new Set([...text.matchAll(placePattern)].map((match) => match[1] ?? '')),
]

/** The parameters of a header's or body's text: as many as it has places, each with its text and, where they are named, its name. */
export function textPartFaults(
  template: TemplateShape,
  part: { name: 'header' | 'body'; text: string },
  sent: SentPart[],
): ErrorDetail[] {
  const places = placeholdersOf(part.text)
  const given = sent.flatMap(({ component, path }) =>
    recordsOf(component.parameters).map((parameter, index) => ({ parameter, path: `${path}.parameters.${index}` })),
  )
  const path = sent[0] ? `${sent[0].path}.parameters` : 'components'
  const named = template.parameterFormat === 'NAMED'
  const values = given.flatMap(({ parameter, path }) => valueFaults(parameter, path))
  if (named) return [...namedFaults(places, given, path, part.name), ...values]
  if (given.length === places.length) return values
  return [{ path, message: countMessage(part.name, places, given.length) }, ...values]
}

function countMessage(name: string, places: string[], given: number): string {
  if (places.length === 0)
    return `must have no ${name} parameter, not ${given}: the template's ${name} has nothing to fill in`
  const all = places.map((place) => `{{${place}}}`).join(', ')
  return `must have ${places.length} ${name} ${places.length === 1 ? 'parameter' : 'parameters'}, for ${all}, not ${given}`
}

type Given = { parameter: Record<string, unknown>; path: string }

function namedFaults(places: string[], given: Given[], path: string, part: string): ErrorDetail[] {
  const seen = new Set<string>()
  const faults = given.flatMap(({ parameter, path }): ErrorDetail[] => {
    const name = textOf(parameter.parameter_name)
    const at = `${path}.parameter_name`
    if (name === null) return [{ path: at, message: `is required: the template's parameters are named` }]
    if (!places.includes(name)) return [{ path: at, message: `must be one of ${places.join(', ') || 'none'}` }]
    if (seen.has(name)) return [{ path: at, message: `must come once: ${name} is given twice` }]
    seen.add(name)
    return []
  })
  const missing = places.filter((place) => !seen.has(place))
  if (missing.length === 0) return faults
  return [
    {
      path,
      message: `must have the ${part} ${missing.length === 1 ? 'parameter' : 'parameters'} ${missing.join(', ')}`,
    },
    ...faults,
  ]
}

/** Only these can stand in a text. */
const textTypes: ReadonlySet<string> = new Set(['text', 'currency', 'date_time'])

function valueFaults(parameter: Record<string, unknown>, path: string): ErrorDetail[] {
  const type = (textOf(parameter.type) ?? '').toLowerCase()
  if (!textTypes.has(type)) return [{ path: `${path}.type`, message: 'must be text, currency or date_time' }]
  if (type === 'text') return textOf(parameter.text) === null ? [{ path: `${path}.text`, message: 'is required' }] : []
  const fallback = textOf(record(parameter[type]).fallback_value)
  return fallback === null ? [{ path: `${path}.${type}.fallback_value`, message: 'is required' }] : []
}

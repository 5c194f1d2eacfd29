import type { ErrorDetail } from '../core/errors.js'
import { partOf, placeholdersOf, type TemplateShape } from '../templates/check-parameters.js'
import type { TemplateComponent } from '../whatsapp/content-template.js'
import { textOf } from '../whatsapp/read.js'
import { broadcastLimits } from './limits.js'

/** What a template's body says to one contact: texts in the order of its places, or by their names. */
export type BodyParameters = string[] | Record<string, string>

/** The places of a template's body, in their order: "1", "2", or names. */
export const bodyPlaces = (template: TemplateShape): string[] =>
  placeholdersOf(textOf(partOf(template, 'BODY')?.text) ?? '')

export type CheckedParameters = { ok: true; parameters: BodyParameters } | { ok: false; faults: ErrorDetail[] }

/** Some texts for the places of a body: as a list in their order, or as an object by name (or number). */
export function checkParameters(template: TemplateShape, values: unknown): CheckedParameters {
  const places = bodyPlaces(template)
  const faults: ErrorDetail[] = []
  const texts = new Map<string, string>()
  const take = (place: string, value: unknown, path: string) => {
    const text = typeof value === 'number' ? String(value) : value
    const fault = textFault(text)
    if (fault === null) texts.set(place, text as string)
    else faults.push({ path, message: fault })
  }
  if (Array.isArray(values)) {
    if (values.length !== places.length) faults.push({ path: '', message: countFault(places, values.length) })
    else for (const [n, place] of places.entries()) take(place, values[n], String(n))
  } else if (typeof values === 'object' && values !== null) {
    const given = new Map(Object.entries(values))
    for (const place of places) take(place, given.get(place), place)
    for (const name of given.keys()) {
      if (!places.includes(name)) faults.push({ path: name, message: `is none of the body's places: ${shown(places)}` })
    }
  } else faults.push({ path: '', message: 'must be a list of texts, or an object of them by name' })
  if (faults.length > 0) return { ok: false, faults }
  return { ok: true, parameters: asStored(template, places, texts) }
}

function asStored(template: TemplateShape, places: string[], texts: Map<string, string>): BodyParameters {
  if (template.parameterFormat === 'NAMED') return Object.fromEntries(texts)
  return places.map((place) => texts.get(place) ?? '')
}

function textFault(value: unknown): string | null {
  if (typeof value !== 'string' || value.trim() === '') return 'must be a text, and not an empty one'
  if (value.length > broadcastLimits.parameterCharacters)
    return `must be at most ${broadcastLimits.parameterCharacters} characters`
  return value.includes('\u0000') || !value.isWellFormed() ? 'must be well-formed text without NUL characters' : null
}

const shown = (places: string[]) => (places.length === 0 ? 'it has none' : places.join(', '))

export const countFault = (places: string[], given: number): string =>
  `must have ${places.length} ${places.length === 1 ? 'value' : 'values'} for the template's body, not ${given}`

/** The components of a send with its body filled in anew; null: as they are. */
export function withBody(
  components: readonly TemplateComponent[],
  parameters: BodyParameters | null,
): TemplateComponent[] {
  if (parameters === null) return [...components]
  const filled = Array.isArray(parameters)
    ? parameters.map((text) => ({ type: 'text', text }))
    : Object.entries(parameters).map(([parameter_name, text]) => ({ type: 'text', parameter_name, text }))
  const others = components.filter(({ type }) => type !== 'body')
  return filled.length === 0 ? others : [...others, { type: 'body', parameters: filled }]
}

/** Something for every place, to hold a template's other components against it. */
export const sampleParameters = (template: TemplateShape): BodyParameters => {
  const places = bodyPlaces(template)
  return asStored(template, places, new Map(places.map((place) => [place, 'x'])))
}

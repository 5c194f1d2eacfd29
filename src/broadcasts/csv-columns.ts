import { normalisePhone } from '../contacts/phone.js'
import { badRequest } from '../core/errors.js'
import type { TemplateShape } from '../templates/check-parameters.js'
import type { CsvRow } from './csv-file.js'
import { type BodyParameters, bodyPlaces, checkParameters } from './parameters.js'

/** Which column is what; `places`: the column of each place of the body, null where the file says nothing of them. */
export type CsvColumns = { phone: number; name: number | null; places: number[] | null }

/** @throws BAD_REQUEST where the columns do not fit the template. */
export function mapColumns(columns: string[], template: TemplateShape): CsvColumns {
  const names = columns.map((name) => name.trim().toLowerCase())
  const at = (name: string) => names.indexOf(name.toLowerCase())
  if (at('phone') < 0) throw fault('must have a column phone')
  const twice = names.find((name, n) => name !== '' && names.indexOf(name) !== n)
  if (twice !== undefined) throw fault(`has the column ${twice} twice`)
  const name = at('name') < 0 ? null : at('name')
  return { phone: at('phone'), name, places: placesOf(names, bodyPlaces(template)) }
}

/** By their names or numbers where the columns have them; else the columns beside phone and name, in their order. */
function placesOf(names: string[], places: string[]): number[] | null {
  if (places.length === 0) return null
  const named = places.map((place) => names.indexOf(place.toLowerCase()))
  const missing = places.filter((_, n) => (named[n] ?? -1) < 0)
  if (missing.length === 0) return named
  if (missing.length < places.length) throw fault(`lacks the ${columnsNamed(missing)} of the template's body`)
  const others = names.flatMap((name, n) => (name === 'phone' || name === 'name' ? [] : [n]))
  const numbered = places.every((place) => /^\d+$/.test(place))
  if (others.length === 0) return null
  if (!numbered) throw fault(`lacks the ${columnsNamed(missing)} of the template's body`)
  if (others.length === places.length) return others
  throw fault(
    `has ${others.length} columns beside phone and name, and the template's body ${places.length} ` +
      `${places.length === 1 ? 'place' : 'places'}: call the columns ${places.join(', ')}, or leave the others out`,
  )
}

const columnsNamed = (names: string[]) => `${names.length === 1 ? 'column' : 'columns'} ${names.join(', ')}`
const fault = (message: string) => badRequest([{ path: 'audience.csv', message }])

export type CheckedRow = { line: number; phone: string; name: string | null; parameters: BodyParameters | null }
export type RowFault = { line: number; reason: string }

const maxName = 200

/** A row of the file, or why it cannot be used. */
export function checkRow(row: CsvRow, columns: CsvColumns, template: TemplateShape): CheckedRow | RowFault {
  const { line, cells } = row
  const cell = (n: number) => cells[n] ?? ''
  const phone = normalisePhone(cell(columns.phone))
  if (phone === null) return { line, reason: 'phone is no phone number with its country code' }
  const name = columns.name === null ? '' : cell(columns.name)
  if (name.length > maxName || name.includes('\u0000'))
    return { line, reason: `name is longer than ${maxName} characters` }
  const common = { line, phone, name: name || null }
  if (columns.places === null) return { ...common, parameters: null }
  const checked = checkParameters(template, columns.places.map(cell))
  if (checked.ok) return { ...common, parameters: checked.parameters }
  const [first] = checked.faults
  return { line, reason: `${nameOfPlace(first?.path ?? '', template)} ${first?.message ?? ''}` }
}

const nameOfPlace = (path: string, template: TemplateShape) => `{{${bodyPlaces(template)[Number(path)] ?? path}}}`

import { invalidParameter, invalidValue, missingValue } from './errors.js'
import type { JsonObject } from './json.js'
import type { MediaStore } from './media-store.js'
import { isHttpUrl } from './options.js'
import { arrayParam, at, characters, enumParam, objectParam, stringParam } from './params.js'
import { validateMediaSource } from './validate-message.js'

/** Interactive messages, held to Meta's limits (section 2); kinds without limits there pass as they are. */

const checkedTypes = ['button', 'list', 'cta_url'] as const
const passedTypes = [
  'location_request_message',
  'flow',
  'product',
  'product_list',
  'catalog_message',
  'address_message',
  'call_permission_request',
  'carousel',
] as const

const root = 'interactive'

export function validateInteractive(value: unknown, store: MediaStore): void {
  const interactive = objectParam(value, root)
  const type = enumParam(interactive.type, at(root, 'type'), [...checkedTypes, ...passedTypes])
  if (type === 'button') validateButtons(interactive, store)
  else if (type === 'list') validateList(interactive, store)
  else if (type === 'cta_url') validateCallToAction(interactive, store)
}

function validateFrame(interactive: JsonObject, store: MediaStore, mostBody: number, headers: readonly string[]): void {
  const body = objectParam(interactive.body, at(root, 'body'))
  length(body.text, 'Body text', 1, mostBody)
  if (interactive.footer !== undefined) {
    length(objectParam(interactive.footer, at(root, 'footer')).text, 'Footer text', 1, 60)
  }
  if (interactive.header === undefined) return
  const path = at(root, 'header')
  const header = objectParam(interactive.header, path)
  const type = enumParam(header.type, at(path, 'type'), headers)
  if (type === 'text') length(header.text, 'Header text', 1, 60)
  else validateMediaSource(objectParam(header[type], at(path, type)), at(path, type), store)
}

const anyHeader = ['text', 'image', 'video', 'document'] as const

function validateButtons(interactive: JsonObject, store: MediaStore): void {
  validateFrame(interactive, store, 1024, anyHeader)
  const path = at(at(root, 'action'), 'buttons')
  const buttons = arrayParam(objectParam(interactive.action, at(root, 'action')).buttons, path)
  if (buttons.length < 1 || buttons.length > 3)
    throw invalidValue('Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3')
  const replies = buttons.map((entry, index) => {
    const button = objectParam(entry, at(path, index))
    enumParam(button.type, at(at(path, index), 'type'), ['reply'])
    const reply = objectParam(button.reply, at(at(path, index), 'reply'))
    return { id: length(reply.id, 'Button id', 1, 256), title: length(reply.title, 'Button title', 1, 20) }
  })
  unique(
    replies.map(({ id }) => id),
    'Button id',
  )
  unique(
    replies.map(({ title }) => title),
    'Button title',
  )
}

function validateList(interactive: JsonObject, store: MediaStore): void {
  validateFrame(interactive, store, 4096, ['text'])
  const action = objectParam(interactive.action, at(root, 'action'))
  length(action.button, 'Button label', 1, 20)
  const path = at(at(root, 'action'), 'sections')
  const sections = arrayParam(action.sections, path)
  if (sections.length < 1 || sections.length > 10)
    throw invalidValue('Invalid sections count. Min allowed sections: 1, Max allowed sections: 10')
  const ids = sections.flatMap((entry, index) => {
    const section = objectParam(entry, at(path, index))
    if (sections.length > 1 || section.title !== undefined) length(section.title, 'Section title', 1, 24)
    const rowsPath = at(at(path, index), 'rows')
    const rows = arrayParam(section.rows, rowsPath)
    if (rows.length < 1) throw missingValue('A section needs at least 1 row')
    return rows.map((row, place) => validateRow(objectParam(row, at(rowsPath, place))))
  })
  if (ids.length > 10) throw invalidValue('Total row count exceed max allowed count: 10')
  unique(ids, 'Row id')
}

function validateRow(row: JsonObject): string {
  length(row.title, 'Row title', 1, 24)
  if (row.description !== undefined) length(row.description, 'Row description', 0, 72)
  return length(row.id, 'Row id', 1, 200)
}

function validateCallToAction(interactive: JsonObject, store: MediaStore): void {
  validateFrame(interactive, store, 1024, anyHeader)
  const path = at(root, 'action')
  const action = objectParam(interactive.action, path)
  enumParam(action.name, at(path, 'name'), ['cta_url'])
  const parameters = objectParam(action.parameters, at(path, 'parameters'))
  length(parameters.display_text, 'Display text', 1, 20)
  const url = stringParam(parameters.url, at(at(path, 'parameters'), 'url'))
  if (!isHttpUrl(url)) throw invalidParameter(`Param ${at(at(path, 'parameters'), 'url')} is not a valid URI.`)
}

/** A text of a length within bounds, else 131008 where there is none and 131009 where it does not fit. */
function length(value: unknown, name: string, least: number, most: number): string {
  if (value === undefined || value === null) throw missingValue(`${name} is missing`)
  const size = typeof value === 'string' ? characters(value) : -1
  if (typeof value !== 'string' || size < least || size > most) {
    throw invalidValue(`${name} length invalid. Min length: ${least}, Max length: ${most}`)
  }
  return value
}

function unique(values: readonly string[], name: string): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index)
  if (twice !== undefined) throw invalidValue(`Duplicated ${name.toLowerCase()}: ${twice}`)
}

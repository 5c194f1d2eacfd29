import { GraphError, invalidParameter, missingValue } from './errors.js'
import { isObject, type JsonObject } from './json.js'
import type { MediaStore } from './media-store.js'
import { arrayParam, at, characters, enumParam, objectParam, stringParam } from './params.js'
import type { SentComponent } from './sent-component.js'
import {
  componentOf,
  placeholdersIn,
  type Template,
  type TemplateStatus,
  type TemplateStore,
} from './template-store.js'
import { validateMediaSource } from './validate-message.js'
import { checkTemplateButtons } from './validate-template-buttons.js'

const root = 'template'
const componentTypes = ['header', 'body', 'button', 'carousel', 'limited_time_offer', 'order_status'] as const

/** Statuses that refuse a send, each with its code; a template that is not approved is as if it were not there. */
const refusals: Partial<Record<TemplateStatus, number>> = {
  PENDING: 132001,
  REJECTED: 132001,
  IN_APPEAL: 132001,
  PAUSED: 132015,
  DISABLED: 132016,
}

/**
 * A template send held against the template as it was created: name, language, status, header kind and the number of
 * parameters. Throws 132000, 132001, 132005, 132012, 132015 or 132016 as section 5 lists them.
 */
export function validateTemplate(value: unknown, templates: TemplateStore, media: MediaStore): Template {
  const sent = objectParam(value, root)
  const name = stringParam(sent.name, at(root, 'name'), 512)
  const languagePath = at(root, 'language')
  const language = stringParam(objectParam(sent.language, languagePath).code, at(languagePath, 'code'), 20)
  const template = templates.find(name, language)
  const refusal = template ? refusals[template.status] : 132001
  if (!template || refusal !== undefined) {
    throw new GraphError({
      code: refusal ?? 132001,
      details:
        template && refusal !== 132001
          ? `Template (${name}) in ${language} is ${template.status.toLowerCase()} due to low quality and cannot be sent`
          : `template name (${name}) does not exist in ${language}`,
    })
  }
  const components = sent.components === undefined || sent.components === null ? [] : sentComponents(sent.components)
  checkHeader(template, components, media)
  checkBody(template, components)
  checkTemplateButtons(template, components)
  return template
}

function sentComponents(value: unknown): SentComponent[] {
  const list = at(root, 'components')
  return arrayParam(value, list).map((entry, index) => {
    const path = at(list, index)
    const component = objectParam(entry, path)
    const type = enumParam(String(component.type ?? '').toLowerCase(), at(path, 'type'), componentTypes)
    const parameters =
      component.parameters === undefined ? [] : arrayParam(component.parameters, at(path, 'parameters'))
    return {
      type,
      subType: component.sub_type === undefined ? null : String(component.sub_type).toLowerCase(),
      index: component.index === undefined ? null : String(component.index),
      parameters: parameters.map((parameter, place) => objectParam(parameter, at(at(path, 'parameters'), place))),
    }
  })
}

const parametersOf = (components: readonly SentComponent[], type: string): JsonObject[] =>
  components.filter((component) => component.type === type).flatMap((component) => component.parameters)

function checkHeader(template: Template, components: readonly SentComponent[], media: MediaStore): void {
  const header = componentOf(template, 'HEADER')
  const parameters = parametersOf(components, 'header')
  const format = header ? String(header.format).toUpperCase() : 'NONE'
  if (format === 'TEXT' || format === 'NONE') {
    checkTexts('header', placeholdersIn(header?.text), parameters, template)
    return
  }
  const kind = format.toLowerCase()
  const [parameter] = parameters
  if (!parameter || String(parameter.type).toLowerCase() !== kind) {
    throw formatMismatch('header', format, parameter)
  }
  if (parameters.length > 1) throw countMismatch('header', parameters.length, 1)
  const path = at(root, 'header')
  const object = objectParam(parameter[kind], at(path, kind))
  if (kind === 'location') {
    if (object.latitude === undefined || object.longitude === undefined)
      throw missingValue('header: location is incomplete')
  } else validateMediaSource(object, at(path, kind), media)
}

/** A body longer than this no longer fits beside a header, footer or buttons; alone it may be longer. */
const mostBodyText = 1024
const mostLoneBodyText = 32_768

function checkBody(template: Template, components: readonly SentComponent[]): void {
  const text = String(componentOf(template, 'BODY')?.text ?? '')
  const parameters = parametersOf(components, 'body')
  checkTexts('body', placeholdersIn(text), parameters, template)
  const filled = characters(text) + parameters.reduce((sum, parameter) => sum + characters(shownText(parameter)), 0)
  const most = template.components.length > 1 ? mostBodyText : mostLoneBodyText
  if (filled > most) throw new GraphError({ code: 132005, details: `body: text is longer than ${most} characters` })
}

/** What a text, currency or date parameter puts into the text. */
function shownText(parameter: JsonObject): string {
  if (typeof parameter.text === 'string') return parameter.text
  const value = parameter[String(parameter.type)]
  return isObject(value) && typeof value.fallback_value === 'string' ? value.fallback_value : ''
}

function checkTexts(
  part: string,
  expected: readonly string[],
  parameters: readonly JsonObject[],
  template: Template,
): void {
  if (parameters.length !== expected.length) throw countMismatch(part, parameters.length, expected.length)
  for (const parameter of parameters) {
    const type = String(parameter.type).toLowerCase()
    if (type !== 'text' && type !== 'currency' && type !== 'date_time') throw formatMismatch(part, 'TEXT', parameter)
    if (shownText(parameter) === '') throw missingValue(`${part}: Parameter of type ${type} is missing text value`)
    if (template.parameterFormat === 'NAMED') checkName(part, expected, parameter.parameter_name)
  }
  const names = new Set(parameters.map((parameter) => parameter.parameter_name))
  if (template.parameterFormat === 'NAMED' && names.size < expected.length) {
    throw new GraphError({ code: 132012, details: `${part}: a parameter name comes twice` })
  }
}

function checkName(part: string, expected: readonly string[], name: unknown): void {
  if (typeof name !== 'string' || name === '') {
    throw invalidParameter('Invalid parameter', `${part}: Parameter name is missing or empty`)
  }
  if (!expected.includes(name)) {
    throw new GraphError({
      code: 132012,
      details: `${part}: the template has no parameter named ${name.slice(0, 100)}`,
    })
  }
}

const countMismatch = (part: string, got: number, expected: number) =>
  new GraphError({
    code: 132000,
    details: `${part}: number of localizable_params (${got}) does not match the expected number of params (${expected})`,
  })

const formatMismatch = (part: string, expected: string, parameter: JsonObject | undefined) =>
  new GraphError({
    code: 132012,
    details: `${part}: Format mismatch, expected ${expected}, received ${parameter ? String(parameter.type).toUpperCase().slice(0, 40) : 'UNKNOWN'}`,
  })

import { GraphError, missingValue } from './errors.js'
import { isObject, type JsonObject } from './json.js'
import type { SentComponent } from './sent-component.js'
import { componentOf, placeholdersIn, type Template } from './template-store.js'

/** The template's own name of a button, by what a send calls it in `sub_type`. */
const subTypes: Readonly<Record<string, string>> = {
  quick_reply: 'QUICK_REPLY',
  url: 'URL',
  copy_code: 'COPY_CODE',
  flow: 'FLOW',
  catalog: 'CATALOG',
  mpm: 'MPM',
  voice_call: 'VOICE_CALL',
}

/**
 * Buttons of a template send: those with something to fill in must be filled in, by index; nothing else may be.
 * Throws 131008 for a parameter that is missing, 132000 for one too many, 132012 for one of another kind.
 */
export function checkTemplateButtons(template: Template, components: readonly SentComponent[]): void {
  const listed = componentOf(template, 'BUTTONS')?.buttons
  const buttons = Array.isArray(listed) ? listed.filter(isObject) : []
  const sent = components.filter((component) => component.type === 'button')
  for (const component of sent) {
    const index = component.index ?? '0'
    const button = /^\d{1,2}$/.test(index) ? buttons[Number(index)] : undefined
    if (!button)
      throw new GraphError({
        code: 132000,
        details: `buttons: the template has no button at index ${index.slice(0, 20)}`,
      })
    checkSentButton(button, component, index)
  }
  buttons.forEach((button, index) => {
    const filled = sent.some(
      (component) => (component.index ?? '0') === String(index) && component.parameters.length > 0,
    )
    if (needsParameter(button) && !filled) {
      throw missingValue(`buttons: Button at index ${index} of type ${typeName(button)} requires a parameter`)
    }
  })
}

const kindOf = (button: JsonObject) => String(button.type).toUpperCase()
const isDynamicUrl = (button: JsonObject) => kindOf(button) === 'URL' && placeholdersIn(button.url).length > 0
const needsParameter = (button: JsonObject) => isDynamicUrl(button) || kindOf(button) === 'COPY_CODE'
const typeName = (button: JsonObject) => (kindOf(button) === 'URL' ? 'Url' : 'Copy_code')

function checkSentButton(button: JsonObject, component: SentComponent, index: string): void {
  const expected = kindOf(button)
  if (subTypes[component.subType ?? ''] !== expected) {
    throw new GraphError({
      code: 132012,
      details: `buttons: Button at index ${index} is of type ${expected}, received ${component.subType?.slice(0, 40) ?? 'UNKNOWN'}`,
    })
  }
  const [parameter] = component.parameters
  if (!parameter) return
  if (component.parameters.length > 1 || (expected === 'URL' && !isDynamicUrl(button))) {
    throw new GraphError({
      code: 132000,
      details: `buttons: number of params (${component.parameters.length}) of the button at index ${index} does not match the expected number of params (${isDynamicUrl(button) ? 1 : 0})`,
    })
  }
  const key = parameterKeys[expected]
  if (key === undefined) return
  if (String(parameter.type).toLowerCase() !== key) {
    throw new GraphError({
      code: 132012,
      details: `buttons: Button at index ${index} takes a parameter of type ${key}`,
    })
  }
  if (typeof parameter[key] !== 'string' || parameter[key] === '') {
    throw missingValue(`buttons: the parameter of the button at index ${index} is missing its ${key}`)
  }
}

/** Which parameter a button takes, named as its type and as the key that holds it. */
const parameterKeys: Readonly<Record<string, string>> = {
  QUICK_REPLY: 'payload',
  URL: 'text',
  COPY_CODE: 'coupon_code',
}

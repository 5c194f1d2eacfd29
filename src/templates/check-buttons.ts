import type { ErrorDetail } from '../core/errors.js'
import type { TemplateComponent } from '../whatsapp/content-template.js'
import { recordsOf, textOf } from '../whatsapp/read.js'
import { partOf, placeholdersOf, type SentPart, type TemplateShape } from './check-parameters.js'

/** What a send calls each of a template's buttons in `sub_type`. Kinds without a row are WhatsApp's to judge. */
const subTypes: Record<string, readonly string[]> = {
  QUICK_REPLY: ['quick_reply'],
  URL: ['url'],
  COPY_CODE: ['copy_code'],
  OTP: ['url', 'copy_code'],
  FLOW: ['flow'],
  CATALOG: ['catalog'],
  MPM: ['mpm'],
  VOICE_CALL: ['voice_call'],
}

type Button = { kind: string; dynamic: boolean; text: string }

const buttonsOf = (template: TemplateShape): Button[] =>
  recordsOf(partOf(template, 'BUTTONS')?.buttons).map((button) => ({
    kind: (textOf(button.type) ?? '').toUpperCase(),
    dynamic: placeholdersOf(textOf(button.url) ?? '').length > 0,
    text: textOf(button.text) ?? '',
  }))

const needsValue = ({ kind, dynamic }: Button) => (kind === 'URL' && dynamic) || kind === 'COPY_CODE' || kind === 'OTP'

/** Buttons are filled in by their index: those that need a value have one, of their own kind, and no other button has. */
export function buttonFaults(template: TemplateShape, sent: SentPart[]): ErrorDetail[] {
  const buttons = buttonsOf(template)
  const seen = new Set<number>()
  const faults = sent.flatMap((part) => {
    const index = buttonIndexOf(part.component)
    const button = buttons[index]
    if (!button) return [{ path: `${part.path}.index`, message: noSuchButton(buttons.length) }]
    if (seen.has(index))
      return [{ path: `${part.path}.index`, message: `must come once: button ${index} is given twice` }]
    seen.add(index)
    return sentButtonFaults(button, part)
  })
  buttons.forEach((button, index) => {
    if (!needsValue(button) || seen.has(index)) return
    const which = button.text === '' ? `button ${index}` : `button ${index}, "${button.text}"`
    faults.push({
      path: 'components',
      message: `must have a value for ${which}: a component of type button, sub_type ${subTypes[button.kind]?.[0]}`,
    })
  })
  return faults
}

/** Which button a component fills in; NaN where it names none. */
export const buttonIndexOf = ({ index = '' }: TemplateComponent): number =>
  /^\d{1,4}$/.test(index) ? Number(index) : Number.NaN

const noSuchButton = (count: number) =>
  count === 0
    ? 'names no button: the template has none'
    : `must be a number from 0 to ${count - 1}: the template's buttons`

function sentButtonFaults(button: Button, { component, path }: SentPart): ErrorDetail[] {
  const allowed = Object.hasOwn(subTypes, button.kind) ? subTypes[button.kind] : undefined
  if (!allowed) return []
  if (!allowed.includes((component.sub_type ?? '').toLowerCase())) {
    return [{ path: `${path}.sub_type`, message: `must be ${allowed.join(' or ')}: that is what this button is` }]
  }
  const parameters = recordsOf(component.parameters)
  const at = `${path}.parameters`
  if (button.kind === 'URL' && !button.dynamic) {
    return parameters.length === 0
      ? []
      : [{ path: at, message: 'must be absent: the address of this button has nothing to fill in' }]
  }
  const [parameter] = parameters
  if (needsValue(button) && parameters.length !== 1)
    return [{ path: at, message: `must have 1 value, not ${parameters.length}` }]
  if (!parameter) return []
  if (parameters.length > 1) return [{ path: at, message: `must have at most 1 value, not ${parameters.length}` }]
  const key = keyOf(button, component.sub_type)
  if (key === null) return []
  if ((textOf(parameter.type) ?? '').toLowerCase() !== key) return [{ path: `${at}.0.type`, message: `must be ${key}` }]
  return textOf(parameter[key]) === null ? [{ path: `${at}.0.${key}`, message: 'is required' }] : []
}

/** Which parameter a button takes, by its type and by the field that holds the value; null: an object of its own. */
function keyOf({ kind }: Button, subType: string | undefined): string | null {
  if (kind === 'QUICK_REPLY') return 'payload'
  if (kind === 'URL' || (kind === 'OTP' && subType?.toLowerCase() === 'url')) return 'text'
  return kind === 'COPY_CODE' || kind === 'OTP' ? 'coupon_code' : null
}

import { z } from 'zod'
import { jsonObjectInput, textInput } from '../core/input.js'
import { normalisePhone } from './phone.js'

const maxTags = 50
/** Of JSON in UTF-8. */
export const maxAttributesBytes = 16_384

const phone = z.string().transform((value, context) => {
  const normalised = normalisePhone(value)
  if (normalised !== null) return normalised
  context.addIssue('must be a phone number with its country code, such as +919876543210')
  return z.NEVER
})

const name = textInput(200).transform((value) => value.trim() || null)
const email = textInput(254)
  .transform((value) => value.trim() || null)
  .refine((value) => value === null || z.email().safeParse(value).success, 'must be an email address')
const tags = z
  .array(textInput(64).transform((tag) => tag.trim()))
  .max(maxTags, `must be at most ${maxTags} tags`)
  .transform((values) => [...new Set(values.filter((tag) => tag !== ''))])
const attributes = jsonObjectInput(maxAttributesBytes)

const details = {
  name: name.nullish(),
  email: email.nullish(),
  tags: tags.nullish(),
  attributes: attributes.nullish(),
  optedIn: z.boolean().nullish(),
  /** What the consent rests on: "web form", "paper", ... */
  optInSource: textInput(100).nullish(),
  /** Evidence of it: a link, a reference. */
  optInProof: textInput(500).nullish(),
}

export const createContactInput = z.object({ phone, ...details })
export const updateContactInput = z.object({ id: z.string(), phone: phone.nullish(), ...details })

export type CreateContactInput = z.input<typeof createContactInput>
export type UpdateContactInput = z.input<typeof updateContactInput>

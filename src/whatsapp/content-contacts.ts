import { z } from 'zod'
import { chosen, evenAfterFaults, text } from './content-schema.js'
import { contentLimits } from './limits.js'
import { record } from './read.js'

const part = text(contentLimits.text, 0).optional()
const nameParts = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix'] as const

const entries = z.array(z.looseObject({})).optional()

/** Meta's own shape (whatsapp-cloud-api.md, section 2); what it does not name stays in place. */
const metaContact = z.looseObject({
  name: z
    .looseObject({
      formatted_name: text(contentLimits.text),
      first_name: part,
      last_name: part,
      middle_name: part,
      suffix: part,
      prefix: part,
    })
    .refine((name) => nameParts.some((key) => Boolean(name[key])), {
      ...evenAfterFaults,
      error: `needs one more part beside formatted_name: ${nameParts.join(', ')}`,
    }),
  phones: z.array(z.looseObject({ phone: part, type: part, wa_id: part })).optional(),
  emails: entries,
  urls: entries,
  addresses: entries,
  org: z.looseObject({}).optional(),
  birthday: z.string().optional(),
})

/** Our short form, turned into Meta's: WhatsApp wants a part of the name beside the whole. */
const shortContact = z
  .object({ name: text(contentLimits.text), phone: text(contentLimits.text) })
  .transform(
    ({ name, phone }): ContactCard => ({ name: { formatted_name: name, first_name: name }, phones: [{ phone }] }),
  )

export type ContactCard = {
  name: Record<string, unknown>
  phones?: Record<string, unknown>[] | undefined
  [field: string]: unknown
}

/** A list of contact cards, each in Meta's shape or as `{ name, phone }`; given back in Meta's. */
export const contactsSchema = z
  .array(chosen<ContactCard>((input) => (typeof record(input).name === 'string' ? shortContact : metaContact)))
  .min(1)
  .max(contentLimits.contacts)

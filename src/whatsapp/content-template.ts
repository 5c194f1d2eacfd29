import { z } from 'zod'
import { chosen, evenAfterFaults, text } from './content-schema.js'
import { contentLimits } from './limits.js'

const label = text(contentLimits.templateName)

/** "en_US", or Meta's `{ code: "en_US" }`; kept as the text. */
export const languageSchema = chosen<string>((input) =>
  typeof input === 'object' ? z.object({ code: label }).transform(({ code }) => code) : label,
)

const parameter = z.looseObject({ type: label })

/** Meta's component of a send; an index may come as a number, which WhatsApp wants as text. */
const component = z
  .looseObject({
    type: label.transform((type) => type.toLowerCase()),
    sub_type: label.optional(),
    index: z
      .union([z.string(), z.number().int().min(0).transform(String)], { error: 'must be a number from 0' })
      .optional(),
    parameters: z.array(parameter).optional(),
  })
  .refine((value) => value.type !== 'button' || value.sub_type !== undefined, {
    ...evenAfterFaults,
    path: ['sub_type'],
    error: 'is required',
  })
  .refine((value) => value.type !== 'button' || value.index !== undefined, {
    ...evenAfterFaults,
    path: ['index'],
    error: 'is required',
  })

export type TemplateComponent = z.infer<typeof component>

/** Whether they fit the template is checked where the synced template is known. */
export const componentsSchema = z.array(component)

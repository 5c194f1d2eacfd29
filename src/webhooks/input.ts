import { z } from 'zod'
import { textInput } from '../core/input.js'
import { isEventType, webhookEventTypes } from '../events/types.js'
import { webhookLimits } from './limits.js'
import { secretFault } from './signature.js'

const name = textInput(webhookLimits.nameCharacters)
  .transform((value) => value.trim())
  .refine((value) => value !== '', 'is required')
const url = textInput(webhookLimits.urlCharacters).transform((value) => value.trim())
const known: ReadonlySet<string> = new Set(webhookEventTypes)
const events = z
  .array(z.string())
  .min(1, 'must name at least one event')
  .superRefine((types, context) => {
    types.forEach((type, i) => {
      if (known.has(type)) return
      const fault = isEventType(type) ? 'is not sent to webhooks' : 'is not an event'
      context.addIssue({ code: 'custom', path: [i], message: `${fault}; these are: ${webhookEventTypes.join(', ')}` })
    })
  })
  .transform((types) => [...new Set(types)])
export const secretInput = textInput(webhookLimits.secretCharacters.max).superRefine((secret, context) => {
  const fault = secretFault(secret, webhookLimits.secretCharacters)
  if (fault !== null) context.addIssue(fault)
})
const signatureFormat = z.enum(['PREFIXED', 'HEX'])
const retries = z.enum(['EXTENDED', 'DOCUMENTED'])

export const createWebhookInput = z.object({
  name,
  url,
  events,
  secret: secretInput.nullish(),
  signatureFormat: signatureFormat.nullish(),
  retries: retries.nullish(),
})
export const updateWebhookInput = z.object({
  id: z.string(),
  name: name.nullish(),
  url: url.nullish(),
  events: events.nullish(),
  signatureFormat: signatureFormat.nullish(),
  retries: retries.nullish(),
  enabled: z.boolean().nullish(),
})
export const rotateSecretInput = z.object({ id: z.string(), secret: secretInput.nullish() })

export type CreateWebhookInput = z.input<typeof createWebhookInput>
export type UpdateWebhookInput = z.input<typeof updateWebhookInput>
export type RotateSecretInput = z.input<typeof rotateSecretInput>

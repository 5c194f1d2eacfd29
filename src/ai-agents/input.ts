import { z } from 'zod'
import { textInput } from '../core/input.js'
import { isTimeZone } from '../core/time-zone.js'
import { AiAgentTask, AiProvider } from '../generated/prisma/client.js'
import { minutesOf, weekdays } from './business-hours.js'
import { wordsOf } from './keywords.js'
import { aiAgentLimits as limits } from './limits.js'

const line = (max: number) =>
  textInput(max)
    .transform((value) => value.trim())
    .refine((value) => value !== '', 'is required')
const keywords = z
  .array(line(limits.keywordCharacters).refine((value) => wordsOf(value) !== '', 'must have a letter or a digit'))
  .max(limits.keywords)
  .transform((words) => [...new Set(words)])
/** It goes into a header. */
const apiKey = z
  .string()
  .max(limits.apiKeyCharacters, `must be at most ${limits.apiKeyCharacters} characters`)
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without spaces')
const time = z.string().refine((value) => minutesOf(value) !== null, 'must be a time such as 09:30')
const businessHours = z.object({
  timeZone: z.string().refine(isTimeZone, 'must be a time zone such as Asia/Kolkata'),
  days: z
    .array(
      z
        .object({ day: z.enum(weekdays), from: time, to: time })
        .refine(({ from, to }) => (minutesOf(from) ?? 0) < (minutesOf(to) ?? 0), {
          path: ['to'],
          message: 'must be after from; hours over midnight are two intervals',
        }),
    )
    .min(1)
    .max(limits.intervals),
})

const fields = {
  name: line(limits.nameCharacters),
  task: z.enum(AiAgentTask),
  triggerKeywords: keywords,
  handoverKeywords: keywords,
  prompt: line(limits.promptCharacters),
  provider: z.enum(AiProvider),
  model: line(limits.modelCharacters),
  baseUrl: textInput(limits.urlCharacters).transform((value) => value.trim().replace(/\/+$/, '')),
  apiKey,
  temperature: z.number().min(0).max(2),
  maxTurns: z.int().min(1).max(limits.maxTurns.most),
  businessHours,
  active: z.boolean(),
}

export const createAiAgentInput = z.object({
  name: fields.name,
  task: fields.task,
  triggerKeywords: fields.triggerKeywords.nullish(),
  handoverKeywords: fields.handoverKeywords.nullish(),
  prompt: fields.prompt,
  provider: fields.provider,
  model: fields.model,
  baseUrl: fields.baseUrl.nullish(),
  apiKey: fields.apiKey.nullish(),
  temperature: fields.temperature.nullish(),
  maxTurns: fields.maxTurns.nullish(),
  businessHours: fields.businessHours.nullish(),
  active: fields.active.nullish(),
})

/** Null takes away what may be missing, and else changes nothing, as absent does. */
export const updateAiAgentInput = createAiAgentInput.partial().extend({
  id: z.string(),
  name: fields.name.nullish(),
  task: fields.task.nullish(),
  prompt: fields.prompt.nullish(),
  provider: fields.provider.nullish(),
  model: fields.model.nullish(),
})

export type CreateAiAgentInput = z.input<typeof createAiAgentInput>
export type UpdateAiAgentInput = z.input<typeof updateAiAgentInput>
export type CheckedAgent = z.output<typeof createAiAgentInput>

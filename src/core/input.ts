import { z } from 'zod'
import { badRequest, type ErrorDetail } from './errors.js'

/**
 * Checks input against a schema. Answers the checked value; throws BAD_REQUEST with every fault named by its path.
 * `prefix` stands before each path.
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, prefix: string[] = []): z.output<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw badRequest(issueDetails(result.error.issues, prefix))
}

type Issue = { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined }

/** The faults of a zod error, or of any Standard Schema, in the form every door shows. */
export const issueDetails = (issues: readonly Issue[], prefix: string[] = []): ErrorDetail[] =>
  issues.map((issue) => ({
    path: [...prefix, ...(issue.path ?? []).map((key) => String(typeof key === 'object' ? key.key : key))].join('.'),
    message: issue.message,
  }))

/** PostgreSQL cannot hold U+0000 in text, and an unpaired surrogate is not text at all. */
const storable = (value: string) => !value.includes('\u0000') && value.isWellFormed()

export const textInput = (max: number) =>
  z
    .string()
    .max(max, `must be at most ${max} characters`)
    .refine(storable, 'must be well-formed text without NUL characters')

/** A JSON object that the database can hold and that stays small enough to be shown in lists. */
export const jsonObjectInput = (maxBytes: number) =>
  z.record(z.string(), z.json()).superRefine((value, context) => {
    const json = JSON.stringify(value)
    if (Buffer.byteLength(json) > maxBytes) context.addIssue(`must be at most ${maxBytes} bytes of JSON`)
    if (json.includes('\\u0000') || /\\ud[89a-f]/i.test(json)) {
      context.addIssue('must be well-formed text without NUL characters')
    }
  })

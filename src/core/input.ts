import { z } from 'zod'
import { badRequest, type ErrorDetail } from './errors.js'

/**
 * Checks input against a schema. Answers the checked value; throws BAD_REQUEST with every fault named by its path.
 * `prefix` stands before each path.
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, prefix: string[] = []): z.output<S> {
  const result = schema.safeParse(input, { error: plainMessage })
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

const nouns: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
}

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]

/** Zod's issues in the words of our other faults: each follows the name of the field ("text is required"). */
export function plainMessage(issue: RawIssue): string | undefined {
  if (issue.input === undefined || issue.input === null) return 'is required'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${nouns[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return issue.origin === 'array' ? `must have at least ${issue.minimum}` : `must be at least ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'array' ? `must have at most ${issue.maximum}` : `must be at most ${issue.maximum}`
    default:
      return undefined
  }
}

/** PostgreSQL cannot hold U+0000 in text, and an unpaired surrogate is not text at all. */
const isStorable = (value: string) => !value.includes('\u0000') && value.isWellFormed()
const unstorable = 'must be well-formed text without NUL characters'

export const textInput = (max: number) =>
  z.string().max(max, `must be at most ${max} characters`).refine(isStorable, unstorable)

const maxJsonDepth = 32

/** A JSON object that the database can hold and that stays small enough to be shown in lists. */
export const jsonObjectInput = (maxBytes: number) =>
  z.custom<Record<string, z.core.util.JSONType>>(isObject, 'must be an object').superRefine((value, context) => {
    const fault = jsonFault(value, 0)
    if (fault !== null) context.addIssue(fault)
    else if (Buffer.byteLength(JSON.stringify(value)) > maxBytes) {
      context.addIssue(`must be at most ${maxBytes} bytes of JSON`)
    }
  })

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Looks no deeper than is allowed: what callers nest must not decide how deep we recurse. */
function jsonFault(value: unknown, depth: number): string | null {
  if (depth > maxJsonDepth) return `must be nested at most ${maxJsonDepth} levels deep`
  if (typeof value === 'string') return isStorable(value) ? null : unstorable
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'must hold no number beyond the range of JSON'
  if (typeof value !== 'object' || value === null) return null
  for (const [key, item] of Object.entries(value)) {
    const fault = isStorable(key) ? jsonFault(item, depth + 1) : unstorable
    if (fault !== null) return fault
  }
  return null
}

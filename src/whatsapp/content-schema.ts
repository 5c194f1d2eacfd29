import { z } from 'zod'
import type { ErrorDetail } from '../core/errors.js'
import { plainMessage } from '../core/input.js'
import { contentLimits } from './limits.js'

/** Characters as people count them here: Unicode code points. */
export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** Text of `min` to `max` code points. */
export const text = (max: number, min = 1) =>
  z.string().refine(
    (value) => {
      const count = codePoints(value)
      return count >= min && count <= max
    },
    { error: min > 0 ? `must have ${min} to ${max} characters` : `must have at most ${max} characters` },
  )

/** An absolute http or https address. Whether it may be reached is the domain's question, not the shape's. */
export const httpUrl = text(contentLimits.url).refine(isHttpUrl, { error: 'must be an http or https URL' })

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol } = new URL(value)
  return protocol === 'https:' || protocol === 'http:'
}

/** For a rule over several fields, so that it is checked, and named, beside the faults of single ones. */
export const evenAfterFaults = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null }

/** A schema chosen by looking at the value; its faults are reported as if it had stood there from the start. */
export const chosen = <T>(choose: (input: unknown) => z.ZodType<T>) =>
  z.unknown().transform((input, context): T => {
    const result = choose(input).safeParse(input, { error: plainMessage })
    if (result.success) return result.data
    for (const issue of result.error.issues) {
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message })
    }
    return z.NEVER
  })

export const detailsOf = (issues: readonly z.core.$ZodIssue[]): ErrorDetail[] =>
  issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))

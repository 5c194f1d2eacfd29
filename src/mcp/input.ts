import { z } from 'zod'
import { badRequest, DomainError, type ErrorDetail } from '../core/errors.js'
import { issueDetails, plainMessage } from '../core/input.js'

/** What the tools take. Strict: an argument that a tool does not know is a fault, as it is in the graph. */

const defaultLimit = 20
const maxLimit = 100

/** Of every list. */
export const pageInput = {
  limit: z.int().min(1).max(maxLimit).default(defaultLimit),
  cursor: z.string().optional().describe('nextCursor of the page before.'),
}

/** The same as the graph's arguments. */
export const pageArguments = ({ limit, cursor }: { limit: number; cursor?: string | undefined }) => ({
  first: limit,
  after: cursor,
})

export const pageNames = { first: 'limit', after: 'cursor' }

/** Of every write. */
export const idempotencyKey = z
  .string()
  .optional()
  .describe('Any text of up to 255 characters, new for each act. The same again answers the same and does nothing.')

/** Every fault of the arguments at once. @throws BAD_REQUEST. */
export function parseArguments<Input extends z.ZodObject>(schema: Input, given: unknown): z.output<Input> {
  const result = schema.safeParse(given, { error: plainMessage })
  if (result.success) return result.data
  const details = result.error.issues.flatMap((issue): ErrorDetail[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not an argument of this tool' }))
      : issueDetails([issue]),
  )
  throw badRequest(details)
}

/** A fault that the graph found, in the names of the tool: what stands below a name goes with it. */
export function inNamesOf(names: Readonly<Record<string, string>> = {}, error: unknown): unknown {
  if (!(error instanceof DomainError) || error.code !== 'BAD_REQUEST' || !error.details) return error
  const renamed = (path: string) => {
    const graphs = Object.keys(names).find((name) => path === name || path.startsWith(`${name}.`))
    return graphs === undefined ? path : `${names[graphs]}${path.slice(graphs.length)}`
  }
  const details = error.details.map(({ path, message }) => ({ path: renamed(path), message }))
  return details.some(({ path }, n) => path !== error.details?.[n]?.path) ? badRequest(details) : error
}

import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server'
import { DomainError, type PublicError, toPublicError } from '../core/errors.js'
import type { Runner } from '../operations/runner.js'
import { advice } from './advice.js'

/** Where the documents of one request are run. */
export type RunnerOf = (ctx: ServerContext) => Runner

/** The same twice: for programs, and as text for models that read nothing else. */
export const dataResult = (data: Record<string, unknown>): CallToolResult => ({
  structuredContent: data,
  content: [{ type: 'text', text: JSON.stringify(data) }],
})

/** What is told of a failure, flat, as REST's body is. */
export type ToldError = {
  code: PublicError['code']
  message: string
  details?: PublicError['details']
  retryAfter?: number
  requestId?: string
} & Record<string, unknown>

/** Masks what is not a DomainError, and logs it. */
export function toldError(error: unknown, runner: Runner): ToldError {
  const { code, message, details, retryAfter, replayed, extra } = toPublicError(error)
  if (!(error instanceof DomainError)) runner.report(error)
  return {
    code,
    message,
    ...(details ? { details } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(replayed ? { replayed } : {}),
    ...(runner.requestId === null ? {} : { requestId: runner.requestId }),
    ...extra,
  }
}

/** Code, text, what is known besides, and what to do next (contract, section 4); for programs under `_meta`. */
export function errorResult(error: unknown, runner: Runner): CallToolResult {
  const told = toldError(error, runner)
  return { isError: true, content: [{ type: 'text', text: textOf(told) }], _meta: { [errorKey]: told } }
}

export const errorKey = 'kaanha/error'

export function textOf({ code, message, details: _, ...more }: ToldError): string {
  const known = Object.entries(more).map(([name, value]) => `${name}: ${String(value)}`)
  return [`${code}: ${message}`, ...known, `Next: ${advice[code]}`].join('\n')
}

import { badRequest, DomainError, type PublicError } from '../core/errors.js'
import type { Operation } from './execute.js'

/** Where the documents of a table are run: in this process by the key of a request, or on a server elsewhere. */
export type Runner = {
  /** Refuses a key before its input is looked at, where that can be known here. @throws FORBIDDEN. */
  requireScopes<Data, Variables>(operation: Operation<Data, Variables>): void
  /** @throws DomainError, as every door shows it. */
  run<Data, Variables>(operation: Operation<Data, Variables>, variables: Variables): Promise<Data>
  /** Logs what is nobody's fault but ours, under this request. */
  report(error: unknown): void
  /** Finds the request in the log; null where each run is a request of its own. */
  requestId: string | null
}

/**
 * What a caller is told of a result's errors: the first. Where nothing `ran`, each bad variable is an error of its own,
 * and a caller of REST or MCP is told of all in one.
 */
export function firstOf(errors: readonly PublicError[], ran: boolean): DomainError {
  const [first] = errors
  if (!first) throw new Error('A result without errors has no first.')
  const { code, message, ...options } = first
  if (code === 'BAD_REQUEST' && !ran) return badRequest(errors.flatMap(({ details }) => details ?? []))
  return new DomainError(code, message, options)
}

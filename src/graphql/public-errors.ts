import { type ExecutionResult, GraphQLError } from 'graphql'
import { badRequest, DomainError, type ErrorDetail, type PublicError, toPublicError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'

/**
 * What a door shows of an error that execution gave back (contract, section 4). The domain's own errors as they are;
 * GraphQL's own (syntax, validation, arguments) as BAD_REQUEST; everything else as INTERNAL, logged here, once.
 */
export function publicErrorOf(error: GraphQLError, logger: Logger): PublicError {
  const cause = innermost(error)
  if (cause instanceof DomainError) {
    if (cause.cause !== undefined) logger.warn({ err: cause }, 'a request failed upstream')
    return toPublicError(cause)
  }
  if (cause instanceof GraphQLError && !cause.extensions.unexpected) {
    const detail = variableFault(cause)
    return toPublicError(
      detail ? badRequest([detail]) : badRequest([{ path: 'query', message: cause.message }], cause.message),
    )
  }
  logger.error({ err: cause }, 'a request failed')
  return toPublicError(cause)
}

/**
 * The same as a GraphQL error: message, and extensions { code, details, requestId, retryAfter }; and `http`, the status
 * that Yoga gives an HTTP answer, which Yoga takes out again.
 */
export function toGraphQLError(error: GraphQLError, context: { logger: Logger; requestId: string }): GraphQLError {
  const { message, extra, limit: _, ...shown } = publicErrorOf(error, context.logger)
  const { http } = error.extensions
  return new GraphQLError(message, {
    ...(error.nodes ? { nodes: error.nodes } : {}),
    ...(error.source ? { source: error.source } : {}),
    ...(error.positions ? { positions: error.positions } : {}),
    ...(error.path ? { path: error.path } : {}),
    extensions: { ...shown, ...extra, requestId: context.requestId, ...(http ? { http } : {}) },
  })
}

export const withPublicErrors = <R extends ExecutionResult>(
  result: R,
  context: { logger: Logger; requestId: string },
): R =>
  result.errors
    ? { ...result, errors: result.errors.map((error) => toGraphQLError(asGraphQLError(error), context)) }
    : result

export const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError('Unexpected error.', {
        originalError: error instanceof Error ? error : new Error(String(error)),
      })

/** GraphQL wraps what a resolver throws, some libraries twice; but of a variable's fault only the wrapper says where. */
function innermost(error: unknown): unknown {
  let current = error
  while (current instanceof GraphQLError && current.originalError && !nameOfVariable(current)) {
    current = current.originalError
  }
  return current
}

const nameOfVariable = ({ message }: GraphQLError): string | undefined => /^Variable "\$(\w+)" /.exec(message)?.[1]

/**
 * What is wrong with a variable, as the domain would name it: `Variable "$input" got invalid value 1 at "input.tags[0]";
 * String cannot represent ...` is about `tags.0`. Null for an error of another kind.
 */
function variableFault(error: GraphQLError): ErrorDetail | null {
  const variable = nameOfVariable(error)
  if (variable === undefined) return null
  const fault = error.originalError?.message
  if (fault === undefined) return { path: variable, message: 'is required' }
  const place = / at "([^"]+)"$/.exec(error.message.slice(0, -`; ${fault}`.length))?.[1] ?? variable
  const field = /^Field "(\w+)"/.exec(fault)?.[1]
  const path = place.replace(/\[(\d+)\]/g, '.$1').split('.')
  if (field !== undefined && path.at(-1) !== field) path.push(field)
  if (path[0] === 'input' && path.length > 1) path.shift()
  return { path: path.join('.'), message: fault.includes('of required type') ? 'is required' : fault }
}

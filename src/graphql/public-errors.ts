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
    return toPublicError(badRequest([detailOf(cause.message)], cause.message))
  }
  logger.error({ err: cause }, 'a request failed')
  return toPublicError(cause)
}

/** The same as a GraphQL error: message, and extensions { code, details, requestId, retryAfter }. */
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

const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError('Unexpected error.', {
        originalError: error instanceof Error ? error : new Error(String(error)),
      })

/** GraphQL wraps what a resolver throws, some libraries twice. */
function innermost(error: unknown): unknown {
  let current = error
  while (current instanceof GraphQLError && current.originalError) current = current.originalError
  return current
}

/**
 * The field that a fault of coercion is about, as the domain would name it: "Variable "$input" got invalid value 1 at
 * "input.name"; String cannot represent ..." is about `name`. Other faults are the document's.
 */
function detailOf(message: string): ErrorDetail {
  const [, variable, rest] = /^Variable "\$(\w+)" (.*)$/s.exec(message) ?? []
  if (variable === undefined || rest === undefined) return { path: 'query', message }
  const place = / at "([^"]+)"; /.exec(rest)
  const missing = /Field "(\w+)" of required type/.exec(rest)
  const path = [...(place?.[1] ?? variable).split('.'), ...(missing?.[1] ? [missing[1]] : [])]
  if (path[0] === 'input' && path.length > 1) path.shift()
  return { path: path.join('.'), message: missing ? 'is required' : rest.slice(rest.indexOf('; ') + 1).trim() }
}

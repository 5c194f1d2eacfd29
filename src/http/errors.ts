import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorRequestHandler, Response } from 'express'
import { DomainError, errorCodes, type PublicError, toPublicError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import { limitHeaders } from '../limits/verdict.js'
import { rpcErrorBody } from '../mcp/rpc-error.js'
import { requestIdOf } from './request-id.js'

/** Status and headers that an error has on every HTTP door. */
export function setErrorHead(res: ServerResponse, error: PublicError): void {
  res.statusCode = errorCodes[error.code].status
  if (error.limit) setHeaders(res, limitHeaders(error.limit))
  if (error.retryAfter !== undefined) res.setHeader('Retry-After', String(error.retryAfter))
  if (error.replayed) res.setHeader('Idempotent-Replayed', 'true')
  if (error.code === 'UNAUTHENTICATED') res.setHeader('WWW-Authenticate', 'Bearer')
}

export function setHeaders(res: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
}

/** The REST form (contract, section 4): `{ error, code, details?, id?, existingId?, requestId }`. */
export function sendRestError(res: Response, error: PublicError): void {
  setErrorHead(res, error)
  const { code, message, details, extra } = error
  res.json({ error: message, code, ...(details ? { details } : {}), ...extra, requestId: requestIdOf(res.req) })
}

/** The GraphQL form, where the whole request is refused before it is read. */
export function sendGraphQLError(res: ServerResponse, error: PublicError): void {
  setErrorHead(res, error)
  const { message, extra, limit: _, ...shown } = error
  res.setHeader('Content-Type', 'application/json; charset=utf-8')
  res.end(
    JSON.stringify({ errors: [{ message, extensions: { ...shown, ...extra, requestId: requestIdOf(res.req) } }] }),
  )
}

/** The MCP form: an error of JSON-RPC, where there is no call yet that it could be the result of. */
export function sendMcpError(res: Response, error: PublicError): void {
  setErrorHead(res, error)
  res.json(rpcErrorBody(error, requestIdOf(res.req)))
}

/** The last handler of a door: what was thrown becomes that door's answer. */
export const errorHandler =
  (logger: Logger, send: (res: Response, error: PublicError) => void): ErrorRequestHandler =>
  (thrown, req, res, next) => {
    const error = errorFor(logger, req, fromExpress(thrown) ?? thrown)
    if (res.headersSent) return next(thrown)
    send(res, error)
  }

/** What may be shown of what was thrown; what is nobody's fault but ours is logged. */
export function errorFor(logger: Logger, req: IncomingMessage, error: unknown): PublicError {
  if (!(error instanceof DomainError)) logger.error({ err: error, requestId: requestIdOf(req) }, 'a request failed')
  return toPublicError(error)
}

/**
 * Express's body reader says with a 4xx status what is wrong with a body or its encoding. A path that cannot be decoded
 * is a malformed id like any other: it names nothing.
 */
function fromExpress(error: unknown): DomainError | null {
  if (error instanceof DomainError || typeof error !== 'object' || error === null) return null
  if (error instanceof URIError) return new DomainError('NOT_FOUND', 'No such path.')
  const { status, type } = error as { status?: unknown; type?: unknown }
  if (typeof status !== 'number' || status < 400 || status >= 500) return null
  return new DomainError('BAD_REQUEST', bodyFaults[String(type)] ?? 'The request cannot be read.')
}

const bodyFaults: Record<string, string> = {
  'entity.too.large': 'The body is too large.',
  'encoding.unsupported': 'The content encoding is not known.',
  'request.aborted': 'The request ended before its body did.',
  'request.size.invalid': 'The body is not as long as its Content-Length says.',
}

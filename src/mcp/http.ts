import { toNodeHandler } from '@modelcontextprotocol/node'
import { isInitializeRequest, isLegacyRequest } from '@modelcontextprotocol/server'
import { type Request, type RequestHandler, Router } from 'express'
import { type Clock, secondsMs } from '../core/clock.js'
import { badRequest, DomainError, errorCodes, toPublicError } from '../core/errors.js'
import { parseJson } from '../core/json-body.js'
import type { Logger } from '../core/logger.js'
import type { OperationContext } from '../operations/execute.js'
import type { Live } from '../operations/follow.js'
import type { Connection, Door, Exchange } from './connection.js'
import { createHostRule } from './hosts.js'
import { rpcErrorBody } from './rpc-error.js'
import { createSessions } from './sessions.js'
import { createSse } from './sse.js'
import { createStateless } from './stateless.js'
import { createStreamable } from './streamable.js'

export type McpDoorOptions = {
  contextOf(req: Request): OperationContext
  /** The bytes of a body, as read before. */
  bytesOf(req: Request): Uint8Array
  live: Live
  clock: Clock
  logger: Logger
}

/** Messages that one POST may bring: what is limited at the door is the request. */
const maxBatch = 20
const sweepIntervalMs = secondsMs(60)

/**
 * MCP over HTTP (contract, section 2): every revision of Streamable HTTP at `/`, and the older SSE at `/sse` and
 * `/messages`. Requests have been counted and their keys looked at before; bodies have been read.
 */
export function mcpRouter({ contextOf, bytesOf, live, clock, logger }: McpDoorOptions): Router {
  const door: Door = { contextOf, live, clock, refused: (err) => logger.debug({ err }, 'MCP refused a message') }
  const sessions = createSessions<Connection>(clock)
  setInterval(() => sessions.sweep(), sweepIntervalMs).unref()
  const streamable = createStreamable(door, sessions)
  const stateless = createStateless(door)
  const sse = createSse(door, sessions)
  const router = Router()

  router.get('/sse', (req, res) => sse.open(req, res))
  router.post('/messages', (req, res) => sse.post(req, res, bodyOf(bytesOf(req))))
  const streamableHttp: RequestHandler = async (req, res) => {
    const ctx = contextOf(req)
    const body = req.method === 'POST' ? bodyOf(bytesOf(req)) : undefined
    const serve = async (request: globalThis.Request) => {
      const exchange: Exchange = { ctx, request, body, res }
      try {
        return await ((await hasSession(exchange)) ? streamable(exchange) : stateless(exchange))
      } catch (error) {
        return refusal(error, ctx)
      }
    }
    await toNodeHandler({ fetch: serve }, { onerror: (err) => logger.error({ err }, 'MCP failed') })(req, res, body)
  }
  const root = router.route('/')
  root.get(streamableHttp).post(streamableHttp).delete(streamableHttp)
  root.all((_req, res) => {
    res.set('Allow', 'GET, POST, DELETE')
    throw new DomainError('NOT_FOUND', 'This path answers GET, POST and DELETE only.')
  })
  router.use(() => {
    throw new DomainError('NOT_FOUND', 'No such path.')
  })
  return router
}

/** Of the revisions of 2025, what begins a session or belongs to one. A call that names none stands for itself. */
async function hasSession({ request, body }: Exchange): Promise<boolean> {
  if (!(await isLegacyRequest(request, body))) return false
  return request.method !== 'POST' || isInitializeRequest(body) || request.headers.has('mcp-session-id')
}

/** Refuses what a page of somebody else's makes a browser send. */
export function hostGuard(publicUrl: string, corsOrigins: readonly string[]): RequestHandler {
  const rule = createHostRule(publicUrl, corsOrigins)
  return (req, _res, next) => {
    const { host, origin } = req.headers
    if (!rule.allowsHost(host)) throw new DomainError('FORBIDDEN', 'This Host is not served: set PUBLIC_URL to it.')
    if (!rule.allowsOrigin(origin)) throw new DomainError('FORBIDDEN', 'This Origin may not call: see CORS_ORIGINS.')
    next()
  }
}

/** @throws BAD_REQUEST. */
function bodyOf(bytes: Uint8Array): unknown {
  const body = parseJson(bytes)
  if (Array.isArray(body) && body.length > maxBatch) {
    throw badRequest([{ path: '', message: `a batch has at most ${maxBatch} messages` }])
  }
  return body
}

function refusal(error: unknown, { logger, requestId }: OperationContext): Response {
  if (!(error instanceof DomainError)) logger.error({ err: error }, 'a request failed')
  const shown = toPublicError(error)
  return Response.json(rpcErrorBody(shown, requestId), {
    status: errorCodes[shown.code].status,
    headers: shown.retryAfter === undefined ? {} : { 'Retry-After': String(shown.retryAfter) },
  })
}

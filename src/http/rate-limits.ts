import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'
import type { Context } from '../context.js'
import { clientIpOf, createForwardedWarning, limitKey } from '../core/client-ip.js'
import type { DomainError } from '../core/errors.js'
import type { GraphContext } from '../graphql/graph-context.js'
import { type LimitVerdict, limitError, limitHeaders } from '../limits/verdict.js'
import { graphContextOf } from './authenticate.js'
import { setHeaders } from './errors.js'

/**
 * The request limit, counted once, at the door, before anything else is looked at (contract, section 4): each request
 * under /api, /graphql and /mcp, and each operation on a WebSocket.
 */
export function createRequestLimit(ctx: Context): {
  middleware: RequestHandler
  /** The same of any request. @throws RATE_LIMITED. */
  count(req: IncomingMessage, res: ServerResponse): Promise<void>
  countOperation(req: IncomingMessage): Promise<DomainError | null>
} {
  const { trustProxy } = ctx.config
  const warnOfProxy = createForwardedWarning(trustProxy, ctx.logger)
  const consume = (req: IncomingMessage) => {
    warnOfProxy(req)
    return ctx.limits.requests.consume(limitKey(clientIpOf(req, trustProxy)))
  }
  async function count(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const verdict = await consume(req)
    if (verdict && !verdict.allowed) throw limitError(verdict)
    if (verdict) {
      setHeaders(res, limitHeaders(verdict))
      verdicts.set(req, verdict)
    }
  }
  return {
    async middleware(req, res, next) {
      await count(req, res)
      next()
    },
    count,
    async countOperation(req) {
      const verdict = await consume(req)
      return verdict && !verdict.allowed ? limitError(verdict) : null
    },
  }
}

/** What the limit per IP said, for the headers: they tell of whichever limit is nearer. */
const verdicts = new WeakMap<IncomingMessage, LimitVerdict>()

/** The limit per key, counted once more behind the key, whatever addresses it is used from; off by default. */
export const keyRequestLimit = (): RequestHandler => async (req, res, next) => {
  await countByKey(req, res, graphContextOf(req))
  next()
}

/** @throws RATE_LIMITED. */
export async function countByKey(
  req: IncomingMessage,
  res: ServerResponse,
  { limits, actor }: GraphContext,
): Promise<void> {
  const verdict = await limits.keyRequests.consume(actor.key.id)
  if (verdict && !verdict.allowed) throw limitError(verdict)
  if (verdict && verdict.remaining < (verdicts.get(req)?.remaining ?? Number.POSITIVE_INFINITY)) {
    setHeaders(res, limitHeaders(verdict))
  }
}

import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import type { Context } from '../context.js'
import { clientIpOf, createForwardedWarning, limitKey } from '../core/client-ip.js'
import type { DomainError } from '../core/errors.js'
import { type LimitVerdict, limitError, limitHeaders } from '../limits/verdict.js'
import { graphContextOf } from './authenticate.js'

/**
 * The request limit, counted once, at the door, before anything else is looked at (contract, section 4): each request
 * under /api, /graphql and /mcp, and each operation on a WebSocket.
 */
export function createRequestLimit(ctx: Context): {
  middleware: RequestHandler
  countOperation(req: IncomingMessage): Promise<DomainError | null>
} {
  const { trustProxy } = ctx.config
  const warnOfProxy = createForwardedWarning(trustProxy, ctx.logger)
  const consume = (req: IncomingMessage) => {
    warnOfProxy(req)
    return ctx.limits.requests.consume(limitKey(clientIpOf(req, trustProxy)))
  }
  return {
    async middleware(req, res, next) {
      const verdict = await consume(req)
      if (verdict && !verdict.allowed) throw limitError(verdict)
      if (verdict) {
        res.set(limitHeaders(verdict))
        verdicts.set(req, verdict)
      }
      next()
    },
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
  const { limits, actor } = graphContextOf(req)
  const verdict = await limits.keyRequests.consume(actor.key.id)
  if (verdict && !verdict.allowed) throw limitError(verdict)
  if (verdict && verdict.remaining < (verdicts.get(req)?.remaining ?? Number.POSITIVE_INFINITY)) {
    res.set(limitHeaders(verdict))
  }
  next()
}

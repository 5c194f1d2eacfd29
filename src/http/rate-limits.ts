import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import type { Context } from '../context.js'
import { clientIpOf, createForwardedWarning, limitKey } from '../core/client-ip.js'
import type { DomainError } from '../core/errors.js'
import { limitError, limitHeaders } from '../limits/verdict.js'

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
      if (verdict) res.set(limitHeaders(verdict))
      next()
    },
    async countOperation(req) {
      const verdict = await consume(req)
      return verdict && !verdict.allowed ? limitError(verdict) : null
    },
  }
}

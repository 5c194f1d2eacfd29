import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { authenticate } from '../api-keys/authenticate.js'
import type { Context } from '../context.js'
import type { GraphContext } from '../graphql/graph-context.js'
import { requestIdOf } from './request-id.js'

const contexts = new WeakMap<IncomingMessage, GraphContext>()

/** The context of an authenticated request. */
export function graphContextOf(req: IncomingMessage): GraphContext {
  const context = contexts.get(req)
  if (!context) throw new Error('The request has not been authenticated.')
  return context
}

/** Refuses a request without a good key; on the others hangs the context that the graph runs in. */
export const requireKey =
  (ctx: Context): RequestHandler =>
  async (req, _res, next) => {
    contexts.set(req, await authenticated(ctx, req, req.headers.authorization))
    next()
  }

/** The context of a caller with this authorization. @throws UNAUTHENTICATED. */
export async function authenticated(
  ctx: Context,
  req: IncomingMessage,
  authorization: string | undefined,
): Promise<GraphContext> {
  const actor = await authenticate(ctx, authorization)
  const requestId = requestIdOf(req)
  return { ...ctx, actor, requestId, logger: ctx.logger.child({ requestId }) }
}

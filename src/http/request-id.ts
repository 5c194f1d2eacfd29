import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'

const ids = new WeakMap<IncomingMessage, string>()

/** A caller's id is taken over only where it cannot break a log line or a header. */
const token = /^[A-Za-z0-9._-]{1,128}$/

/** The request's id, for the answer and for the log: the caller's X-Request-Id where it is a token, else a UUID. */
export function requestIdOf(req: IncomingMessage): string {
  const known = ids.get(req)
  if (known !== undefined) return known
  const given = req.headers['x-request-id']
  const id = typeof given === 'string' && token.test(given) ? given : randomUUID()
  ids.set(req, id)
  return id
}

/** Puts X-Request-Id on every answer. */
export const requestId = (): RequestHandler => (req, res, next) => {
  res.setHeader('X-Request-Id', requestIdOf(req))
  next()
}

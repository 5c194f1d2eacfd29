import cors from 'cors'
import type { RequestHandler } from 'express'

/** What a page's script may read of an answer beyond the few headers that the browser always shows. */
const exposedHeaders = [
  'X-Request-Id',
  'Retry-After',
  ...['RateLimit', 'X-RateLimit'].flatMap((prefix) => [`${prefix}-Limit`, `${prefix}-Remaining`, `${prefix}-Reset`]),
  'Idempotent-Replayed',
  'ETag',
  'Mcp-Session-Id',
]

/**
 * CORS for the origins of CORS_ORIGINS. No credentials: a key is sent by the page's own script, never by the browser,
 * so whatever headers a listed page asks for are allowed. An origin that is not listed gets no CORS header.
 * Answers every preflight itself, so it belongs in front of keys and limits.
 */
export function createCors(origins: readonly string[]): RequestHandler {
  const listed = new Set(origins)
  const allow = cors({
    origin: true,
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders,
    credentials: false,
    maxAge: 600,
    optionsSuccessStatus: 204,
  })
  return (req, res, next) => {
    if (listed.size > 0) res.vary('Origin')
    const { origin } = req.headers
    if (origin !== undefined && listed.has(origin)) return allow(req, res, next)
    const preflight = req.method === 'OPTIONS' && req.headers['access-control-request-method'] !== undefined
    if (preflight) res.status(204).end()
    else next()
  }
}

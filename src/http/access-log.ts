import type { RequestHandler } from 'express'
import type { Logger } from '../core/logger.js'
import type { Metrics } from '../metrics/metrics.js'
import { requestIdOf } from './request-id.js'

/** Asked every few seconds by whatever watches the server. */
const quietPaths = new Set(['/livez', '/readyz', '/metrics'])
const maxPathLength = 256

/**
 * One line a request, when its answer is finished or its caller has gone (`aborted`): method, path, status,
 * durationMs, requestId; and counted, where there are `metrics`. Of what was sent nothing but the path, without the query string.
 */
export const accessLog =
  (logger: Logger, metrics?: Pick<Metrics, 'request'>): RequestHandler =>
  (req, res, next) => {
    const startMs = performance.now()
    res.once('close', () => {
      const path = loggedPath(req.originalUrl)
      metrics?.request(path, req.method, res.statusCode, (performance.now() - startMs) / 1000)
      const line = {
        method: req.method,
        path,
        status: res.statusCode,
        durationMs: Math.round((performance.now() - startMs) * 10) / 10,
        requestId: requestIdOf(req),
        ...(res.writableFinished ? {} : { aborted: true }),
      }
      if (quietPaths.has(path.replace(/\/$/, ''))) logger.debug(line, 'request')
      else logger.info(line, 'request')
    })
    next()
  }

/** Ids may stand in a log; a phone number or a key that someone put into a path may not. */
function loggedPath(url: string): string {
  const [path = ''] = url.slice(0, maxPathLength).split('?')
  return path.split('/').map(loggedSegment).join('/')
}

const typedId = /^[a-z]{3}_[0-9a-z]{26}$/
const number = /(?:\+|%2b)?\d(?:(?:%20|[\s().+-])*\d){6,}/gi

const loggedSegment = (segment: string) =>
  typedId.test(segment) ? segment : segment.replace(/kaanha_.*/i, '[key]').replace(number, '[number]')

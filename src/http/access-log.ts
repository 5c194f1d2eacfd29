import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'
import type { Logger } from '../core/logger.js'
import type { Metrics } from '../metrics/metrics.js'
import { requestIdOf } from './request-id.js'

/** Asked every few seconds by whatever watches the server. */
const quietPaths = new Set(['/livez', '/readyz', '/metrics'])
const maxPathLength = 256

export type AccessLog = (req: IncomingMessage, res: ServerResponse, url: string) => void

/**
 * One line a request, when its answer is finished or its caller has gone (`aborted`): method, path, status,
 * durationMs, requestId; and counted, where there are `metrics`. Of what was sent nothing but the path, without the query string.
 */
export function createAccessLog(given: Logger, metrics?: Pick<Metrics, 'request'>): AccessLog {
  // Of the fields below none is to be looked through for what may not be shown, which takes longer than all else here.
  const logger = given.child({}, { redact: [] })
  return (req, res, url) => {
    const startMs = performance.now()
    res.once('close', () => {
      const path = loggedPath(url)
      const { method = '' } = req
      metrics?.request(path, method, res.statusCode, (performance.now() - startMs) / 1000)
      const line = {
        method,
        path,
        status: res.statusCode,
        durationMs: Math.round((performance.now() - startMs) * 10) / 10,
        requestId: requestIdOf(req),
        ...(res.writableFinished ? {} : { aborted: true }),
      }
      if (quietPaths.has(path.replace(/\/$/, ''))) logger.debug(line, 'request')
      else logger.info(line, 'request')
    })
  }
}

/** The same for Express. */
export const accessLog =
  (note: AccessLog): RequestHandler =>
  (req, res, next) => {
    note(req, res, req.originalUrl)
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

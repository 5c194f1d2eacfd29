import { type Request, type RequestHandler, Router } from 'express'
import { DomainError, notFound } from '../core/errors.js'
import { parseJsonObject } from '../core/json-body.js'
import { isMultipart, readMultipart } from '../core/multipart.js'
import { type OperationContext, requireScopes, runOperation } from '../operations/execute.js'
import { type Route, routes } from './routes.js'

/** Serves the table of routes; bodies have been read as bytes before. A path that is there under another method answers 404 with `Allow`. */
export function restRouter(contextOf: (req: Request) => OperationContext): Router {
  const router = Router()
  const byPath = new Map<string, Route<unknown, unknown>[]>()
  for (const route of routes) byPath.set(route.path, [...(byPath.get(route.path) ?? []), route])

  for (const [path, rows] of byPath) {
    const served = router.route(path)
    for (const row of rows) {
      if (row.method === 'GET') served.get(handle(row, contextOf))
      else served.post(handle(row, contextOf))
    }
    const allowed = rows.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    served.all((_req, res) => {
      res.set('Allow', allowed.join(', '))
      throw new DomainError('NOT_FOUND', `This path answers ${allowed.join(', ')} only.`)
    })
  }
  return router
}

/** Other parts are ignored. */
const fileOnly = { fields: [], isFile: (name: string) => name === 'file' }

function handle(row: Route<unknown, unknown>, contextOf: (req: Request) => OperationContext): RequestHandler {
  return async (req, res) => {
    const ctx = contextOf(req)
    requireScopes(ctx, row.operation)
    const upload = row.takesFile && isMultipart(req) ? await readMultipart(req, fileOnly) : null
    if (upload) res.once('close', upload.done)
    const request = {
      params: req.params as Record<string, string>,
      query: req.query,
      file: upload?.file ?? null,
      body: row.method === 'POST' && !row.takesFile ? parseJsonObject(req.body ?? new Uint8Array()) : {},
      idempotencyKey: req.get('idempotency-key') || null,
    }
    const data = await runOperation(ctx, row.operation, row.variables(request))
    const body = row.shape(data, request)
    if (body === null || body === undefined) throw notFound('resource')
    res.set(row.headers?.(data) ?? {})
    res.status(row.status).json(body)
  }
}

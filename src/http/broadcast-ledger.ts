import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Request, Router } from 'express'
import { findBroadcast } from '../broadcasts/broadcasts.js'
import { ledgerCsv } from '../broadcasts/ledger-csv.js'
import { DomainError, notFound } from '../core/errors.js'
import { requireScope } from '../graphql/builder.js'
import type { GraphContext } from '../graphql/graph-context.js'

/** `GET /api/broadcasts/{broadcastId}/recipients.csv`: the whole ledger, streamed as it is read. */
export function broadcastLedger(contextOf: (req: Request) => GraphContext): Router {
  const router = Router()
  const route = router.route('/:broadcastId/recipients.csv')
  route.get(async (req, res) => {
    const ctx = contextOf(req)
    requireScope(ctx, 'broadcasts:read')
    const broadcast = await findBroadcast(ctx, req.params.broadcastId)
    if (!broadcast) throw notFound('broadcast')
    res.set({
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${broadcast.id}.csv"`,
      'Cache-Control': 'private, no-cache',
      'X-Content-Type-Options': 'nosniff',
    })
    if (req.method === 'HEAD') {
      res.end()
      return
    }
    await pipeline(Readable.from(ledgerCsv(ctx, broadcast)), res).catch((error: NodeJS.ErrnoException) => {
      // The caller has gone: nobody is left to be told.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
    })
  })
  route.all((_req, res) => {
    res.set('Allow', 'GET, HEAD')
    throw new DomainError('NOT_FOUND', 'This path answers GET, HEAD only.')
  })
  return router
}

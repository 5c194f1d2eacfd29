import { createHash, timingSafeEqual } from 'node:crypto'
import { Router } from 'express'
import { DomainError } from '../core/errors.js'
import type { Metrics } from '../metrics/metrics.js'

/**
 * `GET /metrics`, in the text format of Prometheus; with `token` (METRICS_TOKEN) only for who brings it as a bearer. It is
 * never counted. `update` brings up to date what is looked up.
 */
export function metricsDoor(metrics: Metrics, update: () => Promise<void>, token: string | null): Router {
  const router = Router()
  router.get('/metrics', async (req, res) => {
    if (token !== null && !same(req.get('authorization') ?? '', `Bearer ${token}`)) {
      throw new DomainError(
        'UNAUTHENTICATED',
        'The metrics of this server are closed: Authorization: Bearer <METRICS_TOKEN>.',
      )
    }
    await update()
    res.set('Content-Type', metrics.registry.contentType).end(await metrics.registry.metrics())
  })
  return router
}

/** Compared by their hashes, which have one length. */
function same(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}

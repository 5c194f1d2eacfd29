import { Router } from 'express'
import type { Context } from '../context.js'

const pingTimeoutMs = 2000

/**
 * `/livez`: the process answers. `/readyz`: it can do its work: it has started, is not stopping, and the database
 * answers; else 503 with the reason.
 */
export function health(ctx: Context, state: { ready: boolean; stopping: boolean }): Router {
  const router = Router()
  router.get('/livez', (_req, res) => {
    res.json({ status: 'ok' })
  })
  router.get('/readyz', async (_req, res) => {
    const reason = state.stopping ? 'stopping' : state.ready ? await databaseFault(ctx) : 'starting'
    if (reason === null) res.json({ status: 'ok' })
    else res.status(503).json({ status: 'unavailable', reason })
  })
  return router
}

async function databaseFault(ctx: Context): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), pingTimeoutMs)
  })
  try {
    await Promise.race([ctx.database.ping(), late])
    return null
  } catch {
    return 'the database does not answer'
  } finally {
    clearTimeout(timer)
  }
}

import express, { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { authenticate } from '../../api-keys/authenticate.js'
import type { Context } from '../../context.js'
import { badRequest, DomainError } from '../../core/errors.js'
import { isOwnPage } from './own-page.js'
import type { ConsoleSessions } from './session.js'

const signIn = z.object({ key: z.string().max(200) })

/**
 * `/console/session`: whether somebody is signed in and what the console may show of this machine (GET), signing in with
 * a key (POST `{ key }`, 204) and out (DELETE, 204). Signing in counts as a request.
 */
export function consoleSession(
  ctx: Context,
  sessions: ConsoleSessions,
  counted: RequestHandler[],
  simulatorUrl: string | null,
): Router {
  const router = Router()
  const own: RequestHandler = (req, _res, next) => {
    if (isOwnPage(req, ctx.config.publicUrl)) return next()
    throw new DomainError('FORBIDDEN', 'Only the console itself signs in and out here.')
  }
  router.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store')
    next()
  })
  router.get('/', async (req, res) => {
    const authorization = sessions.authorizationOf(req)
    const signedIn = authorization !== undefined && (await isGood(ctx, authorization))
    res.json({ signedIn, simulatorUrl })
  })
  router.post('/', ...counted, own, express.json({ limit: '1kb' }), async (req, res) => {
    const { success, data } = signIn.safeParse(req.body)
    if (!success) throw badRequest([{ path: 'key', message: 'must be an API key' }])
    await authenticate(ctx, `Bearer ${data.key.trim()}`)
    res.set('Set-Cookie', sessions.cookie(data.key.trim())).status(204).end()
  })
  router.delete('/', own, (_req, res) => {
    res.set('Set-Cookie', sessions.cookie(null)).status(204).end()
  })
  return router
}

async function isGood(ctx: Context, authorization: string): Promise<boolean> {
  try {
    await authenticate(ctx, authorization)
    return true
  } catch (error) {
    if (error instanceof DomainError && error.code === 'UNAUTHENTICATED') return false
    throw error
  }
}

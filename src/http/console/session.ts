import type { IncomingMessage } from 'node:http'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import type { Context } from '../../context.js'
import { hoursMs } from '../../core/clock.js'
import { isOwnPage } from './own-page.js'

/** A week, then the key is asked for again. */
const lastsMs = hoursMs(7 * 24)
const boxContext = 'console session'

const sealed = z.object({ key: z.string(), until: z.number() })

export type ConsoleSessions = {
  /** The Set-Cookie of a session with this key, or, with null, of none. @throws NOT_CONFIGURED without an encryption key. */
  cookie(key: string | null): string
  /** The Authorization that the session of a request of our own page stands for; undefined where there is none. */
  authorizationOf(req: IncomingMessage): string | undefined
}

/**
 * Who is signed in to the console: the key itself, encrypted, in a cookie that no script reads and no other site sends.
 * Nothing is stored, so every server knows every session; a revoked key is refused at once, as in any request.
 */
export function createConsoleSessions({ config, secrets, clock }: Context): ConsoleSessions {
  const secure = config.publicUrl.startsWith('https:')
  const name = secure ? '__Host-kaanha_session' : 'kaanha_session'
  const attributes = { httpOnly: true, sameSite: 'strict', secure, path: '/' } as const

  const keyIn = (value: string): string | undefined => {
    try {
      const session = sealed.parse(JSON.parse(secrets.open(Buffer.from(value, 'base64url'), boxContext)))
      return session.until > clock.now().getTime() ? session.key : undefined
    } catch {
      // Made up, or encrypted with a key that has been taken away since: nobody is signed in.
      return undefined
    }
  }
  return {
    cookie(key) {
      if (key === null) return stringifySetCookie({ name, value: '', maxAge: 0, ...attributes })
      const session = JSON.stringify({ key, until: clock.now().getTime() + lastsMs })
      const value = Buffer.from(secrets.seal(session, boxContext)).toString('base64url')
      return stringifySetCookie({ name, value, maxAge: lastsMs / 1000, ...attributes })
    },
    authorizationOf(req) {
      const value = parseCookie(req.headers.cookie ?? '')[name]
      if (!value || req.headers.authorization !== undefined || !isOwnPage(req, config.publicUrl)) return undefined
      const key = keyIn(value)
      return key === undefined ? undefined : `Bearer ${key}`
    },
  }
}

/** A request of the console's page comes with its session's key from here on; any other as it was. */
export const useSession =
  (sessions: ConsoleSessions): RequestHandler =>
  (req, _res, next) => {
    const authorization = sessions.authorizationOf(req)
    if (authorization !== undefined) req.headers.authorization = authorization
    next()
  }

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Router } from 'express'
import sirv from 'sirv'
import { packageFile } from '../../core/package-file.js'

/** What the build wrote. */
const folder = packageFile('dist/console/')
/** Stands in the built page wherever a style that its script adds is to be let through. */
const noncePlace = '__NONCE__'

/**
 * The web console: its page at every address that a browser asks for and nothing else answers, so that a link leads to
 * any place in it; and its files, which are named after what they hold and never change. Neither asks for a key nor is
 * counted (contract, sections 2 and 4).
 */
export function consoleFiles(): Router {
  const router = Router()
  router.use('/assets', sirv(`${folder}assets`, { brotli: true, gzip: true, immutable: true, maxAge: 31_536_000 }))
  return router
}

/** Stands last: it answers what would be 404, to browsers alone. */
export function consolePage(simulatorUrl: string | null): Router {
  const router = Router()
  const html = readFileSync(`${folder}index.html`, 'utf8')
  router.get(/.*/, (req, res, next) => {
    res.vary('Accept')
    if (!(req.headers.accept ?? '').includes('text/html')) return next()
    const nonce = randomBytes(16).toString('base64')
    res.set({ 'Content-Security-Policy': policy(nonce, simulatorUrl), 'Cache-Control': 'no-cache' })
    res.type('html').send(html.replaceAll(noncePlace, nonce))
  })
  return router
}

/** Only the files of this build run, and they reach this server and its simulator alone. */
const policy = (nonce: string, simulatorUrl: string | null): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    `connect-src 'self'${simulatorUrl ? ` ${simulatorUrl}` : ''}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

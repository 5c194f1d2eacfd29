import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { Request, RequestHandler, Response } from 'express'
import { type GraphiqlPage, renderGraphiqlPage } from './graphiql/page.js'

/**
 * GraphiQL for browsers, at the address of the graph itself: answers GET and HEAD where `Accept` names text/html and
 * leaves everything else to the next handler. Rendered and compressed at the first use; only the compressed page is
 * kept. A reload costs a 304.
 */
export function createGraphiqlPage(): RequestHandler {
  let rendering: Promise<GraphiqlPage> | null = null
  function page(): Promise<GraphiqlPage> {
    rendering ??= renderGraphiqlPage().catch((error: unknown) => {
      rendering = null
      throw error
    })
    return rendering
  }
  return async (req, res, next) => {
    if (wantsPage(req)) await send(await page(), req, res)
    else next()
  }
}

/** Not for a bare wildcard, which says a program asks: GET is a GraphQL request too. A browser's link may carry `?query=`. */
const wantsPage = ({ method, headers }: Request) =>
  (method === 'GET' || method === 'HEAD') && (headers.accept ?? '').includes('text/html')

async function send(page: GraphiqlPage, req: Request, res: Response): Promise<void> {
  res.set({
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': page.contentSecurityPolicy,
    'Cache-Control': 'no-cache',
    ETag: page.etag,
  })
  res.vary('Accept, Accept-Encoding')
  if (req.fresh) {
    res.status(304).end()
  } else if (req.acceptsEncodings('gzip')) {
    res.set({ 'Content-Encoding': 'gzip', 'Content-Length': String(page.gzip.length) }).end(page.gzip)
  } else if (req.method === 'HEAD') {
    res.end()
  } else {
    await sendPlain(page, res)
  }
}

async function sendPlain(page: GraphiqlPage, res: Response): Promise<void> {
  const plain = createGunzip()
  plain.end(page.gzip)
  try {
    await pipeline(plain, res)
  } catch (error) {
    // A caller that goes away in the middle of the page is nobody's error.
    if (!res.destroyed) throw error
  }
}

import type { IncomingMessage } from 'node:http'

/** What the console's script sets: a page of another site cannot without asking first, and is told no. */
export const consoleHeader = 'x-kaanha-console'

/**
 * Whether a request comes from a page of this server. Reads may come from the page's tags and links, so that what the
 * browser itself says of them must do; whatever may change something has our header and our origin; and a socket, which
 * no preflight guards, our origin.
 */
export function isOwnPage(req: IncomingMessage, publicUrl: string): boolean {
  const { origin, host, upgrade } = req.headers
  const site = req.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return false
  if (origin !== undefined && !isOwnOrigin(origin, host, publicUrl)) return false
  if (upgrade !== undefined) return origin !== undefined
  if (req.method === 'GET' || req.method === 'HEAD') return true
  return origin !== undefined && req.headers[consoleHeader] !== undefined
}

/** The address that the browser used; behind a proxy that rewrites the Host, the one that links begin with. */
function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string): boolean {
  if (origin === new URL(publicUrl).origin) return true
  try {
    return host !== undefined && new URL(origin).host === host
  } catch {
    return false
  }
}

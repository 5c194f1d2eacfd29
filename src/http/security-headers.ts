import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'

/**
 * What every answer tells a browser: not to guess its type, not to show it in a frame, to run and load nothing in it,
 * to keep its address to itself; and, where we are reached by https, to come by that only. A page of ours replaces the
 * Content-Security-Policy by its own. Answers of the API may be read by other origins' scripts as CORS_ORIGINS says,
 * and by nobody's tags.
 */
export const securityHeaders = (
  publicUrl: string,
): ((req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] },
    },
    strictTransportSecurity: publicUrl.startsWith('https:') ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  })

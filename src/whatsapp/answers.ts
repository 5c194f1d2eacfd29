import { reasonOf } from './exchange.js'
import { UpstreamFailure } from './provider.js'
import { parseUpstreamError } from './upstream-error.js'

/** What WhatsApp answered where it did not do as asked. */
export function answeredWith(httpStatus: number, body: unknown): UpstreamFailure {
  const error = parseUpstreamError(body)
  return error
    ? new UpstreamFailure(`(#${error.code}) ${error.title}`, { error, httpStatus })
    : new UpstreamFailure(`HTTP ${httpStatus}, without what was asked for or an error of WhatsApp's`, { httpStatus })
}

/** Any failure of a call, as the port promises it. */
export function failureOf(error: unknown): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error
  return new UpstreamFailure(reasonOf(error), { cause: error })
}

/** Undefined where it is no JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

import { secondsMs } from '../core/clock.js'
import { DomainError, type ErrorDetail, isErrorCode, type PublicError } from '../core/errors.js'
import { isApiKey } from '../core/key-format.js'
import { firstOf, type Runner } from './runner.js'

export type RemoteOptions = {
  /** The server's address, without a path of ours. */
  url: string
  key: string
  report(error: unknown): void
}

/** A send waits up to 5 seconds for WhatsApp, a file that it fetches longer. */
const timeoutMs = secondsMs(60)

/** Runs the same documents on a server elsewhere, by its GraphQL door: which counts the request and looks at the key. */
export const createRemoteRunner = ({ url, key, report }: RemoteOptions): Runner => ({
  // The server looks at the key before it looks at the input.
  requireScopes: () => undefined,
  async run<Data>(operation: { toString(): string }, variables: unknown): Promise<Data> {
    if (!isApiKey(key)) throw new DomainError('UNAUTHENTICATED', 'KAANHA_API_KEY is not set, or is no API key.')
    const body = JSON.stringify({ query: operation.toString(), variables })
    const { data, errors } = readResult(await post(`${url}/graphql`, key, body), url)
    if (errors.length === 0) return data as Data
    throw firstOf(errors.map(readError), data !== undefined && data !== null)
  },
  report,
  requestId: null,
})

async function post(url: string, key: string, body: string): Promise<string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    return await response.text()
  } catch (error) {
    throw away(url, error)
  }
}

/** Where no connection was made, nothing was done; else the server may have done it and its answer was lost. */
function away(url: string, cause: unknown): DomainError {
  const reason = reasonOf(cause)
  const { origin } = new URL(url)
  const text = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/.test(reason)
    ? `The Kaanha server at ${origin} cannot be reached (${reason}), so nothing was done. Is it running, and is KAANHA_API_URL its address?`
    : `The Kaanha server at ${origin} did not answer (${reason}). Whether it did what was asked is not known.`
  return new DomainError('INTERNAL', text, { cause })
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0])
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}

type RemoteResult = { data: unknown; errors: unknown[] }

function readResult(text: string, url: string): RemoteResult {
  try {
    const result: unknown = JSON.parse(text)
    if (isRecord(result) && ('data' in result || Array.isArray(result.errors))) {
      return { data: result.data, errors: Array.isArray(result.errors) ? result.errors : [] }
    }
  } catch {
    // Said below.
  }
  throw new DomainError('INTERNAL', `What answers at ${new URL(url).origin} is no Kaanha server: see KAANHA_API_URL.`)
}

function readError(error: unknown): PublicError {
  const { message, extensions } = isRecord(error) ? error : {}
  const { code, details, retryAfter, replayed, ...extra } = isRecord(extensions) ? extensions : {}
  return {
    code: isErrorCode(code) ? code : 'INTERNAL',
    message: typeof message === 'string' ? message : 'The server failed.',
    ...(Array.isArray(details) ? { details: details.filter(isDetail) } : {}),
    ...(typeof retryAfter === 'number' ? { retryAfter } : {}),
    ...(replayed === true ? { replayed } : {}),
    extra: Object.fromEntries(
      Object.entries(extra).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
  }
}

const isDetail = (value: unknown): value is ErrorDetail =>
  isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

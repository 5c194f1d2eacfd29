import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isObject, type JsonObject, metaJson, parseJson } from './json.js'

/** Meta's own requests are far smaller; webhook payloads, which tests may post back to us, reach 3 MB. */
export const jsonBodyLimit = 3 * 1024 * 1024

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge'
}

export class BadBody extends Error {
  override name = 'BadBody'
}

/** What a request gets: an answer, or a connection that breaks without one. */
export type Reply =
  | {
      status: number
      contentType: string
      body: string | Buffer | Iterable<string>
      headers?: Record<string, string>
    }
  | 'drop'

const jsonType = 'application/json; charset=UTF-8'

/** An answer on one of Meta's paths. */
export const graphReply = (value: unknown, status = 200, headers: Record<string, string> = {}): Reply => ({
  status,
  contentType: jsonType,
  body: metaJson(value),
  headers,
})

/** An answer of the control API. */
export const controlReply = (value: unknown, status = 200) => ({
  status,
  contentType: jsonType,
  body: JSON.stringify(value),
})

/** `{ data: [...] }` written row by row: a long run's rows together could be longer than a string may be. */
export function rowsReply(rows: readonly unknown[]): Reply {
  function* pieces() {
    yield '{"data":['
    for (let start = 0; start < rows.length; start += 500) {
      const piece = rows
        .slice(start, start + 500)
        .map((row) => JSON.stringify(row))
        .join(',')
      yield start === 0 ? piece : `,${piece}`
    }
    yield ']}'
  }
  return { status: 200, contentType: jsonType, body: pieces() }
}

/** Sends the reply; a client that has gone away is no error of ours. */
export async function sendReply(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  if (reply === 'drop') {
    request.socket.destroy()
    return
  }
  const { status, contentType, body, headers } = reply
  const tooMuchIsComing = status === 413
  response.writeHead(status, {
    'content-type': contentType,
    ...headers,
    ...(typeof body === 'string' || Buffer.isBuffer(body) ? { 'content-length': Buffer.byteLength(body) } : {}),
    ...(tooMuchIsComing ? { connection: 'close' } : {}),
  })
  if (typeof body === 'string' || Buffer.isBuffer(body)) response.end(request.method === 'HEAD' ? undefined : body)
  else await pipeline(Readable.from(body), response).catch(() => response.destroy())
  if (tooMuchIsComing) drainThenDestroy(request)
}

/** Closing at once on an upload under way would reset the connection before the client has read the answer. */
function drainThenDestroy(request: IncomingMessage): void {
  const timer = setTimeout(() => request.socket.destroy(), 2000)
  request.once('close', () => clearTimeout(timer))
  request.resume()
}

/** The raw body. Throws BodyTooLarge beyond `limit` bytes, BadBody where the client went away before its end. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new BodyTooLarge()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        request.removeAllListeners('data')
        reject(new BodyTooLarge())
      } else chunks.push(chunk)
    })
    let ended = false
    request.once('end', () => {
      ended = true
      resolve(Buffer.concat(chunks))
    })
    // Every request closes: an error for each that had ended well would cost more than reading it did.
    const endedEarly = () => {
      if (!ended) reject(new BadBody('The request ended early'))
    }
    request.once('error', endedEarly)
    request.once('close', endedEarly)
  })
}

/**
 * The body's fields: a JSON object whatever the content type says, or a form where it says so; an empty body has none.
 * Throws BadBody for anything else.
 */
export async function readFields(request: IncomingMessage): Promise<JsonObject> {
  const body = await readBody(request, jsonBodyLimit)
  if (body.length === 0) return {}
  const text = body.toString('utf8')
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text))
  }
  const value = parseJson(text)
  if (!isObject(value)) throw new BadBody('The request body is not a JSON object')
  if (isDeeperThan(deepestBody, value)) throw new BadBody('The request body is nested too deeply')
  return value
}

/** Writing JSON recurses: a body that could be read but not written again would break every list that shows it. */
const deepestBody = 100

const isDeeperThan = (levels: number, value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner))
}

export type Target = { path: string; segments: string[]; query: URLSearchParams }

/** The path and query of a request line, or null where they cannot be read. */
export function parseTarget(url: string | undefined): Target | null {
  try {
    const [path = '/', ...rest] = (url ?? '/').split('?')
    const segments = path
      .split('/')
      .filter((segment) => segment !== '')
      .map((segment) => decodeURIComponent(segment))
    return { path, segments, query: new URLSearchParams(rest.join('?')) }
  } catch {
    return null
  }
}

import { Readable } from 'node:stream'
import { beginningOf } from '../core/streams.js'
import { answeredWith, failureOf, parseJson } from './answers.js'
import type { HttpClient, OpenAnswer } from './http-client.js'
import { type MediaDownload, UpstreamFailure } from './provider.js'
import { numberOf, textOf } from './read.js'

const maxRedirects = 5
/** Meta's own limit for the largest kind, a document. */
const maxBytes = 100 * 1024 * 1024
const maxErrorBytes = 64 * 1024

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status)

/**
 * Fetches a file from the address WhatsApp gave (whatsapp-cloud-api.md, section 1), following redirects to any host.
 * The token goes along only to the origin first named: whom that one redirects to needs none. Plain http is taken only
 * from the API's own origin, which is then a simulator.
 * @throws UpstreamFailure
 */
export async function download(
  http: HttpClient,
  apiOrigin: string,
  token: string,
  address: string,
): Promise<MediaDownload> {
  const first = checkedUrl(address, undefined, apiOrigin)
  let url = first
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const authorization = url.origin === first.origin ? { authorization: `Bearer ${token}` } : {}
    const answer = await open(http, url, { 'user-agent': 'kaanha-graph', ...authorization })
    const next = isRedirect(answer.status) ? textOf(answer.headers.location) : null
    if (next === null) return answer.status === 200 ? received(answer) : await refused(answer)
    answer.body.destroy()
    url = checkedUrl(next, url, apiOrigin)
  }
  throw new UpstreamFailure(`the media address redirects more than ${maxRedirects} times`)
}

async function open(http: HttpClient, url: URL, headers: Record<string, string>): Promise<OpenAnswer> {
  try {
    return await http.open(url, headers)
  } catch (error) {
    throw failureOf(error)
  }
}

function checkedUrl(address: string, base: URL | undefined, apiOrigin: string): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base?.href) : null
  if (url && (url.protocol === 'https:' || url.origin === apiOrigin)) return url
  throw new UpstreamFailure('the media address is neither https nor of the API itself')
}

function received({ headers, body }: OpenAnswer): MediaDownload {
  const size = numberOf(headers['content-length'])
  if (size !== null && size > maxBytes) {
    body.destroy()
    throw new UpstreamFailure(`the media is larger than ${maxBytes} bytes`)
  }
  const stream = Readable.from(bounded(body), { objectMode: false })
  // Destroyed before it was ever read, the generator would not begin, and so not end the body.
  stream.once('close', () => body.destroy())
  return { stream, mimeType: textOf(headers['content-type']), size }
}

async function* bounded(body: Readable): AsyncGenerator<Buffer> {
  let size = 0
  try {
    for await (const chunk of body) {
      size += chunk.length
      if (size > maxBytes) throw new UpstreamFailure(`the media is larger than ${maxBytes} bytes`)
      yield chunk
    }
  } catch (error) {
    throw failureOf(error)
  }
}

/** Where its words break off, the status alone says enough. */
async function refused({ status, body }: OpenAnswer): Promise<never> {
  throw answeredWith(status, parseJson(await beginningOf(body, maxErrorBytes, 'ends')))
}

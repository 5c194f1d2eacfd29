import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { Agent, buildConnector } from 'undici'
import { isPublicAddress } from './addresses.js'

/** Why an address was not fetched; the message is for whoever gave it, and ends a sentence about it. */
export class FetchRefused extends Error {
  override name = 'FetchRefused'
}

export type PublicRequest = {
  url: string
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
  /** From the start to the last byte of the answer. */
  timeoutMs: number
  maxRedirects?: number
  /** Takes an answer that is compressed, though we ask for none: its bytes as they come. */
  anyEncoding?: boolean
  /** Ends the request before its time. */
  signal?: AbortSignal
}

export type PublicAnswer = {
  status: number
  headers: Record<string, string | string[] | undefined>
  /** To be read or destroyed. Fails with FetchRefused where the time is up. */
  body: Readable
}

export type PublicFetcher = {
  /** @throws FetchRefused. */
  request(request: PublicRequest): Promise<PublicAnswer>
  /**
   * Why an address would be refused now, as the end of a sentence about it; null where it would not. A name that is not
   * known (yet) is no reason. What is connected to is checked at each request all the same.
   */
  reasonAgainst(url: string): Promise<string | null>
  close(): Promise<void>
}

export type Resolve = (hostname: string) => Promise<{ address: string; family: number }[]>

type Options = {
  /** Lets everything through, and plain http: for local development. */
  allowPrivate: boolean
  /** Which addresses may be connected to, in place of the rule. */
  isAllowed?: (address: string) => boolean
  resolve?: Resolve
  connectTimeoutMs?: number
}

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status)
const notPublic = 'leads to an address that is not public'

/**
 * Fetches addresses that somebody else chose. Only https to the public Internet: the address that is connected to is
 * checked, not the name, at each redirect anew. Nothing of ours goes along, and no compressed answer is taken, so that
 * what is read is as long as what was sent.
 */
export function createPublicFetcher({
  allowPrivate,
  isAllowed = (address) => allowPrivate || isPublicAddress(address),
  resolve = systemResolve,
  connectTimeoutMs = 5000,
}: Options): PublicFetcher {
  const agent = new Agent({
    connections: 16,
    pipelining: 0,
    allowH2: false,
    maxHeaderSize: 32 * 1024,
    connect: guardedConnector(isAllowed, resolve, connectTimeoutMs),
  })

  const fetcher: PublicFetcher = {
    async request({
      url: first,
      maxRedirects = 0,
      timeoutMs,
      method = 'GET',
      headers = {},
      body,
      anyEncoding,
      signal: ended,
    }) {
      const late = AbortSignal.timeout(timeoutMs)
      const signal = ended ? AbortSignal.any([late, ended]) : late
      let url = checkedUrl(first, undefined, allowPrivate)
      for (let hop = 0; ; hop++) {
        const answer = await agent
          .request({
            origin: url.origin,
            path: `${url.pathname}${url.search}`,
            method,
            headers: { 'user-agent': 'kaanha-graph', 'accept-encoding': 'identity', ...headers },
            body: body ?? null,
            signal,
          })
          .catch((error: unknown) => {
            throw refusalOf(error)
          })
        answer.body.on('error', () => undefined)
        const { location } = answer.headers
        if (maxRedirects === 0 || !isRedirect(answer.statusCode) || typeof location !== 'string') {
          return taken(answer.statusCode, answer.headers, answer.body, anyEncoding)
        }
        answer.body.destroy()
        if (hop >= maxRedirects) throw new FetchRefused('redirects too often')
        url = checkedUrl(location, url, allowPrivate)
      }
    },
    async reasonAgainst(address) {
      try {
        const host = checkedUrl(address, undefined, allowPrivate).hostname.replace(/^\[|\]$/g, '')
        const addresses = isIP(host) === 0 ? await knownAddresses(host, resolve, connectTimeoutMs) : [{ address: host }]
        return addresses.every(({ address }) => isAllowed(address)) ? null : notPublic
      } catch (error) {
        return refusalOf(error).message
      }
    },
    close: () => agent.destroy(),
  }
  return fetcher
}

const systemResolve: Resolve = (hostname) => systemLookup(hostname, { all: true, verbatim: true })

/** None where the name is not known, or nobody says so in time. */
async function knownAddresses(host: string, resolve: Resolve, timeoutMs: number): ReturnType<Resolve> {
  const late = new AbortController()
  try {
    return await Promise.race([
      resolve(host).catch(() => []),
      pause(timeoutMs, [], { signal: late.signal, ref: false }),
    ])
  } finally {
    late.abort()
  }
}

/** Where the name resolves to anything inward, nothing of it is connected to; and the socket's own word is taken last. */
function guardedConnector(isAllowed: (address: string) => boolean, resolve: Resolve, timeoutMs: number) {
  const lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses
        if (!first) callback(new FetchRefused('has a name that is not known'), '')
        else if (!addresses.every(({ address }) => isAllowed(address))) callback(new FetchRefused(notPublic), '')
        else if (options.all) callback(null, addresses)
        else callback(null, first.address, first.family)
      },
      () => callback(new FetchRefused('has a name that is not known'), ''),
    )
  }
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false, lookup } as buildConnector.BuildOptions)
  const guarded: buildConnector.connector = (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0 && !isAllowed(host)) return callback(new FetchRefused(notPublic), null)
    return connect(options, (error, socket) => {
      if (error) return callback(error, null)
      if (!isAllowed((socket as Socket).remoteAddress ?? '')) {
        socket.destroy()
        return callback(new FetchRefused(notPublic), null)
      }
      return callback(null, socket)
    })
  }
  return guarded
}

function checkedUrl(address: string, base: URL | undefined, allowPrivate: boolean): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base?.href) : null
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new FetchRefused('is not an https URL')
  if (url.protocol !== 'https:' && !allowPrivate) throw new FetchRefused('must begin with https://')
  if (url.username !== '' || url.password !== '') throw new FetchRefused('must hold no user name or password')
  return url
}

function taken(
  status: number,
  headers: PublicAnswer['headers'],
  body: Readable,
  anyEncoding: boolean | undefined,
): PublicAnswer {
  const encoding = headers['content-encoding']
  if (!anyEncoding && encoding !== undefined && encoding !== 'identity') {
    body.destroy()
    throw new FetchRefused('answers with a compressed body')
  }
  return { status, headers, body }
}

/** What went wrong, in words that tell nothing of the network around us. */
export function refusalOf(error: unknown): FetchRefused {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof FetchRefused) return cause
  const timedOut = error instanceof Error && /timeout/i.test(`${error.name} ${error.message}`)
  return new FetchRefused(timedOut ? 'did not answer in time' : 'could not be reached', { cause: error })
}

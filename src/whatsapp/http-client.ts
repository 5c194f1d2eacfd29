import type { Readable } from 'node:stream'
import { Agent } from 'undici'
import { type Answer, ExchangeFailure, type ExchangeRequest, exchange } from './exchange.js'
import { Gate } from './gate.js'

export type HttpClientOptions = {
  /** Sockets to one origin, at most. An eighth of them is for files, so that sends never wait behind those. */
  connections: number
  /** Requests that may wait for a socket; one more fails at once. */
  maxWaiting: number
  /** How long one waits. */
  waitTimeoutMs: number
  connectTimeoutMs: number
  /** From the request's first byte to the answer's last; for a file, the longest pause. */
  answerTimeoutMs: number
  /** The longest that a file may take in all. */
  transferTimeoutMs: number
  maxAnswerBytes: number
}

export type OpenAnswer = { status: number; headers: Answer['headers']; body: Readable }

/** HTTP with bounds: sockets, waiting, time and size. All its failures are ExchangeFailure. */
export type HttpClient = {
  /** A request and its whole answer; `transfer` where the request carries a file. */
  exchange(request: ExchangeRequest, kind?: 'call' | 'transfer'): Promise<Answer>
  /** A GET whose answer is read by the caller, who must read or destroy `body`. No redirect is followed. */
  open(url: URL, headers: Record<string, string>): Promise<OpenAnswer>
  close(): Promise<void>
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agent = new Agent({
    connections: options.connections,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.answerTimeoutMs,
    bodyTimeout: options.answerTimeoutMs,
  })
  const transferSlots = Math.max(1, Math.floor(options.connections / 8))
  const gates = {
    call: new Gate(Math.max(1, options.connections - transferSlots), options.maxWaiting),
    transfer: new Gate(transferSlots, options.maxWaiting),
  }

  /** Waiting for a socket ends before anything is written. */
  async function enter(kind: 'call' | 'transfer'): Promise<() => void> {
    try {
      return await gates[kind].enter(options.waitTimeoutMs)
    } catch (error) {
      throw new ExchangeFailure(false, error)
    }
  }

  let closed: Promise<void> | null = null

  return {
    async exchange(request, kind = 'call') {
      const leave = await enter(kind)
      try {
        return await exchange(agent, request, {
          startTimeoutMs: options.connectTimeoutMs,
          answerTimeoutMs: kind === 'call' ? options.answerTimeoutMs : options.transferTimeoutMs,
          maxAnswerBytes: options.maxAnswerBytes,
        })
      } finally {
        leave()
      }
    },

    async open(url, headers) {
      const leave = await enter('transfer')
      try {
        const answer = await agent.request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: 'GET',
          headers,
          signal: AbortSignal.timeout(options.transferTimeoutMs),
        })
        answer.body.once('close', leave).on('error', () => {})
        if (answer.body.closed) leave()
        return { status: answer.statusCode, headers: answer.headers, body: answer.body }
      } catch (error) {
        leave()
        throw new ExchangeFailure(true, error)
      }
    },

    close() {
      closed ??= closeWithin(agent, options.answerTimeoutMs)
      return closed
    },
  }
}

/** Requests under way may end; whatever still runs after `timeoutMs` is cut off. */
async function closeWithin(agent: Agent, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([agent.close(), late])
  clearTimeout(timer)
  await agent.destroy()
}

import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'

/**
 * An exchange that brought no whole answer. `written` tells what matters of it: false means that not a byte of the
 * request had been given to a socket, so the other side cannot have acted on it; true that it may have.
 */
export class ExchangeFailure extends Error {
  override name = 'ExchangeFailure'
  readonly written: boolean

  constructor(written: boolean, cause: unknown) {
    super(reasonOf(cause), { cause })
    this.written = written
  }
}

/**
 * What to write in a log. Node's socket errors say most in their code, and several attempts at the addresses of one
 * name come as an AggregateError without a message.
 */
export function reasonOf(cause: unknown): string {
  if (cause instanceof ExchangeFailure) return cause.message
  if (!(cause instanceof Error)) return String(cause)
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
  return cause.message === '' ? code : `${code}: ${cause.message}`
}

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }

export type ExchangeRequest = {
  url: URL
  method: 'GET' | 'POST' | 'DELETE'
  headers: Record<string, string>
  body?: string | Readable | undefined
}

export type ExchangeLimits = {
  /** From being handed to the library until the first byte is written: connecting, at most. */
  startTimeoutMs: number
  /** From the first byte written to the last byte read. */
  answerTimeoutMs: number
  maxAnswerBytes: number
}

/**
 * One request, one answer read whole. It is written at most once, whatever happens to the connection.
 * @throws ExchangeFailure
 */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest, limits: ExchangeLimits): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const { url, method, headers, body } = request
    const stream = typeof body === 'object' ? body : null
    stream?.on('error', () => {})
    const handler = new AnswerHandler(limits, {
      answer: (answer) => {
        // An answer may come before the whole body has gone.
        stream?.destroy()
        resolve(answer)
      },
      fail: (failure) => {
        stream?.destroy()
        reject(failure)
      },
    })
    try {
      dispatcher.dispatch(
        { origin: url.origin, path: `${url.pathname}${url.search}`, method, headers, body: body ?? null },
        handler,
      )
    } catch (error) {
      handler.fail(error)
    }
  })
}

type Settle = { answer: (answer: Answer) => void; fail: (failure: ExchangeFailure) => void }

/**
 * Follows a request through undici. `onRequestStart` is called with a connected socket, right before the request's
 * first byte is written, and never for a request that fails earlier (test/whatsapp-exchange.test.ts holds it to that):
 * so it is the line between "cannot have been accepted" and "may have been".
 */
class AnswerHandler implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | null = null
  #settled = false
  #timer: NodeJS.Timeout
  #status = 0
  #headers: Answer['headers'] = {}
  readonly #chunks: Buffer[] = []
  #size = 0

  constructor(
    private readonly limits: ExchangeLimits,
    private readonly settle: Settle,
  ) {
    this.#timer = this.#deadline(limits.startTimeoutMs, 'not connected')
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // A request that was given up must not leave late, and one that left must not leave again on a new connection.
    if (this.#settled || this.#controller) {
      controller.abort(new Error('this request must not be written'))
      return
    }
    this.#controller = controller
    clearTimeout(this.#timer)
    this.#timer = this.#deadline(this.limits.answerTimeoutMs, 'no whole answer')
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Answer['headers']): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > this.limits.maxAnswerBytes) {
      this.fail(new Error(`the answer is larger than ${this.limits.maxAnswerBytes} bytes`))
      return
    }
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (!this.#finish()) return
    this.settle.answer({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) })
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(error)
  }

  fail(cause: unknown): void {
    if (!this.#finish()) return
    const failure = new ExchangeFailure(this.#controller !== null, cause)
    this.#controller?.abort(failure)
    this.settle.fail(failure)
  }

  /** True for the first end only: an abort comes back as an error of its own. */
  #finish(): boolean {
    if (this.#settled) return false
    this.#settled = true
    clearTimeout(this.#timer)
    return true
  }

  #deadline(timeoutMs: number, what: string): NodeJS.Timeout {
    return setTimeout(() => this.fail(new Error(`${what} within ${timeoutMs} ms`)), timeoutMs)
  }
}

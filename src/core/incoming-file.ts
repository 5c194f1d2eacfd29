import type { Readable } from 'node:stream'
import { badRequest, DomainError } from './errors.js'

/** A file on its way in through some door: its bytes come as they are asked for, and can be asked for once. */
export class IncomingFile {
  #taken = false

  /** `filename`: as the sender wrote it; null where there was none. */
  constructor(
    private readonly stream: Readable,
    readonly filename: string | null,
  ) {}

  /** The bytes, in order. Left early, the rest is not read. @throws BAD_REQUEST where they end before their end. */
  async *bytes(): AsyncGenerator<Uint8Array> {
    if (this.#taken) throw badRequest([{ path: 'file', message: 'can be used once' }])
    this.#taken = true
    try {
      for await (const chunk of this.stream) yield chunk as Uint8Array
    } catch (cause) {
      throw new DomainError('BAD_REQUEST', 'The file ended before it was whole.', { cause })
    }
  }
}

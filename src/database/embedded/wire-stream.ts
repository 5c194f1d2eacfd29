import { Duplex } from 'node:stream'
import { join } from './message-cutter.js'

/** Where a stream's bytes go. `transferred` becomes the other side's: its memory must be its own. */
export type WireEnd = {
  /** Null while the other side lives; why it does not, otherwise. */
  failure(): Error | null
  send(transferred: Uint8Array): void
  gone(): void
}

/**
 * What `pg` takes for its socket. pg writes a query as five corked messages: _writev hands them over as one.
 *
 * A write is done when it is answered, so at most one is on its way and the rest waits here, within pg's own bounds.
 */
export class WireStream extends Duplex {
  readonly #end: WireEnd
  #written: ((error?: Error | null) => void) | null = null

  constructor(end: WireEnd) {
    super()
    this.#end = end
  }

  /** The part of net.Socket that pg calls. */
  connect(): this {
    process.nextTick(() => {
      const failure = this.#end.failure()
      if (failure !== null) this.destroy(failure)
      else this.emit('connect')
    })
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  /** `last`: everything written is answered. */
  receive(bytes: Uint8Array, last: boolean): void {
    if (this.destroyed) return
    if (bytes.length > 0) this.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    if (!last) return
    const written = this.#written
    this.#written = null
    written?.()
  }

  override _read(): void {
    // What comes is pushed as it comes: pg reads everything at once, and an answer is as large as it is.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#send([chunk], callback)
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      callback,
    )
  }

  #send(chunks: Buffer[], callback: (error?: Error | null) => void): void {
    const failure = this.#end.failure()
    if (failure !== null) {
      callback(failure)
      return
    }
    this.#written = callback
    // Joined, they are a copy. A single chunk is a view of memory that pg keeps writing into.
    this.#end.send(chunks.length === 1 ? new Uint8Array(chunks[0] ?? []) : join(chunks))
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.push(null)
    callback()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#end.gone()
    callback(error)
  }
}

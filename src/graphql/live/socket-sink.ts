import type { WebSocket } from 'ws'
import type { LiveLimits } from './limits.js'
import type { LiveItem } from './subscription.js'

const end = Buffer.from('}')

/** The `next` messages of a WebSocket. What waits is counted over all its subscriptions, since one peer reads them. */
export class SocketQueue {
  /** How to end what lives on this socket. */
  readonly subscriptions = new Set<() => void>()
  #waiting = 0
  readonly #roomFor = new Set<() => void>()
  readonly #sent = () => {
    this.#waiting--
    if (this.#roomFor.size > 0 && !this.full()) for (const proceed of [...this.#roomFor]) proceed()
  }

  constructor(
    readonly socket: WebSocket,
    private readonly limits: LiveLimits,
  ) {
    socket.once('close', () => {
      for (const proceed of [...this.#roomFor]) proceed()
      for (const stop of [...this.subscriptions]) stop()
    })
  }

  /** What stands before the payload in the messages of this subscription. */
  static prefixOf(id: string): Buffer {
    return Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`)
  }

  next(prefix: Buffer, item: LiveItem): void {
    if (this.socket.readyState !== this.socket.OPEN) return
    this.#waiting++
    this.socket.send(Buffer.concat([prefix, item.payload, end]), { binary: false }, this.#sent)
  }

  full(): boolean {
    return this.socket.bufferedAmount > this.limits.waitingBytes || this.#waiting > this.limits.waitingEvents
  }

  room(timeoutMs: number): Promise<boolean> {
    if (!this.full() || this.socket.readyState !== this.socket.OPEN) return Promise.resolve(true)
    return new Promise((resolve) => {
      const settle = (hasRoom: boolean) => {
        clearTimeout(timer)
        this.#roomFor.delete(proceed)
        resolve(hasRoom)
      }
      const proceed = () => settle(true)
      const timer = setTimeout(settle, timeoutMs, false)
      this.#roomFor.add(proceed)
    })
  }
}

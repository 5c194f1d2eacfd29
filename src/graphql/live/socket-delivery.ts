import type { DomainError } from '../../core/errors.js'
import type { Live } from './live.js'
import { SocketQueue } from './socket-sink.js'
import type { LiveSubscription } from './subscription.js'

/**
 * A subscription of a WebSocket, as graphql-ws has it: a stream that yields nothing, because the hub writes the `next`
 * messages itself, and that ends when the subscription does. So the library keeps the protocol (ids, complete, errors,
 * closing) and is not asked to do again for each socket what has been done once for all.
 */
export function deliverToSocket(
  live: Live,
  subscription: LiveSubscription,
  target: { id: string; queue: SocketQueue; tooSlow(error: DomainError, cursor: string): void },
): AsyncGenerator<never, void, undefined> {
  const prefix = SocketQueue.prefixOf(target.id)
  const { queue } = target
  const over = { done: true as const, value: undefined }
  let end: () => void = () => undefined
  let failWith: (error: unknown) => void = () => undefined
  const outcome = new Promise<typeof over>((resolve, reject) => {
    end = () => resolve(over)
    failWith = reject
  })
  outcome.catch(() => undefined)
  let leave: (() => void) | null = null

  function stop(): void {
    queue.subscriptions.delete(stop)
    leave?.()
    end()
  }
  queue.subscriptions.add(stop)

  /** Begins when the library asks for the first result: then the subscription is known to it, and can be ended. */
  function begin(): void {
    leave = live.hub.deliver(subscription, {
      next: (item) => queue.next(prefix, item),
      fail(error) {
        failWith(error)
        stop()
      },
      tooSlow: target.tooSlow,
      full: () => queue.full(),
      room: (timeoutMs) => queue.room(timeoutMs),
    })
  }

  return {
    next() {
      if (queue.socket.readyState !== queue.socket.OPEN) stop()
      else if (!leave) begin()
      return outcome
    },
    async return() {
      stop()
      return over
    },
    async throw(error) {
      stop()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
    async [Symbol.asyncDispose]() {
      stop()
    },
  } as AsyncGenerator<never, void, undefined>
}

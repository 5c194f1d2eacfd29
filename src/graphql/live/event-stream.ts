import { PassThrough } from 'node:stream'
import { asGraphQLError, toGraphQLError } from '../public-errors.js'
import type { Sink } from './hub.js'
import type { Live } from './live.js'
import { LiveItem, type LiveSubscription, shownError } from './subscription.js'

export const eventStreamHeaders = {
  'Content-Type': 'text/event-stream',
  Connection: 'keep-alive',
  'Cache-Control': 'no-cache',
  'Content-Encoding': 'none',
}

const ping = ':\n\n'
const complete = 'event: complete\ndata:\n\n'

/**
 * A subscription as server-sent events, in graphql-sse's distinct connections mode, each with its cursor as its id. The
 * stream ends with the key, or where the subscription fails: then the last `next` says why.
 * @throws RATE_LIMITED: the key has too much open.
 */
export function eventStreamOf(live: Live, subscription: LiveSubscription): PassThrough {
  const stream = new PassThrough()
  let stop: () => void = () => undefined
  const fail = (error: unknown, cursor: string) => {
    stop()
    const shown = shownError(toGraphQLError(asGraphQLError(error), subscription.ctx))
    stream.write(new LiveItem({ errors: [shown] }, cursor).streamed)
    stream.end(complete)
  }
  const letGo = live.keys.hold(subscription.ctx.actor, (error) => fail(error, ''))
  const beat = setInterval(() => {
    if (stream.writableLength === 0) stream.write(ping)
  }, live.limits.streamPingMs)
  stream.write(ping)
  const leave = live.hub.deliver(subscription, sinkOf(stream, live, fail))
  stop = () => {
    leave()
    letGo()
    clearInterval(beat)
  }
  stream.once('close', stop)
  stream.on('error', () => undefined)
  return stream
}

function sinkOf(stream: PassThrough, { limits }: Live, fail: Sink['fail']): Sink {
  let waiting = 0
  const taken = () => {
    waiting--
  }
  return {
    next(item) {
      if (stream.writableEnded || stream.destroyed) return
      waiting++
      stream.write(item.streamed, taken)
    },
    fail,
    tooSlow: fail,
    // A stream keeps what it has been given in two places: not yet passed on, and passed on but not yet taken.
    full: () => stream.writableLength + stream.readableLength > limits.waitingBytes || waiting > limits.waitingEvents,
    room: (timeoutMs) =>
      new Promise((resolve) => {
        const settle = (hasRoom: boolean) => {
          clearTimeout(timer)
          stream.off('drain', proceed)
          stream.off('close', proceed)
          resolve(hasRoom)
        }
        const proceed = () => settle(true)
        const timer = setTimeout(settle, timeoutMs, false)
        stream.on('drain', proceed)
        stream.on('close', proceed)
      }),
  }
}

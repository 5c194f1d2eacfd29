import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { secondsMs } from '../core/clock.js'

/** How long a client may take. An honest one on a poor line (64 kbit/s) is served; one that is slow on purpose is cut. */
export type Patience = {
  /** A body comes at this pace at least, over all the time it takes beyond the grace. */
  bodyGraceMs: number
  bodyBytesPerSecond: number
  /** What is left of a body once its answer is written: it is thrown away, and for so long only. */
  lingerMs: number
  /** Nothing at all of an answer was taken for so long. */
  stalledMs: number
  /** All that waits to be taken in this process, whoever's; beyond it the largest are cut. */
  waitingBytes: number
  checkMs: number
}

export const patience: Patience = {
  bodyGraceMs: secondsMs(15),
  bodyBytesPerSecond: 8000,
  lingerMs: secondsMs(10),
  stalledMs: secondsMs(60),
  waitingBytes: 256 * 1024 * 1024,
  checkMs: 1000,
}

type Exchange = {
  socket: Socket
  req: IncomingMessage
  res: ServerResponse
  /** What the socket had read when the request began. */
  bytesBefore: number
  /** Time in which we were ready to read on. */
  waitedMs: number
  /** Since the answer was written. */
  lingeredMs: number
}

/**
 * Cuts clients that send their body, or take their answer, so slowly that they hold what others need. Live streams
 * and WebSockets have bounds of their own (graphql/live/limits). Answers the function that ends it.
 */
export function cutSlowClients(server: Server, limits: Patience = patience): () => void {
  const exchanges = new Set<Exchange>()
  /** How many exchanges a connection is in the middle of. */
  const busy = new WeakMap<Socket, number>()
  server.on('request', (req, res) => {
    const { socket } = req
    const exchange = { socket, req, res, bytesBefore: socket.bytesRead, waitedMs: 0, lingeredMs: 0 }
    exchanges.add(exchange)
    busy.set(socket, (busy.get(socket) ?? 0) + 1)
    // Its answer may be there before the last of its body, or the other way round.
    const done = () => {
      const over = socket.destroyed || (req.complete && res.closed)
      if (over && exchanges.delete(exchange)) busy.set(socket, (busy.get(socket) ?? 1) - 1)
    }
    for (const part of [req, res]) part.once('close', done)
  })
  // Node looks whether anything moved, in either direction, and whether a long write makes progress.
  server.setTimeout(limits.stalledMs, (socket: Socket) => {
    // Something of ours may take its time: an answer that waits for an event, a stream with nothing to say.
    if (busy.get(socket) && socket.writableLength === 0) socket.setTimeout(limits.stalledMs)
    else socket.destroy()
  })

  const check = () => {
    for (const exchange of exchanges) {
      const { req, res, socket } = exchange
      if (req.complete) continue
      if (res.writableFinished) exchange.lingeredMs += limits.checkMs
      if (req.readableFlowing) exchange.waitedMs += limits.checkMs
      if (exchange.lingeredMs > limits.lingerMs || isTooSlow(exchange, limits)) socket.destroy()
    }
    shedWaiting(exchanges, limits.waitingBytes)
  }
  const timer = setInterval(check, limits.checkMs).unref()
  server.once('close', () => clearInterval(timer))
  return () => clearInterval(timer)
}

function isTooSlow({ socket, bytesBefore, waitedMs }: Exchange, limits: Patience): boolean {
  const paceMs = waitedMs - limits.bodyGraceMs
  return paceMs > 0 && socket.bytesRead - bytesBefore < (paceMs / 1000) * limits.bodyBytesPerSecond
}

/** What waits to be taken lies in our memory: beyond the bound, whoever has most of it loses it. */
function shedWaiting(exchanges: ReadonlySet<Exchange>, waitingBytes: number): void {
  const sockets = new Set<Socket>()
  let waiting = 0
  for (const { socket } of exchanges) {
    if (socket.writableLength === 0 || sockets.has(socket)) continue
    sockets.add(socket)
    waiting += socket.writableLength
  }
  if (waiting <= waitingBytes) return
  for (const socket of [...sockets].sort((a, b) => b.writableLength - a.writableLength)) {
    if (waiting <= waitingBytes) return
    waiting -= socket.writableLength
    socket.destroy()
  }
}

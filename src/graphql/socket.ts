import { CloseCode, type Server } from 'graphql-ws'
import type { WebSocket } from 'ws'
import { isBoundedJson } from '../core/json-body.js'
import type { Logger } from '../core/logger.js'

/**
 * Runs one WebSocket under graphql-transport-ws. One that does not answer a ping by the next is cut, so whoever has
 * gone silently, or has stopped reading, is gone within two rounds. Of our own faults the peer hears nothing but that
 * there was one.
 */
export function serveSocket<Extra>(
  protocol: Server<Extra>,
  socket: WebSocket,
  extra: Extra,
  pingIntervalMs: number,
  logger: Logger,
): void {
  // `ws` closes with the right code by itself: 1002 and 1007 for broken frames, 1009 for a message that is too long.
  socket.on('error', (error) => logger.debug({ err: error }, 'a WebSocket broke the protocol'))

  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  const keepAlive = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    if (socket.readyState === socket.OPEN) socket.ping()
  }, pingIntervalMs)

  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // Resolves when the message has left for the network: a subscription takes its next event only then.
      send: (data) =>
        new Promise((resolve) => {
          if (socket.readyState === socket.OPEN) socket.send(data, () => resolve())
          else resolve()
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage(receive) {
        socket.on('message', (data) => {
          if (Buffer.isBuffer(data) && !isBoundedJson(data)) {
            return socket.close(CloseCode.BadRequest, 'Invalid message received')
          }
          receive(String(data)).catch((error: unknown) => {
            logger.error({ err: error }, 'a message on a WebSocket failed')
            socket.close(CloseCode.InternalServerError, 'Internal server error')
          })
        })
      },
    },
    extra,
  )
  socket.once('close', (code, reason) => {
    clearInterval(keepAlive)
    closed(code, String(reason)).catch((error: unknown) => {
      logger.error({ err: error }, 'a WebSocket was not put away cleanly')
    })
  })
}

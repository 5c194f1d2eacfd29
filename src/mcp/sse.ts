import { SSEServerTransport } from '@modelcontextprotocol/server-legacy/sse'
import type { Request, Response } from 'express'
import { DomainError } from '../core/errors.js'
import { authOf, type Connection, createConnection, type Door, endWithKey } from './connection.js'
import { noSuchSession, type Sessions } from './sessions.js'

/**
 * HTTP with SSE as revision 2024-11-05 has it, for clients that know nothing newer: the answers to all that is posted
 * come on the one stream, which is the session.
 */
export function createSse(door: Door, sessions: Sessions<Connection>) {
  const streams = new WeakMap<Connection, { transport: SSEServerTransport; res: Response }>()

  async function open(req: Request, res: Response): Promise<void> {
    const ctx = door.contextOf(req)
    sessions.makeRoom(ctx.actor.key.id)
    endWithKey(door, ctx, res)
    const transport = new SSEServerTransport(`${req.baseUrl}/messages`, res)
    const id = transport.sessionId
    const connection = createConnection(door, ctx, () => res.destroy())
    streams.set(connection, { transport, res })
    sessions.add(id, connection)
    sessions.stream(id)
    res.once('close', () => sessions.remove(id))
    await connection.server.connect(transport)
    connection.watch.tellOn(res)
  }

  async function post(req: Request, res: Response, body: unknown): Promise<void> {
    const ctx = door.contextOf(req)
    const { sessionId } = req.query
    const connection = typeof sessionId === 'string' ? sessions.use(sessionId, ctx.actor.key.id) : null
    const stream = connection && streams.get(connection)
    if (!stream) throw noSuchSession()
    if (stream.res.writableNeedDrain) {
      throw new DomainError('RATE_LIMITED', 'The stream of this session is read too slowly.', { retryAfter: 1 })
    }
    try {
      await stream.transport.handleMessage(body, { authInfo: authOf(ctx) })
    } catch {
      throw new DomainError('BAD_REQUEST', 'The body is not a message of JSON-RPC 2.0.')
    }
    res.status(202).end('Accepted')
  }

  return { open, post }
}

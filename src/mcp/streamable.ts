import { randomUUID } from 'node:crypto'
import { isInitializeRequest, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import { DomainError } from '../core/errors.js'
import { authOf, type Connection, createConnection, type Door, type Exchange, endWithKey } from './connection.js'
import { noSuchSession, type Sessions } from './sessions.js'

type Transport = WebStandardStreamableHTTPServerTransport

/**
 * Streamable HTTP as the revisions of 2025 have it: `initialize` begins a session, whose id comes with every request
 * after it, from the same key. A call is answered in JSON; the stream of a GET carries only what nobody asked for.
 */
export function createStreamable(door: Door, sessions: Sessions<Connection>) {
  const transports = new WeakMap<Connection, Transport>()

  async function begin({ ctx }: Exchange): Promise<Transport> {
    sessions.makeRoom(ctx.actor.key.id)
    const id = randomUUID()
    const connection = createConnection(door, ctx, () => sessions.remove(id))
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      enableJsonResponse: true,
      onsessioninitialized: () => sessions.add(id, connection),
      onsessionclosed: () => sessions.remove(id),
    })
    transport.onerror = door.refused
    transports.set(connection, transport)
    await connection.server.connect(transport)
    return transport
  }

  return async function serve(exchange: Exchange): Promise<Response> {
    const { ctx, request, body, res } = exchange
    const options = { authInfo: authOf(ctx), ...(body === undefined ? {} : { parsedBody: body }) }
    const id = request.headers.get('mcp-session-id')
    if (id === null && isInitializeRequest(body)) return (await begin(exchange)).handleRequest(request, options)
    if (id === null) throw new DomainError('BAD_REQUEST', 'Mcp-Session-Id is required: begin with initialize.')
    const connection = sessions.use(id, ctx.actor.key.id)
    const transport = connection && transports.get(connection)
    if (!transport) throw noSuchSession()
    const isStream = request.method === 'GET'
    if (isStream) endWithKey(door, ctx, res)
    const response = await transport.handleRequest(request, options)
    if (isStream && response.ok) {
      res.once('close', sessions.stream(id))
      connection.watch.tellOn(res)
    }
    return response
  }
}

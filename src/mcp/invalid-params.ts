import { type JSONRPCMessage, type McpServer, ProtocolErrorCode, type Transport } from '@modelcontextprotocol/server'

/**
 * What the library cannot read of a request it calls an internal error; by JSON-RPC these are invalid params. Errors of
 * ours bring `data`, and the library's own failures no more than these two words.
 */
export function tellInvalidParams({ server }: McpServer): void {
  const connect = server.connect.bind(server)
  server.connect = (transport: Transport) => {
    const send = transport.send.bind(transport)
    transport.send = (message, options) => send(corrected(message), options)
    return connect(transport)
  }
}

function corrected(message: JSONRPCMessage): JSONRPCMessage {
  if (!('error' in message)) return message
  const { code, message: text, data } = message.error
  if (code !== ProtocolErrorCode.InternalError || data !== undefined || text === 'Internal error') return message
  return { ...message, error: { code: ProtocolErrorCode.InvalidParams, message: text } }
}

import type { PublicError } from '../core/errors.js'

/** A request refused as a whole: an error of JSON-RPC, since no call has been begun that could have `isError`. */
const serverError = -32000

export const rpcError = (status: number, message: string, code = serverError): Response =>
  Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status })

/** The same of one of our errors, with what every door shows of it under `data`. */
export const rpcErrorBody = ({ message, extra, limit: _, ...shown }: PublicError, requestId: string) => ({
  jsonrpc: '2.0',
  id: null,
  error: { code: serverError, message, data: { ...shown, ...extra, requestId } },
})

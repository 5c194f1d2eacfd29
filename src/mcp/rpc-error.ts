import type { PublicError } from '../core/errors.js'

const serverError = -32000

/**
 * A request refused as a whole: an error of JSON-RPC, since no call has been begun that could have `isError`. What every
 * door shows of it stands under `data`.
 */
export const rpcErrorBody = ({ message, extra, limit: _, ...shown }: PublicError, requestId: string) => ({
  jsonrpc: '2.0',
  id: null,
  error: { code: serverError, message, data: { ...shown, ...extra, requestId } },
})

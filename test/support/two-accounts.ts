import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { startSimulator } from '../../src/simulator/simulator.js'
import { freePort } from './free-port.js'

export type Account = {
  phoneNumberId: string
  businessAccountId: string
  accessToken: string
  appSecret: string
  verifyToken: string
}

/** The number of the demo organization: the defaults of the contract, section 10. */
export const demoAccount: Account = {
  phoneNumberId: '100000000000001',
  businessAccountId: '200000000000001',
  accessToken: 'simulator-token',
  appSecret: 'simulator-app-secret',
  verifyToken: 'simulator-verify-token',
}

/**
 * One address of the Graph API with two business accounts behind it, as Meta's is one for all: each a simulator, chosen
 * by the token of a call. `port`: where the server that they deliver to must listen.
 */
export async function startTwoAccounts(second: Account) {
  const port = String(await freePort())
  const callbackUrl = `http://127.0.0.1:${port}/webhooks/whatsapp`
  const first = await startSimulator({ port: 0, callbackUrl })
  const other = await startSimulator({ port: 0, callbackUrl, displayPhoneNumber: '+91 99999 00000', ...second })
  let instead: { path: string; status: number; body: unknown } | null = null
  const api = createServer(async (req, res) => {
    if (instead && req.url?.includes(instead.path)) {
      res.writeHead(instead.status, { 'content-type': 'application/json' }).end(JSON.stringify(instead.body))
      return
    }
    const target = req.headers.authorization === `Bearer ${second.accessToken}` ? other : first
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...headers } = req.headers
    const hasBody = req.method !== 'GET' && req.method !== 'HEAD'
    const answer = await fetch(`${target.url}${req.url}`, {
      method: req.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(hasBody ? { body: Readable.toWeb(req) as ReadableStream, duplex: 'half' } : {}),
    })
    res.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
    res.end(Buffer.from(await answer.arrayBuffer()))
  })
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const control = async (url: string, method: string, path: string, body?: unknown) =>
    (
      await fetch(`${url}/_simulator${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    ).json()
  return {
    port,
    apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    /** The control API of the second account's simulator. */
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape.
    second: (method: string, path: string, body?: unknown): Promise<any> => control(other.url, method, path, body),
    /** What the API answers to paths that hold this, in place of the accounts; null: they answer again. */
    answerInstead(answer: { path: string; status: number; body: unknown } | null) {
      instead = answer
    },
    async close() {
      await Promise.all([first.close(), other.close()])
      api.closeAllConnections()
      api.close()
      await once(api, 'close')
    },
  }
}

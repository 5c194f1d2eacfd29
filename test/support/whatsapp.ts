import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { afterEach } from 'vitest'
import { type CloudApiOptions, createCloudApi } from '../../src/whatsapp/cloud-api.js'
import { UpstreamFailure, type WhatsAppProvider } from '../../src/whatsapp/provider.js'
import { within } from './wait.js'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Runs after the test, the last registered first. */
export const afterTest = (cleanup: () => Promise<unknown>) => void cleanups.push(cleanup)

/** A Cloud API client that is closed after the test. */
export function clientFor(baseUrl: string, options: Partial<CloudApiOptions> = {}): WhatsAppProvider {
  const client = createCloudApi({ baseUrl, version: 'v24.0', ...options })
  afterTest(() => client.close())
  return client
}

/** An HTTP server of the test's own; gives its address. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterTest(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${portOf(server.address())}`
}

export type Peer = { port: number; requests: string[]; connections: Socket[] }

/** A bare TCP server: `answer` is called with the connection of each whole request, and the request's number. */
export async function peer(
  answer: (socket: Socket, index: number) => void,
  onConnection: (socket: Socket) => void = () => {},
): Promise<Peer> {
  const requests: string[] = []
  const connections: Socket[] = []
  const server = createServer((socket) => {
    connections.push(socket)
    socket.on('error', () => {})
    let pending = ''
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      const length = Number(/content-length: (\d+)/i.exec(pending)?.[1] ?? 0)
      const head = pending.indexOf('\r\n\r\n')
      if (head < 0 || pending.length < head + 4 + length) return
      requests.push(pending)
      pending = ''
      answer(socket, requests.length - 1)
    })
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterTest(async () => {
    for (const socket of connections) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return { port: portOf(server.address()), requests, connections }
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port')
  return address.port
}

/** The UpstreamFailure that a call ends with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<UpstreamFailure> {
  const error = await within(
    15_000,
    promise.then(
      () => null,
      (reason: unknown) => reason,
    ),
  )
  if (!(error instanceof UpstreamFailure)) throw new Error(`no UpstreamFailure but ${error}`)
  return error
}

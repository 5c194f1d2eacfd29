import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveControl } from './control.js'
import { serveGraph } from './graph-door.js'
import { parseTarget } from './http.js'
import { completeOptions, type SimulatorOptions } from './options.js'
import { createWorld, endWorld } from './world.js'

export type RunningSimulator = {
  port: number
  url: string
  close(): Promise<void>
}

/** Longer than any client keeps a connection for reuse: a send on one that we are just closing would be lost. */
const keepAliveTimeoutMs = 75_000
const requestTimeoutMs = 120_000
/** How long a stop waits for answers under way. */
const closeGraceMs = 500

const report = (error: unknown) => {
  process.stderr.write(`simulator: ${String(error)}\n`)
}

/**
 * Starts a simulator of the WhatsApp Cloud API, with its control API under `/_simulator/` on the same port.
 * Rejects with the listen error (`code` "EADDRINUSE" where the port is taken).
 */
export async function startSimulator(given: SimulatorOptions = {}): Promise<RunningSimulator> {
  const options = completeOptions(given)
  let world = createWorld(options)
  const reset = () => {
    const old = world
    world = createWorld(options)
    endWorld(old).catch(report)
  }
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const target = parseTarget(request.url) ?? { path: '/', segments: [], query: new URLSearchParams() }
    if (target.segments[0] === '_simulator') await serveControl({ world, reset }, request, response, target)
    else await serveGraph(world, request, response, target)
  }
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs, requestTimeout: requestTimeoutMs })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    request.on('error', () => {})
    response.on('error', () => {})
    serve(request, response).catch((error: unknown) => {
      report(error)
      response.destroy()
    })
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    else socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    port,
    url: `http://${host}:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs)
      await endWorld(world)
      await closed
      clearTimeout(cut)
    },
  }
}

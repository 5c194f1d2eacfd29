import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'
import { clientIp, clientIpOf, limitKey, type TrustProxy } from '../core/client-ip.js'
import { DomainError } from '../core/errors.js'

export type ConnectionLimit = {
  /** Cuts a connection beyond the limit as it comes: for addresses that no proxy of ours stands behind. */
  guard(server: Server): void
  /** Refuses a request of an address that has too many under way, event streams among them. */
  middleware: RequestHandler
  /** The same of any request. @throws RATE_LIMITED. */
  holdRequest(req: IncomingMessage, res: ServerResponse): void
  /** The same for a WebSocket: null where there are too many, else the function that lets go. */
  hold(req: IncomingMessage): (() => void) | null
}

/**
 * How much one client address may have open on this server at once (MAX_CONNECTIONS_PER_IP): connections as the network
 * counts them, and, behind trusted proxies, requests and WebSockets as the proxies tell whose they are.
 */
export function createConnectionLimit(perIp: number, trustProxy: TrustProxy | null): ConnectionLimit {
  const connections = createTally(perIp)
  const held = createTally(perIp)
  const hold = (req: IncomingMessage) => held.take(limitKey(clientIpOf(req, trustProxy)))
  const holdRequest = (req: IncomingMessage, res: ServerResponse) => {
    const letGo = hold(req)
    if (!letGo) {
      const message = `This address has ${perIp} connections open already.`
      throw new DomainError('RATE_LIMITED', message, { retryAfter: 1 })
    }
    res.once('close', letGo)
  }
  return {
    guard(server) {
      server.on('connection', (socket) => {
        const { remoteAddress } = socket
        if (isProxy(remoteAddress, trustProxy)) return
        const letGo = connections.take(limitKey(clientIp(remoteAddress, undefined, null)))
        if (letGo) socket.once('close', letGo)
        else socket.destroy()
      })
    },
    middleware(req, res, next) {
      holdRequest(req, res)
      next()
    },
    holdRequest,
    hold,
  }
}

/** Whether an address may say whose connection it is: with a trusted proxy in front, it does. */
function isProxy(address: string | undefined, trust: TrustProxy | null): boolean {
  const probe = '192.0.2.1'
  return trust !== null && clientIp(address, probe, trust) === probe
}

/** What is open by key; 0 = without a limit. A key with nothing open takes no room. */
function createTally(limit: number) {
  const open = new Map<string, number>()
  return {
    take(key: string): (() => void) | null {
      if (limit === 0) return () => undefined
      const count = open.get(key) ?? 0
      if (count >= limit) return null
      open.set(key, count + 1)
      return () => {
        const left = (open.get(key) ?? 1) - 1
        if (left > 0) open.set(key, left)
        else open.delete(key)
      }
    },
  }
}

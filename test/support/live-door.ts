import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import WebSocket, { type ClientOptions } from 'ws'
import { createApiKey } from '../../src/api-keys/api-keys.js'
import { createBackground } from '../../src/background.js'
import { loadConfig } from '../../src/config.js'
import type { Context } from '../../src/context.js'
import { type Clock, systemClock } from '../../src/core/clock.js'
import { createSignal } from '../../src/core/signal.js'
import type { Database } from '../../src/database/client.js'
import type { LiveLimits } from '../../src/graphql/live/limits.js'
import { serveWebSocket } from '../../src/graphql/websocket.js'
import { createApp } from '../../src/http/app.js'
import { authenticated } from '../../src/http/authenticate.js'
import { requestIdOf } from '../../src/http/request-id.js'
import { createLimits } from '../../src/limits/limits.js'
import { createFileStore } from '../../src/media/file-store.js'
import { createDeliveries } from '../../src/messages/inbound/deliveries.js'
import { createPublicFetcher } from '../../src/net/public-fetcher.js'
import { createSecretBox } from '../../src/secrets/secret-box.js'
import { createCloudApi } from '../../src/whatsapp/cloud-api.js'
import { newOrganization, openLog } from './event-log.js'
import { silentLogger } from './silent-logger.js'

type DoorOptions = {
  clock?: Clock
  timeouts?: { initMs: number; pingMs: number; closeMs: number }
  limits?: Partial<LiveLimits>
}

/** The GraphQL door inside the test's own process, with an organization and a key: to look at what it holds on to. */
export async function openLiveDoor(
  database: Database,
  { clock = systemClock, timeouts, limits: live }: DoorOptions = {},
) {
  const events = openLog(database)
  const background = createBackground(silentLogger)
  const whatsapp = createCloudApi({ baseUrl: 'http://127.0.0.1:1', version: 'v24.0' })
  const limits = createLimits({ requestsPerMinute: 0, sendsPerHour: 0, redis: null, logger: silentLogger })
  const ctx: Context = {
    config: loadConfig({}),
    database,
    events,
    limits,
    whatsapp,
    payments: null,
    files: createFileStore('/nowhere'),
    publicFetcher: createPublicFetcher({ allowPrivate: false }),
    mediaArrived: createSignal(),
    webhooksDue: createSignal(),
    broadcastsDue: createSignal(),
    agentTurnsDue: createSignal(),
    secrets: createSecretBox([{ id: 'test', key: new Uint8Array(32) }]),
    clock,
    logger: silentLogger,
    background,
  }
  const organizationId = await newOrganization(database)
  const { secret, apiKey } = await createApiKey(ctx, organizationId, { name: 'test' })

  const door = createApp(ctx, createDeliveries(ctx, 1), { ready: true, stopping: false }, live)
  const server = createServer(door.listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = serveWebSocket(
    server,
    door.yoga,
    door.live,
    {
      authenticate: (req, authorization) => authenticated(ctx, req, authorization),
      countOperation: (req) => door.requestLimit.countOperation(req),
      hold: door.connections.hold,
      requestIdOf,
    },
    silentLogger,
    timeouts,
  )
  const close = async () => {
    await sockets.close()
    door.cutStreams()
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
    await background.drain()
    await whatsapp.close()
  }
  onTestFinished(close)
  const { port } = server.address() as AddressInfo
  const authorization = `Bearer ${secret}`
  const url = `ws://127.0.0.1:${port}/graphql`

  return {
    ctx,
    events,
    organizationId,
    apiKey,
    authorization,
    live: door.live,
    /** How many subscriptions are followed here. */
    followed: () => door.live.hub.following().subscribers,
    url,
    sockets,
    append: (count: number) =>
      database.transaction(async (tx) => {
        for (let n = 0; n < count; n++)
          await events.append(tx, { organizationId, type: 'contact.updated', data: { n } })
      }),
    /** A bare WebSocket after its connection_ack, with everything it hears from then on. */
    async socket(options: ClientOptions = {}) {
      const socket = new WebSocket(url, 'graphql-transport-ws', options)
      onTestFinished(() => socket.terminate())
      const heard: Heard[] = []
      const closed = once(socket, 'close').then(([code, reason]) => `${code} ${reason}`)
      socket.on('error', () => undefined)
      await once(socket, 'open')
      const send = (message: object) => socket.send(JSON.stringify(message))
      send({ type: 'connection_init', payload: { authorization } })
      await once(socket, 'message')
      socket.on('message', (data) => heard.push(JSON.parse(String(data))))
      return {
        socket,
        heard,
        closed,
        send,
        subscribe: (id: string, query: string, variables = {}) => send(subscribe(id, query, variables)),
      }
    },
    /** A bare WebSocket that has said who it is, and hears no ack; answers how it was closed. */
    async unanswered() {
      const socket = new WebSocket(url, 'graphql-transport-ws')
      onTestFinished(() => socket.terminate())
      await once(socket, 'open')
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }))
      return once(socket, 'close').then(([code, reason]) => `${code} ${reason}`)
    },
    /** An answer as server-sent events, with everything that has been read of it. */
    async stream(query: string, headers: Record<string, string> = {}) {
      const asking = request(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { authorization, accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
      })
      onTestFinished(() => void asking.destroy())
      asking.on('error', () => undefined)
      asking.end(JSON.stringify({ query }))
      const [response] = (await once(asking, 'response')) as [IncomingMessage]
      let text = ''
      response.setEncoding('utf8')
      response.on('error', () => undefined)
      response.on('data', (chunk) => {
        text += chunk
      })
      return { response, text: () => text, cut: () => asking.destroy() }
    },
  }
}

export type Heard = { type: string; id?: string; payload?: unknown }

const subscribe = (id: string, query: string, variables: object) => ({
  type: 'subscribe',
  id,
  payload: { query, variables },
})

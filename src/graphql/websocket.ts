import { setMaxListeners } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql'
import { CloseCode, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { DomainError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import { limitError } from '../limits/verdict.js'
import { requestLimits } from './cost.js'
import type { GraphContext } from './graph-context.js'
import type { Live } from './live/live.js'
import { deliverToSocket } from './live/socket-delivery.js'
import { SocketQueue } from './live/socket-sink.js'
import { LiveSubscription, shownError, shownResult } from './live/subscription.js'
import { asGraphQLError, toGraphQLError } from './public-errors.js'
import { serveSocket } from './socket.js'
import { withTrustedDocument } from './trusted-documents.js'
import type { Yoga } from './yoga.js'

/** What the HTTP door knows how to do for a socket. */
export type SocketDoor = {
  /** The context of one operation. @throws UNAUTHENTICATED. */
  authenticate(req: IncomingMessage, authorization: string | undefined): Promise<GraphContext>
  /** Counts one operation. Null: let it pass. */
  countOperation(req: IncomingMessage): Promise<DomainError | null>
  /** One more connection of this address; null: it has too many. The function that is answered lets go. */
  hold(req: IncomingMessage): (() => void) | null
  requestIdOf(req: IncomingMessage): string
}

type Extra = { request: IncomingMessage; socket: WebSocket; queue: SocketQueue; ended: AbortSignal }

/** How long a peer may take: to send connection_init, to answer a ping, to answer our close. */
const defaultTimeouts = { initMs: 10_000, pingMs: 12_000, closeMs: 2_000 }
/** Close codes beside those of the protocol, both of which its clients answer by connecting again (docs/realtime.md). */
const tryAgainLater = 1013
const readTooSlowly = 4410

/**
 * GraphQL over WebSocket at /graphql, protocol graphql-transport-ws, through the same pipeline as HTTP. The key comes
 * in `connectionParams.authorization` or the header; without a good one, and when it ends, the socket is closed with
 * 4403.
 */
export function serveWebSocket(
  server: Server,
  yoga: Yoga,
  live: Live,
  door: SocketDoor,
  logger: Logger,
  timeouts = defaultTimeouts,
): { close(): Promise<void>; open(): number } {
  const contextOf = async (extra: Extra, params: Record<string, unknown> | undefined): Promise<GraphContext> => ({
    ...(await door.authenticate(extra.request, authorizationOf(params, extra.request))),
    signal: extra.ended,
  })
  /** The context of an operation; null where the socket has been closed instead, for want of a key. */
  const admit = async (extra: Extra, params: Record<string, unknown> | undefined): Promise<GraphContext | null> => {
    try {
      return await contextOf(extra, params)
    } catch (error) {
      if (error instanceof DomainError) {
        extra.socket.close(CloseCode.Forbidden, 'Forbidden')
      } else {
        logger.error({ err: error }, 'the key of a WebSocket could not be looked at')
        extra.socket.close(tryAgainLater, 'Try again later')
      }
      return null
    }
  }

  /** Closes, and cuts where the peer does not answer: it may have stopped reading. */
  const close = (socket: WebSocket, code: number, reason: string) => {
    socket.close(code, reason)
    const cut = setTimeout(() => socket.terminate(), timeouts.closeMs).unref()
    socket.once('close', () => clearTimeout(cut))
  }
  /** Counts the socket as its key's, and closes it when the key ends. False: it has been closed at once. */
  const hold = ({ socket }: Extra, { actor }: GraphContext): boolean => {
    try {
      socket.once(
        'close',
        live.keys.hold(actor, () => close(socket, CloseCode.Forbidden, 'Forbidden')),
      )
      return true
    } catch {
      socket.close(tryAgainLater, 'Too many connections of this key')
      return false
    }
  }

  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: timeouts.initMs,
    execute: (args) => runOf(args).execute(args),
    async subscribe(args) {
      const { subscribe, id, extra } = runOf(args)
      const result = await subscribe(args)
      if (!(result instanceof LiveSubscription)) return result
      if (extra.queue.subscriptions.size >= live.limits.subscriptionsPerSocket) return { errors: [tooMany(live)] }
      const tooSlow = (_error: DomainError, cursor: string) =>
        close(extra.socket, readTooSlowly, `Too slow; resume after ${cursor}`)
      return deliverToSocket(live, result, { id, queue: extra.queue, tooSlow })
    },
    async onConnect({ connectionParams, extra }) {
      const graphContext = await admit(extra, connectionParams)
      return graphContext !== null && hold(extra, graphContext)
    },
    async onSubscribe({ connectionParams, extra }, id, payload) {
      try {
        const refusal = await door.countOperation(extra.request)
        if (refusal) return [asGraphQLError(refusal)]
        const graphContext = await admit(extra, connectionParams)
        if (!graphContext) return [new GraphQLError('Not authenticated.')]
        const verdict = await graphContext.limits.keyRequests.consume(graphContext.actor.key.id)
        if (verdict && !verdict.allowed) return [asGraphQLError(limitError(verdict))]
        return await prepare(yoga, graphContext, payload, { id, extra })
      } catch (error) {
        return [asGraphQLError(error)]
      }
    },
    onNext: (_ctx, _id, _payload, args, result) =>
      shownResult(result as ExecutionResult, args.contextValue as GraphContext),
    onError({ extra }, _id, _payload, errors) {
      const context = { logger, requestId: door.requestIdOf(extra.request) }
      return errors.map((error) => shownError(toGraphQLError(error, context)))
    },
  })

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: requestLimits.bytes,
    handleProtocols: (protocols) => handleProtocols(protocols),
  })
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const ended = new AbortController()
    // As many operations as wait for something listen to it.
    setMaxListeners(0, ended.signal)
    socket.once('close', () => ended.abort())
    const extra = { request, socket, queue: new SocketQueue(socket, live.limits), ended: ended.signal }
    serveSocket(protocol, socket, extra, timeouts.pingMs, logger)
  })

  let closing = false
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    if (closing) return refuse(connection, '503 Service Unavailable')
    if (!atGraphql.test(request.url ?? '')) return refuse(connection, '404 Not Found')
    const letGo = door.hold(request)
    if (!letGo) return refuse(connection, '429 Too Many Requests')
    connection.once('close', letGo)
    sockets.handleUpgrade(request, connection, head, (socket) => sockets.emit('connection', socket, request))
  })
  return {
    open: () => sockets.clients.size,
    async close() {
      closing = true
      for (const socket of sockets.clients) socket.close(1001, 'Going away')
      const cut = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate()
      }, timeouts.closeMs)
      await new Promise((resolve) => sockets.close(resolve))
      clearTimeout(cut)
    },
  }
}

const atGraphql = /^\/graphql\/?(\?|$)/i

function refuse(connection: Duplex, status: string): void {
  connection.on('error', () => undefined)
  connection.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/**
 * Through the pipeline's own parse and validate; the errors of a document that cannot run, else what runs it.
 * @throws GraphQLError for a document that cannot be parsed.
 */
async function prepare(
  yoga: Yoga,
  graphContext: GraphContext,
  payload: SubscribePayload,
  operation: { id: string; extra: Extra },
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { operationName, variables, extensions } = payload
  const { query = '' } = withTrustedDocument({ query: payload.query, extensions: extensions ?? {} }, yoga.trusted)
  const enveloped = yoga.getEnveloped({ graphContext, params: { query, operationName, variables } } as never)
  const document: ExecutionArgs['document'] = enveloped.parse(query)
  const errors = enveloped.validate(enveloped.schema, document) as readonly GraphQLError[]
  if (errors.length > 0) return errors
  if (!getOperationAST(document, operationName)) {
    return [new GraphQLError('Could not determine what operation to execute.')]
  }
  return {
    schema: enveloped.schema,
    document,
    operationName: operationName ?? null,
    variableValues: variables ?? null,
    contextValue: Object.assign((await enveloped.contextFactory()) as object, {
      [runKey]: { ...operation, execute: enveloped.execute, subscribe: enveloped.subscribe } as Run,
    }),
  }
}

const runKey = Symbol('run')
type Run = {
  id: string
  extra: Extra
  execute(args: ExecutionArgs): Promise<ExecutionResult>
  subscribe(args: ExecutionArgs): Promise<LiveSubscription | ExecutionResult>
}
/** How an operation is run, which its context carries from one hook of the library to the next. */
const runOf = (args: ExecutionArgs): Run => (args.contextValue as { [runKey]: Run })[runKey]

const tooMany = ({ limits }: Live): GraphQLError => {
  const message = `At most ${limits.subscriptionsPerSocket} subscriptions live on one socket.`
  return asGraphQLError(new DomainError('RATE_LIMITED', message, { retryAfter: 1 }))
}

function authorizationOf(params: Record<string, unknown> | undefined, req: IncomingMessage): string | undefined {
  const given = params?.authorization ?? params?.Authorization
  return typeof given === 'string' ? given : req.headers.authorization
}

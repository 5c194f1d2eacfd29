import type { RequestListener, ServerResponse } from 'node:http'
import express, { type RequestHandler } from 'express'
import type { Context } from '../context.js'
import { DomainError } from '../core/errors.js'
import type { GraphContext } from '../graphql/graph-context.js'
import type { LiveLimits } from '../graphql/live/limits.js'
import { createLive, type Live } from '../graphql/live/live.js'
import { answerGraphQL } from '../graphql/plain-post.js'
import { answerByYoga, createGraphYoga, type Yoga } from '../graphql/yoga.js'
import { hostGuard, mcpRouter } from '../mcp/http.js'
import type { Deliveries } from '../messages/inbound/deliveries.js'
import type { Metrics } from '../metrics/metrics.js'
import { trustedDocuments } from '../operations/trusted-documents.js'
import { restRouter } from '../rest/router.js'
import { accessLog, createAccessLog } from './access-log.js'
import { authenticated, graphContextOf, requireKey } from './authenticate.js'
import { bytesOf, rawBody } from './body.js'
import { broadcastLedger } from './broadcast-ledger.js'
import { type ConnectionLimit, createConnectionLimit } from './connections.js'
import { consoleSession } from './console/door.js'
import { consoleFiles, consolePage } from './console/page.js'
import { type ConsoleSessions, createConsoleSessions, useSession } from './console/session.js'
import { createCors } from './cors.js'
import { docs, openApi } from './docs-page.js'
import { errorHandler, sendGraphQLError, sendMcpError, sendRestError } from './errors.js'
import { createGraphiqlPage } from './graphiql.js'
import { graphqlUpload, multipartOperation } from './graphql-upload.js'
import { health } from './health.js'
import { mediaBytes } from './media-bytes.js'
import { metricsDoor } from './metrics.js'
import { paymentWebhooks } from './payment-webhooks.js'
import { answerPlainPost, isPlainPost, type PlainDoor } from './plain-graphql.js'
import { countByKey, createRequestLimit, keyRequestLimit } from './rate-limits.js'
import { requestId, requestIdOf } from './request-id.js'
import { securityHeaders } from './security-headers.js'
import { whatsappIngress } from './whatsapp-ingress.js'

export type HttpApp = {
  /** Answers every request. */
  listener: RequestListener
  yoga: Yoga
  live: Live
  requestLimit: ReturnType<typeof createRequestLimit>
  connections: ConnectionLimit
  sessions: ConsoleSessions
  /**
   * Cuts every open event stream, without a word that would tell its client that the subscription is over, and ends
   * whatever waits for something to happen.
   */
  cutStreams(): void
}

/** Every HTTP door, in the order it is tried. Only what stands behind `counted` is counted. */
export function createApp(
  ctx: Context,
  deliveries: Deliveries,
  state: { ready: boolean; stopping: boolean },
  limits: Partial<LiveLimits> = {},
  watched: { metrics: Metrics; update: () => Promise<void> } | null = null,
): HttpApp {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  const live = createLive(ctx, limits)
  const yoga = createGraphYoga(ctx.logger, live, trustedDocuments)
  const requestLimit = createRequestLimit(ctx)
  const connections = createConnectionLimit(ctx.config.limits.connectionsPerIp, ctx.config.trustProxy)
  const counted = [requestLimit.middleware, connections.middleware]
  const sessions = createConsoleSessions(ctx)
  const simulatorUrl = ctx.config.simulator && `http://127.0.0.1:${ctx.config.simulator.port}`
  const keyed = [requireKey(ctx), keyRequestLimit()]
  const answers = new Map<ServerResponse, AbortController>()
  const kept = keepAnswers(answers)
  const note = createAccessLog(ctx.logger, watched?.metrics)
  const secure = securityHeaders(ctx.config.publicUrl)

  app.use(requestId(), accessLog(note), secure)
  // What is asked for most stands first: each handler that a request passes by costs it something.
  app.use('/webhooks/whatsapp', whatsappIngress(ctx, deliveries))
  app.get('/api/whatsapp-api/openapi.json', openApi(ctx.config.publicUrl))

  const cors = createCors(ctx.config.corsOrigins)
  if (ctx.config.graphiql) app.get('/graphql', createGraphiqlPage())
  app.post('/graphql', useSession(sessions))
  app.use('/graphql', cors, counted, keyed, rawBody(), graphqlUpload(), kept, graphql(yoga))
  app.use('/graphql', errorHandler(ctx.logger, sendGraphQLError))

  const hosts = hostGuard(ctx.config.publicUrl, ctx.config.corsOrigins)
  app.use('/mcp', cors, counted, hosts, keyed, rawBody(), kept)
  app.use('/mcp', mcpRouter({ contextOf: graphContextOf, bytesOf, live, clock: ctx.clock, logger: ctx.logger }))
  app.use('/mcp', errorHandler(ctx.logger, sendMcpError))

  app.get(['/api/media/:id', '/api/broadcasts/:id/recipients.csv'], useSession(sessions))
  app.use('/api', cors, counted, keyed, rawBody(), kept)
  app.use('/api/whatsapp-api', restRouter(graphContextOf))
  app.use('/api/media', mediaBytes(graphContextOf))
  app.use('/api/broadcasts', broadcastLedger(graphContextOf))
  app.use('/api', () => {
    throw new DomainError('NOT_FOUND', 'No such path.')
  })

  app.use(health(ctx, state))
  if (watched) app.use(metricsDoor(watched.metrics, watched.update, ctx.config.metricsToken))
  app.use(docs())
  app.use(consoleFiles())
  app.use('/console/session', consoleSession(ctx, sessions, counted, simulatorUrl))
  app.use('/webhooks/payments', paymentWebhooks(ctx))
  app.use(consolePage(simulatorUrl))
  app.use((_req, _res, next) => next(new DomainError('NOT_FOUND', 'No such path.')))
  app.use(errorHandler(ctx.logger, sendRestError))

  const plain: PlainDoor = {
    ctx,
    yoga,
    begin(req, res) {
      res.setHeader('X-Request-Id', requestIdOf(req))
      note(req, res, req.url ?? '')
      secure(req, res, () => undefined)
      if (ctx.config.corsOrigins.length > 0) res.setHeader('Vary', 'Origin')
    },
    async count(req, res) {
      await requestLimit.count(req, res)
      connections.holdRequest(req, res)
    },
    async admit(req, res) {
      const graphContext = await authenticated(ctx, req, req.headers.authorization)
      await countByKey(req, res, graphContext)
      keep(answers, res, graphContext)
      return graphContext
    },
  }

  return {
    listener: (req, res) => void (isPlainPost(req) ? answerPlainPost(plain, req, res) : app(req, res)),
    yoga,
    live,
    requestLimit,
    connections,
    sessions,
    cutStreams() {
      for (const [res, waiting] of answers) {
        if (isStream(res)) res.destroy()
        else waiting.abort()
      }
    },
  }
}

const graphql =
  (yoga: Yoga): RequestHandler =>
  (req, res) => {
    const operation = multipartOperation(req)
    return operation
      ? answerByYoga(yoga, graphContextOf(req), req, res, bytesOf(req), operation)
      : answerGraphQL(yoga, graphContextOf(req), req, res, bytesOf(req))
  }

/** Keeps what is being answered, and gives its context the signal that there is nothing to wait for any more. */
const keepAnswers =
  (answers: Map<ServerResponse, AbortController>): RequestHandler =>
  (req, res, next) => {
    keep(answers, res, graphContextOf(req))
    next()
  }

function keep(answers: Map<ServerResponse, AbortController>, res: ServerResponse, graphContext: GraphContext): void {
  const waiting = new AbortController()
  graphContext.signal = waiting.signal
  answers.set(res, waiting)
  res.once('close', () => {
    answers.delete(res)
    // Behind an answer that is finished nothing waits.
    if (!res.writableFinished) waiting.abort()
  })
}

const isStream = (res: ServerResponse): boolean =>
  res.headersSent && String(res.getHeader('content-type')).startsWith('text/event-stream')

import express, { type Express, type RequestHandler, type Response } from 'express'
import type { Context } from '../context.js'
import { DomainError } from '../core/errors.js'
import type { LiveLimits } from '../graphql/live/limits.js'
import { createLive, type Live } from '../graphql/live/live.js'
import { createGraphYoga, type Yoga } from '../graphql/yoga.js'
import { hostGuard, mcpRouter } from '../mcp/http.js'
import type { Deliveries } from '../messages/inbound/deliveries.js'
import type { Metrics } from '../metrics/metrics.js'
import { trustedDocuments } from '../operations/trusted-documents.js'
import { restRouter } from '../rest/router.js'
import { accessLog } from './access-log.js'
import { graphContextOf, requireKey } from './authenticate.js'
import { bytesOf, rawBody } from './body.js'
import { broadcastLedger } from './broadcast-ledger.js'
import { type ConnectionLimit, createConnectionLimit } from './connections.js'
import { createCors } from './cors.js'
import { docs } from './docs-page.js'
import { errorHandler, sendGraphQLError, sendMcpError, sendRestError } from './errors.js'
import { createGraphiqlPage } from './graphiql.js'
import { graphqlUpload, multipartOperation } from './graphql-upload.js'
import { health } from './health.js'
import { mediaBytes } from './media-bytes.js'
import { metricsDoor } from './metrics.js'
import { paymentWebhooks } from './payment-webhooks.js'
import { createRequestLimit, keyRequestLimit } from './rate-limits.js'
import { requestId } from './request-id.js'
import { securityHeaders } from './security-headers.js'
import { whatsappIngress } from './whatsapp-ingress.js'

export type HttpApp = {
  app: Express
  yoga: Yoga
  live: Live
  requestLimit: ReturnType<typeof createRequestLimit>
  connections: ConnectionLimit
  /**
   * Cuts every open event stream, without a word that would tell its client that the subscription is over, and ends
   * whatever waits for something to happen.
   */
  cutStreams(): void
}

/** Every HTTP door, in the order it is tried. What stands above the request limit is not counted. */
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
  const keyed = [requireKey(ctx), keyRequestLimit()]
  const answers = new Map<Response, AbortController>()
  const kept = keepAnswers(answers)

  app.use(requestId(), accessLog(ctx.logger, watched?.metrics), securityHeaders(ctx.config.publicUrl))
  app.use(health(ctx, state))
  if (watched) app.use(metricsDoor(watched.metrics, watched.update, ctx.config.metricsToken))
  app.use(docs(ctx.config.publicUrl))
  app.use('/webhooks/whatsapp', whatsappIngress(ctx, deliveries))
  app.use('/webhooks/payments', paymentWebhooks(ctx))

  const cors = createCors(ctx.config.corsOrigins)
  if (ctx.config.graphiql) app.get('/graphql', createGraphiqlPage())
  app.use('/graphql', cors, counted, keyed, rawBody(), graphqlUpload(), kept, toYoga(yoga))
  app.use('/graphql', errorHandler(ctx.logger, sendGraphQLError))

  const hosts = hostGuard(ctx.config.publicUrl, ctx.config.corsOrigins)
  app.use('/mcp', cors, counted, hosts, keyed, rawBody(), kept)
  app.use('/mcp', mcpRouter({ contextOf: graphContextOf, bytesOf, live, clock: ctx.clock, logger: ctx.logger }))
  app.use('/mcp', errorHandler(ctx.logger, sendMcpError))

  app.use('/api', cors, counted, keyed, rawBody(), kept)
  app.use('/api/whatsapp-api', restRouter(graphContextOf))
  app.use('/api/media', mediaBytes(graphContextOf))
  app.use('/api/broadcasts', broadcastLedger(graphContextOf))
  app.use('/api', () => {
    throw new DomainError('NOT_FOUND', 'No such path.')
  })
  app.use((_req, _res, next) => next(new DomainError('NOT_FOUND', 'No such path.')))
  app.use(errorHandler(ctx.logger, sendRestError))

  return {
    app,
    yoga,
    live,
    requestLimit,
    connections,
    cutStreams() {
      for (const [res, waiting] of answers) {
        if (isStream(res)) res.destroy()
        else waiting.abort()
      }
    },
  }
}

const toYoga =
  (yoga: Yoga): RequestHandler =>
  async (req, res) => {
    const graphContext = { ...graphContextOf(req), lastEventId: req.get('last-event-id') || undefined }
    const body = bytesOf(req)
    // Yoga must find a body that has been read, lest it read the stream; of a long one it would list every byte.
    req.body = Buffer.from('\n')
    await yoga.handle(req, res, { graphContext, req, res, operation: multipartOperation(req), body })
  }

/** Keeps what is being answered, and gives its context the signal that there is nothing to wait for any more. */
const keepAnswers =
  (answers: Map<Response, AbortController>): RequestHandler =>
  (req, res, next) => {
    const waiting = new AbortController()
    graphContextOf(req).signal = waiting.signal
    answers.set(res, waiting)
    res.once('close', () => {
      answers.delete(res)
      waiting.abort()
    })
    next()
  }

const isStream = (res: Response): boolean =>
  res.headersSent && String(res.getHeader('content-type')).startsWith('text/event-stream')

import express, { type Express, type RequestHandler, type Response } from 'express'
import type { Context } from '../context.js'
import { DomainError } from '../core/errors.js'
import { createGraphYoga, type Yoga } from '../graphql/yoga.js'
import type { Deliveries } from '../messages/inbound/deliveries.js'
import { restRouter } from '../rest/router.js'
import { accessLog } from './access-log.js'
import { graphContextOf, requireKey } from './authenticate.js'
import { rawBody } from './body.js'
import { createCors } from './cors.js'
import { errorHandler, sendGraphQLError, sendRestError } from './errors.js'
import { createGraphiqlPage } from './graphiql.js'
import { graphqlUpload, multipartOperation } from './graphql-upload.js'
import { health } from './health.js'
import { mediaBytes } from './media-bytes.js'
import { createRequestLimit } from './rate-limits.js'
import { requestId } from './request-id.js'
import { whatsappIngress } from './whatsapp-ingress.js'

export type HttpApp = {
  app: Express
  yoga: Yoga
  requestLimit: ReturnType<typeof createRequestLimit>
  /** Cuts every open event stream, without a word that would tell its client that the subscription is over. */
  cutStreams(): void
}

/** Every HTTP door, in the order it is tried. What stands above the request limit is not counted. */
export function createApp(ctx: Context, deliveries: Deliveries, state: { ready: boolean; stopping: boolean }): HttpApp {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  const yoga = createGraphYoga(ctx.logger)
  const requestLimit = createRequestLimit(ctx)
  const key = requireKey(ctx)
  const answers = new Set<Response>()

  app.use(requestId(), accessLog(ctx.logger))
  app.use(health(ctx, state))
  app.use('/webhooks/whatsapp', whatsappIngress(ctx, deliveries))

  const cors = createCors(ctx.config.corsOrigins)
  if (ctx.config.graphiql) app.get('/graphql', createGraphiqlPage())
  app.use(
    '/graphql',
    cors,
    requestLimit.middleware,
    key,
    rawBody(),
    graphqlUpload(),
    keepAnswers(answers),
    toYoga(yoga),
  )
  app.use('/graphql', errorHandler(ctx.logger, sendGraphQLError))

  app.use('/api', cors, requestLimit.middleware, key, rawBody())
  app.use('/api/whatsapp-api', restRouter(graphContextOf))
  app.use('/api/media', mediaBytes(graphContextOf))
  app.use('/api', () => {
    throw new DomainError('NOT_FOUND', 'No such path.')
  })
  app.use((_req, _res, next) => next(new DomainError('NOT_FOUND', 'No such path.')))
  app.use(errorHandler(ctx.logger, sendRestError))

  return {
    app,
    yoga,
    requestLimit,
    cutStreams() {
      for (const res of answers) if (isStream(res)) res.destroy()
    },
  }
}

const toYoga =
  (yoga: Yoga): RequestHandler =>
  async (req, res) => {
    const operation = multipartOperation(req)
    await yoga.handle(req, res, { graphContext: graphContextOf(req), req, res, operation })
  }

const keepAnswers =
  (answers: Set<Response>): RequestHandler =>
  (_req, res, next) => {
    answers.add(res)
    res.once('close', () => answers.delete(res))
    next()
  }

const isStream = (res: Response): boolean =>
  res.headersSent && String(res.getHeader('content-type')).startsWith('text/event-stream')

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExecutionResult } from 'graphql'
import { createYoga, type GraphQLParams, isAsyncIterable, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import type { Logger } from '../core/logger.js'
import { costLimitPlugin } from './cost-limit.js'
import { createDocumentCache } from './document-cache.js'
import { parseWithinLimits } from './document-limits.js'
import { type Execution, execute } from './execute.js'
import type { GraphContext } from './graph-context.js'
import { createKnownDocuments, type KnownDocuments } from './known-documents.js'
import { eventStreamHeaders, eventStreamOf } from './live/event-stream.js'
import type { Live } from './live/live.js'
import { LiveSubscription, subscribeLive } from './live/subscription.js'
import { asGraphQLError, withPublicErrors } from './public-errors.js'
import { readRequests } from './read-requests.js'
import { schema } from './schema.js'
import type { TrustedDocuments } from './trusted-documents.js'

/** What a transport hands over: the context it made for one operation. */
export type ServerContext = {
  graphContext: GraphContext
  req?: IncomingMessage
  res?: ServerResponse
  /** The operation, where the door has read it itself: a request that brings a file. */
  operation?: GraphQLParams | undefined
  /** The body as the door has read it, in place of the request's. */
  body?: Uint8Array
}
export type Yoga = YogaServerInstance<ServerContext, GraphContext> & {
  trusted: TrustedDocuments
  known: KnownDocuments
}

/**
 * The one pipeline of all transports: HTTP and SSE through its request handler, WebSocket through its `getEnveloped`.
 * The caller has been authenticated and counted before.
 */
export const createGraphYoga = (logger: Logger, live: Live, trusted: TrustedDocuments): Yoga => {
  const known = createKnownDocuments()
  const yoga = createYoga<ServerContext, GraphContext>({
    schema,
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    batching: false,
    multipart: false,
    // The door has read the body, and bounds it (http/body). Yoga would send it through a stream to count it again.
    maxRequestBodySize: false,
    cors: false,
    // Errors are masked in `publicErrors` instead, which gives each its code.
    maskedErrors: false,
    parserAndValidationCache: { documentCache: known.parsed, errorCache: createDocumentCache() },
    logging: { debug() {}, info() {}, warn: (...args) => logger.warn(args), error: (...args) => logger.error(args) },
    context: ({ graphContext }) => graphContext,
    plugins: [
      documentLimitsPlugin,
      known.plugin,
      costLimitPlugin,
      executionPlugin,
      subscriptions(live),
      readRequests(trusted),
      publicErrors(logger),
    ],
  })
  return Object.assign(yoga, { trusted, known: known.documents })
}

/** Answers a request by Yoga's own reading and writing of HTTP; `body` has been read, or `operation` with its file. */
export async function answerByYoga(
  yoga: Yoga,
  graphContext: GraphContext,
  req: IncomingMessage,
  res: ServerResponse,
  body: Uint8Array,
  operation?: GraphQLParams,
): Promise<void> {
  const lastEventId = req.headers['last-event-id']
  // Yoga must find a body that has been read, lest it read the stream; of a long one it would list every byte.
  Object.assign(req, { body: Buffer.from('\n') })
  await yoga.handle(req, res, {
    graphContext: {
      ...graphContext,
      lastEventId: typeof lastEventId === 'string' && lastEventId ? lastEventId : undefined,
    },
    req,
    res,
    operation,
    body,
  })
}

const documentLimitsPlugin: Plugin = {
  onParse({ setParseFn }) {
    setParseFn(parseWithinLimits)
  },
}

const executionPlugin: Plugin = {
  onExecute({ setExecuteFn }) {
    setExecuteFn((args) => execute(args as Execution))
  },
}

/**
 * Subscriptions are delivered by the hub; over HTTP as server-sent events, where the caller takes those. Yoga wraps what
 * a subscription answers, so what was started is found again by the request's context.
 */
function subscriptions(live: Live): Plugin<object, ServerContext> {
  const started = new WeakMap<GraphContext, LiveSubscription>()
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        const result = await subscribeLive(args)
        if (result instanceof LiveSubscription) started.set(result.ctx, result)
        return result
      })
    },
    onResultProcess({ result, resultProcessor, setResult, setResultProcessor, serverContext }) {
      const subscription = started.get(serverContext.graphContext)
      if (!subscription || !resultProcessor || !isAsyncIterable(result)) return
      try {
        const stream = eventStreamOf(live, subscription)
        setResultProcessor(
          (_result, fetchAPI) => new fetchAPI.Response(stream as never, { headers: eventStreamHeaders }),
          'text/event-stream',
        )
      } catch (error) {
        setResult({ errors: [asGraphQLError(error)] })
      }
    },
  }
}

const publicErrors = (logger: Logger): Plugin<object, ServerContext> => ({
  onResultProcess({ result, setResult, serverContext }) {
    const context = contextOf(serverContext.graphContext, logger)
    if (!isAsyncIterable(result) && !Array.isArray(result)) {
      setResult(withPublicErrors(result as ExecutionResult, context) as never)
    }
  },
})

const contextOf = (graphContext: GraphContext | undefined, logger: Logger) => ({
  logger: graphContext?.logger ?? logger,
  requestId: graphContext?.requestId ?? '',
})

import type { Request, Response } from 'express'
import { type ExecutionResult, GraphQLError } from 'graphql'
import {
  createYoga,
  type GraphQLParams,
  isAsyncIterable,
  type Plugin,
  processRegularResult,
  type YogaServerInstance,
} from 'graphql-yoga'
import { DomainError } from '../core/errors.js'
import { parseJsonObject } from '../core/json-body.js'
import type { Logger } from '../core/logger.js'
import { costLimitPlugin } from './cost-limit.js'
import { createDocumentCache } from './document-cache.js'
import { parseWithinLimits } from './document-limits.js'
import type { GraphContext } from './graph-context.js'
import { eventStreamHeaders, eventStreamOf } from './live/event-stream.js'
import type { Live } from './live/live.js'
import { LiveSubscription, subscribeLive } from './live/subscription.js'
import { asGraphQLError, withPublicErrors } from './public-errors.js'
import { schema } from './schema.js'

/** What a transport hands over: the context it made for one operation. */
export type ServerContext = {
  graphContext: GraphContext
  req?: Request
  res?: Response
  /** The operation, where the door has read it itself: a request that brings a file. */
  operation?: GraphQLParams | undefined
  /** The body as the door has read it, in place of the request's. */
  body?: Uint8Array
}
export type Yoga = YogaServerInstance<ServerContext, GraphContext>

/**
 * The one pipeline of all transports: HTTP and SSE through its request handler, WebSocket through its `getEnveloped`.
 * The caller has been authenticated and counted before.
 */
export const createGraphYoga = (logger: Logger, live: Live): Yoga =>
  createYoga<ServerContext, GraphContext>({
    schema,
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    batching: false,
    multipart: false,
    cors: false,
    // Errors are masked in `publicErrors` instead, which gives each its code.
    maskedErrors: false,
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: createDocumentCache() },
    logging: { debug() {}, info() {}, warn: (...args) => logger.warn(args), error: (...args) => logger.error(args) },
    context: ({ graphContext }) => graphContext,
    plugins: [documentLimitsPlugin, costLimitPlugin, subscriptions(live), answerAlways, publicErrors(logger)],
  })

const documentLimitsPlugin: Plugin = {
  onParse({ setParseFn }) {
    setParseFn(parseWithinLimits)
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

/** Where Yoga answers with nothing, or tells of a request that it cannot read with a status of success. */
const answerAlways: Plugin<object, ServerContext> = {
  onRequestParse({ request: { method, headers }, requestParser, setRequestParser, serverContext }) {
    const { operation, body } = serverContext
    if (operation) return setRequestParser(() => operation)
    // Forms and plain text are what a page of any site can make a browser send, without asking first.
    if (!requestParser || (method === 'POST' && !jsonBody.test(headers.get('content-type') ?? ''))) {
      return setRequestParser(() => {
        throw refusal(415, 'The content type must be application/json.')
      })
    }
    if (method === 'POST' && body) return setRequestParser(() => paramsOf(body))
    setRequestParser(async (request) => {
      try {
        return await requestParser(request)
      } catch (error) {
        if (error instanceof GraphQLError) throw refusal(400, error.message)
        // Of `variables` and `extensions` in a query string Yoga throws what JSON.parse does.
        if (error instanceof SyntaxError) throw refusal(400, 'variables and extensions must be JSON.')
        throw error
      }
    })
  },
  onResultProcess({ result, resultProcessor, setResult, setResultProcessor }) {
    if (resultProcessor) return
    // What cannot be delivered must not go on being followed.
    if (isAsyncIterable(result)) void result[Symbol.asyncIterator]().return?.()
    const message = isAsyncIterable(result)
      ? 'A subscription is delivered as text/event-stream, or over WebSocket.'
      : 'The answer is application/graphql-response+json, application/json or text/event-stream.'
    setResult({ errors: [refusal(406, message)] })
    setResultProcessor(processRegularResult, 'application/json')
  },
}

function paramsOf(body: Uint8Array): GraphQLParams {
  try {
    return parseJsonObject(body)
  } catch (error) {
    throw refusal(400, error instanceof DomainError ? error.message : 'The body cannot be read.')
  }
}

const jsonBody = /^\s*application\/(?:graphql\+)?json\s*(?:;|$)/i

const refusal = (status: number, message: string) => new GraphQLError(message, { extensions: { http: { status } } })

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

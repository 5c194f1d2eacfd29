import type { Request, Response } from 'express'
import { type ExecutionResult, GraphQLError } from 'graphql'
import {
  createYoga,
  type GraphQLParams,
  isAsyncIterable,
  mapAsyncIterator,
  type Plugin,
  processRegularResult,
  type YogaServerInstance,
} from 'graphql-yoga'
import type { Logger } from '../core/logger.js'
import { costLimitPlugin } from './cost-limit.js'
import { documentLimitsRule, parseWithinLimits } from './document-limits.js'
import type { GraphContext } from './graph-context.js'
import { withPublicErrors } from './public-errors.js'
import { schema } from './schema.js'

/** What a transport hands over: the context it made for one operation. */
export type ServerContext = {
  graphContext: GraphContext
  req?: Request
  res?: Response
  /** The operation, where the door has read it itself: a request that brings a file. */
  operation?: GraphQLParams | undefined
}
export type Yoga = YogaServerInstance<ServerContext, GraphContext>

/**
 * The one pipeline of all transports: HTTP and SSE through its request handler, WebSocket through its `getEnveloped`.
 * The caller has been authenticated and counted before.
 */
export const createGraphYoga = (logger: Logger): Yoga =>
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
    logging: { debug() {}, info() {}, warn: (...args) => logger.warn(args), error: (...args) => logger.error(args) },
    context: ({ graphContext }) => graphContext,
    plugins: [documentLimitsPlugin, costLimitPlugin, answerAlways, publicErrors(logger)],
  })

const documentLimitsPlugin: Plugin = {
  onParse({ setParseFn }) {
    setParseFn(parseWithinLimits)
  },
  onValidate({ addValidationRule }) {
    addValidationRule(documentLimitsRule)
  },
}

/** Where Yoga answers with nothing, or tells of a request that it cannot read with a status of success. */
const answerAlways: Plugin<object, ServerContext> = {
  onRequestParse({ requestParser, setRequestParser, serverContext: { operation } }) {
    if (operation) return setRequestParser(() => operation)
    setRequestParser(async (request) => {
      if (!requestParser) throw refusal(415, 'The content type must be application/json.')
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

const refusal = (status: number, message: string) => new GraphQLError(message, { extensions: { http: { status } } })

const publicErrors = (logger: Logger): Plugin<object, ServerContext> => ({
  onResultProcess({ result, setResult, serverContext }) {
    const context = contextOf(serverContext.graphContext, logger)
    if (isAsyncIterable(result)) {
      setResult(
        mapAsyncIterator(result as AsyncIterable<ExecutionResult>, (item) => withPublicErrors(item, context)) as never,
      )
    } else if (!Array.isArray(result)) {
      setResult(withPublicErrors(result as ExecutionResult, context) as never)
    }
  },
})

const contextOf = (graphContext: GraphContext | undefined, logger: Logger) => ({
  logger: graphContext?.logger ?? logger,
  requestId: graphContext?.requestId ?? '',
})

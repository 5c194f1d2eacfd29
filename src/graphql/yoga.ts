import type { Request, Response } from 'express'
import { type ExecutionResult, GraphQLError } from 'graphql'
import { createYoga, isAsyncIterable, mapAsyncIterator, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import type { Logger } from '../core/logger.js'
import { documentLimitsRule, parseWithinLimits } from './document-limits.js'
import type { GraphContext } from './graph-context.js'
import { withPublicErrors } from './public-errors.js'
import { schema } from './schema.js'

/** What a transport hands over: the context it made for one operation. */
export type ServerContext = { graphContext: GraphContext; req?: Request; res?: Response }
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
    plugins: [documentLimitsPlugin, unreadable, publicErrors(logger)],
  })

const documentLimitsPlugin: Plugin = {
  onParse({ setParseFn }) {
    setParseFn(parseWithinLimits)
  },
  onValidate({ addValidationRule }) {
    addValidationRule(documentLimitsRule)
  },
}

/** Of `variables` and `extensions` in a query string Yoga throws what JSON.parse does. */
const unreadable: Plugin = {
  onRequestParse({ requestParser, setRequestParser }) {
    if (!requestParser) return
    setRequestParser(async (request) => {
      try {
        return await requestParser(request)
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        throw new GraphQLError('variables and extensions must be JSON.', { extensions: { http: { status: 400 } } })
      }
    })
  },
}

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

import { GraphQLError } from 'graphql'
import { type GraphQLParams, isAsyncIterable, type Plugin, processRegularResult } from 'graphql-yoga'
import { DomainError } from '../core/errors.js'
import { parseJsonObject } from '../core/json-body.js'
import { type TrustedDocuments, withTrustedDocument } from './trusted-documents.js'
import type { ServerContext } from './yoga.js'

/**
 * What a request asks for; and where Yoga would answer with nothing, or tell of a request that it cannot read with a
 * status of success.
 */
export const readRequests = (trusted: TrustedDocuments): Plugin<object, ServerContext> => ({
  onRequestParse({ request: { method, headers }, requestParser, setRequestParser, serverContext }) {
    const { operation, body } = serverContext
    if (operation) return setRequestParser(() => withTrustedDocument(operation, trusted))
    // Forms and plain text are what a page of any site can make a browser send, without asking first.
    if (!requestParser || (method === 'POST' && !jsonBody.test(headers.get('content-type') ?? ''))) {
      return setRequestParser(() => {
        throw refusal(415, 'The content type must be application/json.')
      })
    }
    if (method === 'POST' && body) return setRequestParser(() => withTrustedDocument(paramsOf(body), trusted))
    setRequestParser(async (request) => {
      try {
        const documentId = new URL(request.url).searchParams.get('documentId')
        return withTrustedDocument({ ...(await requestParser(request)), documentId }, trusted)
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
})

function paramsOf(body: Uint8Array): GraphQLParams {
  try {
    return parseJsonObject(body)
  } catch (error) {
    throw refusal(400, error instanceof DomainError ? error.message : 'The body cannot be read.')
  }
}

/** The content types that a body by POST may have. */
export const jsonBody = /^\s*application\/(?:graphql\+)?json\s*(?:;|$)/i

const refusal = (status: number, message: string) => new GraphQLError(message, { extensions: { http: { status } } })

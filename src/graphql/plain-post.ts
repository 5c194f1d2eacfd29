import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { type DocumentNode, type ExecutionResult, getOperationAST, OperationTypeNode } from 'graphql'
import { type FetchAPI, type GraphQLParams, processRegularResult } from 'graphql-yoga'
import { parseJsonObject } from '../core/json-body.js'
import { costOrRefusal, withCost } from './cost-limit.js'
import { execute } from './execute.js'
import type { GraphContext } from './graph-context.js'
import { withPublicErrors } from './public-errors.js'
import { jsonBody } from './read-requests.js'
import { schema } from './schema.js'
import { withTrustedDocument } from './trusted-documents.js'
import { answerByYoga, type Yoga } from './yoga.js'

/** Answers a request whose body has been read: a plain POST at once, everything else as Yoga reads it. */
export async function answerGraphQL(
  yoga: Yoga,
  graphContext: GraphContext,
  req: IncomingMessage,
  res: ServerResponse,
  body: Uint8Array,
): Promise<void> {
  const plain = req.method === 'POST' ? await runPlainPost(yoga, graphContext, req.headers, body) : null
  if (!plain) return answerByYoga(yoga, graphContext, req, res, body)
  res.statusCode = plain.status
  for (const [name, value] of plain.headers) res.setHeader(name, value)
  res.end(plain.text)
}

type PlainAnswer = { status: number; headers: Iterable<[string, string]>; text: string }

const mediaTypes = ['application/json', 'application/graphql-response+json']

/**
 * The media type of the answer, where the caller takes anything, or names one of these first and without a rank: that is
 * what Yoga answers too. Undefined: Yoga is to choose.
 */
function mediaTypeFor(accept: string | undefined): string | undefined {
  if (accept === undefined || accept === '*/*') return mediaTypes[0]
  const [first] = accept.split(',', 1)
  return mediaTypes.find((type) => type === first)
}

/**
 * Runs a query or mutation that comes as JSON and whose document has been run before, without the Request and the
 * Response that Yoga makes of what Node has, which take longer than a small read. Null, before anything has run, for
 * everything else, and whatever there is to refuse: then Yoga answers.
 */
async function runPlainPost(
  yoga: Yoga,
  graphContext: GraphContext,
  headers: IncomingHttpHeaders,
  body: Uint8Array,
): Promise<PlainAnswer | null> {
  const mediaType = mediaTypeFor(headers.accept)
  if (mediaType === undefined || !jsonBody.test(headers['content-type'] ?? '')) return null
  const operation = plainOperation(yoga, body)
  if (!operation) return null
  const { document, operationName, variables } = operation
  const execution = { document, operationName, variableValues: variables, contextValue: graphContext }
  const cost = costOrRefusal({ schema, ...execution })
  if (typeof cost !== 'number') return null
  const result = withPublicErrors(withCost(await execute(execution), cost), graphContext)
  return result.errors
    ? withErrors(result, yoga.fetchAPI, mediaType)
    : { status: 200, headers: [['Content-Type', `${mediaType}; charset=utf-8`]], text: JSON.stringify(result) }
}

type PlainOperation = { document: DocumentNode; operationName?: string | undefined; variables: Record<string, unknown> }

function plainOperation({ trusted, known }: Yoga, body: Uint8Array): PlainOperation | null {
  try {
    const given = parseJsonObject(body)
    if (!Object.keys(given).every((name) => parameters.has(name))) return null
    const { query, variables, operationName } = withTrustedDocument(given as GraphQLParams, trusted)
    if (!isName(operationName) || !isObject(variables ?? {}) || !isObject(given.extensions ?? {})) return null
    const document = typeof query === 'string' ? known.get(query) : undefined
    const operation = document && getOperationAST(document, operationName)
    if (!document || !operation || operation.operation === OperationTypeNode.SUBSCRIPTION) return null
    return { document, operationName: operationName ?? undefined, variables: variables ?? {} }
  } catch {
    // Whatever is wrong with it, Yoga says it.
    return null
  }
}

const parameters = new Set(['query', 'variables', 'operationName', 'extensions', 'documentId'])
const isObject = (value: unknown) => typeof value === 'object' && !Array.isArray(value)
const isName = (value: unknown) => value === undefined || value === null || typeof value === 'string'

/** The status of a result with errors depends on which they are, and on the media type: Yoga's own rules. */
async function withErrors(result: ExecutionResult, fetchAPI: FetchAPI, mediaType: string): Promise<PlainAnswer> {
  const response = processRegularResult(result, fetchAPI, mediaType)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

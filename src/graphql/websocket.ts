import type { IncomingMessage, Server } from 'node:http'
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  getOperationAST,
} from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import type { DomainError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import { documentLimits } from './cost.js'
import type { GraphContext } from './graph-context.js'
import { asGraphQLError, toGraphQLError } from './public-errors.js'
import type { Yoga } from './yoga.js'

/** What the HTTP door knows how to do for a socket. */
export type SocketDoor = {
  /** @throws UNAUTHENTICATED. Makes the context of one operation each time the answer is called. */
  authenticate(req: IncomingMessage, authorization: string | undefined): Promise<() => GraphContext>
  /** Counts one operation. Null: let it pass. */
  countOperation(req: IncomingMessage): Promise<DomainError | null>
}

type Extra = { request: IncomingMessage; newContext?: () => GraphContext }

const initTimeoutMs = 10_000
const keepAliveMs = 12_000

/**
 * GraphQL over WebSocket at /graphql, protocol graphql-transport-ws, through the same pipeline as HTTP. The key comes
 * in `connectionParams.authorization` or the header; without a good one the socket is closed with 4403.
 */
export function serveWebSocket(
  server: Server,
  yoga: Yoga,
  door: SocketDoor,
  logger: Logger,
): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: documentLimits.bytes })
  const disposable = useServer<Record<string, unknown>, Extra>(
    {
      connectionInitWaitTimeout: initTimeoutMs,
      execute: (args) => envelopedOf(args).execute(args),
      subscribe: (args) => envelopedOf(args).subscribe(args),
      async onConnect({ connectionParams, extra }) {
        try {
          extra.newContext = await door.authenticate(extra.request, authorizationOf(connectionParams, extra.request))
          return true
        } catch (error) {
          logger.debug({ err: error }, 'a WebSocket came without a good key')
          return false
        }
      },
      async onSubscribe({ extra }, _id, { query, operationName, variables }) {
        try {
          const refusal = await door.countOperation(extra.request)
          if (refusal) return [asGraphQLError(refusal)]
          return await prepare(yoga, contextOf(extra), { query, operationName, variables })
        } catch (error) {
          return [asGraphQLError(error)]
        }
      },
      onNext({ extra }, _id, _payload, _args, result) {
        const { errors, ...rest } = result as ExecutionResult
        return errors ? { ...rest, errors: shown(errors, contextOf(extra)) } : (rest as FormattedExecutionResult)
      },
      onError: ({ extra }, _id, _payload, errors) => shown(errors, contextOf(extra)),
    },
    sockets,
    keepAliveMs,
  )
  return {
    async close() {
      for (const socket of sockets.clients) socket.close(1001, 'Going away')
      await disposable.dispose()
    },
  }
}

/**
 * Through the pipeline's own parse and validate; the errors of a document that cannot run, else what runs it.
 * @throws GraphQLError for a document that cannot be parsed.
 */
async function prepare(
  yoga: Yoga,
  graphContext: GraphContext,
  params: {
    query: string
    operationName?: string | null | undefined
    variables?: Record<string, unknown> | null | undefined
  },
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const enveloped = yoga.getEnveloped({ graphContext, params } as never)
  const document: ExecutionArgs['document'] = enveloped.parse(params.query)
  const errors = enveloped.validate(enveloped.schema, document) as readonly GraphQLError[]
  if (errors.length > 0) return errors
  if (!getOperationAST(document, params.operationName)) {
    return [new GraphQLError('Could not determine what operation to execute.')]
  }
  return {
    schema: enveloped.schema,
    document,
    operationName: params.operationName ?? null,
    variableValues: params.variables ?? null,
    contextValue: Object.assign((await enveloped.contextFactory()) as object, { [envelopedKey]: enveloped }),
  }
}

const envelopedKey = Symbol('enveloped')
type Enveloped = {
  execute(args: ExecutionArgs): Promise<ExecutionResult>
  subscribe(args: ExecutionArgs): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult>
}
const envelopedOf = (args: ExecutionArgs): Enveloped =>
  (args.contextValue as Record<symbol, Enveloped | undefined>)[envelopedKey] as Enveloped

/** Errors as they leave; the status of an HTTP answer means nothing here. */
const shown = (errors: readonly GraphQLError[], context: GraphContext) =>
  errors.map((error) => {
    const { extensions: { http: _, ...extensions } = {}, ...rest } = toGraphQLError(error, context).toJSON()
    return { ...rest, extensions }
  })

/** The context of an operation: there is one as soon as the socket has been let in. */
function contextOf({ newContext }: Extra): GraphContext {
  if (!newContext) throw new Error('The socket has not been authenticated.')
  return newContext()
}

function authorizationOf(params: Record<string, unknown> | undefined, req: IncomingMessage): string | undefined {
  const given = params?.authorization ?? params?.Authorization
  return typeof given === 'string' ? given : req.headers.authorization
}

import type { IncomingMessage, Server } from 'node:http'
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import type { DomainError } from '../core/errors.js'
import type { Logger } from '../core/logger.js'
import { documentLimits } from './cost.js'
import type { GraphContext } from './graph-context.js'
import { toGraphQLError, withPublicErrors } from './public-errors.js'
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
        const graphContext = extra.newContext?.()
        if (!graphContext) return [new GraphQLError('Not authenticated.')]
        const refusal = await door.countOperation(extra.request)
        if (refusal) return [shown(new GraphQLError(refusal.message, { originalError: refusal }), graphContext)]
        return prepare(yoga, graphContext, { query, operationName, variables })
      },
      onNext(_ctx, _id, _payload, args, result) {
        const { errors, ...rest } = withPublicErrors(result as ExecutionResult, args.contextValue as GraphContext)
        return errors ? { ...rest, errors: errors.map((error) => error.toJSON()) } : rest
      },
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

/** Through the pipeline's own parse and validate; the errors of a document that cannot run, else what runs it. */
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
  let document: ExecutionArgs['document']
  try {
    document = enveloped.parse(params.query)
  } catch (error) {
    if (error instanceof GraphQLError) return [shown(error, graphContext)]
    throw error
  }
  const errors = enveloped.validate(enveloped.schema, document) as readonly GraphQLError[]
  if (errors.length > 0) return errors.map((error) => shown(error, graphContext))
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

const shown = (error: GraphQLError, context: GraphContext) => toGraphQLError(error, context)

function authorizationOf(params: Record<string, unknown> | undefined, req: IncomingMessage): string | undefined {
  const given = params?.authorization ?? params?.Authorization
  return typeof given === 'string' ? given : req.headers.authorization
}

import { type DocumentNode, execute, parse } from 'graphql'
import { badRequest, DomainError } from '../core/errors.js'
import type { GraphContext } from '../graphql/graph-context.js'
import { publicErrorOf } from '../graphql/public-errors.js'
import { schema } from '../graphql/schema.js'
import type { TypedDocumentString } from './generated/graphql.js'

/** What an operation runs in. */
export type OperationContext = GraphContext

/** A typed document of src/operations. */
export type Operation<Data, Variables> = TypedDocumentString<Data, Variables>

const parsed = new Map<string, DocumentNode>()

/**
 * Runs a document of ours in this process, for REST and MCP. It is as the generator validated it, so it is only parsed,
 * once. Counts no limit: limits are counted at the door.
 * @throws DomainError: the first error of the result, as every door shows it.
 */
export async function runOperation<Data, Variables>(
  ctx: OperationContext,
  operation: Operation<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const text = operation.toString()
  let document = parsed.get(text)
  if (!document) {
    document = parse(text)
    parsed.set(text, document)
  }
  const result = await execute({
    schema,
    document,
    contextValue: ctx,
    variableValues: variables as Record<string, unknown>,
  })
  const errors = result.errors ?? []
  const [first, ...others] = errors.map((error) => publicErrorOf(error, ctx.logger))
  if (!first) return result.data as Data
  const { code, message, ...options } = first
  if (code === 'BAD_REQUEST' && errors[0]?.path === undefined) {
    // Nothing ran: each bad variable is an error of its own, and a caller of REST or MCP is told of all in one.
    throw badRequest([first, ...others].flatMap(({ details }) => details ?? []))
  }
  throw new DomainError(code, message, options)
}

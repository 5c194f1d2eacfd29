import { type DocumentNode, Kind, parse } from 'graphql'
import type { NamedScope } from '../core/scopes.js'
import { requireScope, scopeOf } from '../graphql/builder.js'
import { execute } from '../graphql/execute.js'
import type { GraphContext } from '../graphql/graph-context.js'
import { publicErrorOf } from '../graphql/public-errors.js'
import { schema } from '../graphql/schema.js'
import type { TypedDocumentString } from './generated/graphql.js'
import { firstOf, type Runner } from './runner.js'

/** What an operation runs in. */
export type OperationContext = GraphContext

/** A typed document of src/operations. */
export type Operation<Data, Variables> = TypedDocumentString<Data, Variables>

const parsed = new Map<string, DocumentNode>()

export function documentOf<Data, Variables>(operation: Operation<Data, Variables>): DocumentNode {
  const text = operation.toString()
  let document = parsed.get(text)
  if (!document) {
    document = parse(text)
    parsed.set(text, document)
  }
  return document
}

/**
 * Refuses a key that lacks what the fields of an operation ask for, before its input is looked at (contract, section 6:
 * key, scope, body). The graph would say the same, but only of an input that is good. @throws FORBIDDEN.
 */
export function requireScopes<Data, Variables>(ctx: OperationContext, operation: Operation<Data, Variables>): void {
  for (const scope of scopesOf(operation)) requireScope(ctx, scope)
}

/** What the fields of an operation ask of a key; of a list one is enough. Empty: any key will do. */
export function scopesOf<Data, Variables>(operation: Operation<Data, Variables>): (NamedScope | NamedScope[])[] {
  return documentOf(operation).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return []
    const fields = schema.getRootType(definition.operation)?.getFields()
    return definition.selectionSet.selections.flatMap((selection) => {
      const field = selection.kind === Kind.FIELD ? fields?.[selection.name.value] : undefined
      const scope = field && scopeOf(field)
      return scope ? [scope] : []
    })
  })
}

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
  const result = await execute({
    document: documentOf(operation),
    contextValue: ctx,
    variableValues: variables as Record<string, unknown>,
  })
  const errors = result.errors ?? []
  if (errors.length === 0) return result.data as Data
  throw firstOf(
    errors.map((error) => publicErrorOf(error, ctx.logger)),
    errors[0]?.path !== undefined,
  )
}

/** Runs documents in this process, by the key of a request. */
export const runnerOf = (ctx: OperationContext): Runner => ({
  requireScopes: (operation) => requireScopes(ctx, operation),
  run: (operation, variables) => runOperation(ctx, operation, variables),
  report: (err) => ctx.logger.error({ err }, 'a request failed'),
  requestId: ctx.requestId,
})

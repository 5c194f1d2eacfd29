import { execute as executeByTools } from '@graphql-tools/executor'
import type { DocumentNode, ExecutionResult } from 'graphql'
import { compiledQuery } from './compiled.js'
import type { GraphContext } from './graph-context.js'
import { schema } from './schema.js'

export type Execution = {
  /** Valid, and the operation no subscription. */
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: Readonly<Record<string, unknown>> | null | undefined
  contextValue: GraphContext
}

/**
 * Runs a query or mutation to its end, for every door. A query that comes again and again is compiled; where anything is
 * wrong it runs again field by field, so that its errors are the same as ever.
 */
export async function execute({ contextValue, ...execution }: Execution): Promise<ExecutionResult> {
  const { document, operationName, variableValues } = execution
  const query = await compiledQuery(document, operationName)
  if (query) {
    const result = await query(undefined, contextValue, variableValues)
    if (!result.errors) return result
  }
  // What has been loaded for a request is noted by its context. In parts it would come by @defer and @stream alone, which
  // the schema has not.
  return (await executeByTools({ schema, ...execution, contextValue: { ...contextValue } })) as ExecutionResult
}

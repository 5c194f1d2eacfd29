import { type ComplexityResult, complexityFromQuery } from '@pothos/plugin-complexity'
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
  Kind,
} from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import { badRequest } from '../core/errors.js'
import { complexityLimit, describeExcess } from './cost.js'
import { asGraphQLError } from './public-errors.js'
import { variableFaults } from './variables.js'

/**
 * Refuses what costs too much before anything of it runs, and says in `extensions.cost` what the rest has cost. Subscriptions ask
 * for themselves (live/subscription).
 */
export const costLimitPlugin: Plugin = {
  onExecute({ args, setResultAndStopExecution }) {
    const cost = costOrRefusal(args)
    if (cost === null) return
    if (typeof cost !== 'number') return setResultAndStopExecution({ errors: cost })
    return {
      onExecuteDone({ result, setResult }) {
        if (!isAsyncIterable(result)) setResult(withCost(result, cost))
      },
    }
  },
}

export const withCost = (result: ExecutionResult, cost: number): ExecutionResult => ({
  ...result,
  extensions: { ...result.extensions, cost },
})

/** Null where execution will refuse the document itself: it has no such operation. */
export function costOrRefusal({
  schema,
  document,
  operationName,
  variableValues,
}: ExecutionArgs): number | GraphQLError[] | null {
  const operation = getOperationAST(document, operationName)
  if (!operation) return null
  const variables = variableValues ?? {}
  const faults = variableFaults(schema, operation, variables)
  if (faults.length > 0) return faults
  try {
    const spent = complexityFromQuery(onlyOperation(document, operation), { schema, variables })
    return exceeds(spent)
      ? [asGraphQLError(badRequest([{ path: 'query', message: describeExcess(spent) }]))]
      : spent.complexity
  } catch (error) {
    return [asGraphQLError(error)]
  }
}

const onlyOperation = (document: DocumentNode, operation: DocumentNode['definitions'][number]): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [operation, ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)],
})

const exceeds = ({ complexity, depth, breadth }: ComplexityResult): boolean =>
  complexity > complexityLimit.complexity || depth > complexityLimit.depth || breadth > complexityLimit.breadth

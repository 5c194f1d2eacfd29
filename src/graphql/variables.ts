import {
  coerceInputValue,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql'
import { badRequest } from '../core/errors.js'
import { requestLimits } from './cost.js'
import { asGraphQLError } from './public-errors.js'

/** As many as execution itself would report: a long list of wrong values is no reason for a long list of errors. */
const maxErrors = 50

type Variables = Readonly<Record<string, unknown>>

/**
 * What is wrong with the variables of an operation; none: execution can take them. Execution would say the same, but
 * write each wrong value out in full to say it: fifty times an object of a megabyte.
 */
export function variableFaults(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Variables,
): GraphQLError[] {
  if (hasTooMany(variables)) {
    const message = `hold more than ${requestLimits.values} values`
    return [asGraphQLError(badRequest([{ path: 'variables', message }]))]
  }
  const errors: GraphQLError[] = []
  try {
    for (const definition of operation.variableDefinitions ?? []) {
      checkOne(schema, definition, variables, (error) => {
        if (errors.length >= maxErrors) throw tooMany
        errors.push(error)
      })
    }
  } catch (error) {
    if (error !== tooMany) throw error
    errors.push(tooMany)
  }
  return errors
}

const tooMany = new GraphQLError('The variables have too many faults to name them all.')

function checkOne(
  schema: GraphQLSchema,
  node: VariableDefinitionNode,
  variables: Variables,
  report: (error: GraphQLError) => void,
): void {
  const name = node.variable.name.value
  const type = typeFromAST(schema, node.type) as GraphQLInputType | undefined
  // A type that is none is validation's to name.
  if (!isInputType(type)) return
  const fault = (text: string, originalError?: Error) =>
    report(new GraphQLError(`Variable "$${name}" ${text}`, { nodes: node, originalError }))
  if (!Object.hasOwn(variables, name)) {
    if (isNonNullType(type) && !node.defaultValue) fault(`of required type "${type}" was not provided.`)
  } else if (variables[name] === null && isNonNullType(type)) {
    fault(`of non-null type "${type}" must not be null.`)
  } else {
    coerceInputValue(variables[name], type, (path, _value, error) => {
      const place = path.length > 0 ? ` at "${name}${path.map(printed).join('')}"` : ''
      fault(`got invalid value (not shown)${place}; ${error.message}`, error)
    })
  }
}

const printed = (key: string | number) => (typeof key === 'number' ? `[${key}]` : `.${key}`)

/** Whether there are more values than a request may hold, however they are nested. */
function hasTooMany(variables: Variables): boolean {
  const rest: unknown[] = [variables]
  for (let count = 0; rest.length > 0; count++) {
    if (count > requestLimits.values) return true
    const value = rest.pop()
    if (typeof value !== 'object' || value === null || !isPlain(value)) continue
    const inner = Object.values(value)
    if (inner.length > requestLimits.values) return true
    rest.push(...inner)
  }
  return false
}

/** A file that a multipart request brings is one value, whatever it is made of. */
const isPlain = (value: object) =>
  Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value))

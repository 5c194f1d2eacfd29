import type { GraphQLSchema } from 'graphql'
import { scopeOf } from './builder.js'

/** The fields at the root that ask for no scope, each with why any key may use it. Every other one names its scope. */
export const anyKeyFields: Record<string, string> = {
  'Query.viewer': 'A key may know what it is itself.',
  'Query.connection': 'Whether the number works is no secret from those who write over it; as GET /status.',
  'Query.connections': 'The same of each number.',
  'Query.node': 'Asks for the scope of what the id names: nodeScopes.',
  'Query.nodes': 'Asks for the scope of what each id names: nodeScopes.',
  'Query.eventCursor': 'A place in the log, which says nothing of what is there.',
  'Query.eventLog': 'Asks for the scope of each event that it shows.',
  'Subscription.events': 'Asks for the scope of each event that it shows.',
}

/**
 * Holds every field at the root against that table, when the schema is made: one that nobody thought of is never
 * served. @throws naming those with neither a scope nor an entry, with both, and entries of no field.
 */
export function requireScopesEverywhere(schema: GraphQLSchema): GraphQLSchema {
  const open = new Set<string>()
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      if (scopeOf(field) === undefined) open.add(`${type?.name}.${field.name}`)
    }
  }
  const listed = new Set(Object.keys(anyKeyFields))
  const faults = [
    ...[...open].filter((field) => !listed.has(field)).map((field) => `${field} names no scope`),
    ...[...listed]
      .filter((field) => !open.has(field))
      .map((field) => `${field} is listed for any key, but is not open`),
  ]
  if (faults.length > 0) throw new Error(`The scopes of the graph do not hold: ${faults.join('; ')}.`)
  return schema
}

/** Says at every field of the root which scope it asks for, so that whoever reads the contract can choose a key. */
export function describeScopes(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const needed = [scopeOf(field) ?? []].flat()
      const says = needed.length === 0 ? 'Any key.' : `Scope: ${needed.join(' or ')}.`
      field.description = [field.description ?? [], says].flat().join('\n')
    }
  }
  return schema
}

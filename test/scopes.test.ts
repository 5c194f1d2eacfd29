import {
  execute,
  type GraphQLField,
  type GraphQLInputType,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  subscribe,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { type IdKind, newId } from '../src/core/ids.js'
import { IncomingFile } from '../src/core/incoming-file.js'
import { type Scope, scopes } from '../src/core/scopes.js'
import { anyKeyFields, requireScopesEverywhere } from '../src/graphql/any-key.js'
import { scopeOf } from '../src/graphql/builder.js'
import type { GraphContext } from '../src/graphql/graph-context.js'
import { nodeScopes, resolveNode } from '../src/graphql/node-scopes.js'
import { schema } from '../src/graphql/schema.js'
import { tools } from '../src/mcp/tools.js'
import { requireScopes } from '../src/operations/execute.js'
import { routes } from '../src/rest/routes.js'

type Field = GraphQLField<unknown, unknown>

const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
const fields = roots.flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field): [string, Field] => [`${type?.name}.${field.name}`, field]),
)
const scoped = fields.filter(([path]) => !Object.hasOwn(anyKeyFields, path))

/** A key with these scopes, in a context that has nothing else: what gets past the scope fails in another way. */
const withScopes = (...held: Scope[]) =>
  ({ actor: { organizationId: newId('Organization'), scopes: new Set(held) } }) as unknown as GraphContext

/** Some value of each type of input, so that a document is good and only the scope can refuse it. */
function sampleOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType)
  if (isListType(type)) return [sampleOf(type.ofType)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type)) {
    const all = Object.values(type.getFields())
    const needed = type.isOneOf ? all.slice(0, 1) : all.filter((field) => isNonNullType(field.type))
    return Object.fromEntries(needed.map((field) => [field.name, sampleOf(field.type)]))
  }
  const scalars: Record<string, unknown> = {
    Int: 1,
    Float: 1,
    Boolean: true,
    DateTime: '2030-01-01T00:00:00Z',
    JSON: {},
    Decimal: '1.5',
    Scope: 'contacts:read',
    EventType: 'message.received',
    Upload: Object.create(IncomingFile.prototype),
  }
  return scalars[type.name] ?? 'x'
}

/** One field alone, with what it must be given. */
async function runField(path: string, field: Field, context: GraphContext) {
  const args = field.args.filter(({ type }) => isNonNullType(type))
  const declared = args.map(({ name, type }) => `$${name}: ${type}`).join(', ')
  const given = args.map(({ name }) => `${name}: $${name}`).join(', ')
  const named = isNonNullType(field.type) ? field.type.ofType : field.type
  const selection = isObjectType(named) || isInterfaceType(named) ? ' { __typename }' : ''
  const call = `${field.name}${given && `(${given})`}${selection}`
  const kind = path.slice(0, path.indexOf('.')).toLowerCase()
  const result = await (kind === 'subscription' ? subscribe : execute)({
    schema,
    document: parse(`${kind} ${declared && `(${declared})`} { ${call} }`),
    contextValue: context,
    variableValues: Object.fromEntries(args.map(({ name, type }) => [name, sampleOf(type)])),
  })
  return 'errors' in result ? result.errors?.map(({ message }) => message) : undefined
}

const neededBy = (field: Field) => [scopeOf(field) ?? []].flat()

describe('every field at the root', () => {
  it('names a scope of the closed list, or is listed with why any key may use it', () => {
    expect(scoped.length).toBeGreaterThan(20)
    for (const [path, field] of scoped) {
      expect([path, neededBy(field).filter((scope) => Object.hasOwn(scopes, scope)).length]).not.toEqual([path, 0])
    }
    const open = fields.filter(([, field]) => scopeOf(field) === undefined).map(([path]) => path)
    expect(open.sort()).toEqual(Object.keys(anyKeyFields).sort())
  })

  it('is served by no schema otherwise', () => {
    const query = new GraphQLObjectType({ name: 'Query', fields: { forgotten: { type: GraphQLString } } })
    expect(() => requireScopesEverywhere(new GraphQLSchema({ query }))).toThrow(/Query\.forgotten names no scope/)
  })

  it.each(scoped)('%s refuses a key without its scope, and names it', async (path, field) => {
    const [first = ''] = neededBy(field)
    const others = (Object.keys(scopes) as Scope[]).filter((scope) => !neededBy(field).some((own) => own === scope))
    expect(await runField(path, field, withScopes(...others))).toEqual([`This API key lacks the scope ${first}.`])
  })

  it.each(scoped)('%s lets a key with its scope in', async (path, field) => {
    for (const scope of neededBy(field)) {
      const errors = await runField(path, field, withScopes(scope)).catch((error: unknown) => [String(error)])
      expect(errors ?? []).not.toContainEqual(expect.stringMatching(/lacks the scope \S+\.$/))
    }
  })
})

describe('every type that an id names', () => {
  const node = schema.getType('Node')
  const nodes = isInterfaceType(node) ? schema.getPossibleTypes(node).map(({ name }) => name) : []

  it('has its row in the table of scopes, and there is no other', () => {
    expect(nodes.length).toBeGreaterThan(8)
    expect(Object.keys(nodeScopes).sort()).toEqual([...nodes].sort())
  })

  it.each(Object.entries(nodeScopes))('%s is shown to a key with its scope alone (%s)', (typename, scope) => {
    const id = { typename, id: newId(typename as IdKind) }
    const resolve = (...held: Scope[]) => resolveNode(withScopes(...held), id, () => 'shown')
    expect(resolve('*')).toBe('shown')
    if (scope == null) {
      expect(resolve()).toBe('shown')
      return
    }
    expect(resolve(scope)).toBe('shown')
    const others = (Object.keys(scopes) as Scope[]).filter((other) => other !== scope)
    expect(() => resolve(...others)).toThrow(`This API key lacks the scope ${scope}.`)
  })
})

describe('every REST path', () => {
  /** Those whose field of the graph any key may use, by the same table. */
  const open = ['GET /status', 'GET /events']

  it.each(routes.map((route): [string, (typeof routes)[number]] => [`${route.method} ${route.path}`, route]))(
    '%s asks for a scope before it looks at anything, or is open to any key',
    (name, { operation }) => {
      const refused = () => requireScopes(withScopes(), operation)
      if (open.includes(name)) expect(refused).not.toThrow()
      else expect(refused).toThrow(/^This API key lacks the scope [a-z]+:[a-z]+\.$/)
    },
  )

  it('that is open is there', () => {
    const names = routes.map(({ method, path }) => `${method} ${path}`)
    expect(names).toEqual(expect.arrayContaining(open))
  })
})

describe('every MCP tool', () => {
  it.each(tools)('$name asks for $scope, and for nothing else', ({ scope, operation }) => {
    const others = (Object.keys(scopes) as Scope[]).filter((other) => other !== scope)
    expect(() => requireScopes(withScopes(...others), operation)).toThrow(`This API key lacks the scope ${scope}.`)
    expect(() => requireScopes(withScopes(scope), operation)).not.toThrow()
  })
})

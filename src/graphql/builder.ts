import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import ValidationPlugin from '@pothos/plugin-validation'
import type { GraphQLField } from 'graphql'
import { badRequest, DomainError } from '../core/errors.js'
import { idKind } from '../core/ids.js'
import type { IncomingFile } from '../core/incoming-file.js'
import { issueDetails } from '../core/input.js'
import { holdsScope, type NamedScope, type Scope } from '../core/scopes.js'
import { rowKey } from '../database/client.js'
import type { EventType } from '../events/types.js'
import type PrismaTypes from '../generated/pothos.js'
import { getDatamodel } from '../generated/pothos.js'
import ColumnsAtHandPlugin from './columns-at-hand.js'
import type { GraphContext } from './graph-context.js'
import { resolveNode, resolveNodes } from './node-scopes.js'

export const builder = new SchemaBuilder<{
  Context: GraphContext
  PrismaTypes: PrismaTypes
  /** One of these scopes is enough. */
  AuthScopes: { scope: NamedScope | NamedScope[] }
  Connection: { totalCount: () => Promise<number> }
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    JSON: { Input: unknown; Output: unknown }
    Decimal: { Input: string; Output: string }
    EventType: { Input: EventType; Output: EventType }
    Scope: { Input: Scope; Output: Scope }
    Upload: { Input: IncomingFile; Output: never }
  }
}>({
  // Each is around those behind it.
  plugins: [ComplexityPlugin, ScopeAuthPlugin, RelayPlugin, ColumnsAtHandPlugin, PrismaPlugin, ValidationPlugin],
  defaultFieldNullability: false,
  // Only what each field costs: the limit is held by costLimitPlugin, once, before anything runs.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 1 },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: (ctx) => ({ scope: (needed) => requireScope(ctx, needed) }),
  },
  prisma: {
    client: (ctx) => ctx.database.prisma,
    dmmf: getDatamodel(),
    exposeDescriptions: true,
    filterConnectionTotalCount: true,
    onUnusedQuery: 'error',
  },
  validation: { validationError: (failure) => badRequest(issueDetails(failure.issues)) },
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    nodesOnConnection: {
      description: 'The rows of this page, without their cursors.',
      complexity: { field: 0, multiplier: 1 },
    },
    // Ids are shown as they are stored (architecture, rule 10). An unknown prefix names no type, and so nothing.
    encodeGlobalID: (_typename, id) => String(id),
    decodeGlobalID: (id) => ({ typename: idKind(id) ?? 'Nothing', id }),
    nodeTypeOptions: { description: 'Anything that has an id.' },
    idFieldOptions: { description: 'The id, as it is shown everywhere.' },
    nodeQueryOptions: {
      description: 'Whatever an id names, or null.',
      nullable: true,
      args: { id: { description: 'The id, as it is shown everywhere.' } },
      resolve: (_root, { id }, ctx, _info, load) => resolveNode(ctx, id, load),
    },
    nodesQueryOptions: {
      description: 'Whatever each of some ids names, in their order; null where an id names nothing. At most 100 ids.',
      nullable: { list: false, items: true },
      args: { ids: { description: 'The ids.' } },
      resolve: (_root, args, ctx, _info, load) =>
        resolveNodes(ctx, args.ids, (ids) => {
          // The plugin's loader does not look at what it is given but at the arguments.
          args.ids = ids
          return load(ids)
        }),
    },
    mutationInputArgOptions: { description: 'What to do, and with what.' },
    pageInfoTypeOptions: { description: 'Where a page stands in its list.' },
    pageInfoFieldOptions: {
      description: 'Where this page stands in the list.',
      complexity: { field: 0, multiplier: 1 },
    },
    hasNextPageFieldOptions: { description: 'Whether the list goes on after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether the list begins before this page.' },
    startCursorFieldOptions: { description: 'The cursor of the first row.' },
    endCursorFieldOptions: { description: 'The cursor of the last row: `after` of the next page.' },
    cursorFieldOptions: { description: 'The place of this row in the list.' },
    nodeFieldOptions: { description: 'The row.', complexity: { field: 0, multiplier: 1 } },
    edgesFieldOptions: { description: 'The rows of this page.', complexity: { field: 0, multiplier: 1 } },
    firstArgOptions: {
      description: 'How many rows, from the beginning or from `after` on; 20 by default, at most 100.',
    },
    lastArgOptions: { description: 'How many rows before `before`, or at the end; at most 100.' },
    afterArgOptions: { description: 'A cursor: the page begins behind it.' },
    beforeArgOptions: { description: 'A cursor: the page ends before it.' },
  },
})

/** @throws FORBIDDEN, naming the scope that the key lacks. */
export function requireScope(ctx: Pick<GraphContext, 'actor'>, needed: NamedScope | NamedScope[]): true {
  const enough = Array.isArray(needed) ? needed : [needed]
  if (enough.some((scope) => holdsScope(ctx.actor.scopes, scope))) return true
  throw new DomainError('FORBIDDEN', `This API key lacks the scope ${enough[0]}.`)
}

/** What a root field asks of a key, as its `authScopes` say; undefined: any key will do. */
export function scopeOf(field: GraphQLField<unknown, unknown>): NamedScope | NamedScope[] | undefined {
  const options = field.extensions.pothosOptions as { authScopes?: { scope: NamedScope | NamedScope[] } } | undefined
  return options?.authScopes?.scope
}

/** The condition that reads one row of the caller's own organization. */
export const ownRow = (id: string, ctx: GraphContext) => rowKey({ organizationId: ctx.actor.organizationId, id })

builder.queryType({ description: 'Everything that can be read.' })
builder.mutationType({ description: 'Everything that can be done.' })
builder.subscriptionType({
  description:
    'Everything that can be followed, over WebSocket (graphql-transport-ws) or SSE. Each item carries a cursor; with it as `after` a new subscription goes on exactly there.',
})
builder.globalConnectionField('totalCount', (t) =>
  t.int({
    description: 'How many rows the whole list has. Counted only when asked for.',
    complexity: 5,
    resolve: (connection) => connection.totalCount(),
  }),
)

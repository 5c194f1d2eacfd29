import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'

const pluginName = 'columnsAtHand'

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      columnsAtHand: BasePlugin<Types>
    }
  }
}

/**
 * What is shown of columns that its row has is made of the row. The Prisma plugin would first look up, value for value,
 * by which query the row was loaded, to know whether they were among what that selected; but a row is always loaded with
 * the columns it is asked for. Where it does not find out, as under a row that another leads to in a compiled query, it
 * would read them again.
 *
 * A field that shows one column as it is, under its name, and asks for no scope, needs no resolver at all; nor does the id.
 */
class ColumnsAtHand<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>) {
    const { pothosOptions, extensions } = this.buildCache.getTypeConfig(field.parentType)
    const isId = field.name === 'id' && extensions?.pothosPrismaModel !== undefined
    const columns = isId ? ['id'] : columnsOf(field)
    if (columns === null) return field
    const isColumn = columns.length === 1 && columns[0] === field.name && (isId || isExposed(field))
    const scoped = 'authScopes' in pothosOptions || 'authScopes' in field.pothosOptions
    return {
      ...field,
      extensions: { ...field.extensions, [shownAsItIs]: isColumn && !scoped, [madeOfColumns]: true },
    }
  }

  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const columns = columnsOf(field)
    const { resolve } = field
    if (columns === null || !resolve) return resolver
    return (row, args, context, info) => {
      const isThere = columns.every((column) => (row as Record<string, unknown>)[column] !== undefined)
      return isThere ? resolve(row, args, context, info) : resolver(row, args, context, info)
    }
  }
}

const shownAsItIs = 'kaanhaShownAsItIs'
const madeOfColumns = 'kaanhaMadeOfColumns'

/** The columns that a field is made of, and nothing else; null where it may need more, or is no field of a row's. */
function columnsOf<Types extends SchemaTypes>(field: PothosOutputFieldConfig<Types>): string[] | null {
  if (field.kind !== 'PrismaObject' || Object.keys(field.args).length > 0) return null
  if (isExposed(field)) return [String(field.extensions?.pothosExposedField)]
  const { select } = field.pothosOptions as { select?: unknown }
  if (typeof select !== 'object' || select === null) return null
  return Object.values(select).every((wanted) => wanted === true) ? Object.keys(select) : null
}

const isExposed = <Types extends SchemaTypes>({ extensions }: PothosOutputFieldConfig<Types>): boolean =>
  typeof extensions?.pothosExposedField === 'string'

/** Takes the resolvers of fields that show a column as it is away: executors show a property of the row's by themselves, and faster. */
export function showColumnsAtHand(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      if (field.extensions[shownAsItIs]) delete field.resolve
    }
  }
  return schema
}

const answers = new WeakMap<FieldNode, boolean>()

/** Whether of the rows of a list nothing is asked for but such columns. */
export function showsColumnsOnly({ fieldNodes, returnType, fragments }: GraphQLResolveInfo): boolean {
  const [list, ...more] = fieldNodes
  const type = getNamedType(returnType)
  if (!list || more.length > 0 || !isObjectType(type)) return false
  const known = answers.get(list)
  if (known !== undefined) return known

  function only(set: SelectionSetNode | undefined, type: GraphQLObjectType, areRows: boolean): boolean {
    return (set?.selections ?? []).every((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return only(selection.selectionSet, type, areRows)
      const name = selection.name.value
      if (selection.kind === Kind.FRAGMENT_SPREAD) return only(fragments[name]?.selectionSet, type, areRows)
      const field = type.getFields()[name]
      if (areRows || !field) return name === '__typename' || field?.resolve === undefined || isMadeOfColumns(field)
      const inner = getNamedType(field.type)
      return !isObjectType(inner) || only(selection.selectionSet, inner, name === 'nodes' || name === 'node')
    })
  }
  const answer = only(list.selectionSet, type, false)
  answers.set(list, answer)
  return answer
}

/** And holds no rows itself, for which the plugin would have to know how they were loaded. */
const isMadeOfColumns = ({ extensions, type }: GraphQLField<unknown, unknown>): boolean =>
  extensions[madeOfColumns] === true && isLeafType(getNamedType(type))

SchemaBuilder.registerPlugin(pluginName, ColumnsAtHand)

export default pluginName

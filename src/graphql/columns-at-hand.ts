import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
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
 * A column that its row has is shown as it is. The Prisma plugin would first look up, value for value, by which query
 * the row was loaded, to know whether the column was among what that selected; but a row is always loaded with the
 * columns it is asked for. Of fields that show one column and ask for no scope, and of the id, which is shown as it is
 * stored.
 */
class ColumnsAtHand<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>) {
    const { pothosOptions, extensions } = this.buildCache.getTypeConfig(field.parentType)
    const isId = field.name === 'id' && extensions?.pothosPrismaModel !== undefined
    const column = 'authScopes' in pothosOptions ? undefined : isId ? 'id' : shownColumn(field)
    if (column !== field.name) return field
    return { ...field, extensions: { ...field.extensions, [columnAtHand]: true } }
  }
}

const columnAtHand = 'kaanhaColumnAtHand'

function shownColumn<Types extends SchemaTypes>(field: PothosOutputFieldConfig<Types>): string | undefined {
  const { kind, extensions, pothosOptions } = field
  if (kind !== 'PrismaObject' || 'authScopes' in pothosOptions) return undefined
  const exposed = extensions?.pothosExposedField
  return typeof exposed === 'string' ? exposed : undefined
}

/** Takes the resolvers of such fields away: executors show a property of the row's by themselves, and faster. */
export function showColumnsAtHand(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      if (field.extensions[columnAtHand]) delete field.resolve
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
      if (areRows || !field) return name === '__typename' || field?.resolve === undefined
      const inner = getNamedType(field.type)
      return !isObjectType(inner) || only(selection.selectionSet, inner, name === 'nodes' || name === 'node')
    })
  }
  const answer = only(list.selectionSet, type, false)
  answers.set(list, answer)
  return answer
}

SchemaBuilder.registerPlugin(pluginName, ColumnsAtHand)

export default pluginName

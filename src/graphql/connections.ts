import { queryFromInfo } from '@pothos/plugin-prisma'
import {
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import type { Page } from '../database/page.js'
import type { GraphContext } from './graph-context.js'

/** The columns and relations that a list field is asked for, wherever its rows are selected from. */
export const pageQuery = (context: GraphContext, info: GraphQLResolveInfo) =>
  queryFromInfo({
    context,
    info,
    select: { organizationId: true, id: true },
    paths: [['nodes'], ['edges', 'node']],
  }) as { select: Record<string, unknown> }

/** The same, and whether the list is to be counted. */
export const countedQuery = (context: GraphContext, info: GraphQLResolveInfo) => ({
  ...pageQuery(context, info),
  counted: info.fieldNodes.some(({ selectionSet }) => selects(selectionSet, 'totalCount', info)),
})

/** Whether a field of this name is selected, through fragments too, and neither skipped nor left out. */
function selects(set: SelectionSetNode | undefined, name: string, info: GraphQLResolveInfo): boolean {
  return (set?.selections ?? []).some((selection) => {
    if (getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues)?.if === true) return false
    if (getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues)?.if === false) return false
    if (selection.kind === Kind.FIELD) return selection.name.value === name
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value]
    return selects(inner?.selectionSet, name, info)
  })
}

/** The columns and relations that a field of one row is asked for. */
export const rowQuery = (context: GraphContext, info: GraphQLResolveInfo) =>
  queryFromInfo({ context, info, select: { organizationId: true, id: true } }) as { select: Record<string, unknown> }

/**
 * A row that a mutation answers with all its columns, shown as it is: the plugin would otherwise read it again, when it
 * may have been deleted or have moved on. Only what it leads to is still read.
 */
export function wholeRow<Row>(context: GraphContext, info: GraphQLResolveInfo, row: Row): Row {
  // Asking for the query tells the plugin that this place of the document is loaded.
  rowQuery(context, info)
  return row
}

/** A page as Relay's connection. A cursor is made where one is asked for. */
export function toConnection<Row>(page: Page<Row>) {
  const cursors = new Cursors(page)
  return {
    edges: page.rows.map((node, i) => new Edge(node, cursors, i)),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      get startCursor() {
        return cursors.all[0] ?? null
      },
      get endCursor() {
        return cursors.all.at(-1) ?? null
      },
    },
    totalCount: page.totalCount,
  }
}

class Cursors {
  readonly #page: Pick<Page<unknown>, 'cursors'>
  #all: string[] | undefined

  constructor(page: Pick<Page<unknown>, 'cursors'>) {
    this.#page = page
  }

  get all(): string[] {
    this.#all ??= this.#page.cursors
    return this.#all
  }
}

/** A class, so that the rows of an inbox do not each bring functions of their own. */
class Edge<Row> {
  readonly node: Row
  readonly #cursors: Cursors
  readonly #place: number

  constructor(node: Row, cursors: Cursors, place: number) {
    this.node = node
    this.#cursors = cursors
    this.#place = place
  }

  get cursor(): string {
    return this.#cursors.all[this.#place] ?? ''
  }
}

import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
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

/** A page as Relay's connection. */
export function toConnection<Row>(page: Page<Row>) {
  return {
    edges: page.rows.map((node, i) => ({ node, cursor: page.cursors[i] ?? '' })),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: page.cursors[0] ?? null,
      endCursor: page.cursors.at(-1) ?? null,
    },
    totalCount: page.totalCount,
  }
}

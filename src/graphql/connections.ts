import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { DomainError } from '../core/errors.js'
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

/**
 * A row shown as it was when the caller's answer was decided, not as it is by now: its columns are those given, and
 * only its relations are read. Without this the row's fields would be loaded again.
 */
export async function rowAsItWas<Row extends object>(
  context: GraphContext,
  info: GraphQLResolveInfo,
  row: Row,
  readRelations: (query: { select: Record<string, unknown> }) => Promise<object | null>,
): Promise<Row> {
  const relations = Object.entries(rowQuery(context, info).select).filter(([, value]) => typeof value === 'object')
  if (relations.length === 0) return row
  const read = await readRelations({ select: Object.fromEntries(relations) })
  if (!read) throw new DomainError('NOT_FOUND', 'It has been deleted since.')
  return { ...read, ...row }
}

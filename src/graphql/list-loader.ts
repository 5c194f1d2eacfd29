import DataLoader from 'dataloader'
import type { GraphQLResolveInfo } from 'graphql'
import type { Page, PageArgs } from '../database/page.js'
import type { GraphContext } from './graph-context.js'

type Loaders = Map<string, DataLoader<string, Page<unknown>>>
const loadersOfRequest = new WeakMap<GraphContext, Loaders>()

/**
 * A list that each row of another list has, such as the messages of a conversation, gathered over all its rows: a few
 * statements for a whole inbox. Rows at the same place of a document with the same arguments share a loader.
 */
export function loadList<Row>(
  ctx: GraphContext,
  info: GraphQLResolveInfo,
  parentId: string,
  { first, after, last, before, skip }: PageArgs,
  load: (parentIds: readonly string[], args: PageArgs) => Promise<Page<Row>[]>,
): Promise<Page<Row>> {
  const args = { first, after, last, before, skip }
  let loaders = loadersOfRequest.get(ctx)
  if (!loaders) {
    loaders = new Map()
    loadersOfRequest.set(ctx, loaders)
  }
  const place = JSON.stringify([pathOf(info), args])
  let loader = loaders.get(place)
  if (!loader) {
    loader = new DataLoader((ids) => load(ids, args), { cache: false, maxBatchSize: 100 })
    loaders.set(place, loader)
  }
  // The place names one field, and with it the kind of row.
  return loader.load(parentId) as Promise<Page<Row>>
}

/** The field's place in the document: its path without the places in lists. */
function pathOf(info: GraphQLResolveInfo): string[] {
  const keys: string[] = []
  for (let path: GraphQLResolveInfo['path'] | undefined = info.path; path; path = path.prev) {
    if (typeof path.key === 'string') keys.push(path.key)
  }
  return keys
}

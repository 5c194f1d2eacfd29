import DataLoader from 'dataloader'
import type { GraphQLResolveInfo } from 'graphql'
import type { Page, PageArgs } from '../database/page.js'
import type { Message } from '../generated/prisma/client.js'
import { listMessagesOf } from '../messages/messages.js'
import { pageQuery } from './connections.js'
import type { GraphContext } from './graph-context.js'

type Loaders = Map<string, DataLoader<string, Page<Message>>>
const loadersOfRequest = new WeakMap<GraphContext, Loaders>()

/**
 * The messages of a conversation, gathered over all the conversations of one list: two statements for a whole inbox.
 * Conversations at the same place of a document with the same arguments share a loader.
 */
export function conversationMessages(
  ctx: GraphContext,
  info: GraphQLResolveInfo,
  conversationId: string,
  { first, after, last, before, skip }: PageArgs,
): Promise<Page<Message>> {
  const args = { first, after, last, before, skip }
  let loaders = loadersOfRequest.get(ctx)
  if (!loaders) {
    loaders = new Map()
    loadersOfRequest.set(ctx, loaders)
  }
  const place = JSON.stringify([pathOf(info), args])
  // Asked for each conversation, though they share the first one's: the plugin notes by it, conversation for
  // conversation, that the rows are loaded, and would otherwise read those of all but the first again.
  const query = pageQuery(ctx, info)
  let loader = loaders.get(place)
  if (!loader) {
    loader = new DataLoader((ids) => listMessagesOf(ctx, ids, args, query), { cache: false, maxBatchSize: 100 })
    loaders.set(place, loader)
  }
  return loader.load(conversationId)
}

/** The field's place in the document: its path without the places in lists. */
function pathOf(info: GraphQLResolveInfo): string[] {
  const keys: string[] = []
  for (let path: GraphQLResolveInfo['path'] | undefined = info.path; path; path = path.prev) {
    if (typeof path.key === 'string') keys.push(path.key)
  }
  return keys
}

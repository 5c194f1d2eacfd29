import { createMcpHandler, type McpRequestContext, type ServerEvent } from '@modelcontextprotocol/server'
import { requireScopes, runnerOf } from '../operations/execute.js'
import { GetConversationDocument } from '../operations/generated/graphql.js'
import { type Door, type Exchange, endWithKey, followWhileKeyLives } from './connection.js'
import { conversationIdOf, conversationUri } from './resources.js'
import { createMcpServer } from './server.js'
import { Watch } from './watch.js'

/**
 * Streamable HTTP as of revision 2026-07-28: every request stands for itself, and whoever wants to hear of changes keeps
 * a `subscriptions/listen` open. So do calls of 2025 that name no session. The library's handler is made for each
 * request, so that it knows nothing but its key's.
 */
export function createStateless(door: Door) {
  return async function serve(exchange: Exchange): Promise<Response> {
    const { ctx, request, body, res } = exchange
    const followed = followedIn(body)
    const told = new Set<(event: ServerEvent) => void>()
    const bus = {
      publish: () => undefined,
      subscribe(listener: (event: ServerEvent) => void) {
        told.add(listener)
        return () => void told.delete(listener)
      },
    }
    if (followed.length > 0) await watch(door, exchange, followed, told)
    if (isListen(body)) endWithKey(door, ctx, res)
    const serverOf = ({ era }: McpRequestContext) =>
      createMcpServer(() => runnerOf(ctx), { subscribe: era === 'modern' })
    const handler = createMcpHandler(serverOf, { bus, onerror: door.refused })
    return handler.fetch(request, { parsedBody: body })
  }
}

/** Follows before the subscription is acknowledged, so that nothing after that is missed. */
async function watch(
  door: Door,
  { ctx, res }: Exchange,
  ids: string[],
  told: Set<(event: ServerEvent) => void>,
): Promise<void> {
  requireScopes(ctx, GetConversationDocument)
  const followed = new Watch({
    notify(id) {
      for (const tell of told) tell({ kind: 'resource_updated', uri: conversationUri(id) })
    },
    follow: (changed) => followWhileKeyLives(door, ctx, changed, () => res.destroy()),
  })
  res.once('close', () => followed.end())
  for (const id of ids) await followed.add(id)
  followed.tellOn(res)
}

const isListen = (body: unknown): body is { params?: unknown } =>
  typeof body === 'object' && body !== null && 'method' in body && body.method === 'subscriptions/listen'

/** The conversations among the resources that a subscription names. What is malformed is the library's to refuse. */
function followedIn(body: unknown): string[] {
  const { params } = isListen(body) ? body : {}
  const uris = valueIn(valueIn(params, 'notifications'), 'resourceSubscriptions')
  if (!Array.isArray(uris)) return []
  const ids = uris.map((uri) => (typeof uri === 'string' ? conversationIdOf(uri) : null))
  return [...new Set(ids.filter((id) => id !== null))]
}

const valueIn = (object: unknown, key: string): unknown =>
  typeof object === 'object' && object !== null ? Reflect.get(object, key) : undefined

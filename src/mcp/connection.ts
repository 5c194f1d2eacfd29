import { type AuthInfo, type McpServer, ResourceNotFoundError, type ServerContext } from '@modelcontextprotocol/server'
import type { Request, Response } from 'express'
import type { Clock } from '../core/clock.js'
import { type OperationContext, runnerOf } from '../operations/execute.js'
import { followConversations, type Live } from '../operations/follow.js'
import { conversationIdOf, conversationUri, protocolErrors, readConversation } from './resources.js'
import { createMcpServer } from './server.js'
import type { Session } from './sessions.js'
import { Watch } from './watch.js'

/** What the HTTP side of this server gives to the transports. */
export type Door = {
  contextOf(req: Request): OperationContext
  live: Live
  clock: Clock
  /** What a transport refused: the caller has been told. */
  refused(error: Error): void
}

/** One HTTP request, as the library sees it and as Node does. */
export type Exchange = {
  ctx: OperationContext
  request: globalThis.Request
  /** The parsed body of a POST. */
  body: unknown
  res: Response
}

/**
 * Each request of a session has a key and an id of its own. The library passes along, untouched, one object that says
 * who asks; this finds the request's context by it.
 */
const contexts = new WeakMap<AuthInfo, OperationContext>()

export function authOf(ctx: OperationContext): AuthInfo {
  // The key itself is nobody's business behind the door.
  const auth = { token: '', clientId: ctx.actor.key.id, scopes: [...ctx.actor.scopes] }
  contexts.set(auth, ctx)
  return auth
}

function runnerOfRequest({ http }: ServerContext) {
  const ctx = http?.authInfo && contexts.get(http.authInfo)
  if (!ctx) throw new Error('A message came in that belongs to no request.')
  return runnerOf(ctx)
}

/** A client that stays: a server of its own, whose resources it may follow. */
export type Connection = Session & { server: McpServer; watch: Watch }

/** `end` is called where the connection cannot go on: its key has ended, or the log could not be followed. */
export function createConnection(door: Door, ctx: OperationContext, end: () => void): Connection {
  const server = createMcpServer(runnerOfRequest, { subscribe: true })
  const watch = new Watch({
    notify: (id) => void server.server.sendResourceUpdated({ uri: conversationUri(id) }).catch(door.refused),
    follow: (changed) => followWhileKeyLives(door, ctx, changed, end),
  })
  server.server.setRequestHandler('resources/subscribe', async ({ params: { uri } }, request) => {
    const runner = runnerOfRequest(request)
    await readConversation(uri, runner)
    await protocolErrors(runner, () => watch.add(conversationIdIn(uri)))
    return {}
  })
  server.server.setRequestHandler('resources/unsubscribe', async ({ params: { uri } }) => {
    watch.remove(conversationIdIn(uri))
    return {}
  })
  return {
    keyId: ctx.actor.key.id,
    server,
    watch,
    close() {
      watch.end()
      void server.close().catch(door.refused)
    },
  }
}

export async function followWhileKeyLives(
  { live }: Door,
  ctx: OperationContext,
  changed: (conversationId: string) => void,
  end: () => void,
): Promise<() => void> {
  const letGo = live.keys.hold(ctx.actor, end)
  try {
    const stop = await followConversations(ctx, live, { changed, ended: end })
    return () => {
      stop()
      letGo()
    }
  } catch (error) {
    letGo()
    throw error
  }
}

/** A stream ends with its key. @throws RATE_LIMITED: the key has too much open. */
export function endWithKey({ live }: Door, ctx: OperationContext, res: Response): void {
  res.once(
    'close',
    live.keys.hold(ctx.actor, () => res.destroy()),
  )
}

function conversationIdIn(uri: string): string {
  const id = conversationIdOf(uri)
  if (id === null) throw new ResourceNotFoundError(uri)
  return id
}

import type { Context } from '../../context.js'
import { createHub, type Hub } from './hub.js'
import { createOpenKeys, type OpenKeys } from './keys.js'
import { type LiveLimits, liveLimits } from './limits.js'

/** What the two live transports, WebSocket and SSE, have in common on a server. */
export type Live = { hub: Hub; keys: OpenKeys; limits: LiveLimits }

export function createLive(ctx: Context, changes: Partial<LiveLimits> = {}): Live {
  const limits = { ...liveLimits, ...changes }
  return { hub: createHub(ctx.events, limits), keys: createOpenKeys(ctx, limits), limits }
}

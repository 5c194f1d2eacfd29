import { badRequest, DomainError } from '../core/errors.js'
import type { IdKind } from '../core/ids.js'
import { holdsScope, type NamedScope } from '../core/scopes.js'
import type { GraphContext } from './graph-context.js'

/** The types that `node` answers, and the scope each needs; null: any key may read its own organization's. */
export const nodeScopes: Partial<Record<IdKind, NamedScope | null>> = {
  Contact: 'contacts:read',
  Conversation: 'conversations:read',
  Message: 'messages:read',
  Media: 'media:read',
  Template: 'templates:read',
  Member: 'conversations:read',
  Broadcast: 'broadcasts:read',
  Webhook: 'webhooks:manage',
  WebhookDelivery: 'webhooks:manage',
  QuickReply: 'agents:read',
  AiAgent: 'agents:read',
  PaymentLink: 'payments:write',
  ApiKey: 'keys:manage',
  AuditEntry: 'keys:manage',
  Organization: null,
  WhatsAppConnection: null,
}

type GlobalId = { typename: string; id: string }
const maxNodes = 100

/** Null for an id of an unknown kind, as for one that names nothing. @throws FORBIDDEN. */
export function resolveNode<T>(ctx: GraphContext, id: GlobalId, load: (id: GlobalId) => T): T | null {
  const scope = nodeScopes[id.typename as IdKind]
  if (scope === undefined) return null
  if (scope !== null && !holdsScope(ctx.actor.scopes, scope)) {
    throw new DomainError('FORBIDDEN', `This API key lacks the scope ${scope}.`)
  }
  return load(id)
}

/** Each id for itself: one that names nothing leaves a null in its place and the others as they are. */
export async function resolveNodes(
  ctx: GraphContext,
  ids: GlobalId[],
  load: (ids: GlobalId[]) => Promise<unknown[]>,
): Promise<unknown[]> {
  if (ids.length > maxNodes) throw badRequest([{ path: 'ids', message: `must be at most ${maxNodes} ids` }])
  const known = ids.filter((id) => resolveNode(ctx, id, () => true))
  const loaded = known.length === 0 ? [] : await load(known)
  const byId = new Map(known.map((id, i) => [id.id, loaded[i] ?? null]))
  return ids.map((id) => byId.get(id.id) ?? null)
}

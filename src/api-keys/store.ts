import { recordDeed } from '../audit/audit.js'
import type { Actor, Context } from '../context.js'
import { newId } from '../core/ids.js'
import { apiKeyPrefix, hashApiKey } from '../core/key-format.js'
import type { Scope } from '../core/scopes.js'
import { rowKey, type Tx } from '../database/client.js'
import type { ApiKey } from '../generated/prisma/client.js'

/** Never the hash: what of a key may be shown. */
export type ApiKeyInfo = Omit<ApiKey, 'hash'>

export type KeyValues = { name: string; scopes: Scope[]; expiresAt: Date | null }

/** Who makes or ends a key: another key of the organization, or the operator. */
export type KeyActor = Actor['key'] | 'operator'

/**
 * One at a time changes the keys of an organization: each must see what the others have left of them.
 */
export async function lockKeys(tx: Tx, organizationId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "Organization" WHERE id = ${organizationId} FOR NO KEY UPDATE`
}

/** Only a hash of the secret is stored. */
export async function insertKey(
  ctx: Context,
  tx: Tx,
  organizationId: string,
  secret: string,
  values: KeyValues,
): Promise<ApiKeyInfo> {
  return tx.apiKey.create({
    data: {
      organizationId,
      id: newId('ApiKey'),
      hash: hashApiKey(secret),
      prefix: apiKeyPrefix(secret),
      createdAt: ctx.clock.now(),
      ...values,
    },
    omit: { hash: true },
  })
}

/** A new key and its line in the audit log. */
export async function storeNewKey(
  ctx: Context,
  tx: Tx,
  actor: KeyActor,
  organizationId: string,
  secret: string,
  values: KeyValues,
): Promise<ApiKeyInfo> {
  const apiKey = await insertKey(ctx, tx, organizationId, secret, values)
  const { name, scopes, expiresAt } = values
  await recordDeed(ctx, tx, {
    organizationId,
    actor,
    action: 'API_KEY_CREATED',
    subjectId: apiKey.id,
    details: { name, scopes, expiresAt: expiresAt?.toISOString() ?? null },
  })
  return apiKey
}

/** Ends a key at once. Every socket that is open by it closes within a second (graphql/live/keys.ts). */
export async function storeRevocation(ctx: Context, tx: Tx, actor: KeyActor, key: ApiKeyInfo): Promise<ApiKeyInfo> {
  const { organizationId, id, name } = key
  await recordDeed(ctx, tx, { organizationId, actor, action: 'API_KEY_REVOKED', subjectId: id, details: { name } })
  return tx.apiKey.update({ where: rowKey(key), data: { revokedAt: ctx.clock.now() }, omit: { hash: true } })
}

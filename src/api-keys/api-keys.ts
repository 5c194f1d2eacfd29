import type { Context } from '../context.js'
import { DomainError, notFound } from '../core/errors.js'
import { requireId } from '../core/ids.js'
import { generateApiKey, hashApiKey } from '../core/key-format.js'
import { checkNewKey } from './input.js'
import { type ApiKeyInfo, lockKeys, storeNewKey, storeRevocation } from './store.js'

export type { ApiKeyInfo } from './store.js'

/**
 * A new key of an organization, made by the operator. The secret is answered this once; only its hash is stored.
 * Without `scopes` it may do everything. @throws BAD_REQUEST.
 */
export async function createApiKey(
  ctx: Context,
  organizationId: string,
  input: unknown,
): Promise<{ secret: string; apiKey: ApiKeyInfo }> {
  const values = checkNewKey(ctx, input)
  const secret = generateApiKey()
  const apiKey = await ctx.database.transaction((tx) =>
    storeNewKey(ctx, tx, 'operator', organizationId, secret, values),
  )
  return { secret, apiKey }
}

export const listApiKeys = (ctx: Context, organizationId?: string): Promise<ApiKeyInfo[]> =>
  ctx.database.prisma.apiKey.findMany({
    ...(organizationId ? { where: { organizationId } } : {}),
    orderBy: { id: 'asc' },
    omit: { hash: true },
  })

/**
 * The operator may revoke the last key too, and make another. Revoking a revoked key changes nothing.
 * @throws NOT_FOUND.
 */
export async function revokeApiKey(ctx: Context, id: string): Promise<ApiKeyInfo> {
  requireId('ApiKey', id)
  return ctx.database.transaction(async (tx) => {
    const owner = await tx.apiKey.findFirst({ where: { id }, select: { organizationId: true } })
    if (!owner) throw notFound('API key')
    await lockKeys(tx, owner.organizationId)
    const key = await tx.apiKey.findFirstOrThrow({ where: { id }, omit: { hash: true } })
    return key.revokedAt ? key : storeRevocation(ctx, tx, 'operator', key)
  })
}

/**
 * The first key of the demo organization. With a secret given by the environment, that one, unless it is known
 * already; else a new one where the organization has none yet. Servers that start at once make one between them.
 * @returns the secret where one was generated, to be shown once; null otherwise.
 */
export async function ensureBootstrapKey(
  ctx: Context,
  organizationId: string,
  given: string | null,
): Promise<string | null> {
  return ctx.database.transaction(async (tx) => {
    await lockKeys(tx, organizationId)
    const known = given
      ? await tx.apiKey.findUnique({ where: { hash: hashApiKey(given) }, select: { organizationId: true } })
      : await tx.apiKey.findFirst({ where: { organizationId }, select: { organizationId: true } })
    if (known && known.organizationId !== organizationId) {
      throw new DomainError('CONFLICT', 'KAANHA_BOOTSTRAP_KEY is a key of another organization: set it to a new one.')
    }
    if (known) return null
    const secret = given ?? generateApiKey()
    await storeNewKey(ctx, tx, 'operator', organizationId, secret, {
      name: 'Bootstrap key',
      scopes: ['*'],
      expiresAt: null,
    })
    return given ? null : secret
  })
}

import { z } from 'zod'
import type { Context } from '../context.js'
import { badRequest, DomainError, notFound } from '../core/errors.js'
import { newId, requireId } from '../core/ids.js'
import { parseInput, textInput } from '../core/input.js'
import { apiKeyPrefix, generateApiKey, hashApiKey } from '../core/key-format.js'
import { isScope, type Scope, scopes } from '../core/scopes.js'
import { rowKey, type Tx } from '../database/client.js'
import type { ApiKey } from '../generated/prisma/client.js'

const createInput = z.object({
  name: textInput(100).min(1, 'is required'),
  expiresAt: z.iso.datetime({ offset: true, error: 'must be a time in ISO 8601' }).nullish(),
  scopes: z.array(z.string()).min(1, 'must name at least one scope').nullish(),
})

/** Never the hash: what of a key may be shown. */
export type ApiKeyInfo = Omit<ApiKey, 'hash'>

/**
 * A new key of an organization. The secret is answered this once; only its hash is stored. Without `scopes` it may do
 * everything. @throws BAD_REQUEST.
 */
export async function createApiKey(
  ctx: Context,
  organizationId: string,
  input: unknown,
): Promise<{ secret: string; apiKey: ApiKeyInfo }> {
  const checked = parseInput(createInput, input)
  const unknown = (checked.scopes ?? []).filter((scope) => !isScope(scope))
  if (unknown.length > 0) {
    throw badRequest([
      { path: 'scopes', message: `knows ${Object.keys(scopes).join(', ')} and *; not ${unknown.join(', ')}` },
    ])
  }
  const expiresAt = checked.expiresAt ? new Date(checked.expiresAt) : null
  if (expiresAt && expiresAt <= ctx.clock.now()) {
    throw badRequest([{ path: 'expiresAt', message: 'must lie in the future' }])
  }
  const secret = generateApiKey()
  const apiKey = await storeApiKey(ctx, ctx.database.prisma, organizationId, secret, {
    name: checked.name,
    scopes: (checked.scopes ?? ['*']) as Scope[],
    expiresAt,
  })
  return { secret, apiKey }
}

async function storeApiKey(
  ctx: Context,
  client: Tx,
  organizationId: string,
  secret: string,
  values: { name: string; scopes: Scope[]; expiresAt: Date | null },
): Promise<ApiKeyInfo> {
  const { hash: _, ...info } = await client.apiKey.create({
    data: {
      organizationId,
      id: newId('ApiKey'),
      hash: hashApiKey(secret),
      prefix: apiKeyPrefix(secret),
      createdAt: ctx.clock.now(),
      ...values,
    },
  })
  return info
}

export const listApiKeys = (ctx: Context, organizationId?: string): Promise<ApiKeyInfo[]> =>
  ctx.database.prisma.apiKey.findMany({
    ...(organizationId ? { where: { organizationId } } : {}),
    orderBy: { id: 'asc' },
    omit: { hash: true },
  })

/** @throws NOT_FOUND. Revoking a revoked key changes nothing. */
export async function revokeApiKey(ctx: Context, id: string): Promise<ApiKeyInfo> {
  requireId('ApiKey', id)
  const key = await ctx.database.prisma.apiKey.findFirst({ where: { id }, omit: { hash: true } })
  if (!key) throw notFound('API key')
  if (key.revokedAt) return key
  return ctx.database.prisma.apiKey.update({
    where: rowKey(key),
    data: { revokedAt: ctx.clock.now() },
    omit: { hash: true },
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
    await tx.$queryRaw`SELECT id FROM "Organization" WHERE id = ${organizationId} FOR UPDATE`
    const known = given
      ? await tx.apiKey.findUnique({ where: { hash: hashApiKey(given) }, select: { organizationId: true } })
      : await tx.apiKey.findFirst({ where: { organizationId }, select: { organizationId: true } })
    if (known && known.organizationId !== organizationId) {
      throw new DomainError('CONFLICT', 'KAANHA_BOOTSTRAP_KEY is a key of another organization: set it to a new one.')
    }
    if (known) return null
    const secret = given ?? generateApiKey()
    await storeApiKey(ctx, tx, organizationId, secret, { name: 'Bootstrap key', scopes: ['*'], expiresAt: null })
    return given ? null : secret
  })
}

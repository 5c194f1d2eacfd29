import { z } from 'zod'
import { recordDeed } from '../audit/audit.js'
import type { ActorContext, Context } from '../context.js'
import { DomainError, notFound } from '../core/errors.js'
import { requireId } from '../core/ids.js'
import { parseInput } from '../core/input.js'
import { generateApiKey } from '../core/key-format.js'
import { holdsScope, isScope, type Scope } from '../core/scopes.js'
import { rowKey, type Tx } from '../database/client.js'
import { hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { Prisma } from '../generated/prisma/client.js'
import { checkNewKey } from './input.js'
import { type ApiKeyInfo, insertKey, lockKeys, storeNewKey, storeRevocation } from './store.js'

/** Keys in the hands of a key: what one organization does with its own (contract, section 7). */

export type ApiKeyQuery = { select?: Prisma.ApiKeySelect; include?: Prisma.ApiKeyInclude }

const maxOverlapSeconds = 30 * 86_400
const defaultOverlapSeconds = 86_400

const rotateInput = z.object({
  id: z.string(),
  overlapSeconds: z.int('must be a whole number').min(0).max(maxOverlapSeconds).nullish(),
})

/** The keys of the organization, newest first, ended ones too. */
export async function listOwnApiKeys(
  ctx: ActorContext,
  args: PageArgs,
  query: ApiKeyQuery = {},
): Promise<Page<ApiKeyInfo>> {
  const { organizationId } = ctx.actor
  const page = await pageOfIds(
    ctx.database,
    { table: 'ApiKey', where: Prisma.sql`"organizationId" = ${organizationId}`, timeColumn: null },
    args,
  )
  return hydrate(page, (ids) =>
    ctx.database.prisma.apiKey.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

/**
 * A new key, with no scope that the caller's own key lacks. The secret is answered this once.
 * @throws BAD_REQUEST, FORBIDDEN naming what the caller's key lacks.
 */
export async function issueApiKey(ctx: ActorContext, input: unknown): Promise<{ apiKey: ApiKeyInfo; secret: string }> {
  const values = checkNewKey(ctx, input)
  requireMayHandOut(ctx, values.scopes)
  const secret = generateApiKey()
  const { organizationId, key } = ctx.actor
  const apiKey = await ctx.database.transaction((tx) => storeNewKey(ctx, tx, key, organizationId, secret, values))
  return { apiKey, secret }
}

/** Revoking a revoked key changes nothing. @throws NOT_FOUND, CONFLICT where no key would be left to manage keys with. */
export async function withdrawApiKey(ctx: ActorContext, { id }: { id: string }): Promise<ApiKeyInfo> {
  requireId('ApiKey', id)
  return ctx.database.transaction(async (tx) => {
    const key = await ownKey(ctx, tx, id)
    if (key.revokedAt) return key
    if (isLive(ctx, key) && managesKeys(key)) await requireAnotherManager(ctx, tx, key)
    return storeRevocation(ctx, tx, ctx.actor.key, key)
  })
}

/**
 * A new key of the same name, scopes and expiry; the old one goes on for `overlapSeconds` (a day where absent), so that
 * whoever uses it can change over. The secret is answered this once.
 * @throws BAD_REQUEST, NOT_FOUND, FORBIDDEN where the caller's key lacks a scope of it, CONFLICT where it has ended or
 * has a successor already.
 */
export async function rotateApiKey(
  ctx: ActorContext,
  input: unknown,
): Promise<{ apiKey: ApiKeyInfo; secret: string; previous: ApiKeyInfo }> {
  const { id, overlapSeconds } = parseInput(rotateInput, input)
  requireId('ApiKey', id)
  const secret = generateApiKey()
  return ctx.database.transaction(async (tx) => {
    const key = await ownKey(ctx, tx, id)
    const scopes = key.scopes.filter(isScope)
    requireMayHandOut(ctx, scopes)
    if (!isLive(ctx, key)) throw new DomainError('CONFLICT', 'This API key has ended: create a new one instead.')
    if (key.replacedById !== null) {
      throw new DomainError('CONFLICT', `This API key was rotated already: ${key.replacedById} took its place.`)
    }
    const { organizationId, name, expiresAt } = key
    const apiKey = await insertKey(ctx, tx, organizationId, secret, { name, scopes, expiresAt })
    const overlapEnd = new Date(ctx.clock.now().getTime() + (overlapSeconds ?? defaultOverlapSeconds) * 1000)
    const endsAt = expiresAt && expiresAt < overlapEnd ? expiresAt : overlapEnd
    const previous = await tx.apiKey.update({
      where: rowKey(key),
      data: { expiresAt: endsAt, replacedById: apiKey.id },
      omit: { hash: true },
    })
    await recordDeed(ctx, tx, {
      organizationId,
      actor: ctx.actor.key,
      action: 'API_KEY_ROTATED',
      subjectId: id,
      details: { name, replacedById: apiKey.id, endsAt: endsAt.toISOString() },
    })
    return { apiKey, secret, previous }
  })
}

/** A row that no other change of the organization's keys can overtake. @throws NOT_FOUND. */
async function ownKey(ctx: ActorContext, tx: Tx, id: string): Promise<ApiKeyInfo> {
  const { organizationId } = ctx.actor
  await lockKeys(tx, organizationId)
  const key = await tx.apiKey.findUnique({ where: rowKey({ organizationId, id }), omit: { hash: true } })
  if (!key) throw notFound('API key')
  return key
}

/** A secret of a stronger key must not come into weaker hands, neither by making one nor by rotating one. */
function requireMayHandOut({ actor }: ActorContext, scopes: Scope[]): void {
  const lacking = scopes.filter((scope) => (scope === '*' ? !actor.scopes.has('*') : !holdsScope(actor.scopes, scope)))
  if (lacking.length === 0) return
  const named = `scope${lacking.length > 1 ? 's' : ''} ${lacking.join(', ')}`
  throw new DomainError('FORBIDDEN', `This API key lacks the ${named}, and cannot hand out what it lacks.`)
}

const isLive = (ctx: Context, { revokedAt, expiresAt }: ApiKeyInfo): boolean =>
  revokedAt === null && (expiresAt === null || expiresAt > ctx.clock.now())

const managesKeys = ({ scopes }: ApiKeyInfo): boolean => scopes.includes('*') || scopes.includes('keys:manage')

/** A rotated key does not count: it is about to end. @throws CONFLICT. */
async function requireAnotherManager(ctx: Context, tx: Tx, { organizationId, id }: ApiKeyInfo): Promise<void> {
  const others = await tx.apiKey.count({
    where: {
      organizationId,
      id: { not: id },
      revokedAt: null,
      replacedById: null,
      scopes: { hasSome: ['*', 'keys:manage'] },
      OR: [{ expiresAt: null }, { expiresAt: { gt: ctx.clock.now() } }],
    },
  })
  if (others > 0) return
  throw new DomainError(
    'CONFLICT',
    'This is the last key that can manage keys: without it nobody could create another. Create one with keys:manage first.',
  )
}

import type { Actor, ActorContext, Context } from '../context.js'
import { batcherOf } from '../core/batch.js'
import { DomainError } from '../core/errors.js'
import { hashApiKey, isApiKey } from '../core/key-format.js'
import { isScope } from '../core/scopes.js'

const lastUsedResolutionMs = 60_000

/**
 * Who is behind an `Authorization` header; the one way in for HTTP, SSE and WebSocket. A key whose checksum is wrong is
 * refused before the database is asked.
 * @throws UNAUTHENTICATED, with one text for each way a key can fail that its holder may know.
 */
export async function authenticate(ctx: Context, authorization: string | undefined): Promise<Actor> {
  if (!authorization?.trim()) throw unauthenticated('An API key is needed: Authorization: Bearer <key>.')
  const secret = /^bearer +(\S+) *$/i.exec(authorization.trim())?.[1]
  if (!secret || !isApiKey(secret)) throw unauthenticated('This is not an API key.')

  const key = await keyFinder(ctx.database)(hashApiKey(secret))
  const now = ctx.clock.now()
  requireLive(key, now)
  if (!key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() > lastUsedResolutionMs) {
    ctx.background.run('note the last use of a key', () => noteUse(ctx, key.organizationId, key.id, now))
  }
  return {
    organizationId: key.organizationId,
    organization: { ...key.organization, id: key.organizationId },
    key: { id: key.id, name: key.name, expiresAt: key.expiresAt },
    scopes: new Set(key.scopes.filter(isScope)),
  }
}

type FoundKey = Life & {
  organizationId: string
  id: string
  name: string
  hash: Buffer
  scopes: string[]
  lastUsedAt: Date | null
  organization: Omit<Actor['organization'], 'id'>
}

/** Keys by their hash, with their organization; requests that come together ask once. */
const keyFinder = batcherOf((database: Context['database']) => ({
  async run(hashes: Uint8Array[]): Promise<(FoundKey | null)[]> {
    const keys = await database.queryPrepared<FoundKey>(
      `SELECT k."organizationId", k.id, k.name, k.hash, k.scopes, k."expiresAt", k."lastUsedAt", k."revokedAt",
         jsonb_build_object('slug', o.slug, 'name', o.name, 'plan', o.plan, 'consentPolicy', o."consentPolicy") AS organization
       FROM "ApiKey" AS k JOIN "Organization" AS o ON o.id = k."organizationId" WHERE k.hash = ANY($1::bytea[])`,
      [hashes.map((hash) => Buffer.from(hash))],
    )
    return hashes.map((hash) => keys.find((key) => key.hash.equals(hash)) ?? null)
  },
}))

/** The same question again, for what goes on after the request that began it. @throws UNAUTHENTICATED. */
export async function requireLiveKey(ctx: ActorContext): Promise<void> {
  const { organizationId, key } = ctx.actor
  for (const [, error] of await lifeOfKeys(ctx, [{ organizationId, id: key.id }])) throw error
}

/** The same question of many keys, in one statement: those that no longer hold, each with its UNAUTHENTICATED. */
export async function lifeOfKeys(
  ctx: Context,
  keys: readonly { organizationId: string; id: string }[],
): Promise<[id: string, error: DomainError][]> {
  if (keys.length === 0) return []
  const rows = await ctx.database.queryPrepared<Life & { id: string }>(
    `SELECT id, "revokedAt", "expiresAt" FROM "ApiKey"
     WHERE ("organizationId", id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    [keys.map(({ organizationId }) => organizationId), keys.map(({ id }) => id)],
  )
  const found = new Map(rows.map((row) => [row.id, row]))
  const now = ctx.clock.now()
  return keys.flatMap(({ id }) => {
    const error = faultOf(found.get(id) ?? null, now)
    return error ? [[id, error] as [string, DomainError]] : []
  })
}

type Life = { revokedAt: Date | null; expiresAt: Date | null }

function requireLive<Key extends Life>(key: Key | null, now: Date): asserts key is Key {
  const error = faultOf(key, now)
  if (error) throw error
}

function faultOf(key: Life | null, now: Date): DomainError | null {
  if (!key) return unauthenticated('This API key is not known.')
  if (key.revokedAt) return unauthenticated('This API key has been revoked.')
  if (key.expiresAt && key.expiresAt <= now) return unauthenticated('This API key has expired.')
  return null
}

const unauthenticated = (message: string) => new DomainError('UNAUTHENTICATED', message)

async function noteUse(ctx: Context, organizationId: string, id: string, now: Date): Promise<void> {
  await ctx.database.query(
    `UPDATE "ApiKey" SET "lastUsedAt" = $3 WHERE "organizationId" = $1 AND id = $2
     AND ("lastUsedAt" IS NULL OR "lastUsedAt" < $3)`,
    [organizationId, id, now],
  )
}

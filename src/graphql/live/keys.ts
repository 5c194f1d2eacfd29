import { lifeOfKeys } from '../../api-keys/authenticate.js'
import type { Actor, Context } from '../../context.js'
import { DomainError } from '../../core/errors.js'
import type { LiveLimits } from './limits.js'

/** What is open by the authority of a key, on this server. */
export type OpenKeys = {
  /**
   * Holds a key for as long as something is open by it. `ended` is called with UNAUTHENTICATED when the key is revoked,
   * expires or is gone; the function that is answered lets go. @throws RATE_LIMITED: too much is open by this key.
   */
  hold(actor: Actor, ended: (error: DomainError) => void): () => void
  count(): number
}

type Held = { organizationId: string; holders: Set<(error: DomainError) => void> }

/**
 * Looks at the keys of everything that is open, all together in one statement, again and again while anything is. That
 * finds what was revoked on any server, and by whatever means.
 */
export function createOpenKeys(ctx: Context, limits: LiveLimits): OpenKeys {
  const keys = new Map<string, Held>()
  let timer: NodeJS.Timeout | null = null

  function hold(actor: Actor, ended: (error: DomainError) => void): () => void {
    const { id } = actor.key
    const held = keys.get(id) ?? { organizationId: actor.organizationId, holders: new Set() }
    if (held.holders.size >= limits.connectionsPerKey) throw tooMany('key', limits.connectionsPerKey)
    if (openOf(actor.organizationId) >= limits.connectionsPerOrganization) {
      throw tooMany('organization', limits.connectionsPerOrganization)
    }
    keys.set(id, held)
    // The same function may be given twice.
    const holder = (error: DomainError) => ended(error)
    held.holders.add(holder)
    schedule()
    return () => {
      held.holders.delete(holder)
      if (held.holders.size === 0 && keys.get(id) === held) keys.delete(id)
    }
  }

  /** Over the keys that have something open, which are few beside what is open by them. */
  function openOf(organizationId: string): number {
    let open = 0
    for (const held of keys.values()) if (held.organizationId === organizationId) open += held.holders.size
    return open
  }

  function schedule(): void {
    if (timer === null) timer = setTimeout(look, limits.keyCheckMs).unref()
  }

  async function look(): Promise<void> {
    try {
      const asked = [...keys].map(([id, { organizationId }]) => ({ id, organizationId }))
      for (const [id, error] of await lifeOfKeys(ctx, asked)) {
        const held = keys.get(id)
        keys.delete(id)
        for (const ended of held?.holders ?? []) ended(error)
      }
    } catch (error) {
      ctx.logger.warn({ err: error }, 'the keys of open connections could not be looked at; trying again')
    } finally {
      timer = null
      if (keys.size > 0) schedule()
    }
  }

  return { hold, count: () => [...keys.values()].reduce((sum, { holders }) => sum + holders.size, 0) }
}

const tooMany = (whose: string, limit: number) =>
  new DomainError('RATE_LIMITED', `This ${whose} has ${limit} connections open already.`, { retryAfter: 1 })

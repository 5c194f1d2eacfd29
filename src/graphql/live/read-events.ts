import { requireLiveKey } from '../../api-keys/authenticate.js'
import { secondsMs } from '../../core/clock.js'
import { badRequest, type ErrorDetail } from '../../core/errors.js'
import type { LoggedEvent } from '../../events/log.js'
import type { EventType } from '../../events/types.js'
import type { GraphContext } from '../graph-context.js'

/** Events behind one another in the log, up to `position`. */
export type LoggedPage = { events: LoggedEvent[]; position: bigint; hasMore: boolean }

export type ReadEvents = {
  after: string | null | undefined
  first: number
  types: ReadonlySet<EventType>
  /** How long to wait where there is nothing yet. */
  waitSeconds: number
}

const maxFirst = 100
const maxWaitSeconds = 30
const pageSize = 500
/** Where a key may see little of what happens, the answer comes without events rather than late. */
const maxPages = 10

/**
 * Reads on from a cursor; where there is nothing to show, waits for it, holding nothing of the database meanwhile. The
 * wait ends early where the caller has gone or the server stops: the answer is then as if the time were up.
 * @throws BAD_REQUEST, CURSOR_EXPIRED; UNAUTHENTICATED where the key ended while it waited.
 */
export async function readEvents(ctx: GraphContext, input: ReadEvents): Promise<LoggedPage> {
  checkBounds(input)
  const { position } = await ctx.events.startOf(ctx.actor.organizationId, input.after, 'after')
  const page = await read(ctx, position, input)
  if (page.events.length > 0 || page.hasMore || input.waitSeconds === 0) return page
  const reached = await untilWanted(ctx, page.position, input)
  await requireLiveKey(ctx)
  return read(ctx, reached, input)
}

function checkBounds({ first, waitSeconds }: ReadEvents): void {
  const faults: ErrorDetail[] = []
  if (first < 1 || first > maxFirst) faults.push({ path: 'first', message: `must be 1 to ${maxFirst}` })
  if (waitSeconds < 0 || waitSeconds > maxWaitSeconds) {
    faults.push({ path: 'waitSeconds', message: `must be 0 to ${maxWaitSeconds}` })
  }
  if (faults.length > 0) throw badRequest(faults)
}

async function read(ctx: GraphContext, after: bigint, { first, types }: ReadEvents): Promise<LoggedPage> {
  const { organizationId } = ctx.actor
  const events: LoggedEvent[] = []
  let position = after
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await ctx.events.read(organizationId, position, pageSize)
    for (const event of page) {
      if (types.has(event.type)) {
        // One more than was asked for: there is more, and the page ends before it.
        if (events.length === first) return { events, position, hasMore: true }
        events.push(event)
      }
      position = event.position
    }
    if (page.length < pageSize) return { events, position, hasMore: false }
  }
  return { events, position, hasMore: true }
}

/** Follows the log until the next event to be shown; answers the place before it, or the one reached in the time. */
async function untilWanted(ctx: GraphContext, after: bigint, { types, waitSeconds }: ReadEvents): Promise<bigint> {
  const over = new AbortController()
  const end = () => over.abort()
  const timer = setTimeout(end, secondsMs(waitSeconds))
  ctx.signal?.addEventListener('abort', end, { once: true })
  if (ctx.signal?.aborted) end()
  let position = after
  try {
    for await (const event of ctx.events.follow(ctx.actor.organizationId, after, over.signal)) {
      if (types.has(event.type)) break
      position = event.position
    }
    return position
  } finally {
    clearTimeout(timer)
    ctx.signal?.removeEventListener('abort', end)
  }
}

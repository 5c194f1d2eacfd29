import { requireLiveKey } from '../api-keys/authenticate.js'
import { secondsMs } from '../core/clock.js'
import { DomainError } from '../core/errors.js'
import type { LoggedEvent } from '../events/log.js'
import type { GraphContext } from './graph-context.js'

/** How long after its key was revoked or has expired a subscription may go on to deliver. */
const keyCheckIntervalMs = secondsMs(10)

/**
 * The events of the caller's organization from a cursor on, those that `wanted` lets pass. The start is found before
 * the subscription is confirmed, so a bad cursor is its error and not a broken stream; `check` runs before that.
 * @throws BAD_REQUEST, CURSOR_EXPIRED; later, while following, CURSOR_EXPIRED and UNAUTHENTICATED.
 */
export async function followEvents(
  ctx: GraphContext,
  cursor: string | null | undefined,
  wanted: (event: LoggedEvent) => boolean,
  check?: () => Promise<void>,
): Promise<AsyncIterable<LoggedEvent>> {
  await check?.()
  const { organizationId } = ctx.actor
  const start = await ctx.events.startOf(organizationId, cursor, 'after')
  const ended = new AbortController()
  const end = () => ended.abort()
  if (ctx.signal?.aborted) end()
  ctx.signal?.addEventListener('abort', end, { once: true })
  const events = ctx.events.follow(organizationId, start, ended.signal)
  const checkKey = keyCheck(ctx)

  async function next(): Promise<IteratorResult<LoggedEvent, void>> {
    for (;;) {
      const step = await events.next()
      if (!step.done) {
        if (!wanted(step.value)) continue
        await checkKey()
      }
      return step
    }
  }
  async function finish() {
    ctx.signal?.removeEventListener('abort', end)
    // A generator that waits for the next event only ends when the wait does.
    end()
    await events.return()
  }

  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          const step = await next()
          if (step.done) await finish()
          return step
        } catch (error) {
          await finish()
          throw error
        }
      },
      async return() {
        await finish()
        return { done: true, value: undefined }
      },
    }),
  }
}

/** Asks now and then, when something is to be delivered, whether the key still holds. */
function keyCheck(ctx: GraphContext): () => Promise<void> {
  let checkedAt = ctx.clock.now().getTime()
  return async () => {
    const now = ctx.clock.now().getTime()
    if (now - checkedAt < keyCheckIntervalMs) return
    try {
      await requireLiveKey(ctx)
      checkedAt = now
    } catch (error) {
      if (error instanceof DomainError) throw error
      ctx.logger.warn({ err: error }, 'the key of a subscription could not be looked at; the next event tries again')
    }
  }
}

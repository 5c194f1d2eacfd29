import type { LoggedEvent } from '../events/log.js'
import type { GraphContext } from './graph-context.js'

/**
 * The events of the caller's organization from a cursor on, those that `wanted` lets pass. The start is found before
 * the subscription is confirmed, so a bad cursor is its error and not a broken stream; `check` runs before that.
 * @throws BAD_REQUEST, CURSOR_EXPIRED.
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
  const events = ctx.events.follow(organizationId, start, ended.signal)

  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        for (;;) {
          const step = await events.next()
          if (step.done || wanted(step.value)) return step
        }
      },
      async return() {
        // A generator that waits for the next event only ends when the wait does.
        ended.abort()
        await events.return()
        return { done: true, value: undefined }
      },
    }),
  }
}

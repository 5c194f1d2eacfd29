import type { LoggedEvent } from '../../events/log.js'
import type { GraphContext } from '../graph-context.js'

/**
 * What a subscription's field answers: which events of the organization it is about, and the place it begins behind.
 * It is delivered by the hub. To GraphQL it is the stream of its events, as a field of a subscription has to be.
 */
export class Feed implements AsyncIterable<LoggedEvent> {
  constructor(
    private readonly ctx: GraphContext,
    readonly start: bigint,
    /** The place is the end of the log, as it was a moment ago. */
    readonly atEnd: boolean,
    readonly wanted: (event: LoggedEvent) => boolean,
  ) {}

  /** Every event of the log behind a place, wanted or not, until the signal aborts. @throws CURSOR_EXPIRED. */
  read(after: bigint, signal: AbortSignal): AsyncGenerator<LoggedEvent, void, undefined> {
    return this.ctx.events.follow(this.ctx.actor.organizationId, after, signal)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LoggedEvent, void, undefined> {
    const ended = new AbortController()
    try {
      for await (const event of this.read(this.start, ended.signal)) if (this.wanted(event)) yield event
    } finally {
      ended.abort()
    }
  }
}

/**
 * The events of the caller's organization from a cursor on, those that `wanted` lets pass. The start is found before
 * the subscription is confirmed, so a bad cursor is its error and not a broken stream; `check` runs before that.
 * What an event stream says in `Last-Event-ID` wins over the argument: the argument is what it began with.
 * @throws BAD_REQUEST, CURSOR_EXPIRED.
 */
export async function followEvents(
  ctx: GraphContext,
  after: string | null | undefined,
  wanted: (event: LoggedEvent) => boolean,
  check?: () => Promise<void>,
): Promise<Feed> {
  await check?.()
  const { organizationId } = ctx.actor
  const [cursor, path] = ctx.lastEventId ? [ctx.lastEventId, 'Last-Event-ID'] : [after, 'after']
  const start = await ctx.events.startOf(organizationId, cursor, path)
  return new Feed(ctx, start.position, start.atEnd, wanted)
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import { DomainError } from '../../core/errors.js'
import type { EventLog } from '../../events/log.js'
import type { LiveLimits } from './limits.js'
import type { LiveItem, LiveSubscription } from './subscription.js'

/** Where a subscription is written to. */
export type Sink = {
  next(item: LiveItem): void
  /** Ends the subscription; `cursor` is the place behind the last event that was written. */
  fail(error: unknown, cursor: string): void
  /** It is read too slowly: ends its connection, too. */
  tooSlow(error: DomainError, cursor: string): void
  /** No more is to be written before `room` says so. */
  full(): boolean
  /** Resolves with true when there is room again, false where there is none after so long. */
  room(timeoutMs: number): Promise<boolean>
}

type Member = {
  subscription: LiveSubscription
  sink: Sink
  position: bigint
  group: Group | null
  left: AbortController
}

/** Subscriptions that show every event alike, all up to date. `position` is the last event that all of them have. */
type Group = { key: string; position: bigint; members: Set<Member>; ended: AbortController }

export type Hub = {
  /** Writes every event of a subscription to the sink, until the function that it answers is called, or it fails. */
  deliver(subscription: LiveSubscription, sink: Sink): () => void
  following(): { subscribers: number; groups: number }
}

const writesAtOnce = 500

/**
 * Delivers subscriptions (docs/decisions/fan-out.md). Those that show the same and are up to date form a group: one
 * reading of the log, one execution and one serialisation an event, whatever their number. One that is behind, because
 * it resumes or reads slowly, goes through the log alone and joins when it has caught up. The handover is by position:
 * a member is written exactly the events behind its own, so it misses none and has none twice.
 */
export function createHub(events: EventLog, limits: LiveLimits): Hub {
  const groups = new Map<string, Group>()
  let subscribers = 0

  /** Joins, or makes, the group of its kind. False: the member is behind and has to read on alone. */
  function join(member: Member, atEnd: boolean): boolean {
    const key = member.subscription.sharingKey
    const known = groups.get(key)
    if (known ? member.position < known.position : !atEnd) return false
    const group = known ?? { key, position: member.position, members: new Set(), ended: new AbortController() }
    member.group = group
    group.members.add(member)
    if (!known) {
      groups.set(key, group)
      void lead(group, member.subscription)
    }
    return true
  }

  function leave(member: Member): void {
    const { group } = member
    if (!group?.members.delete(member)) return
    member.group = null
    if (group.members.size > 0) return
    groups.delete(group.key)
    group.ended.abort()
  }

  /** Reads for a group: any of its subscriptions will do, since they show the same. */
  async function lead(group: Group, subscription: LiveSubscription): Promise<void> {
    try {
      for await (const event of subscription.feed.read(group.position, group.ended.signal)) {
        if (subscription.feed.wanted(event)) {
          const item = await subscription.execute(event, group.ended.signal)
          await write(group, item, event.position)
        } else group.position = event.position
      }
    } catch (error) {
      for (const member of [...group.members]) fail(member, error, group.position)
    }
  }

  async function write(group: Group, item: LiveItem, position: bigint): Promise<void> {
    let written = 0
    for (const member of group.members) {
      if (member.position >= position) continue
      member.sink.next(item)
      member.position = position
      if (member.sink.full()) {
        leave(member)
        void alone(member)
      }
      if (++written % writesAtOnce === 0) await nextTurn()
    }
    // In the same turn as the last look at the members: whoever joins from now on is not in need of this event.
    group.position = position
  }

  /** Waits for its reader, catches up, and joins. */
  async function alone(member: Member): Promise<void> {
    const { subscription, sink, left } = member
    const { organizationId } = subscription.ctx.actor
    const upToDate = () => {
      const end = events.end(organizationId)
      return end !== null && member.position >= end
    }
    try {
      if (!(await room(member)) || join(member, upToDate())) return
      for await (const event of subscription.feed.read(member.position, left.signal)) {
        if (subscription.feed.wanted(event)) {
          const item = await subscription.execute(event, left.signal)
          if (left.signal.aborted) return
          sink.next(item)
        }
        member.position = event.position
        if (!(await room(member)) || join(member, upToDate())) return
      }
    } catch (error) {
      fail(member, error, member.position)
    }
  }

  /** False where the member has left, or had to. */
  async function room(member: Member): Promise<boolean> {
    const { sink, left, subscription } = member
    if (sink.full() && !(await sink.room(limits.stalledMs)) && !left.signal.aborted) {
      end(member)
      const cursor = subscription.cursorOf(member.position)
      sink.tooSlow(tooSlow(cursor), cursor)
    }
    return !left.signal.aborted
  }

  function end(member: Member): void {
    if (member.left.signal.aborted) return
    subscribers--
    member.left.abort()
    leave(member)
  }

  function fail(member: Member, error: unknown, position: bigint): void {
    if (member.left.signal.aborted) return
    end(member)
    const reached = position > member.position ? position : member.position
    member.sink.fail(error, member.subscription.cursorOf(reached))
  }

  return {
    deliver(subscription, sink) {
      const { start, atEnd } = subscription.feed
      const member = { subscription, sink, position: start, group: null, left: new AbortController() }
      subscribers++
      if (!join(member, atEnd)) void alone(member)
      return () => end(member)
    },
    following: () => ({ subscribers, groups: groups.size }),
  }
}

const tooSlow = (cursor: string) =>
  new DomainError('RATE_LIMITED', 'The subscription is read too slowly. Go on from `cursor`.', {
    retryAfter: 1,
    extra: { cursor },
  })

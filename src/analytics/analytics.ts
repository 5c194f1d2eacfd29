import type { ActorContext } from '../context.js'
import { hoursMs } from '../core/clock.js'
import { badRequest } from '../core/errors.js'
import { isTimeZone, localDate } from '../core/time-zone.js'
import type { Analytics, ConversationFigures, Durations, MemberFigures, MessageCounts, Period } from './figures.js'
import { readConversations, readMessages, readResolutions } from './read.js'

export type AnalyticsInput = {
  from?: Date | null | undefined
  to?: Date | null | undefined
  timeZone?: string | null | undefined
}

const defaultMs = hoursMs(30 * 24)
const longestMs = hoursMs(366 * 24)

/** What happened from `from` (in it) to `to` (not in it); the last 30 days by default. @throws BAD_REQUEST. */
export async function readAnalytics(ctx: ActorContext, input: AnalyticsInput): Promise<Analytics> {
  const period = checkedPeriod(input, ctx.clock.now())
  const [messages, conversations, resolutions] = await Promise.all([
    readMessages(ctx, period),
    readConversations(ctx, period),
    readResolutions(ctx, period),
  ])
  return {
    ...period,
    ...sum(messages),
    ...(conversations.get(null) ?? noConversations),
    resolution: resolutions.get(null) ?? none,
    byDay: daysOf(period).map((date) => ({ date, ...sum(messages.filter((row) => row.date === date)) })),
    byHour: hours.map((hour) => ({ hour, ...sum(messages.filter((row) => row.hour === hour)) })),
    byMember: await membersOf(ctx, conversations, resolutions),
  }
}

/** One part of another; null where there is no other. */
export const rate = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const hours = Array.from({ length: 24 }, (_, hour) => hour)
const none: Durations = { count: 0, meanSeconds: null, medianSeconds: null }
const noConversations: ConversationFigures = { conversations: 0, answered: 0, firstResponse: none }

function checkedPeriod(input: AnalyticsInput, now: Date): Period {
  const timeZone = input.timeZone ?? 'UTC'
  const to = input.to ?? now
  const from = input.from ?? new Date(to.getTime() - defaultMs)
  const lengthMs = to.getTime() - from.getTime()
  if (!isTimeZone(timeZone)) {
    throw badRequest([{ path: 'timeZone', message: 'must be a time zone such as Asia/Kolkata' }])
  }
  if (lengthMs <= 0) throw badRequest([{ path: 'to', message: 'must be after from' }])
  if (lengthMs > longestMs) throw badRequest([{ path: 'from', message: 'must be at most 366 days before to' }])
  return { from, to, timeZone }
}

function sum(rows: MessageCounts[]): MessageCounts {
  const total = { sent: 0, delivered: 0, read: 0, failed: 0, received: 0 }
  for (const row of rows) {
    for (const name of ['sent', 'delivered', 'read', 'failed', 'received'] as const) total[name] += row[name]
  }
  return total
}

/** Every date that the period touches, by the clocks of its time zone, those on which nothing happened too. */
function daysOf({ from, to, timeZone }: Period): string[] {
  const last = localDate(new Date(to.getTime() - 1), timeZone)
  const days = [localDate(from, timeZone)]
  for (let day = days[0] ?? last; day < last; days.push(day)) {
    day = new Date(Date.parse(`${day}T00:00:00Z`) + hoursMs(24)).toISOString().slice(0, 10)
  }
  return days
}

async function membersOf(
  ctx: ActorContext,
  conversations: Map<string | null, ConversationFigures>,
  resolutions: Map<string | null, Durations>,
): Promise<MemberFigures[]> {
  const ids = [...new Set([...conversations.keys(), ...resolutions.keys()])].filter((id) => id !== null)
  const { organizationId } = ctx.actor
  const members = await ctx.database.prisma.member.findMany({ where: { organizationId, id: { in: ids } } })
  return ids.sort().map((memberId) => ({
    memberId,
    member: members.find(({ id }) => id === memberId) ?? null,
    ...(conversations.get(memberId) ?? noConversations),
    resolution: resolutions.get(memberId) ?? none,
  }))
}

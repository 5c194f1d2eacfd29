import { escapeLiteral } from 'pg'
import type { ActorContext } from '../context.js'
import type { ConversationFigures, Durations, MessageCounts, Period } from './figures.js'

/**
 * One statement over much: compiling it would take longer than running it, its hashes are to stay in memory, and its
 * index, whose leaves lie in the order of time, costs no leaps. In one message with these settings, which end with it;
 * such a message takes no parameters, so the values stand in it, escaped.
 */
const analyse = <Row extends Record<string, unknown>>(ctx: ActorContext, sql: string): Promise<Row[]> =>
  ctx.database.multiQuery<Row>(`SELECT set_config('jit', 'off', true), set_config('work_mem', '32MB', true),
     set_config('random_page_cost', '1.1', true); ${sql}`)

const literal = (value: string | Date): string => escapeLiteral(value instanceof Date ? value.toISOString() : value)

/** Customers' messages of a period, or ours. Nobody writes the others: reactions, and notices of WhatsApp's own. */
const writtenIn = (ctx: ActorContext, { from, to }: Period, direction: 'INBOUND' | 'OUTBOUND'): string => `
  direction = '${direction}' AND "organizationId" = ${literal(ctx.actor.organizationId)} AND "createdAt" >= ${literal(from)} AND "createdAt" < ${literal(to)}
  AND type NOT IN ('REACTION', 'SYSTEM')`

const quarter = `date_bin('15 minutes', "createdAt", '2000-01-01Z')`

/**
 * The messages of a period by date and hour of its time zone. They are counted by quarters of an hour first, which is
 * what the offsets of all time zones are made of, and only those quarters are turned into local time.
 */
export const readMessages = (
  ctx: ActorContext,
  period: Period,
): Promise<(MessageCounts & { date: string; hour: number })[]> =>
  analyse(
    ctx,
    `
    SELECT to_char(at, 'YYYY-MM-DD') AS date, extract(hour FROM at)::int AS hour,
      sum(sent)::int AS sent, sum(delivered)::int AS delivered, sum(read)::int AS read, sum(failed)::int AS failed,
      sum(received)::int AS received
    FROM (
      SELECT ${quarter} AS quarter, 0 AS received,
        count(*) FILTER (WHERE "sentAt" IS NOT NULL OR status IN ('SENT', 'DELIVERED', 'READ')) AS sent,
        count(*) FILTER (WHERE status IN ('DELIVERED', 'READ')) AS delivered,
        count(*) FILTER (WHERE status = 'READ') AS read, count(*) FILTER (WHERE status = 'FAILED') AS failed
      FROM "Message" WHERE ${writtenIn(ctx, period, 'OUTBOUND')} GROUP BY 1
      UNION ALL
      SELECT ${quarter}, count(*), 0, 0, 0, 0 FROM "Message" WHERE ${writtenIn(ctx, period, 'INBOUND')} GROUP BY 1
    ) AS quarters, LATERAL (SELECT quarter AT TIME ZONE ${literal(period.timeZone)} AS at) AS local GROUP BY 1, 2`,
  )

type Row = { memberId: string | null; count: number; mean: number | null; median: number | null }

const durationsOf = ({ count, mean, median }: Row): Durations => ({ count, meanSeconds: mean, medianSeconds: median })

const figures = `
  count(seconds)::int AS count, avg(seconds)::float8 AS mean,
  (percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds))::float8 AS median`

/** Of all together, which has no member, and of each member; what is nobody's in particular is in the former alone. */
const byMember = `GROUP BY GROUPING SETS ((), (member)) HAVING GROUPING(member) = 1 OR member IS NOT NULL`

/** The conversations of one half, by the member that they are assigned to now (null: nobody). */
type Waits = { memberId: string | null; all: number; seconds: number[] }

/** Half of the conversations each, on a connection of its own: one statement over all of them keeps one processor busy. */
const halves = ['< 0', '>= 0']

/**
 * Conversations in which the customer wrote in the period, and the first answer to the first of those messages: of all
 * of them (null), and of those of each member that they are assigned to now.
 */
export async function readConversations(
  ctx: ActorContext,
  period: Period,
): Promise<Map<string | null, ConversationFigures>> {
  const rows = (await Promise.all(halves.map((half) => readWaits(ctx, period, half)))).flat()
  const of = (some: Waits[]): ConversationFigures => {
    const seconds = some.flatMap((row) => row.seconds)
    const conversations = some.reduce((sum, { all }) => sum + all, 0)
    return { conversations, answered: seconds.length, firstResponse: durationsAmong(seconds) }
  }
  const members = new Set(rows.flatMap(({ memberId }) => memberId ?? []))
  return new Map([
    [null, of(rows)],
    ...[...members].map((id): [string, ConversationFigures] => [
      id,
      of(rows.filter(({ memberId }) => memberId === id)),
    ]),
  ])
}

function readWaits(ctx: ActorContext, period: Period, half: string): Promise<Waits[]> {
  const written = (direction: 'INBOUND' | 'OUTBOUND') => `
    SELECT "conversationId" AS id, "createdAt" AS at FROM "Message"
    WHERE ${writtenIn(ctx, period, direction)} AND hashtextextended("conversationId", 0) ${half}`
  return analyse(
    ctx,
    `
    WITH waits AS (
      SELECT asked.id, asked.at AS "askedAt", min(ours.at) AS "answeredAt"
      FROM (SELECT id, min(at) AS at FROM (${written('INBOUND')}) AS theirs GROUP BY id) AS asked
      LEFT JOIN (${written('OUTBOUND')} AND status <> 'FAILED') AS ours
        ON ours.id = asked.id AND ours.at > asked.at
      GROUP BY asked.id, asked.at
    ), members AS (
      SELECT id, "assignedToId" AS "memberId" FROM "Conversation"
      WHERE "organizationId" = ${literal(ctx.actor.organizationId)} AND "lastActivityAt" >= ${literal(period.from)}
        AND "assignedToId" IS NOT NULL
    )
    SELECT "memberId", count(*)::int AS all, coalesce(json_agg(extract(epoch FROM "answeredAt" - "askedAt"))
      FILTER (WHERE "answeredAt" IS NOT NULL), '[]') AS seconds
    FROM waits LEFT JOIN members USING (id) GROUP BY "memberId"`,
  )
}

/** The middle of an even number of them is the mean of the two in the middle, as in `percentile_cont`. */
function durationsAmong(seconds: number[]): Durations {
  const count = seconds.length
  if (count === 0) return { count, meanSeconds: null, medianSeconds: null }
  const sorted = Float64Array.from(seconds).sort()
  const at = (place: number): number => sorted[place] ?? 0
  const middle = (count - 1) / 2
  return {
    count,
    meanSeconds: sorted.reduce((sum, value) => sum + value, 0) / count,
    medianSeconds: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
  }
}

/** From a conversation's beginning, or its last reopening, to its resolution in the period; by the assignee of then. */
export async function readResolutions(ctx: ActorContext, { from, to }: Period): Promise<Map<string | null, Durations>> {
  const rows = await analyse<Row>(
    ctx,
    `
    SELECT member AS "memberId", ${figures} FROM (
      SELECT "memberId" AS member, extract(epoch FROM "resolvedAt" - "openedAt")::float8 AS seconds
      FROM "ConversationResolution"
      WHERE "organizationId" = ${literal(ctx.actor.organizationId)} AND "resolvedAt" >= ${literal(from)} AND "resolvedAt" < ${literal(to)}
    ) AS r ${byMember}`,
  )
  return new Map(rows.map((row) => [row.memberId, durationsOf(row)]))
}

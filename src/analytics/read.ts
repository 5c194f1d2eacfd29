import { escapeLiteral } from 'pg'
import type { ActorContext } from '../context.js'
import type { ConversationFigures, Durations, MessageCounts, Period } from './figures.js'

/**
 * One statement over much: compiling it would take longer than running it, and its hashes are to stay in memory. In one
 * message with these settings, which end with it; such a message takes no parameters, so the values stand in it, escaped.
 */
const analyse = <Row extends Record<string, unknown>>(ctx: ActorContext, sql: string): Promise<Row[]> =>
  ctx.database.multiQuery<Row>(`SELECT set_config('jit', 'off', true), set_config('work_mem', '32MB', true); ${sql}`)

const literal = (value: string | Date): string => escapeLiteral(value instanceof Date ? value.toISOString() : value)

/** Nobody writes the others: reactions, and notices of WhatsApp's own. */
const writtenIn = (ctx: ActorContext, { from, to }: Period): string => `
  "organizationId" = ${literal(ctx.actor.organizationId)} AND "createdAt" >= ${literal(from)} AND "createdAt" < ${literal(to)}
  AND type NOT IN ('REACTION', 'SYSTEM')`

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
      SELECT date_bin('15 minutes', "createdAt", '2000-01-01Z') AT TIME ZONE ${literal(period.timeZone)} AS at,
        count(*) FILTER (WHERE direction = 'OUTBOUND'
          AND ("sentAt" IS NOT NULL OR status IN ('SENT', 'DELIVERED', 'READ'))) AS sent,
        count(*) FILTER (WHERE direction = 'OUTBOUND' AND status IN ('DELIVERED', 'READ')) AS delivered,
        count(*) FILTER (WHERE direction = 'OUTBOUND' AND status = 'READ') AS read,
        count(*) FILTER (WHERE direction = 'OUTBOUND' AND status = 'FAILED') AS failed,
        count(*) FILTER (WHERE direction = 'INBOUND') AS received
      FROM "Message" WHERE ${writtenIn(ctx, period)} GROUP BY date_bin('15 minutes', "createdAt", '2000-01-01Z')
    ) AS quarters GROUP BY 1, 2`,
  )

type Row = { memberId: string | null; all: number; count: number; mean: number | null; median: number | null }

const durationsOf = ({ count, mean, median }: Row): Durations => ({ count, meanSeconds: mean, medianSeconds: median })

const figures = `
  count(seconds)::int AS count, avg(seconds)::float8 AS mean,
  (percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds))::float8 AS median`

/** Of all together, which has no member, and of each member; what is nobody's in particular is in the former alone. */
const byMember = `GROUP BY GROUPING SETS ((), (member)) HAVING GROUPING(member) = 1 OR member IS NOT NULL`

/**
 * Conversations in which the customer wrote in the period, and the first answer to the first of those messages: of all
 * of them (null), and of those of each member that they are assigned to now.
 */
export async function readConversations(
  ctx: ActorContext,
  period: Period,
): Promise<Map<string | null, ConversationFigures>> {
  const rows = await analyse<Row>(
    ctx,
    `
    WITH m AS MATERIALIZED (
      SELECT "conversationId" AS id, "createdAt" AS at, direction = 'OUTBOUND' AS ours FROM "Message"
      WHERE ${writtenIn(ctx, period)} AND (direction = 'INBOUND' OR status <> 'FAILED')
    ), asked AS MATERIALIZED (
      SELECT id, min(at) AS at FROM m WHERE NOT ours GROUP BY id
    ), answered AS (
      SELECT m.id, min(m.at) AS at FROM m JOIN asked ON asked.id = m.id WHERE m.ours AND m.at > asked.at GROUP BY m.id
    ), members AS MATERIALIZED (
      SELECT id, "assignedToId" AS member FROM "Conversation"
      WHERE "organizationId" = ${literal(ctx.actor.organizationId)} AND "lastActivityAt" >= ${literal(period.from)}
        AND "assignedToId" IS NOT NULL
    ), waits AS (
      SELECT member, extract(epoch FROM answered.at - asked.at)::float8 AS seconds
      FROM asked LEFT JOIN answered USING (id) LEFT JOIN members USING (id)
    )
    SELECT member AS "memberId", count(*)::int AS all, ${figures} FROM waits ${byMember}`,
  )
  return new Map(
    rows.map((row) => [row.memberId, { conversations: row.all, answered: row.count, firstResponse: durationsOf(row) }]),
  )
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

import type { ActorContext } from '../context.js'
import type { ConversationFigures, Durations, MessageCounts, Period } from './figures.js'

/** Nobody writes these: reactions, and notices of WhatsApp's own. */
const written = `type NOT IN ('REACTION', 'SYSTEM')`

/**
 * The messages of a period by date and hour of its time zone. They are counted by quarters of an hour first, which is
 * what the offsets of all time zones are made of, and only those quarters are turned into local time.
 */
export async function readMessages(
  ctx: ActorContext,
  { from, to, timeZone }: Period,
): Promise<(MessageCounts & { date: string; hour: number })[]> {
  return ctx.database.query(
    `SELECT to_char(at AT TIME ZONE $4, 'YYYY-MM-DD') AS date, extract(hour FROM at AT TIME ZONE $4)::int AS hour,
       sum(sent)::int AS sent, sum(delivered)::int AS delivered, sum(read)::int AS read, sum(failed)::int AS failed,
       sum(received)::int AS received
     FROM (
       SELECT date_bin('15 minutes', "createdAt", '2000-01-01Z') AS at,
         count(*) FILTER (WHERE direction = 'OUTBOUND' AND ("sentAt" IS NOT NULL OR status IN ('SENT', 'DELIVERED', 'READ'))) AS sent,
         count(*) FILTER (WHERE direction = 'OUTBOUND' AND status IN ('DELIVERED', 'READ')) AS delivered,
         count(*) FILTER (WHERE direction = 'OUTBOUND' AND status = 'READ') AS read,
         count(*) FILTER (WHERE direction = 'OUTBOUND' AND status = 'FAILED') AS failed,
         count(*) FILTER (WHERE direction = 'INBOUND') AS received
       FROM "Message" WHERE "organizationId" = $1 AND "createdAt" >= $2 AND "createdAt" < $3 AND ${written} GROUP BY 1
     ) AS quarters GROUP BY 1, 2`,
    [ctx.actor.organizationId, from, to, timeZone],
  )
}

type Row = { memberId: string | null; all: number; count: number; mean: number | null; median: number | null }

const durationsOf = ({ count, mean, median }: Row): Durations => ({ count, meanSeconds: mean, medianSeconds: median })

const figures = (seconds: string) =>
  `count(${seconds})::int AS count, avg(${seconds})::float8 AS mean,
   (percentile_cont(0.5) WITHIN GROUP (ORDER BY ${seconds}))::float8 AS median`

/** A row of all together has no member, as has that of nobody in particular, which is left out. */
const isShown = `(GROUPING(member) = 1 OR member IS NOT NULL)`

/**
 * Conversations in which the customer wrote in the period, and the first answer to the first of those messages: of all
 * of them (null), and of those of each member that they are assigned to now.
 */
export async function readConversations(
  ctx: ActorContext,
  { from, to }: Period,
): Promise<Map<string | null, ConversationFigures>> {
  const rows = await ctx.database.query<Row>(
    `WITH m AS MATERIALIZED (
       SELECT "conversationId" AS id, "createdAt" AS at, direction = 'OUTBOUND' AS ours FROM "Message"
       WHERE "organizationId" = $1 AND "createdAt" >= $2 AND "createdAt" < $3 AND ${written}
         AND (direction = 'INBOUND' OR status <> 'FAILED')
     ), asked AS (
       SELECT id, min(at) AS at FROM m WHERE NOT ours GROUP BY id
     ), answered AS (
       SELECT m.id, min(m.at) AS at FROM m JOIN asked ON asked.id = m.id WHERE m.ours AND m.at > asked.at GROUP BY m.id
     ), waits AS (
       SELECT c."assignedToId" AS member, extract(epoch FROM answered.at - asked.at)::float8 AS seconds
       FROM asked LEFT JOIN answered USING (id)
       JOIN "Conversation" c ON c."organizationId" = $1 AND c.id = asked.id
     )
     SELECT member AS "memberId", count(*)::int AS all, ${figures('seconds')}
     FROM waits GROUP BY GROUPING SETS ((), (member)) HAVING ${isShown}`,
    [ctx.actor.organizationId, from, to],
  )
  return new Map(
    rows.map((row) => [row.memberId, { conversations: row.all, answered: row.count, firstResponse: durationsOf(row) }]),
  )
}

/** From a conversation's beginning, or its last reopening, to its resolution in the period; by the assignee of then. */
export async function readResolutions(ctx: ActorContext, { from, to }: Period): Promise<Map<string | null, Durations>> {
  const rows = await ctx.database.query<Row>(
    `SELECT member AS "memberId", ${figures('seconds')} FROM (
       SELECT "memberId" AS member, extract(epoch FROM "resolvedAt" - "openedAt")::float8 AS seconds
       FROM "ConversationResolution" WHERE "organizationId" = $1 AND "resolvedAt" >= $2 AND "resolvedAt" < $3
     ) AS r GROUP BY GROUPING SETS ((), (member)) HAVING ${isShown}`,
    [ctx.actor.organizationId, from, to],
  )
  return new Map(rows.map((row) => [row.memberId, durationsOf(row)]))
}

import type { Logger } from '../core/logger.js'
import type { Database } from '../database/client.js'

/** How far an organization's log reaches after a step of the sequencer. */
export type Head = { organizationId: string; position: bigint }

/**
 * Numbers committed events. Why this gives one order that never grows a hole behind a reader is told in
 * docs/decisions/event-order.md: only committed rows are seen, one sequencer at a time (the advisory lock, across all
 * servers), and numbering is itself a transaction.
 *
 * The statements of one message run as one transaction, each with a snapshot of its own: the numbering must not look
 * before the first has the lock. A few events are numbered in a log that grows fast: a planner whose statistics are behind
 * it would read much of it each time, so the rows are found by the index of what has no number, and again by where they
 * lie, which nobody else changes.
 */
const batchSize = 2000
const lockKey = 7_310_571
const sequenceSql = `
SELECT pg_advisory_xact_lock(${lockKey});
SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
WITH pending AS (
  SELECT "organizationId", row, row_number() OVER (PARTITION BY "organizationId" ORDER BY "insertion") AS place
  FROM (
    SELECT "organizationId", ctid AS row, "insertion" FROM "Event" WHERE "position" IS NULL ORDER BY "insertion" LIMIT ${batchSize}
  ) AS batch
), counts AS (
  SELECT "organizationId", count(*) AS n FROM pending GROUP BY 1
), heads AS (
  INSERT INTO "EventHead" ("organizationId", "position") SELECT "organizationId", n FROM counts
  ON CONFLICT ("organizationId") DO UPDATE SET "position" = "EventHead"."position" + excluded."position"
  RETURNING "organizationId", "position"
), numbered AS (
  UPDATE "Event" AS e SET "position" = heads."position" - counts.n + pending.place
  FROM pending JOIN heads USING ("organizationId") JOIN counts USING ("organizationId")
  WHERE e.ctid = pending.row
  RETURNING 1
)
SELECT "organizationId", "position"::text AS "position", (SELECT count(*) FROM numbered)::int AS numbered FROM heads;
`

export type Sequencer = {
  /** Numbers what has been committed, soon; calls made meanwhile are one step. */
  wake(): void
  close(): Promise<void>
}

const safetyIntervalMs = 1000

/** `advanced` hears of every organization whose log grew. */
export function createSequencer(
  database: Pick<Database, 'multiQuery'>,
  logger: Logger,
  advanced: (heads: Head[]) => void,
): Sequencer {
  let running: Promise<void> | null = null
  let again = false
  let closed = false

  async function step(): Promise<void> {
    try {
      for (;;) {
        again = false
        const rows = await database.multiQuery<{ organizationId: string; position: string; numbered: number }>(
          sequenceSql,
        )
        if (rows.length > 0) {
          advanced(rows.map((row) => ({ organizationId: row.organizationId, position: BigInt(row.position) })))
        }
        const full = (rows[0]?.numbered ?? 0) >= batchSize
        if (!full && !again) return
      }
    } catch (error) {
      logger.warn({ err: error }, 'events could not be numbered; the next step tries again')
    } finally {
      running = null
    }
  }

  function wake(): void {
    if (closed) return
    again = true
    running ??= step()
  }

  // An event whose server died between its commit and the wake-up is found here, by any server.
  const timer = setInterval(wake, safetyIntervalMs)
  timer.unref()

  return {
    wake,
    async close() {
      closed = true
      clearInterval(timer)
      await running
    },
  }
}

import type { Logger } from '../core/logger.js'
import type { Database } from '../database/client.js'

/** How far an organization's log reaches after a step of the sequencer. */
export type Head = { organizationId: string; position: bigint }

/**
 * Numbers committed events. Why this gives one order that never grows a hole behind a reader is told in
 * docs/decisions/event-order.md: only committed rows are seen, one sequencer at a time (an advisory lock, across all
 * servers), and numbering is itself a transaction. The statement is a function of the database (migration 0014).
 */
const batchSize = 2000
const numberSql = `SELECT "organizationId", "position"::text AS "position", "numbered" FROM "numberEvents"($1)`

export type Sequencer = {
  /** Numbers what has been committed, soon; calls made meanwhile are one step. */
  wake(): void
  close(): Promise<void>
}

const safetyIntervalMs = 1000

/** `advanced` hears of every organization whose log grew. */
export function createSequencer(
  database: Pick<Database, 'queryPrepared'>,
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
        const rows = await database.queryPrepared<{ organizationId: string; position: string; numbered: number }>(
          numberSql,
          [batchSize],
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

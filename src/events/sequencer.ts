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
const numberSql = 'SELECT * FROM "numberEvents"($1, $2)'
type Step = {
  heads: { organizationId: string; position: string }[] | null
  numbered: number
  inserted: string
  begun: string | null
  ended: string
}

/**
 * Up to which insertion no event can be without its number any more, so that a step need not look there. Sure once
 * everybody has ended who may have taken it: an append has its transaction's id before it takes an insertion, so those
 * are the transactions that are older than the step that found it taken.
 */
function createFloor() {
  let floor = 0n
  let next: { inserted: bigint; begun: bigint } | null = null
  return {
    get: () => floor,
    /** After a step that has numbered all that it could see. */
    raise(step: Step) {
      const inserted = BigInt(step.inserted)
      // The sequence has gone back: another server has taken over, and had not heard all of this one.
      if (inserted < floor) {
        floor = 0n
        next = null
      }
      if (next !== null && BigInt(step.ended) < next.begun) return
      if (next !== null) floor = next.inserted
      next = step.begun === null ? null : { inserted, begun: BigInt(step.begun) }
    },
    /** Whatever may have gone wrong with it: the next step looks everywhere. */
    forget() {
      floor = 0n
      next = null
    },
  }
}

export type Sequencer = {
  /** Numbers what has been committed, soon; calls made meanwhile are one step. */
  wake(): void
  /** Resolves when whatever was committed before the call has its number, or a step has failed. */
  settled(): Promise<void>
  close(): Promise<void>
}

const safetyIntervalMs = 1000
/** Every so many of these looks begin at the first event. */
const looksFromTheStart = 60

/** `advanced` hears of every organization whose log grew. */
export function createSequencer(
  database: Pick<Database, 'queryPrepared'>,
  logger: Logger,
  advanced: (heads: Head[]) => void,
): Sequencer {
  let running: Promise<void> | null = null
  let again = false
  let closed = false
  /** Of the next step, and of all until then. */
  const waiting: (() => void)[] = []
  const floor = createFloor()

  async function step(): Promise<void> {
    const served: (() => void)[] = []
    try {
      for (;;) {
        again = false
        served.push(...waiting.splice(0))
        const [made] = await database.queryPrepared<Step>(numberSql, [floor.get().toString(), batchSize])
        if (made?.heads) {
          advanced(made.heads.map((head) => ({ ...head, position: BigInt(head.position) })))
        }
        const full = made !== undefined && made.numbered >= batchSize
        if (made && !full) floor.raise(made)
        if (!full) for (const resolve of served.splice(0)) resolve()
        if (!full && !again) return
      }
    } catch (error) {
      logger.warn({ err: error }, 'events could not be numbered; the next step tries again')
    } finally {
      running = null
      for (const resolve of [...served, ...waiting.splice(0)]) resolve()
    }
  }

  function wake(): void {
    if (closed) return
    again = true
    running ??= step()
  }

  // An event whose server died between its commit and the wake-up is found here, by any server.
  let looks = 0
  const timer = setInterval(() => {
    if (++looks % looksFromTheStart === 0) floor.forget()
    wake()
  }, safetyIntervalMs)
  timer.unref()

  return {
    wake,
    settled() {
      if (closed) return Promise.resolve()
      const numbered = new Promise<void>((resolve) => waiting.push(resolve))
      wake()
      return numbered
    },
    async close() {
      closed = true
      clearInterval(timer)
      await running
    },
  }
}

import type pg from 'pg'

/** Milliseconds: for a connection to be free, and from the transaction's beginning to its end. */
export type TransactionLimits = { waitMs: number; lengthMs: number }

const hasEnded = () => new Error('The transaction has ended.')

/**
 * A transaction on a connection of the pool itself: one that Prisma begins costs a third of a millisecond of CPU more,
 * and most of ours need nothing of Prisma's.
 */
export class Transaction {
  readonly afterCommit = new Set<() => void>()
  /** Called once, at the end. */
  onEnd: (() => void) | null = null
  /** Until what runs inside has settled, which can be after the end. */
  isInside = false
  #connection: pg.PoolClient | null = null
  #timer: NodeJS.Timeout | undefined

  /** Whether it has begun and not ended. */
  get isOpen(): boolean {
    return this.#connection !== null
  }

  /** Begins at once. Rejects after the end: what comes then must not run outside. */
  query(config: pg.QueryConfig): Promise<pg.QueryResult> {
    return this.#connection?.query(config) ?? Promise.reject(hasEnded())
  }

  /** Commits once `inside` resolves; rolls back where it rejects, and, without waiting for it, where it takes too long. */
  async run<T>(pool: pg.Pool, limits: TransactionLimits, inside: () => Promise<T>): Promise<T> {
    this.#connection = await freeConnection(pool, limits.waitMs)
    this.#timer = setTimeout(() => void this.#rollback(), limits.lengthMs)
    let result: T
    try {
      await this.query({ text: 'BEGIN' })
      this.isInside = true
      result = await inside().finally(() => {
        this.isInside = false
      })
    } catch (error) {
      await this.#rollback()
      throw error
    }
    // What PostgreSQL answers to a COMMIT after a statement that failed, though its error was caught.
    if ((await this.#end('COMMIT')) === 'ROLLBACK') throw new Error('A statement failed: nothing was committed.')
    return result
  }

  async #rollback(): Promise<void> {
    // Where it fails, so has the connection, and with it the transaction.
    if (this.#connection) await this.#end('ROLLBACK').catch(() => undefined)
  }

  /** Answers what PostgreSQL did. A connection that cannot do it is not used again. */
  async #end(statement: 'COMMIT' | 'ROLLBACK'): Promise<string> {
    const connection = this.#connection
    if (!connection) throw hasEnded()
    this.#connection = null
    clearTimeout(this.#timer)
    this.onEnd?.()
    try {
      const { command } = await connection.query(statement)
      connection.release()
      return command
    } catch (error) {
      connection.release(true)
      throw error
    }
  }
}

/** The embedded database's pool waits without end. */
async function freeConnection(pool: pg.Pool, waitMs: number): Promise<pg.PoolClient> {
  const asked = pool.connect()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No connection was free for ${waitMs} ms.`)), waitMs)
  })
  try {
    return await Promise.race([asked, late])
  } catch (error) {
    asked.then(
      (connection) => connection.release(),
      () => undefined,
    )
    throw error
  } finally {
    clearTimeout(timer)
  }
}

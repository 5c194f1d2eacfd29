import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { Prisma, type PrismaClient } from '../generated/prisma/client.js'
import { createPrisma, createTx, type Tx } from './prisma-inside.js'
import { createStatementNames, isStale, shownTypes } from './statements.js'
import { Transaction } from './transaction.js'

export type { Tx }

/**
 * The database as the domain sees it. `prisma` and `query` run outside transactions; `transaction` runs a function
 * inside one and commits when it resolves.
 *
 * The embedded database has one session: whatever asks for it outside while a transaction is open waits for that
 * transaction, so asking for it from inside would wait for ever. Inside, `prisma`, `query` and `transaction`
 * therefore throw at once, on every database alike.
 */
export type Database = {
  readonly prisma: PrismaClient
  query<Row extends Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>
  /** The same, planned once for whatever values it has: for what comes with every request and is found by its key. */
  queryPrepared<Row extends Record<string, unknown>>(sql: string, params: unknown[]): Promise<Row[]>
  /** The same for a statement put together from parts. */
  select<Row extends Record<string, unknown>>(sql: Prisma.Sql): Promise<Row[]>
  /**
   * The same, each row as a list of its columns. `shown`: times come as texts, in ISO 8601. `prepared`: the statement is
   * planned once for whatever values it has, which is right where an index decides and wrong where the values do.
   */
  read(sql: Prisma.Sql, options: { shown: boolean; prepared: boolean }): Promise<unknown[][]>
  /** Several statements without parameters in one message, run as one transaction. Answers the rows of the last. */
  multiQuery<Row extends Record<string, unknown>>(sql: string): Promise<Row[]>
  /**
   * Runs again from the start where the database ended it in favour of another, or a migration came between: `run`
   * changes nothing but through `tx`.
   */
  transaction<T>(run: (tx: Tx) => Promise<T>): Promise<T>
  /** Runs `then` once the transaction around the caller has committed; never, where it rolls back. */
  afterCommit(then: () => void): void
  /** Rejects where the database does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

const transactionLimits = { waitMs: 10_000, lengthMs: 15_000 }
const triesAgainstDeadlocks = 3
/** Of PostgreSQL, where the statement was our own. */
const [deadlockDetected, uniqueViolation] = ['40P01', '23505']

/** Both databases, server and embedded, come as a `pg.Pool`. Closing the Database does not end the pool. */
export function createDatabase(pool: pg.Pool, limits = transactionLimits): Database {
  const transactions = new AsyncLocalStorage<Transaction>()
  let running = 0
  const prisma = createPrisma(pool, () => transactions.getStore())
  const names = createStatementNames()
  const outside = <T>(value: T): T => {
    if (transactions.getStore()?.isInside) throw new Error('Inside a transaction only its own client may be used.')
    return value
  }

  async function ask<Row extends pg.QueryResultRow>(
    query: pg.QueryConfig | pg.QueryArrayConfig,
    prepared: boolean,
  ): Promise<pg.QueryResult<Row>> {
    const name = prepared ? names.of(query.text) : undefined
    if (name === undefined) return outside(pool).query<Row>(query)
    try {
      return await outside(pool).query<Row>({ ...query, name })
    } catch (error) {
      if (!isStale(error)) throw error
      names.drop()
      return pool.query<Row>(query)
    }
  }

  const runOnce = <T>(transaction: Transaction, run: (tx: Tx) => Promise<T>): Promise<T> =>
    transaction.run(pool, limits, () => run(createTx(prisma, transaction, names, limits)))

  return {
    get prisma() {
      return outside(prisma)
    },
    async query(sql, params = []) {
      const { rows } = await outside(pool).query(sql, params)
      return rows
    },
    async queryPrepared<Row extends Record<string, unknown>>(text: string, values: unknown[]) {
      const { rows } = await ask<Row>({ text, values }, true)
      return rows
    },
    async select(sql) {
      const { rows } = await outside(pool).query(sql.text, sql.values)
      return rows
    },
    async read({ text, values }, { shown, prepared }) {
      const { rows } = await ask<unknown[]>(
        { text, values, rowMode: 'array', ...(shown ? { types: shownTypes } : {}) },
        prepared,
      )
      return rows
    },
    async multiQuery<Row>(sql: string) {
      const results = (await outside(pool).query(sql)) as unknown as pg.QueryResult[]
      return (results.at(-1)?.rows ?? []) as Row[]
    },
    async transaction(run) {
      for (let tries = 1; ; tries++) {
        const transaction = outside(new Transaction())
        running++
        try {
          const result = await transactions.run(transaction, runOnce, transaction, run)
          for (const then of transaction.afterCommit) then()
          return result
        } catch (error) {
          if (isStale(error)) names.drop()
          else if (tries >= triesAgainstDeadlocks || !lostDeadlock(error)) throw error
        } finally {
          // Where it is on, every promise of the process pays for it: reads alone are to pay nothing.
          if (--running === 0) transactions.disable()
        }
      }
    },
    afterCommit(then) {
      const transaction = transactions.getStore()
      if (!transaction?.isInside) throw new Error('afterCommit was called outside a transaction.')
      transaction.afterCommit.add(then)
    },
    async ping() {
      await outside(pool).query('SELECT 1')
    },
    async close() {
      await prisma.$disconnect()
    },
  }
}

/** By PostgreSQL's code, or Prisma's where it wrote the statement. */
const lostDeadlock = (error: unknown): boolean =>
  error instanceof pg.DatabaseError
    ? error.code === deadlockDetected
    : error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034'

/** The condition that names one row. Takes any object that has the two columns, such as the row itself. */
export const rowKey = ({ organizationId, id }: { organizationId: string; id: string }) => ({
  organizationId_id: { organizationId, id },
})

/**
 * Whether a write ran into a unique constraint. A door never sees the error itself; the domain makes CONFLICT of it or
 * reads the row that was there first.
 */
export function isUniqueViolation(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === uniqueViolation
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'
}

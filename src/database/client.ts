import { AsyncLocalStorage } from 'node:async_hooks'
import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { Prisma, PrismaClient } from '../generated/prisma/client.js'

/** A client inside a transaction: the only way to the database until the transaction's end. */
export type Tx = Prisma.TransactionClient

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
  /** The same for a statement put together from parts. */
  select<Row extends Record<string, unknown>>(sql: Prisma.Sql): Promise<Row[]>
  /** Several statements without parameters in one message, run as one transaction. Answers the rows of the last. */
  multiQuery<Row extends Record<string, unknown>>(sql: string): Promise<Row[]>
  /** Runs again from the start where the database ended it in favour of another: `run` changes nothing but through `tx`. */
  transaction<T>(run: (tx: Tx) => Promise<T>): Promise<T>
  /** Runs `then` once the transaction around the caller has committed; never, where it rolls back. */
  afterCommit(then: () => void): void
  /** Rejects where the database does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

const transactionWaitMs = 10_000
const transactionTimeoutMs = 15_000
const triesAgainstDeadlocks = 3

/** Both databases, server and embedded, come as a `pg.Pool`. Closing the Database does not end the pool. */
export function createDatabase(pool: pg.Pool): Database {
  const client = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: false }),
    transactionOptions: { maxWait: transactionWaitMs, timeout: transactionTimeoutMs },
  })
  const transactions = new AsyncLocalStorage<{ afterCommit: Set<() => void> }>()
  const outside = <T>(value: T): T => {
    if (transactions.getStore()) throw new Error('Inside a transaction only its own client may be used.')
    return value
  }

  return {
    get prisma() {
      return outside(client)
    },
    async query(sql, params = []) {
      const { rows } = await outside(pool).query(sql, params)
      return rows
    },
    async select(sql) {
      const { rows } = await outside(pool).query(sql.text, sql.values)
      return rows
    },
    async multiQuery<Row>(sql: string) {
      const results = (await outside(pool).query(sql)) as unknown as pg.QueryResult[]
      return (results.at(-1)?.rows ?? []) as Row[]
    },
    async transaction(run) {
      for (let tries = 1; ; tries++) {
        const store = { afterCommit: new Set<() => void>() }
        try {
          const result = await outside(client).$transaction((tx) => transactions.run(store, () => run(tx)))
          for (const then of store.afterCommit) then()
          return result
        } catch (error) {
          if (tries >= triesAgainstDeadlocks || !lostDeadlock(error)) throw error
        }
      }
    },
    afterCommit(then) {
      const store = transactions.getStore()
      if (!store) throw new Error('afterCommit was called outside a transaction.')
      store.afterCommit.add(then)
    },
    async ping() {
      await outside(pool).query('SELECT 1')
    },
    async close() {
      await client.$disconnect()
    },
  }
}

/** Prisma's own code for it, or PostgreSQL's where the statement was raw. */
const lostDeadlock = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError &&
  (error.code === 'P2034' || JSON.stringify(error.meta ?? {}).includes('"40P01"'))

/** The condition that names one row. Takes any object that has the two columns, such as the row itself. */
export const rowKey = ({ organizationId, id }: { organizationId: string; id: string }) => ({
  organizationId_id: { organizationId, id },
})

/**
 * Whether a write ran into a unique constraint. A door never sees the error itself; the domain makes CONFLICT of it or
 * reads the row that was there first.
 */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false
  const { cause } = (error.meta?.driverAdapterError ?? {}) as { cause?: { kind?: string } }
  // P2010 is whatever a statement of our own ran into.
  return error.code === 'P2002' || (error.code === 'P2010' && cause?.kind === 'UniqueConstraintViolation')
}

import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { Prisma, PrismaClient } from '../generated/prisma/client.js'
import type { StatementNames } from './statements.js'
import type { Transaction, TransactionLimits } from './transaction.js'

/**
 * A client inside a transaction: the only way to the database until the transaction's end. What is called on it begins
 * at once, not when it is awaited.
 */
export type Tx = Omit<Prisma.TransactionClient, '$queryRawUnsafe' | '$executeRawUnsafe'>

/** The statements of a transaction, which are ours already where Prisma joins one. */
const bounds = new Set(['BEGIN', 'COMMIT', 'ROLLBACK'])

/** Transactions in which Prisma is asked to begin one, until it asks for a connection. */
const joining = new WeakSet<Transaction>()

/** Prisma over `pool`. `now`: the transaction around the caller, which Prisma can be made to join (`createTx`). */
export function createPrisma(pool: pg.Pool, now: () => Transaction | undefined): PrismaClient {
  const connect = () => {
    const transaction = now()
    return transaction && joining.delete(transaction) ? Promise.resolve(guestOf(transaction)) : pool.connect()
  }
  const own: Record<string | symbol, unknown> = { connect, query: pool.query.bind(pool) }
  const adapter = new PrismaPg(new Proxy(pool, { get: (_, key) => own[key] ?? Reflect.get(pool, key) }), {
    disposeExternalPool: false,
  })
  return new PrismaClient({ adapter })
}

/** The transaction's connection, as far as Prisma's adapter uses one. It is the transaction that ends and releases it. */
const guestOf = (transaction: Transaction) => ({
  query: async (config: pg.QueryConfig) =>
    bounds.has(config.text) ? { rows: [], fields: [], rowCount: 0 } : transaction.query(config),
  release: () => undefined,
  on: () => undefined,
  removeListener: () => undefined,
})

/** Values as Prisma gives them, where `pg` by itself would give a text. */
const parsers: Record<number, (text: string) => unknown> = {
  [pg.types.builtins.INT8]: BigInt,
  [pg.types.builtins.NUMERIC]: (text) => new Prisma.Decimal(text),
}
const types = {
  getTypeParser: ((oid: number, format?: 'text') =>
    parsers[oid] ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

type Statement = [query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]]

/** Statements of ours go over the connection itself, at a quarter of the CPU, and are prepared once they have come often. */
class DirectTx {
  readonly #transaction: Transaction
  readonly #names: StatementNames
  readonly #join: () => Promise<Tx>
  #joined: Promise<Tx> | undefined

  constructor(transaction: Transaction, names: StatementNames, join: () => Promise<Tx>) {
    this.#transaction = transaction
    this.#names = names
    this.#join = join
  }

  async $queryRaw(...statement: Statement): Promise<unknown[]> {
    return (await this.#ask(statement)).rows
  }

  async $executeRaw(...statement: Statement): Promise<number> {
    return (await this.#ask(statement)).rowCount ?? 0
  }

  /** Prisma's own client inside the same transaction, from the first use on. */
  prisma(): Promise<Tx> {
    this.#joined ??= this.#join()
    return this.#joined
  }

  #ask([query, ...values]: Statement): Promise<pg.QueryResult> {
    const { text, values: all } = 'raw' in query ? Prisma.sql(query, ...values) : query
    const name = this.#names.of(text)
    return this.#transaction.query({ text, values: all, types, ...(name === undefined ? {} : { name }) })
  }
}

type Delegate = Record<string | symbol, (...args: unknown[]) => Promise<unknown>>

for (const name of Object.keys(Prisma.ModelName)) {
  const model = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  Object.defineProperty(DirectTx.prototype, model, {
    get(this: DirectTx) {
      const call = async (operation: string | symbol, args: unknown[]) => {
        const tx = (await this.prisma()) as unknown as Record<string, Delegate>
        return tx[model]?.[operation]?.(...args)
      }
      return new Proxy(
        {},
        {
          get:
            (_, operation) =>
            (...args: unknown[]) =>
              call(operation, args),
        },
      )
    },
  })
}

/** The client of a transaction: raw statements on its own connection, and the models through Prisma, which then joins it. */
export function createTx(
  prisma: PrismaClient,
  transaction: Transaction,
  names: StatementNames,
  limits: TransactionLimits,
): Tx {
  const join = () =>
    new Promise<Tx>((resolve, reject) => {
      joining.add(transaction)
      const untilItsEnd = (tx: Tx) =>
        new Promise<void>((end) => {
          transaction.onEnd = end
          resolve(tx)
          if (!transaction.isOpen) end()
        })
      // Its time begins after ours, so it is never the one that runs out.
      prisma.$transaction(untilItsEnd, { maxWait: limits.waitMs, timeout: limits.lengthMs }).catch(reject)
    })
  return new DirectTx(transaction, names, join) as unknown as Tx
}

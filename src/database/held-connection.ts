import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { Prisma } from '../generated/prisma/client.js'
import type { StatementNames } from './statements.js'

/** The connection of one transaction; null from its end on. What it leaves running may begin others, which are none of its. */
export type Held = { connection: pg.ClientBase | null; begun: boolean }

/**
 * Prisma's way to the database, and beside it, for the statements that we write ourselves, the connection of each of its
 * transactions: through Prisma such a statement costs four times the CPU. `heldNow`: where the transaction that begins
 * now is to leave it.
 */
export class PrismaPgWithHeld extends PrismaPg {
  readonly #heldNow: () => Held | undefined

  constructor(pool: pg.Pool, heldNow: () => Held | undefined) {
    super(pool, { disposeExternalPool: false })
    this.#heldNow = heldNow
  }

  override async connect() {
    const adapter = await super.connect()
    const start = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = async (isolationLevel) => {
      const held = this.#heldNow()
      const transaction = await start(isolationLevel)
      if (!held || held.begun) return transaction
      held.begun = true
      held.connection = (transaction as unknown as { client: pg.ClientBase }).client
      const execute = transaction.executeRaw.bind(transaction)
      transaction.executeRaw = (query) => {
        // Also where Prisma ends it by itself, for the time that it takes: what comes after must not run outside.
        if (query.sql === 'COMMIT' || query.sql === 'ROLLBACK') held.connection = null
        return execute(query)
      }
      return transaction
    }
    return adapter
  }
}

/** Values as Prisma gives them, where `pg` by itself would give a text. */
const parsers: Record<number, (text: string) => unknown> = {
  [pg.types.builtins.INT8]: BigInt,
  [pg.types.builtins.NUMERIC]: (text) => new Prisma.Decimal(text),
}
const types = {
  getTypeParser: ((oid: number, format?: 'text') =>
    parsers[oid] ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

const ended = () => Promise.reject(new Error('The transaction has ended.'))

/**
 * `tx`, with its statements of ours sent over the connection itself. They begin at once, not when they are awaited, and
 * are prepared once they have come often.
 */
export function withDirectStatements(
  tx: Prisma.TransactionClient,
  held: Held,
  names: StatementNames,
): Prisma.TransactionClient {
  const run = (query: TemplateStringsArray | Prisma.Sql, values: unknown[]): Promise<pg.QueryResult> => {
    const { text, values: all } = 'raw' in query ? Prisma.sql(query, ...values) : query
    const name = names.of(text)
    return held.connection?.query({ text, values: all, types, ...(name === undefined ? {} : { name }) }) ?? ended()
  }
  const direct: Record<string, unknown> = {
    $queryRaw: async (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) =>
      (await run(query, values)).rows,
    $executeRaw: async (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) =>
      (await run(query, values)).rowCount ?? 0,
  }
  return new Proxy(tx, { get: (target, key) => direct[key as string] ?? Reflect.get(target, key) })
}

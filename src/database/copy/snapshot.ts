import type { ClientBase } from 'pg'
import { type Digest, digestOf, readRows, type TextRow } from './rows.js'
import { readMigrationNames, readSequences, readTables, type Sequence, type Table } from './tables.js'

/** A database as it was at one moment, whatever is written meanwhile. */
export type Snapshot = {
  migrations: string[]
  tables: Table[]
  rows(table: Table): AsyncGenerator<TextRow[]>
  digest(table: Table): Promise<Digest>
  /** Read last: a sequence knows no transaction, and may only be ahead of the rows. */
  sequences(): Promise<Sequence[]>
}

export async function withSnapshot<T>(client: ClientBase, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    return await use({
      migrations: await readMigrationNames(client),
      tables: await readTables(client),
      rows: (table) => readRows(client, table),
      digest: (table) => digestOf(client, table),
      sequences: () => readSequences(client),
    })
  } finally {
    await client.query('ROLLBACK').catch(() => undefined)
  }
}

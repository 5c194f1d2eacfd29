import type { ClientBase } from 'pg'
import { StartError } from '../../start-error.js'
import { type Digest, digestOf, insertRows, type TextRow } from './rows.js'
import { firstFilled, quoted, readTables, type Sequence, setSequences, type Table } from './tables.js'

/** What is being loaded. Everything is one transaction: whole, or nothing of it. */
export type Loading = {
  insert(table: string, rows: TextRow[]): Promise<void>
  /** Sets the sequences, puts the foreign keys back, and compares. @throws StartError where a table is another. */
  finish(sequences: readonly Sequence[], digests: Record<string, Digest>): Promise<void>
}

/**
 * Runs `load` in one transaction on an empty database whose tables are `expected`. The foreign keys are taken away for
 * that time, since rows name each other in circles, and their coming back checks every row.
 * @throws StartError where the database is not empty, or its tables are others.
 */
export async function loadAll(
  client: ClientBase,
  expected: readonly Table[],
  load: (loading: Loading) => Promise<void>,
): Promise<void> {
  await client.query('BEGIN')
  try {
    const foreignKeys = await takeForeignKeys(client)
    const tables = new Map((await readTables(client)).map((table) => [table.name, table]))
    requireSame(expected, [...tables.values()])
    const filled = await firstFilled(client, expected)
    if (filled !== null) {
      throw new StartError(`the database is not empty (${filled} has rows): give an empty one, no server running on it`)
    }
    const tableOf = (name: string) => {
      const table = tables.get(name)
      if (!table) throw new StartError(`there is no table ${name}`)
      return table
    }
    await load({
      insert: (name, rows) => insertRows(client, tableOf(name), rows),
      async finish(sequences, digests) {
        await setSequences(client, sequences)
        for (const { table, name, definition } of foreignKeys) {
          await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${quoted(name)} ${definition}`)
        }
        const different: string[] = []
        for (const { name } of expected) {
          const [is, should] = [await digestOf(client, tableOf(name)), digests[name]]
          if (is.rows !== should?.rows || is.hash !== should.hash) different.push(name)
        }
        if (different.length === 0) return
        throw new StartError(`what arrived is not what was sent, and nothing was kept: ${different.join(', ')} differ`)
      },
    })
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
  await client.query('ANALYZE')
}

type ForeignKey = { table: string; name: string; definition: string }

async function takeForeignKeys(client: ClientBase): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY conname COLLATE "C"`,
  )
  for (const { table, name } of rows) await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${quoted(name)}`)
  return rows
}

function requireSame(expected: readonly Table[], found: readonly Table[]): void {
  const lines = (tables: readonly Table[]) =>
    new Set(tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name} ${column.type}`)))
  const [want, have] = [lines(expected), lines(found)]
  const differing = [...want].filter((line) => !have.has(line)).concat([...have].filter((line) => !want.has(line)))
  if (differing.length === 0) return
  throw new StartError(`the tables of the two databases differ, in ${differing.slice(0, 3).join(', ')}`)
}

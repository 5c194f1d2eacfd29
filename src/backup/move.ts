import type { ClientBase } from 'pg'
import { type Loading, loadAll } from '../database/copy/load.js'
import type { Digest } from '../database/copy/rows.js'
import { withSnapshot } from '../database/copy/snapshot.js'
import { requireKnown, type Target } from './restore.js'

/**
 * Copies every row into an empty database that is brought to the same migrations, in one transaction. Each table is compared as the two
 * databases themselves count and hash it. @throws StartError.
 */
export async function move(
  from: ClientBase,
  to: Target,
  say: (line: string) => void,
): Promise<{ tables: number; rows: number }> {
  const moved = await withSnapshot(from, async (snapshot) => {
    await requireKnown(snapshot.migrations, 'the database')
    await to.migrate(snapshot.migrations.at(-1))
    const digests: Record<string, Digest> = {}
    const load = async (loading: Loading) => {
      for (const table of snapshot.tables) {
        for await (const rows of snapshot.rows(table)) await loading.insert(table.name, rows)
        const digest = await snapshot.digest(table)
        digests[table.name] = digest
        if (digest.rows !== '0') say(`${table.name}: ${digest.rows} rows`)
      }
      await loading.finish(await snapshot.sequences(), digests)
    }
    await to.fill((client) => loadAll(client, snapshot.tables, load))
    const rows = Object.values(digests).reduce((sum, digest) => sum + Number(digest.rows), 0)
    return { tables: snapshot.tables.length, rows }
  })
  await to.migrate()
  return moved
}

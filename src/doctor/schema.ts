import type { ClientBase } from 'pg'
import { readMigrationNames } from '../database/copy/tables.js'
import { migrationsDirectory } from '../database/migrate.js'
import { readMigrations } from '../database/schema-engine.js'
import { examplesShown, type Finding } from './finding.js'

const finding = (check: string, what: string, todo: string, examples: string[]): Finding => ({
  check: `schema.${check}`,
  severity: 'problem',
  count: examples.length,
  what,
  todo,
  examples: examples.slice(0, examplesShown),
})

/** What keeps this version from reading the database; nothing where it has exactly our migrations. Changes nothing. */
export async function findForeignSchema(client: ClientBase): Promise<Finding[]> {
  const known = (await readMigrations(migrationsDirectory)).map(({ name }) => name)
  const applied = await readMigrationNames(client)
  const strange = applied.filter((name) => !known.includes(name))
  const pending = known.filter((name) => !applied.includes(name))
  if (strange.length > 0) {
    const todo = 'Run the version that made it, or a newer one.'
    return [finding('newer', 'the database has migrations that this version does not know', todo, strange)]
  }
  if (pending.length === 0) return []
  const todo = 'Back up, then start the server: it applies them. Where that failed, its first line says why.'
  return [finding('older', `${pending.length} migrations are not applied`, todo, pending)]
}

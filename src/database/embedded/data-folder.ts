import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The major version of PostgreSQL that PGlite 0.5 is. */
const postgresVersion = '18'

/** What lies in the data folder cannot be opened. The message is one line for a person at a terminal. */
export class DataFolderUnusable extends Error {
  override name = 'DataFolderUnusable'
}

/**
 * The folder of the database inside `dataDir`, made with `create` where there is none. It appears under its name only
 * when it is complete: a start that is killed half-way leaves nothing that looks like a database.
 */
export async function prepareFolder(dataDir: string, create: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(dataDir, 'postgres')
  const draft = join(dataDir, 'postgres.new')
  await rm(draft, { recursive: true, force: true })
  const entries = await list(folder)
  if (entries.length > 0) {
    await checkVersion(folder)
    return folder
  }
  await mkdir(draft, { mode: 0o700 })
  await create(draft)
  await rm(folder, { recursive: true, force: true })
  await rename(draft, folder)
  return folder
}

async function checkVersion(folder: string): Promise<void> {
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').then(
    (text) => /^\d+/.exec(text)?.[0] ?? null,
    () => null,
  )
  if (version === postgresVersion) return
  throw new DataFolderUnusable(
    version === null
      ? `${folder} is not a database (it has no readable PG_VERSION): restore it from a backup, or move it away to start empty.`
      : `${folder} was written by PostgreSQL ${version}, and this version reads ${postgresVersion} only: ` +
          'start the version that wrote it, or move the folder away to start empty.',
  )
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

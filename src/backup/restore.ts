import { text } from 'node:stream/consumers'
import type { ClientBase } from 'pg'
import { type Loading, loadAll } from '../database/copy/load.js'
import type { TextRow } from '../database/copy/rows.js'
import { migrationsDirectory } from '../database/migrate.js'
import { readMigrations } from '../database/schema-engine.js'
import type { MediaStore } from '../media/store.js'
import { StartError } from '../start-error.js'
import { type Entry, readArchive } from './archive.js'
import {
  endName,
  keysName,
  type Manifest,
  manifestName,
  mediaFolder,
  readEnd,
  readManifest,
  rowsFolder,
} from './manifest.js'

/** The database that is to be filled. */
export type Target = {
  /** Applies the migrations up to one; all of them where none is named. */
  migrate(upTo?: string): Promise<void>
  /** Runs `work` with a connection that has no limits in time. */
  fill(work: (client: ClientBase) => Promise<void>): Promise<void>
}

export type RestoreOptions = {
  /** Opened only when the archive has been found to be one that can be restored. */
  openTarget(): Promise<Target>
  files: MediaStore
  /** Takes the keys of an archive that holds them. */
  takeKeys(text: string): Promise<void>
  say(line: string): void
}

/**
 * Fills an empty database from an archive: the migrations of the archive, its rows, checked table by table, its media,
 * and then the migrations that came since. Of the rows nothing is kept where anything fails. @throws StartError.
 */
export async function restore(path: string, options: RestoreOptions): Promise<{ manifest: Manifest; media: number }> {
  const entries = readArchive(path)
  try {
    const first = await entries.next()
    if (first.done || first.value.name !== manifestName) throw new StartError(`${path} is no backup of ours`)
    const manifest = await readManifest(first.value)
    await requireKnown(manifest.migrations, 'the backup')
    const target = await options.openTarget()
    await target.migrate(manifest.migrations.at(-1))
    let media = 0
    await target.fill((client) =>
      loadAll(client, manifest.tables, async (loading) => {
        media = await take(entries, path, loading, client, options)
      }),
    )
    await target.migrate()
    return { manifest, media }
  } finally {
    await entries.return(undefined)
  }
}

/** @throws StartError where the migrations of `what` are not the beginning of ours: its rows would not fit. */
export async function requireKnown(migrations: readonly string[], what: string): Promise<void> {
  const known = await readMigrations(migrationsDirectory)
  const strange = migrations.find((name, i) => known[i]?.name !== name)
  if (strange === undefined) return
  throw new StartError(
    `${what} has migration ${strange}, which this version does not know: use the version that made it, or a newer one`,
  )
}

async function take(
  entries: AsyncGenerator<Entry>,
  path: string,
  loading: Loading,
  client: ClientBase,
  { files, takeKeys, say }: RestoreOptions,
): Promise<number> {
  let media = 0
  let table = ''
  let rows = 0
  const tell = () => rows > 0 && say(`${table}: ${rows} rows`)
  for await (const entry of endless(entries)) {
    if (entry.name.startsWith(rowsFolder)) {
      const name = entry.name.split('/')[1] ?? ''
      if (name !== table) {
        tell()
        table = name
        rows = 0
      }
      const batch = (await text(entry.bytes)).trimEnd().split('\n')
      await loading.insert(
        name,
        batch.map((line) => JSON.parse(line) as TextRow),
      )
      rows += batch.length
      continue
    }
    tell()
    rows = 0
    if (entry.name.startsWith(mediaFolder)) {
      await takeFile(entry, client, files)
      media++
    } else if (entry.name === keysName) {
      await takeKeys(await text(entry.bytes))
    } else if (entry.name === endName) {
      const { digests, sequences, media: had } = await readEnd(entry)
      if (had.files !== media)
        throw new StartError(`${path} has ${media} files of media where ${had.files} were written`)
      await loading.finish(sequences, digests)
      if (media > 0) say(`media: ${media} files`)
      return media
    }
  }
  throw new StartError(`${path} ends early: it is not a whole backup`)
}

/** A loop that ends early leaves the archive open, for whoever opened it. */
async function* endless(entries: AsyncGenerator<Entry>): AsyncGenerator<Entry> {
  for (let next = await entries.next(); !next.done; next = await entries.next()) yield next.value
}

/** @throws StartError where the bytes are not those that the row tells of. */
async function takeFile(entry: Entry, client: ClientBase, files: MediaStore): Promise<void> {
  const id = entry.name.slice(mediaFolder.length)
  const { rows } = await client.query<{ sha256: string }>('SELECT sha256 FROM "Media" WHERE id = $1', [id])
  const { sha256 } = await files.write(id, entry.bytes, entry.size)
  if (rows[0]?.sha256 === sha256) return
  await files.remove(id)
  throw new StartError(`the file ${id} in the backup is not the one that its row tells of`)
}

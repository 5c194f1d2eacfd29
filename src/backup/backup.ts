import type { ClientBase } from 'pg'
import { version } from '../core/version.js'
import type { Digest, TextRow } from '../database/copy/rows.js'
import { type Snapshot, withSnapshot } from '../database/copy/snapshot.js'
import type { MediaStore } from '../media/store.js'
import { StartError } from '../start-error.js'
import { type ArchiveWriter, writeArchive } from './archive.js'
import { endName, keysName, type Manifest, manifestName, manifestVersion, mediaFolder, rowsFolder } from './manifest.js'

export type BackupOptions = {
  client: ClientBase
  /** Null: without the files of messages. */
  files: MediaStore | null
  /** The text of the keys that secrets are encrypted with, to be put into the archive; null: not. */
  keys: string | null
  say(line: string): void
}

/** Writes what a database holds at one moment, and its media, into an archive. @throws StartError. */
export async function backUp(path: string, options: BackupOptions): Promise<{ rows: number; media: number }> {
  return withSnapshot(options.client, async (snapshot) => {
    const { migrations, tables } = snapshot
    if (migrations.length === 0) throw new StartError('the database is empty: nothing to back up')
    const counts = { rows: 0, media: 0 }
    await writeArchive(path, async (archive) => {
      const manifest: Manifest = {
        format: 'kaanha-backup',
        version: manifestVersion,
        createdAt: new Date().toISOString(),
        madeBy: version,
        migrations,
        tables,
      }
      await archive.add(manifestName, json(manifest))
      const digests = await addRows(archive, snapshot, options.say)
      const media = options.files
        ? await addMedia(archive, options.client, options.files, options.say)
        : { files: 0, missing: 0 }
      if (options.keys !== null) await archive.add(keysName, Buffer.from(options.keys))
      await archive.add(endName, json({ digests, sequences: await snapshot.sequences(), media }))
      counts.media = media.files
      counts.rows = Object.values(digests).reduce((sum, { rows }) => sum + Number(rows), 0)
    })
    return counts
  })
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

async function addRows(
  archive: ArchiveWriter,
  snapshot: Snapshot,
  say: (line: string) => void,
): Promise<Record<string, Digest>> {
  const digests: Record<string, Digest> = {}
  for (const table of snapshot.tables) {
    let part = 0
    for await (const rows of snapshot.rows(table)) {
      part++
      await archive.add(`${rowsFolder}${table.name}/${String(part).padStart(6, '0')}.jsonl`, linesOf(rows))
    }
    const digest = await snapshot.digest(table)
    digests[table.name] = digest
    if (part > 0) say(`${table.name}: ${digest.rows} rows`)
  }
  return digests
}

const linesOf = (rows: TextRow[]): Buffer => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))

const mediaBatch = 500
const sayEvery = 5000

/** The files of READY media. One that is not in the store is told and left out: the row says what it was. */
async function addMedia(
  archive: ArchiveWriter,
  client: ClientBase,
  files: MediaStore,
  say: (line: string) => void,
): Promise<{ files: number; missing: number }> {
  const counts = { files: 0, missing: 0 }
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ id: string; size: number }>(
      `SELECT id, size FROM "Media" WHERE status = 'READY' AND id > $1 ORDER BY id LIMIT ${mediaBatch}`,
      [after],
    )
    for (const { id, size } of rows) {
      const bytes = await files.open(id)
      if (bytes) await archive.addStream(mediaFolder + id, size, bytes)
      counts[bytes ? 'files' : 'missing']++
      if (!bytes) say(`media ${id}: its file is gone from the store`)
      else if (counts.files % sayEvery === 0) say(`media: ${counts.files} files`)
    }
    const last = rows.at(-1)
    if (!last) break
    after = last.id
  }
  if (counts.files > 0) say(`media: ${counts.files} files`)
  return counts
}

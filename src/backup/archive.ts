import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { extract, pack } from 'tar-stream'
import { StartError } from '../start-error.js'

/** One file of an archive. Its bytes are read, or left, before the next is asked for. */
export type Entry = { name: string; size: number; bytes: Readable }

export type ArchiveWriter = {
  add(name: string, bytes: Uint8Array): Promise<void>
  /** `size` must be how many bytes the stream has. */
  addStream(name: string, size: number, bytes: Readable): Promise<void>
}

/** Writes a .tar.gz that only its owner can read, under its name once it is whole. @throws StartError where it exists. */
export async function writeArchive(path: string, write: (archive: ArchiveWriter) => Promise<void>): Promise<void> {
  const half = `${path}.partial`
  const archive = pack()
  const written = pipeline(archive, createGzip(), createWriteStream(half, { flags: 'wx', mode: 0o600, flush: true }))
  const addStream = async (name: string, size: number, bytes: Readable) => {
    await Promise.race([pipeline(bytes, archive.entry({ name, size, mode: 0o600 })), written])
  }
  try {
    await Promise.race([
      written,
      (async () => {
        await write({ addStream, add: (name, bytes) => addStream(name, bytes.length, Readable.from([bytes])) })
        archive.finalize()
        await written
      })(),
    ])
    await rename(half, path)
  } catch (error) {
    archive.destroy()
    await written.catch(() => undefined)
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new StartError(`${half} is there already: another backup writes it, or one was killed; remove it then`)
    }
    await rm(half, { force: true })
    throw error
  }
}

/** The files of an archive in their order. @throws StartError for what is no archive, or not a whole one. */
export async function* readArchive(path: string): AsyncGenerator<Entry> {
  const entries = extract()
  let failure: unknown
  const bytesOf = async function* (entry: unknown) {
    try {
      yield* entry as AsyncIterable<Uint8Array>
    } catch (error) {
      throw unreadable(path, failure ?? error)
    }
  }
  const read = pipeline(createReadStream(path), createGunzip(), entries).catch((error: unknown) => {
    failure = error
  })
  try {
    for await (const entry of entries) {
      yield { name: entry.header.name, size: entry.header.size ?? 0, bytes: Readable.from(bytesOf(entry)) }
      entry.resume()
    }
    await read
  } catch (error) {
    await read
    throw unreadable(path, failure ?? error)
  }
  if (failure !== undefined) throw unreadable(path, failure)
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new StartError(`there is no ${path}`)
  if (error instanceof StartError) return error
  return new StartError(
    `${path} cannot be read as a backup (${error instanceof Error ? error.message : String(error)})`,
  )
}

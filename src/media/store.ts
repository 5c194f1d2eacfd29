import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { isId } from '../core/ids.js'

/** The bytes are more than were allowed; nothing of them is kept. */
export class TooManyBytes extends Error {
  override name = 'TooManyBytes'
}

export type WrittenFile = {
  size: number
  /** Lower-case hexadecimal. */
  sha256: string
  /** The first bytes, enough to tell what it is. */
  head: Uint8Array
}

/** First and last byte, both included. */
export type ByteRange = { start: number; end: number }

/** Where the bytes of media lie, each file under its media id. */
export type MediaStore = {
  /** Whole or not at all, whatever crashes. @throws TooManyBytes, and what `bytes` throws. */
  write(id: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<WrittenFile>
  /** Null where there is no such file. The caller reads the stream or destroys it. */
  open(id: string, range?: ByteRange): Promise<Readable | null>
  /** At most `length` bytes from `start` on; none where there is no such file. */
  read(id: string, start: number, length: number): Promise<Uint8Array>
  /** No failure where there is no such file. */
  remove(id: string): Promise<void>
  /** Whose files these are: `owner` where nobody was named before. */
  ownedBy(owner: string): Promise<string>
  /** The ids of files written before a time, some at a time; half files of that age are removed on the way. */
  writtenBefore(time: Date): AsyncIterable<string[]>
}

/** So many bytes of a file are its head. */
export const maxHeadBytes = 256 * 1024
const incoming = '.incoming'
const ownerFile = '.owner'

/** Files in a folder, which several servers may share. */
export function createFileStore(folder: string): MediaStore {
  // The end of an id is random, so the files spread evenly over 1,024 folders.
  const folderOf = (id: string) => join(folder, id.slice(-2))
  const pathOf = (id: string) => {
    if (!isId('Media', id)) throw new Error('Not a media id.')
    return join(folderOf(id), id)
  }

  return {
    async write(id, bytes, maxBytes) {
      const path = pathOf(id)
      const half = join(folder, incoming, `${id}.${randomUUID()}`)
      await mkdir(join(folder, incoming), { recursive: true })
      try {
        const written = await writeAll(half, bytes, maxBytes)
        await mkdir(folderOf(id), { recursive: true })
        await rename(half, path)
        await syncFolder(folderOf(id))
        return written
      } catch (error) {
        await rm(half, { force: true })
        throw error
      }
    },

    async open(id, range) {
      const path = pathOf(id)
      const handle = await openOrNull(path)
      return handle && createReadStream(path, { fd: handle, ...range })
    },

    async read(id, start, length) {
      const handle = await openOrNull(pathOf(id))
      if (!handle) return new Uint8Array()
      try {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, start)
        return buffer.subarray(0, bytesRead)
      } finally {
        await handle.close()
      }
    },

    remove: (id) => rm(pathOf(id), { force: true }),

    async ownedBy(owner) {
      const path = join(folder, ownerFile)
      await mkdir(folder, { recursive: true })
      // Of several servers that name themselves at once, the first counts.
      await writeFile(path, owner, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
      return readFile(path, 'utf8')
    },

    async *writtenBefore(time) {
      for (const shard of await namesIn(folder)) {
        const old: string[] = []
        for (const name of await namesIn(join(folder, shard))) {
          const found = await stat(join(folder, shard, name)).catch(() => null)
          if (!found?.isFile() || found.mtime >= time) continue
          if (shard === incoming) await rm(join(folder, shard, name), { force: true })
          else if (isId('Media', name)) old.push(name)
        }
        if (old.length > 0) yield old
      }
    },
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])

async function openOrNull(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function writeAll(path: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<WrittenFile> {
  const handle = await open(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    const head: Uint8Array[] = []
    let headBytes = 0
    let size = 0
    for await (const chunk of bytes) {
      size += chunk.length
      if (size > maxBytes) throw new TooManyBytes()
      hash.update(chunk)
      if (headBytes < maxHeadBytes) {
        // A copy: the chunk itself may be a window into something larger.
        const part = Uint8Array.prototype.slice.call(chunk, 0, maxHeadBytes - headBytes)
        headBytes += part.length
        head.push(part)
      }
      await handle.writeFile(chunk)
    }
    await handle.sync()
    return { size, sha256: hash.digest('hex'), head: Buffer.concat(head) }
  } finally {
    await handle.close()
  }
}

/** So that the file's name lasts as its bytes do. Not every system lets a folder be opened. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => null)
  try {
    await handle?.sync().catch(() => undefined)
  } finally {
    await handle?.close()
  }
}

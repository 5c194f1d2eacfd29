import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isId } from '../core/ids.js'
import { incoming, removeHalves, writeHalf } from './half-file.js'
import type { MediaStore } from './store.js'

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
      return writeHalf(folder, id, bytes, maxBytes, async (half) => {
        await mkdir(folderOf(id), { recursive: true })
        await rename(half, path)
        await syncFolder(folderOf(id))
      })
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
      await removeHalves(folder, time)
      for (const shard of await namesIn(folder)) {
        if (shard === incoming) continue
        const old: string[] = []
        for (const name of await namesIn(join(folder, shard))) {
          const found = await stat(join(folder, shard, name)).catch(() => null)
          if (!found?.isFile() || found.mtime >= time) continue
          if (isId('Media', name)) old.push(name)
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

/** So that the file's name lasts as its bytes do. Not every system lets a folder be opened. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => null)
  try {
    await handle?.sync().catch(() => undefined)
  } finally {
    await handle?.close()
  }
}

import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TooManyBytes, type WrittenFile } from './store.js'

/** So many bytes of a file are its head. */
export const maxHeadBytes = 256 * 1024
/** The folder of files that are still being written, beside what is whole. */
export const incoming = '.incoming'

/**
 * Writes bytes into a file that is not yet to be seen, hands it to `keep`, and removes it unless `keep` has taken it away.
 * @throws TooManyBytes, and what `bytes` and `keep` throw.
 */
export async function writeHalf(
  folder: string,
  id: string,
  bytes: AsyncIterable<Uint8Array>,
  maxBytes: number,
  keep: (path: string, written: WrittenFile) => Promise<void>,
): Promise<WrittenFile> {
  const half = join(folder, incoming, `${id}.${randomUUID()}`)
  await mkdir(join(folder, incoming), { recursive: true })
  try {
    const written = await writeAll(half, bytes, maxBytes)
    await keep(half, written)
    return written
  } finally {
    await rm(half, { force: true })
  }
}

/** Removes what a crash has left of files that were being written before a time. */
export async function removeHalves(folder: string, before: Date): Promise<void> {
  for (const name of await readdir(join(folder, incoming)).catch(() => [])) {
    const path = join(folder, incoming, name)
    const found = await stat(path).catch(() => null)
    if (found?.isFile() && found.mtime < before) await rm(path, { force: true })
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

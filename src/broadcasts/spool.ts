import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DomainError } from '../core/errors.js'
import type { IncomingFile } from '../core/incoming-file.js'

/** A file that came with a request, on disk: it can be read when the request is long over. */
export type SpooledFile = {
  /** SHA-256 in hexadecimal. */
  digest: string
  bytes(): AsyncIterable<Uint8Array>
  /** Lets go of it. Called again it does nothing. */
  close(): Promise<void>
}

/**
 * Takes a file in. It has no name from the start, so that nothing of it is left where the server dies.
 * @throws BAD_REQUEST where it ends before its end, FILE_TOO_LARGE.
 */
export async function spool(file: IncomingFile, maxBytes: number): Promise<SpooledFile> {
  const path = join(tmpdir(), `kaanha-${randomUUID()}`)
  const handle = await open(path, 'wx+', 0o600)
  await unlink(path)
  let closed: Promise<void> | null = null
  const close = () => (closed ??= handle.close())
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const chunk of file.bytes()) {
      size += chunk.length
      if (size > maxBytes) {
        throw new DomainError('FILE_TOO_LARGE', `The file is larger than ${maxBytes.toLocaleString('en-US')} bytes.`)
      }
      hash.update(chunk)
      await handle.write(chunk)
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    digest: hash.digest('hex'),
    bytes: () => read(handle),
    close,
  }
}

const chunkBytes = 65_536

/** From the beginning, whoever else reads it. */
async function* read(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}

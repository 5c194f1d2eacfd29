import type { Readable } from 'node:stream'

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

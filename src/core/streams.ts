import type { Readable } from 'node:stream'

/**
 * What a stream begins with, up to `maxBytes`; then it is let go of. Where it breaks off, that is thrown, or, with "ends",
 * what came before is the answer.
 */
export async function beginningOf(
  stream: Readable,
  maxBytes: number,
  broken: 'throws' | 'ends' = 'throws',
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of stream) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= maxBytes) break
    }
  } catch (error) {
    if (broken === 'throws') throw error
  } finally {
    stream.destroy()
  }
  return Buffer.concat(chunks).subarray(0, maxBytes)
}

import { extname } from 'node:path'
import type { Context } from '../context.js'
import { secondsMs } from '../core/clock.js'
import { badRequest, DomainError } from '../core/errors.js'
import { FetchRefused, refusalOf } from '../net/public-fetcher.js'
import { maxUploadBytes, type StoredFile, storeFile } from './upload.js'

const timeoutMs = secondsMs(12)
const maxRedirects = 3
const path = 'mediaUrl'

const refused = (message: string, cause?: unknown) =>
  new DomainError('BAD_REQUEST', `mediaUrl: ${message}`, { details: [{ path, message }], cause })

/** Takes the file at an address that a caller gave into the store. @throws BAD_REQUEST naming mediaUrl, FILE_TOO_LARGE. */
export async function downloadFile(ctx: Context, url: string, filename: string | null): Promise<StoredFile> {
  try {
    const answer = await ctx.publicFetcher.request({ url, timeoutMs, maxRedirects, headers: { accept: '*/*' } })
    if (answer.status !== 200) {
      answer.body.destroy()
      throw badRequest([{ path, message: `answers with status ${answer.status}` }])
    }
    const length = Number(answer.headers['content-length'] ?? 0)
    if (length > maxUploadBytes) {
      answer.body.destroy()
      throw new DomainError('FILE_TOO_LARGE', `A file may have at most ${maxUploadBytes} bytes.`, {
        details: [{ path, message: `has ${length} bytes` }],
      })
    }
    return await storeFile(ctx, readable(answer.body), { filename: filename ?? nameIn(url), path })
  } catch (error) {
    if (error instanceof FetchRefused) throw refused(error.message, error.cause)
    throw error
  }
}

async function* readable(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw refusalOf(error)
  }
}

/** The last part of the address, where it looks like the name of a file. */
function nameIn(url: string): string | null {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  if (extname(last) === '') return null
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

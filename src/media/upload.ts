import type { ActorContext, Context } from '../context.js'
import { badRequest, DomainError } from '../core/errors.js'
import { newId } from '../core/ids.js'
import type { IncomingFile } from '../core/incoming-file.js'
import type { Media, Prisma } from '../generated/prisma/client.js'
import { limitError } from '../limits/verdict.js'
import { safeFilename } from './filename.js'
import { mediaTypeOf } from './media-type.js'
import { TooManyBytes } from './store.js'

/** The largest file that we take from callers (contract, section 4). */
export const maxUploadBytes = 16_777_216

/** A file whose bytes lie in the store, and the row that is still to be written for it. */
export type StoredFile = Pick<Media, 'id' | 'mimeType' | 'sha256' | 'filename'> & { size: number }

/**
 * Takes a file into the store. The type is what the bytes say; of the sender's name only what is safe is kept.
 * @throws FILE_TOO_LARGE, BAD_REQUEST naming `path` for a file without bytes, and what `bytes` throws.
 */
export async function storeFile(
  ctx: Context,
  bytes: AsyncIterable<Uint8Array>,
  { filename: given, path }: { filename: string | null; path: string },
): Promise<StoredFile> {
  const id = newId('Media')
  const filename = safeFilename(given)
  try {
    const { size, sha256, head } = await ctx.files.write(id, bytes, maxUploadBytes)
    if (size === 0) throw badRequest([{ path, message: 'has no bytes' }])
    const mimeType = await mediaTypeOf(head, filename, (start, length) => ctx.files.read(id, start, length))
    return { id, size, sha256, mimeType, filename }
  } catch (error) {
    await ctx.files.remove(id)
    if (!(error instanceof TooManyBytes)) throw error
    throw new DomainError('FILE_TOO_LARGE', `A file may have at most ${maxUploadBytes} bytes.`, {
      details: [{ path, message: `has more than ${maxUploadBytes} bytes` }],
    })
  }
}

/** The row of a stored file. */
export const mediaRow = (ctx: ActorContext, file: StoredFile): Prisma.MediaUncheckedCreateInput => ({
  ...file,
  organizationId: ctx.actor.organizationId,
  status: 'READY',
  createdAt: ctx.clock.now(),
})

/**
 * Takes a file from a caller. `filename`, where given, counts in place of the file's own. @throws as storeFile;
 * RATE_LIMITED before a byte is read.
 */
export async function uploadMedia(
  ctx: ActorContext,
  { file, filename }: { file: IncomingFile; filename?: string | null | undefined },
): Promise<Media> {
  const verdict = await ctx.limits.uploads.consume(ctx.actor.organizationId)
  if (verdict && !verdict.allowed) throw limitError(verdict)
  const stored = await storeFile(ctx, file.bytes(), { filename: filename ?? file.filename, path: 'file' })
  try {
    return await ctx.database.prisma.media.create({ data: mediaRow(ctx, stored) })
  } catch (error) {
    await ctx.files.remove(stored.id)
    throw error
  }
}

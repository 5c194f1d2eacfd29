import type { Context } from '../context.js'
import type { Media } from '../generated/prisma/client.js'
import { mediaLimits } from '../whatsapp/limits.js'
import type { MediaType } from '../whatsapp/message-types.js'

/** Meta's own limit for a sticker that does not move (whatsapp-cloud-api.md, section 1). */
const maxStaticStickerBytes = 100 * 1024

/** Anything that WhatsApp takes may be sent as a document. */
const typesOf = (kind: MediaType): readonly string[] =>
  kind === 'document'
    ? [...new Set(Object.values(mediaLimits).flatMap((limit) => limit.mimeTypes))]
    : mediaLimits[kind].mimeTypes

/** Why WhatsApp would not take a file as this kind of message; null where it would. */
export async function kindFault(
  ctx: Context,
  kind: MediaType,
  { id, mimeType, size }: Pick<Media, 'id' | 'mimeType' | 'size'>,
): Promise<string | null> {
  const types = typesOf(kind)
  if (!types.includes(mimeType)) return `is ${mimeType} by its content; as ${kind} WhatsApp takes ${types.join(', ')}`
  const { maxBytes } = mediaLimits[kind]
  const bytes = size ?? 0
  if (bytes > maxBytes) return `has ${bytes} bytes; as ${kind} WhatsApp takes at most ${maxBytes}`
  if (kind === 'sticker' && bytes > maxStaticStickerBytes && !(await isAnimatedWebp(ctx, id))) {
    return `has ${bytes} bytes; as a sticker that does not move WhatsApp takes at most ${maxStaticStickerBytes}`
  }
  return null
}

/** The flag in the extended header of a WebP file. */
async function isAnimatedWebp(ctx: Context, id: string): Promise<boolean> {
  const header = Buffer.from(await ctx.files.read(id, 12, 9))
  return header.subarray(0, 4).toString('latin1') === 'VP8X' && ((header[8] ?? 0) & 0x02) !== 0
}

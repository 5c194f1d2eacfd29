import type { Context } from '../context.js'
import { hoursMs } from '../core/clock.js'
import { createTurns } from '../core/turns.js'
import { rowKey } from '../database/client.js'
import type { Media } from '../generated/prisma/client.js'
import { type Credentials, UpstreamFailure } from '../whatsapp/provider.js'

/** WhatsApp keeps an upload for 30 days (whatsapp-cloud-api.md, section 1); a day less is safe. */
const uploadLifeMs = hoursMs(29 * 24)

export type WhatsAppFile = {
  /** WhatsApp's id of the bytes. */
  id: string
  /** Whether the upload is an earlier one, which WhatsApp may have forgotten. */
  reused: boolean
}

/** Sends of the same file at the same moment share one upload. */
const inTurn = createTurns()

/**
 * The file at WhatsApp's, uploaded over this number where it is not there yet. `forget` names an id that WhatsApp no
 * longer knows. @throws UpstreamFailure.
 */
export function fileAtWhatsApp(
  ctx: Context,
  key: { organizationId: string; id: string },
  credentials: Credentials,
  forget: string | null = null,
): Promise<WhatsAppFile> {
  return inTurn(`${credentials.phoneNumberId}:${key.id}`, async () => {
    const media = await ctx.database.prisma.media.findUnique({ where: rowKey(key) })
    if (media?.status !== 'READY') throw new UpstreamFailure('the file is not here')
    const known = livingId(media, credentials, ctx.clock.now())
    if (known !== null && known !== forget) return { id: known, reused: true }
    return { id: await upload(ctx, media, credentials), reused: false }
  })
}

function livingId(media: Media, { phoneNumberId }: Credentials, now: Date): string | null {
  const lives = media.whatsappExpiresAt !== null && media.whatsappExpiresAt > now
  return lives && media.phoneNumberId === phoneNumberId ? media.whatsappMediaId : null
}

async function upload(ctx: Context, media: Media, credentials: Credentials): Promise<string> {
  const { mimeType, size } = media
  const stream = await ctx.files.open(media.id).catch((cause: unknown) => {
    throw new UpstreamFailure('the file cannot be read from the store', { cause })
  })
  if (!stream || size === null) throw new UpstreamFailure('the file is gone from the store')
  const filename = media.filename ?? media.id
  const { id } = await ctx.whatsapp.uploadMedia(credentials, { stream, size, mimeType, filename })
  await ctx.database.prisma.media.updateMany({
    where: { organizationId: media.organizationId, id: media.id },
    data: {
      whatsappMediaId: id,
      whatsappExpiresAt: new Date(ctx.clock.now().getTime() + uploadLifeMs),
      phoneNumberId: credentials.phoneNumberId,
    },
  })
  return id
}

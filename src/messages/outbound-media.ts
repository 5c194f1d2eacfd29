import type { ActorContext, Context } from '../context.js'
import { secondsMs } from '../core/clock.js'
import { badRequest, DomainError } from '../core/errors.js'
import type { Tx } from '../database/client.js'
import type { Media, Message, Prisma } from '../generated/prisma/client.js'
import { downloadFile } from '../media/download.js'
import { kindFault } from '../media/kinds.js'
import { findMedia, mediaUrl } from '../media/media.js'
import { mediaRow, type StoredFile } from '../media/upload.js'
import { fileAtWhatsApp } from '../media/whatsapp-upload.js'
import type { OutboundContent, SendableContent } from '../whatsapp/content.js'
import { isMediaType, type MediaType } from '../whatsapp/message-types.js'
import { type Credentials, type SendOutcome, UpstreamFailure } from '../whatsapp/provider.js'
import type { CheckedSend } from './send-input.js'

/** The file of a message that is about to be stored; `fetched` where it came with it, so that it has no row yet. */
export type OutboundMedia = { file: Pick<Media, 'id' | 'mimeType' | 'filename' | 'size'>; fetched: StoredFile | null }

/** A send that may be stored, with the file it carries. */
export type ReadySend = CheckedSend & { media: OutboundMedia | null }

type MediaContent = Extract<OutboundContent, { type: MediaType }>

const isMediaContent = (content: OutboundContent): content is MediaContent => isMediaType(content.type)

/**
 * Runs `store` with the file of the content, which is looked up or fetched only now, after every check that costs less.
 * A fetched file is gone again where `store` fails. @throws NOT_FOUND, BAD_REQUEST naming mediaId or mediaUrl,
 * FILE_TOO_LARGE.
 */
export async function withMedia<T>(
  ctx: ActorContext,
  send: CheckedSend,
  store: (send: ReadySend) => Promise<T>,
): Promise<T> {
  const { content } = send
  if (!isMediaContent(content)) return store({ ...send, media: null })
  const media = content.mediaId !== undefined ? await uploaded(ctx, content.mediaId) : await fetched(ctx, content)
  try {
    const message = await kindFault(ctx, content.type, media.file)
    if (message !== null) throw badRequest([{ path: media.fetched ? 'mediaUrl' : 'mediaId', message }])
    return await store({ ...send, media })
  } catch (error) {
    if (media.fetched) await ctx.files.remove(media.file.id)
    throw error
  }
}

async function uploaded(ctx: ActorContext, mediaId: string): Promise<OutboundMedia> {
  const file = await findMedia(ctx, mediaId)
  if (!file) {
    const details = [{ path: 'mediaId', message: 'names no file' }]
    throw new DomainError('NOT_FOUND', 'No such media.', { details })
  }
  if (file.status === 'EXPIRED') throw badRequest([{ path: 'mediaId', message: 'names a file that is kept no longer' }])
  if (file.status !== 'READY') throw badRequest([{ path: 'mediaId', message: 'names a file that is not here yet' }])
  return { file, fetched: null }
}

async function fetched(ctx: ActorContext, content: MediaContent): Promise<OutboundMedia> {
  const filename = content.type === 'document' ? content.filename : null
  const file = await downloadFile(ctx, content.mediaUrl ?? '', filename)
  return { file, fetched: file }
}

/** The columns of a message that carries a file; none where it carries none. */
export function mediaColumns(
  ctx: ActorContext,
  { content, media }: ReadySend,
): { mediaId?: string; content?: Prisma.JsonObject } {
  if (!media) return {}
  const { id: mediaId, mimeType, filename } = media.file
  const { type: _type, mediaId: _id, mediaUrl: _url, ...fields } = content as MediaContent
  const named = filename === null ? {} : { filename }
  return { mediaId, content: { mediaId, url: mediaUrl(ctx, mediaId), mimeType, ...named, ...fields } }
}

/** Writes the rows of the files that were fetched for some sends, before the messages that name them. */
export async function insertFetched(tx: Tx, sends: { ctx: ActorContext; send: ReadySend }[]): Promise<void> {
  const data = sends.flatMap(({ ctx, send: { media } }) => (media?.fetched ? [mediaRow(ctx, media.fetched)] : []))
  if (data.length > 0) await tx.media.createMany({ data })
}

/** While the file goes to WhatsApp: longer than the client lets an upload take, waiting included. */
const uploadLeaseMs = secondsMs(150)

/** What WhatsApp says of a media id that it no longer knows, or can no longer read. */
const goneCodes: ReadonlySet<number> = new Set([33, 100, 131009, 131052, 131053])

type Attempt = { attempts: number; leaseMs: number; credentials: Credentials }

/**
 * Hands a message over with its file, if it carries one, at WhatsApp's. An upload that fails is an attempt that was
 * not accepted. An id that WhatsApp has forgotten is replaced once.
 */
export async function sendWithMedia(
  ctx: Context,
  message: Message,
  attempt: Attempt,
  content: SendableContent,
  send: (content: SendableContent) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const { organizationId, mediaId } = message
  if (mediaId === null) return send(content)
  const handOver = async (forget: string | null) => {
    const file = await fileAtWhatsApp(ctx, { organizationId, id: mediaId }, attempt.credentials, forget)
    if (!(await holdLease(ctx, message, attempt.attempts, attempt.leaseMs))) return lostLease
    return { file, outcome: await send({ ...content, media: { id: file.id } } as SendableContent) }
  }
  try {
    if (!(await holdLease(ctx, message, attempt.attempts, uploadLeaseMs))) return lostLease.outcome
    const { file, outcome } = await handOver(null)
    const gone = outcome.outcome === 'refused' && goneCodes.has(outcome.error.code)
    if (!file?.reused || !gone) return outcome
    if (!(await holdLease(ctx, message, attempt.attempts, uploadLeaseMs))) return lostLease.outcome
    return (await handOver(file.id)).outcome
  } catch (failure) {
    if (!(failure instanceof UpstreamFailure)) throw failure
    const { error, httpStatus } = failure
    ctx.logger.warn({ err: failure, messageId: message.id }, 'a file could not be given to WhatsApp')
    return error ? { outcome: 'refused', error, httpStatus: httpStatus ?? 0 } : notSent(failure.message)
  }
}

const notSent = (reason: string): SendOutcome => ({ outcome: 'not_sent', reason })

const lostLease = { file: null, outcome: notSent('the attempt took too long and was given up') }

/** False where the attempt is no longer ours: nothing may leave then. */
async function holdLease(ctx: Context, message: Message, attempts: number, leaseMs: number): Promise<boolean> {
  const rows = await ctx.database.query(
    `UPDATE "Message" SET "leaseExpiresAt" = $4 WHERE "organizationId" = $1 AND id = $2
     AND status = 'QUEUED' AND "attemptedAt" IS NOT NULL AND attempts = $3 RETURNING id`,
    [message.organizationId, message.id, attempts, new Date(ctx.clock.now().getTime() + leaseMs)],
  )
  return rows.length > 0
}

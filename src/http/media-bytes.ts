import { pipeline } from 'node:stream/promises'
import { create as contentDisposition } from 'content-disposition'
import { type Request, type Response, Router } from 'express'
import { DomainError, notFound } from '../core/errors.js'
import type { Media } from '../generated/prisma/client.js'
import { requireScope } from '../graphql/builder.js'
import type { GraphContext } from '../graphql/graph-context.js'
import { findMedia } from '../media/media.js'
import { byteRange, matchesTag } from './byte-range.js'

/** `GET /api/media/{mediaId}` (contract, section 5): the bytes of a file, streamed. */
export function mediaBytes(contextOf: (req: Request) => GraphContext): Router {
  const router = Router()
  const route = router.route('/:mediaId')
  route.get(async (req, res) => {
    const ctx = contextOf(req)
    requireScope(ctx, 'media:read')
    await serve(ctx, req, res, await readyMedia(ctx, req.params.mediaId))
  })
  route.all((_req, res) => {
    res.set('Allow', 'GET, HEAD')
    throw new DomainError('NOT_FOUND', 'This path answers GET, HEAD only.')
  })
  return router
}

type ReadyMedia = Media & { size: number; sha256: string }

async function readyMedia(ctx: GraphContext, id: string): Promise<ReadyMedia> {
  const media = await findMedia(ctx, id)
  if (media?.status === 'PENDING') {
    throw new DomainError('NOT_FOUND', 'This file is still being fetched from WhatsApp: ask again in a moment.', {
      retryAfter: 2,
    })
  }
  if (media?.status === 'FAILED') throw new DomainError('NOT_FOUND', 'This file could not be fetched from WhatsApp.')
  if (media?.status === 'EXPIRED') throw new DomainError('NOT_FOUND', 'This file is kept no longer.')
  if (!media || media.size === null || media.sha256 === null) throw notFound('media')
  return { ...media, size: media.size, sha256: media.sha256 }
}

async function serve(ctx: GraphContext, req: Request, res: Response, media: ReadyMedia): Promise<void> {
  const etag = `"${media.sha256}"`
  const known = req.get('if-none-match')
  if (known !== undefined && matchesTag(known, etag)) {
    res.set({ ETag: etag, 'Cache-Control': cacheControl }).status(304).end()
    return
  }
  const condition = req.get('if-range')
  const asked = req.method === 'GET' && (condition === undefined || condition.trim() === etag) ? req.get('range') : ''
  const range = byteRange(asked, media.size)
  if (range === 'beyond') {
    res.set('Content-Range', `bytes */${media.size}`).status(416)
    res.json({ error: 'The file has no such range.', code: 'BAD_REQUEST', requestId: ctx.requestId })
    return
  }
  const { start, end } = range === 'whole' ? { start: 0, end: media.size - 1 } : range
  const bytes = await ctx.files.open(media.id, { start, end })
  if (!bytes) {
    ctx.logger.error({ mediaId: media.id }, 'the bytes of a file are gone from the store')
    throw notFound('media')
  }
  // Not through Express, which would add a charset that nobody knows.
  for (const [name, value] of Object.entries(headersOf(media))) res.setHeader(name, value)
  res.setHeader('ETag', etag)
  res.setHeader('Content-Length', end - start + 1)
  if (range !== 'whole') res.status(206).setHeader('Content-Range', `bytes ${start}-${end}/${media.size}`)
  if (req.method === 'HEAD') {
    bytes.destroy()
    res.end()
    return
  }
  await pipeline(bytes, res).catch((error: NodeJS.ErrnoException) => {
    // The caller has gone: nobody is left to be told.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}

const cacheControl = 'private, no-cache'

/** What a browser shows in its place; everything else it is to save. An SVG is a document with scripts. */
const isShown = (mimeType: string): boolean => /^(image|audio|video)\//.test(mimeType) && !mimeType.includes('svg')

function headersOf({ id, mimeType, filename }: Media): Record<string, string> {
  return {
    'Content-Type': mimeType,
    'Content-Disposition': contentDisposition(filename ?? id, { type: isShown(mimeType) ? 'inline' : 'attachment' }),
    'Accept-Ranges': 'bytes',
    'Cache-Control': cacheControl,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
  }
}

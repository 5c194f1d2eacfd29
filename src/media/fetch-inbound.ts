import { connectionSecrets } from '../connections/connections.js'
import type { Context } from '../context.js'
import { secondsMs } from '../core/clock.js'
import type { Tx } from '../database/client.js'
import type { Media } from '../generated/prisma/client.js'
import { mediaTypeOf } from './media-type.js'

/** Longer than the WhatsApp client lets a question and a download take together. */
const leaseMs = secondsMs(180)
const maxAttempts = 10
const maxBackoffMs = secondsMs(3600)
/** Meta's own limit for the largest kind, a document. */
const maxInboundBytes = 100 * 1024 * 1024

type Pending = Pick<
  Media,
  'organizationId' | 'id' | 'filename' | 'whatsappMediaId' | 'phoneNumberId' | 'fetchAttempts' | 'mimeType'
>

/** Runs in the transaction that settles a file, before its row is changed. */
type Announce = (ctx: Context, tx: Tx, media: { organizationId: string; id: string; mimeType: string }) => Promise<void>

/** Fetches what customers have sent: at once where somebody tells, and whatever is due with each `sweep`. */
export type InboundFetcher = { sweep(): Promise<void> }

export function createInboundFetcher(ctx: Context, concurrency: number, announce: Announce): InboundFetcher {
  let active = 0

  async function work(): Promise<void> {
    active++
    try {
      for (let due = await claim(ctx); due; due = await claim(ctx)) await fetchOne(ctx, due, announce)
    } finally {
      active--
    }
  }
  const begin = () => {
    if (active < concurrency) ctx.background.run('fetch media', work)
  }
  ctx.mediaArrived.on(begin)
  return {
    async sweep() {
      if (active >= concurrency) return
      const [due] = await ctx.database.query('SELECT 1 FROM "Media" WHERE "nextFetchAt" <= $1 LIMIT 1', [
        ctx.clock.now(),
      ])
      if (due) begin()
    },
  }
}

/** One file that is due, whoever's; no other server takes it until the lease is over. */
async function claim(ctx: Context): Promise<Pending | null> {
  const now = ctx.clock.now()
  const [row] = await ctx.database.query<Pending>(
    // Materialized: a join may run a subquery again, and each run would lock another row.
    `WITH due AS MATERIALIZED (SELECT "organizationId", id FROM "Media" WHERE "nextFetchAt" <= $1
       ORDER BY "nextFetchAt" LIMIT 1 FOR UPDATE SKIP LOCKED)
     UPDATE "Media" AS f SET "nextFetchAt" = $2, "fetchAttempts" = f."fetchAttempts" + 1 FROM due
     WHERE f."organizationId" = due."organizationId" AND f.id = due.id
     RETURNING f."organizationId", f.id, f.filename, f."whatsappMediaId", f."phoneNumberId", f."fetchAttempts", f."mimeType"`,
    [now, new Date(now.getTime() + leaseMs)],
  )
  return row ?? null
}

async function fetchOne(ctx: Context, media: Pending, announce: Announce): Promise<void> {
  try {
    await store(ctx, media, announce)
  } catch (error) {
    await putOff(ctx, media, error, announce)
  }
}

async function store(ctx: Context, media: Pending, announce: Announce): Promise<void> {
  const { id, filename, organizationId } = media
  const { size, sha256, head } = await download(ctx, media)
  const mimeType = await mediaTypeOf(head, filename, (start, length) => ctx.files.read(id, start, length))
  const kept = await ctx.database.transaction(async (tx) => {
    await announce(ctx, tx, { organizationId, id, mimeType })
    const { count } = await tx.media.updateMany({
      where: { organizationId, id, status: 'PENDING' },
      data: { status: 'READY', mimeType, size, sha256, nextFetchAt: null, lastError: null, whatsappMediaId: null },
    })
    return count > 0
  })
  if (!kept && !(await isThere(ctx, media))) await ctx.files.remove(id)
}

/** Deleted with its contact meanwhile, or settled by another server whose lease came after ours. */
async function isThere(ctx: Context, { organizationId, id }: Pending): Promise<boolean> {
  return (await ctx.database.prisma.media.count({ where: { organizationId, id } })) > 0
}

/** The address lives for some minutes, so each attempt asks for it anew. */
async function download(ctx: Context, { id, whatsappMediaId, phoneNumberId }: Pending) {
  const connection =
    phoneNumberId === null
      ? null
      : await ctx.database.prisma.whatsAppConnection.findUnique({ where: { phoneNumberId } })
  if (!connection || whatsappMediaId === null) throw new Error('the number it came to is not connected any more')
  const { credentials } = connectionSecrets(ctx, connection)
  const info = await ctx.whatsapp.mediaInfo(credentials, whatsappMediaId)
  const { stream } = await ctx.whatsapp.downloadMedia(credentials, info.url)
  const written = await ctx.files.write(id, stream, maxInboundBytes)
  if (written.size === 0) throw new Error('WhatsApp gave no bytes')
  if (info.size !== null && info.size !== written.size) throw new Error('the bytes are not as many as WhatsApp says')
  if (info.sha256 !== null && hexOf(info.sha256) !== written.sha256) {
    throw new Error('the bytes are not those that WhatsApp gave the hash of')
  }
  return written
}

/** WhatsApp writes a SHA-256 in hexadecimal in one place and in base64 in another. */
const hexOf = (sha256: string): string =>
  /^[0-9a-f]{64}$/i.test(sha256) ? sha256.toLowerCase() : Buffer.from(sha256, 'base64').toString('hex')

/** Tried again, further and further apart; after the last attempt the file is FAILED. */
async function putOff(ctx: Context, media: Pending, error: unknown, announce: Announce): Promise<void> {
  const { organizationId, id, fetchAttempts, mimeType } = media
  const lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500)
  ctx.logger.warn({ err: error, mediaId: id, fetchAttempts }, 'a file could not be fetched from WhatsApp')
  const given = { organizationId, id, status: 'PENDING' as const }
  if (fetchAttempts >= maxAttempts) {
    await ctx.database.transaction(async (tx) => {
      await announce(ctx, tx, { organizationId, id, mimeType })
      await tx.media.updateMany({ where: given, data: { status: 'FAILED', nextFetchAt: null, lastError } })
    })
    return ctx.files.remove(id)
  }
  const waitMs = Math.min(secondsMs(2 ** fetchAttempts), maxBackoffMs)
  const nextFetchAt = new Date(ctx.clock.now().getTime() + waitMs)
  await ctx.database.prisma.media.updateMany({ where: given, data: { nextFetchAt, lastError } })
}

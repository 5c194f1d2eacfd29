import { z } from 'zod'
import { foldName, searchPatterns } from '../contacts/search.js'
import type { ActorContext } from '../context.js'
import { badRequest, DomainError, notFound } from '../core/errors.js'
import { isId, newId, requireId } from '../core/ids.js'
import { parseInput, textInput } from '../core/input.js'
import { isUniqueViolation, rowKey, type Tx } from '../database/client.js'
import { hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { type Media, Prisma, type QuickReply } from '../generated/prisma/client.js'

export const quickReplyLimits = { perOrganization: 1000, shortcutCharacters: 50, textCharacters: 4096 } as const

/** As people type it: the slash before it and the case are no part of it. */
const shortcut = textInput(quickReplyLimits.shortcutCharacters + 1)
  .transform((value) => value.trim().replace(/^\//, '').toLowerCase())
  .refine(
    (value) => /^[\p{L}\p{M}\p{N}_-]+$/u.test(value) && value.length <= quickReplyLimits.shortcutCharacters,
    `must be 1 to ${quickReplyLimits.shortcutCharacters} letters, digits, - and _`,
  )
const text = textInput(quickReplyLimits.textCharacters).refine((value) => value.trim() !== '', 'must not be empty')

const createQuickReplyInput = z.object({ shortcut, text: text.nullish(), mediaId: z.string().nullish() })
/** Null takes away, absent leaves as it is. */
const updateQuickReplyInput = z.object({
  id: z.string(),
  shortcut: shortcut.nullish(),
  text: text.nullish(),
  mediaId: z.string().nullish(),
})

export type CreateQuickReplyInput = z.input<typeof createQuickReplyInput>
export type UpdateQuickReplyInput = z.input<typeof updateQuickReplyInput>
export type QuickReplyQuery = { select?: Prisma.QuickReplySelect }

/** Newest first. `search`: any part of the shortcut or the text, in any case. */
export async function listQuickReplies(
  ctx: ActorContext,
  filter: { search?: string | null | undefined },
  args: PageArgs,
  query: QuickReplyQuery = {},
): Promise<Page<QuickReply>> {
  const { organizationId } = ctx.actor
  const conditions = [Prisma.sql`"organizationId" = ${organizationId}`]
  const search = filter.search?.replaceAll('\u0000', '').trim().replace(/^\//, '')
  if (search) conditions.push(Prisma.sql`"searchText" LIKE ${searchPatterns(search).name}`)
  const where = Prisma.join(conditions, ' AND ')
  const page = await pageOfIds(ctx.database, { table: 'QuickReply', where, timeColumn: null }, args)
  return hydrate(page, (ids) =>
    ctx.database.prisma.quickReply.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

/** Null where there is none. */
export async function findQuickReply(
  ctx: ActorContext,
  id: string,
  query: QuickReplyQuery = {},
): Promise<QuickReply | null> {
  if (!isId('QuickReply', id)) return null
  const { organizationId } = ctx.actor
  return ctx.database.prisma.quickReply.findUnique({ where: rowKey({ organizationId, id }), ...query })
}

/** @throws BAD_REQUEST, NOT_FOUND for the file, CONFLICT where the shortcut is taken or there are as many as may be. */
export async function createQuickReply(ctx: ActorContext, input: CreateQuickReplyInput): Promise<QuickReply> {
  const { organizationId } = ctx.actor
  const { shortcut, text = null, mediaId = null } = parseInput(createQuickReplyInput, input)
  const content = checkedContent({ shortcut, text, mediaId })
  return uniqueShortcut(ctx, shortcut, () =>
    ctx.database.transaction(async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM "Organization" WHERE id = ${organizationId} FOR NO KEY UPDATE`
      if ((await tx.quickReply.count({ where: { organizationId } })) >= quickReplyLimits.perOrganization) {
        throw new DomainError(
          'CONFLICT',
          `An organization has at most ${quickReplyLimits.perOrganization} quick replies.`,
        )
      }
      await holdMedia(tx, organizationId, mediaId)
      return tx.quickReply.create({
        data: { organizationId, id: newId('QuickReply'), ...content, createdAt: ctx.clock.now() },
      })
    }),
  )
}

/** @throws as createQuickReply; NOT_FOUND for the quick reply itself too. */
export async function updateQuickReply(ctx: ActorContext, input: UpdateQuickReplyInput): Promise<QuickReply> {
  const { organizationId } = ctx.actor
  const id = requireId('QuickReply', input.id)
  const checked = parseInput(updateQuickReplyInput, input)
  return uniqueShortcut(ctx, checked.shortcut ?? '', () =>
    ctx.database.transaction(async (tx) => {
      const before = await lockQuickReply(tx, organizationId, id)
      const content = checkedContent({
        shortcut: checked.shortcut ?? before.shortcut,
        text: checked.text === undefined ? before.text : checked.text,
        mediaId: checked.mediaId === undefined ? before.mediaId : checked.mediaId,
      })
      if (content.mediaId !== before.mediaId) await holdMedia(tx, organizationId, content.mediaId)
      return tx.quickReply.update({ where: rowKey(before), data: content })
    }),
  )
}

/** Answers it as it was, with its file, which stays: others may send it still. @throws NOT_FOUND. */
export async function deleteQuickReply(
  ctx: ActorContext,
  input: { id: string },
): Promise<QuickReply & { media: Media | null }> {
  const { organizationId } = ctx.actor
  const id = requireId('QuickReply', input.id)
  return ctx.database.transaction(async (tx) => {
    await lockQuickReply(tx, organizationId, id)
    return tx.quickReply.delete({ where: rowKey({ organizationId, id }), include: { media: true } })
  })
}

type Content = { shortcut: string; text: string | null; mediaId: string | null }

function checkedContent(content: Content): Content & { searchText: string } {
  const { shortcut, text, mediaId } = content
  if (text === null && mediaId === null) throw badRequest([{ path: 'text', message: 'or mediaId is required' }])
  return { ...content, searchText: foldName(text === null ? shortcut : `${shortcut}\n${text}`) }
}

/** The file, kept from being deleted until the transaction ends. */
async function holdMedia(tx: Tx, organizationId: string, mediaId: string | null): Promise<void> {
  if (mediaId === null) return
  requireId('Media', mediaId)
  const [media] = await tx.$queryRaw<{ status: string }[]>`
    SELECT status::text FROM "Media" WHERE "organizationId" = ${organizationId} AND id = ${mediaId} FOR KEY SHARE`
  if (!media) throw notFound('media')
  if (media.status === 'EXPIRED')
    throw badRequest([{ path: 'mediaId', message: 'names a file that is kept no longer' }])
  if (media.status !== 'READY') throw badRequest([{ path: 'mediaId', message: 'names a file that is not here yet' }])
}

async function lockQuickReply(tx: Tx, organizationId: string, id: string): Promise<QuickReply> {
  const [found] = await tx.$queryRaw<QuickReply[]>`
    SELECT * FROM "QuickReply" WHERE "organizationId" = ${organizationId} AND id = ${id} FOR UPDATE`
  if (!found) throw notFound('quick reply')
  return found
}

async function uniqueShortcut<T>(ctx: ActorContext, shortcut: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const { organizationId } = ctx.actor
    const existing = await ctx.database.prisma.quickReply.findUnique({
      where: { organizationId_shortcut: { organizationId, shortcut } },
      select: { id: true },
    })
    throw new DomainError('CONFLICT', 'A quick reply with this shortcut exists already.', {
      details: [{ path: 'shortcut', message: 'belongs to another quick reply' }],
      ...(existing ? { extra: { existingId: existing.id } } : {}),
    })
  }
}

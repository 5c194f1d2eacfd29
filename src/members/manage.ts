import { z } from 'zod'
import type { ActorContext } from '../context.js'
import { releaseConversations } from '../conversations/release.js'
import { DomainError, notFound } from '../core/errors.js'
import { newId, requireId } from '../core/ids.js'
import { parseInput, textInput } from '../core/input.js'
import { isUniqueViolation, rowKey, type Tx } from '../database/client.js'
import type { Member } from '../generated/prisma/client.js'

export const memberLimits = { perOrganization: 500, nameCharacters: 100, emailCharacters: 254 } as const

const name = textInput(memberLimits.nameCharacters)
  .transform((value) => value.trim())
  .refine((value) => value !== '', 'is required')
/** In lower case: the same address in another case is nobody else. */
const email = textInput(memberLimits.emailCharacters)
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.email('must be an email address'))

const createMemberInput = z.object({ name, email })
const updateMemberInput = z.object({
  id: z.string(),
  name: name.nullish(),
  email: email.nullish(),
  active: z.boolean().nullish(),
})

export type CreateMemberInput = z.input<typeof createMemberInput>
export type UpdateMemberInput = z.input<typeof updateMemberInput>

/** @throws BAD_REQUEST, CONFLICT with `existingId` where the email address is a member's, or there are as many as may be. */
export async function createMember(ctx: ActorContext, input: CreateMemberInput): Promise<Member> {
  const { organizationId } = ctx.actor
  const checked = parseInput(createMemberInput, input)
  return uniqueEmail(ctx, checked.email, () =>
    ctx.database.transaction(async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM "Organization" WHERE id = ${organizationId} FOR NO KEY UPDATE`
      if ((await tx.member.count({ where: { organizationId } })) >= memberLimits.perOrganization) {
        throw new DomainError('CONFLICT', `An organization has at most ${memberLimits.perOrganization} members.`)
      }
      return tx.member.create({
        data: { organizationId, id: newId('Member'), ...checked, createdAt: ctx.clock.now() },
      })
    }),
  )
}

/**
 * Changes the fields that are given. Whoever becomes inactive keeps no conversation: they go back to everybody.
 * @throws BAD_REQUEST, NOT_FOUND, CONFLICT as createMember.
 */
export async function updateMember(ctx: ActorContext, input: UpdateMemberInput): Promise<Member> {
  const { organizationId } = ctx.actor
  const id = requireId('Member', input.id)
  const { name, email, active } = parseInput(updateMemberInput, input)
  const member = await uniqueEmail(ctx, email ?? null, () =>
    ctx.database.transaction(async (tx) => {
      await lockMember(tx, organizationId, id)
      return tx.member.update({
        where: rowKey({ organizationId, id }),
        data: {
          ...(name == null ? {} : { name }),
          ...(email == null ? {} : { email }),
          ...(active == null ? {} : { active }),
        },
      })
    }),
  )
  if (!member.active) await releaseConversations(ctx, id)
  return member
}

/**
 * Deletes a member; their conversations go back to everybody. Answers the member as they were. A crash in between
 * leaves an inactive member, whom the same call again deletes. @throws NOT_FOUND.
 */
export async function deleteMember(ctx: ActorContext, input: { id: string }): Promise<Member> {
  const { organizationId } = ctx.actor
  const id = requireId('Member', input.id)
  const where = rowKey({ organizationId, id })
  const member = await ctx.database.transaction(async (tx) => {
    const before = await lockMember(tx, organizationId, id)
    await tx.member.update({ where, data: { active: false }, select: { id: true } })
    return before
  })
  await releaseConversations(ctx, id)
  await ctx.database.transaction(async (tx) => {
    const { active } = await lockMember(tx, organizationId, id)
    if (active) throw new DomainError('CONFLICT', 'The member was made active again meanwhile.')
    await tx.member.delete({ where, select: { id: true } })
  })
  return member
}

/** The row, locked until the transaction ends. @throws NOT_FOUND. */
async function lockMember(tx: Tx, organizationId: string, id: string): Promise<Member> {
  const [member] = await tx.$queryRaw<Member[]>`
    SELECT * FROM "Member" WHERE "organizationId" = ${organizationId} AND id = ${id} FOR UPDATE`
  if (!member) throw notFound('member')
  return member
}

async function uniqueEmail<T>(ctx: ActorContext, email: string | null, change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (error) {
    if (email === null || !isUniqueViolation(error)) throw error
    const { organizationId } = ctx.actor
    const existing = await ctx.database.prisma.member.findUnique({
      where: { organizationId_email: { organizationId, email } },
      select: { id: true },
    })
    throw new DomainError('CONFLICT', 'A member with this email address exists already.', {
      details: [{ path: 'email', message: 'belongs to another member' }],
      ...(existing ? { extra: { existingId: existing.id } } : {}),
    })
  }
}

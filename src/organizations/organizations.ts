import { z } from 'zod'
import type { Context } from '../context.js'
import { DomainError, notFound } from '../core/errors.js'
import { newId } from '../core/ids.js'
import { parseInput, textInput } from '../core/input.js'
import { isUniqueViolation } from '../database/client.js'
import { ConsentPolicy, type Organization, Plan } from '../generated/prisma/client.js'

/** Organizations are the operator's: these functions take no actor and are reached by the operator's commands only. */
const slug = z
  .string('is required')
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be 1 to 40 lower-case letters, digits and hyphens')
const plan = z.enum(Plan, 'must be GROWTH or PRO')
const consentPolicy = z.enum(ConsentPolicy, 'must be ENFORCED or ALLOW_UNKNOWN')

const createInput = z.object({ slug, name: textInput(200).min(1, 'is required'), plan: plan.optional() })
const updateInput = z.object({ slug, plan: plan.optional(), consentPolicy: consentPolicy.optional() })

/** @throws BAD_REQUEST, CONFLICT where the slug is taken. */
export async function createOrganization(ctx: Context, input: unknown): Promise<Organization> {
  const checked = parseInput(createInput, input)
  try {
    return await ctx.database.prisma.organization.create({
      data: { id: newId('Organization'), slug: checked.slug, name: checked.name, plan: checked.plan ?? 'GROWTH' },
    })
  } catch (error) {
    if (isUniqueViolation(error))
      throw new DomainError('CONFLICT', `There is an organization "${checked.slug}" already.`)
    throw error
  }
}

/** @throws BAD_REQUEST, NOT_FOUND. */
export async function updateOrganization(ctx: Context, input: unknown): Promise<Organization> {
  const { slug, plan, consentPolicy } = parseInput(updateInput, input)
  const { id } = await requireOrganization(ctx, slug)
  return ctx.database.prisma.organization.update({
    where: { id },
    data: { ...(plan ? { plan } : {}), ...(consentPolicy ? { consentPolicy } : {}) },
  })
}

export const listOrganizations = (ctx: Context): Promise<Organization[]> =>
  ctx.database.prisma.organization.findMany({ orderBy: { slug: 'asc' } })

/** @throws NOT_FOUND. */
export async function requireOrganization(ctx: Context, slug: string): Promise<Organization> {
  const organization = await ctx.database.prisma.organization.findUnique({ where: { slug } })
  if (!organization) throw notFound(`organization "${slug}"`)
  return organization
}

export const demoSlug = 'demo'

/**
 * The organization that exists from the first start on, with one member to assign conversations to. Of servers that
 * start at once on one database, one makes both and the others wait for it.
 */
export async function ensureDemoOrganization(ctx: Context): Promise<Organization> {
  const existing = await ctx.database.prisma.organization.findUnique({ where: { slug: demoSlug } })
  if (existing) return existing
  await ctx.database.transaction(async (tx) => {
    const organizationId = newId('Organization')
    const { count } = await tx.organization.createMany({
      data: [{ id: organizationId, slug: demoSlug, name: 'Demo Organization', plan: 'PRO' }],
      skipDuplicates: true,
    })
    if (count === 0) return
    await tx.member.create({
      data: { organizationId, id: newId('Member'), name: 'Demo Agent', email: 'agent@demo.example' },
    })
  })
  return requireOrganization(ctx, demoSlug)
}

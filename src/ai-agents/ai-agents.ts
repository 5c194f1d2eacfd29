import type { ActorContext } from '../context.js'
import { badRequest, DomainError, notFound } from '../core/errors.js'
import { isId, newId, requireId } from '../core/ids.js'
import { parseInput } from '../core/input.js'
import { rowKey, type Tx } from '../database/client.js'
import { hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { type AiAgent, Prisma } from '../generated/prisma/client.js'
import { releaseFromAgent } from './handover.js'
import { type CreateAiAgentInput, createAiAgentInput, type UpdateAiAgentInput, updateAiAgentInput } from './input.js'
import { aiAgentLimits } from './limits.js'
import { providerBaseUrls } from './providers.js'
import { sealApiKey } from './secret-store.js'

export type AiAgentQuery = { select?: Prisma.AiAgentSelect }

/** Newest first. */
export async function listAiAgents(
  ctx: ActorContext,
  filter: { active?: boolean | null | undefined },
  args: PageArgs,
  query: AiAgentQuery = {},
): Promise<Page<AiAgent>> {
  const { organizationId } = ctx.actor
  const conditions = [Prisma.sql`"organizationId" = ${organizationId}`]
  if (filter.active != null) conditions.push(Prisma.sql`active = ${filter.active}`)
  const where = Prisma.join(conditions, ' AND ')
  const page = await pageOfIds(ctx.database, { table: 'AiAgent', where, timeColumn: null }, args)
  return hydrate(page, (ids) =>
    ctx.database.prisma.aiAgent.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

/** Null where there is none. */
export async function findAiAgent(ctx: ActorContext, id: string, query: AiAgentQuery = {}): Promise<AiAgent | null> {
  if (!isId('AiAgent', id)) return null
  const { organizationId } = ctx.actor
  return ctx.database.prisma.aiAgent.findUnique({ where: rowKey({ organizationId, id }), ...query })
}

/** @throws BAD_REQUEST, CONFLICT where there are as many as may be, NOT_CONFIGURED where it is to be active without a key. */
export async function createAiAgent(ctx: ActorContext, input: CreateAiAgentInput): Promise<AiAgent> {
  const { organizationId } = ctx.actor
  const { apiKey, businessHours, ...checked } = parseInput(createAiAgentInput, input)
  const id = newId('AiAgent')
  const columns = {
    ...checked,
    triggerKeywords: checked.triggerKeywords ?? [],
    handoverKeywords: checked.handoverKeywords ?? ['human'],
    baseUrl: checked.baseUrl || null,
    apiKey: apiKey == null ? null : sealApiKey(ctx, id, apiKey),
    temperature: checked.temperature ?? null,
    maxTurns: checked.maxTurns ?? aiAgentLimits.maxTurns.default,
    active: checked.active ?? false,
  }
  await requireUsable(ctx, columns)
  return ctx.database.transaction(async (tx) => {
    await tx.$executeRaw`SELECT 1 FROM "Organization" WHERE id = ${organizationId} FOR NO KEY UPDATE`
    if ((await tx.aiAgent.count({ where: { organizationId } })) >= aiAgentLimits.perOrganization) {
      throw new DomainError('CONFLICT', `An organization has at most ${aiAgentLimits.perOrganization} AI agents.`)
    }
    return tx.aiAgent.create({
      data: {
        organizationId,
        id,
        ...columns,
        businessHours: businessHours ?? Prisma.DbNull,
        createdAt: ctx.clock.now(),
      },
    })
  })
}

/**
 * Changes the fields that are given. One that is active no more leaves its conversations to people.
 * @throws as createAiAgent, and NOT_FOUND.
 */
export async function updateAiAgent(ctx: ActorContext, input: UpdateAiAgentInput): Promise<AiAgent> {
  const { organizationId } = ctx.actor
  const id = requireId('AiAgent', input.id)
  const { id: _, apiKey, businessHours, baseUrl, temperature, ...checked } = parseInput(updateAiAgentInput, input)
  const given = Object.fromEntries(Object.entries(checked).filter(([, value]) => value != null))
  const changes: Prisma.AiAgentUncheckedUpdateInput = {
    ...given,
    ...(apiKey === undefined ? {} : { apiKey: apiKey === null ? null : sealApiKey(ctx, id, apiKey) }),
    ...(businessHours === undefined ? {} : { businessHours: businessHours ?? Prisma.DbNull }),
    ...(baseUrl === undefined ? {} : { baseUrl: baseUrl || null }),
    ...(temperature === undefined ? {} : { temperature }),
  }
  const known = await findAiAgent(ctx, id)
  if (!known) throw notFound('AI agent')
  await requireUsable(ctx, { ...known, ...(changes as Partial<AiAgent>) })
  const agent = await ctx.database.transaction(async (tx) => {
    if (!(await lockAgent(tx, organizationId, id))) throw notFound('AI agent')
    return tx.aiAgent.update({ where: rowKey({ organizationId, id }), data: changes })
  })
  if (!agent.active) await releaseFromAgent(ctx, id, 'The AI agent is no longer active.')
  return agent
}

/**
 * Deletes an agent; people get its conversations. Answers it as it was. A crash in between leaves an inactive agent,
 * which the same call again deletes. @throws NOT_FOUND, CONFLICT where it is made active again meanwhile.
 */
export async function deleteAiAgent(ctx: ActorContext, input: { id: string }): Promise<AiAgent> {
  const { organizationId } = ctx.actor
  const id = requireId('AiAgent', input.id)
  const where = rowKey({ organizationId, id })
  const agent = await ctx.database.transaction(async (tx) => {
    const before = await lockAgent(tx, organizationId, id)
    if (!before) throw notFound('AI agent')
    await tx.aiAgent.update({ where, data: { active: false }, select: { id: true } })
    return before
  })
  await releaseFromAgent(ctx, id, 'The AI agent was deleted.')
  await ctx.database.transaction(async (tx) => {
    const now = await lockAgent(tx, organizationId, id)
    if (now?.active) throw new DomainError('CONFLICT', 'The AI agent was made active again meanwhile.')
    await tx.aiAgent.deleteMany({ where: { organizationId, id } })
  })
  return agent
}

/** Whoever engages an agent holds the row too, so that after this nobody engages one that is active no more. */
export async function lockAgent(tx: Tx, organizationId: string, id: string): Promise<AiAgent | null> {
  await tx.$executeRaw`SELECT 1 FROM "AiAgent" WHERE "organizationId" = ${organizationId} AND id = ${id} FOR UPDATE`
  return tx.aiAgent.findUnique({ where: rowKey({ organizationId, id }) })
}

/** Asks the resolver, so never inside a transaction. @throws BAD_REQUEST, NOT_CONFIGURED. */
async function requireUsable(
  ctx: ActorContext,
  { provider, baseUrl, apiKey, active }: Pick<AiAgent, 'provider' | 'baseUrl' | 'apiKey' | 'active'>,
): Promise<void> {
  const address = baseUrl ?? providerBaseUrls[provider]
  if (address === null) throw badRequest([{ path: 'baseUrl', message: 'is required with provider CUSTOM' }])
  const reason = baseUrl === null ? null : await ctx.publicFetcher.reasonAgainst(address)
  if (reason !== null) throw badRequest([{ path: 'baseUrl', message: reason }])
  if (active && apiKey === null && provider !== 'CUSTOM') {
    throw new DomainError('NOT_CONFIGURED', `An active AI agent of ${provider} needs an API key (apiKey).`)
  }
}

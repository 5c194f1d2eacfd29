import type { ActorContext } from '../context.js'
import { badRequest, DomainError, notFound } from '../core/errors.js'
import { isId, newId, requireId } from '../core/ids.js'
import { parseInput } from '../core/input.js'
import { rowKey, type Tx } from '../database/client.js'
import { hydrate, type Page, type PageArgs, pageOfIds } from '../database/page.js'
import { Prisma, type Webhook } from '../generated/prisma/client.js'
import {
  type CreateWebhookInput,
  createWebhookInput,
  type RotateSecretInput,
  rotateSecretInput,
  type UpdateWebhookInput,
  updateWebhookInput,
} from './input.js'
import { webhookLimits } from './limits.js'
import { lockWebhook, releaseAll } from './queue.js'
import { openSecret, sealSecret } from './secret-store.js'
import { generateSecret } from './signature.js'
import { addTestDelivery } from './test-event.js'

/** Which columns a caller wants of each webhook. */
export type WebhookQuery = { select?: Prisma.WebhookSelect }

/** Newest first. */
export async function listWebhooks(
  ctx: ActorContext,
  args: PageArgs,
  query: WebhookQuery = {},
): Promise<Page<Webhook>> {
  const { organizationId } = ctx.actor
  const where = Prisma.sql`"organizationId" = ${organizationId}`
  const page = await pageOfIds(ctx.database, { table: 'Webhook', where, timeColumn: null }, args)
  return hydrate(page, (ids) =>
    ctx.database.prisma.webhook.findMany({ where: { organizationId, id: { in: ids } }, ...query }),
  )
}

/** Null where there is none. */
export async function findWebhook(ctx: ActorContext, id: string, query: WebhookQuery = {}): Promise<Webhook | null> {
  if (!isId('Webhook', id)) return null
  const { organizationId } = ctx.actor
  return ctx.database.prisma.webhook.findUnique({ where: rowKey({ organizationId, id }), ...query })
}

/**
 * A new webhook, told of what happens from now on. `secret` is answered this once; absent, one is made. A test event is
 * sent, whose failure changes nothing. @throws BAD_REQUEST, CONFLICT where the organization has as many as it may.
 */
export async function createWebhook(
  ctx: ActorContext,
  input: CreateWebhookInput,
): Promise<{ webhook: Webhook; secret: string }> {
  const { organizationId } = ctx.actor
  const checked = parseInput(createWebhookInput, input)
  await requirePublic(ctx, checked.url)
  const secret = checked.secret ?? generateSecret()
  const position = await ctx.events.head(organizationId)
  const id = newId('Webhook')
  const sealed = sealSecret(ctx, id, secret)
  const webhook = await ctx.database.transaction(async (tx) => {
    await requireRoom(tx, organizationId)
    const created = await tx.webhook.create({
      data: {
        organizationId,
        id,
        name: checked.name,
        url: checked.url,
        events: checked.events,
        signatureFormat: checked.signatureFormat ?? 'PREFIXED',
        retries: checked.retries ?? 'EXTENDED',
        secret: sealed,
        position,
        createdAt: ctx.clock.now(),
      },
    })
    await addTestDelivery(ctx, tx, created)
    return created
  })
  ctx.webhooksDue.emit()
  return { webhook, secret }
}

/** The organization's row is locked, so that two at once cannot both be the last. */
async function requireRoom(tx: Tx, organizationId: string): Promise<void> {
  await tx.$executeRaw`SELECT 1 FROM "Organization" WHERE id = ${organizationId} FOR NO KEY UPDATE`
  if ((await tx.webhook.count({ where: { organizationId } })) < webhookLimits.perOrganization) return
  throw new DomainError('CONFLICT', `An organization has at most ${webhookLimits.perOrganization} webhooks.`)
}

/**
 * Changes the fields that are given, and sends a test event. Enabled again, a webhook goes on where it stopped, as far
 * as the event log reaches back. @throws BAD_REQUEST, NOT_FOUND.
 */
export async function updateWebhook(ctx: ActorContext, input: UpdateWebhookInput): Promise<Webhook> {
  const { organizationId } = ctx.actor
  const id = requireId('Webhook', input.id)
  const checked = parseInput(updateWebhookInput, input)
  if (checked.url != null) await requirePublic(ctx, checked.url)
  const webhook = await ctx.database.transaction(async (tx) => {
    const before = await lockWebhook(tx, organizationId, id)
    if (!before) throw notFound('webhook')
    const { name, url, events, signatureFormat, retries, enabled } = checked
    const updated = await tx.webhook.update({
      where: rowKey(before),
      data: {
        ...(name == null ? {} : { name }),
        ...(url == null ? {} : { url }),
        ...(events == null ? {} : { events }),
        ...(signatureFormat == null ? {} : { signatureFormat }),
        ...(retries == null ? {} : { retries }),
        ...(enabled === true ? { disabledAt: null, disabledReason: null, failingSince: null } : {}),
        ...(enabled === false && before.disabledAt === null
          ? { disabledAt: ctx.clock.now(), disabledReason: 'Disabled by request.' }
          : {}),
      },
    })
    // While it was disabled, what others waited for may have been removed.
    if (enabled === true) await releaseAll(tx, updated, ctx.clock.now())
    if (updated.disabledAt === null) await addTestDelivery(ctx, tx, updated)
    return updated
  })
  ctx.webhooksDue.emit()
  return webhook
}

/** Deletes a webhook with its deliveries. Answers it as it was. @throws NOT_FOUND. */
export async function deleteWebhook(ctx: ActorContext, input: { id: string }): Promise<Webhook> {
  const { organizationId } = ctx.actor
  const id = requireId('Webhook', input.id)
  return ctx.database.transaction(async (tx) => {
    const webhook = await lockWebhook(tx, organizationId, id)
    if (!webhook) throw notFound('webhook')
    await tx.webhook.delete({ where: rowKey(webhook), select: { id: true } })
    return webhook
  })
}

/**
 * A new secret, answered this once. The one before signs too for a day, so that a receiver can change over without
 * refusing anything. @throws BAD_REQUEST, NOT_FOUND.
 */
export async function rotateWebhookSecret(
  ctx: ActorContext,
  input: RotateSecretInput,
): Promise<{ webhook: Webhook; secret: string }> {
  const { organizationId } = ctx.actor
  const id = requireId('Webhook', input.id)
  const checked = parseInput(rotateSecretInput, input)
  const secret = checked.secret ?? generateSecret()
  const webhook = await ctx.database.transaction(async (tx) => {
    const before = await lockWebhook(tx, organizationId, id)
    if (!before) throw notFound('webhook')
    if (openSecret(ctx, id, before.secret) === secret) {
      throw badRequest([{ path: 'secret', message: 'is the secret that it has already' }])
    }
    return tx.webhook.update({
      where: rowKey(before),
      data: {
        secret: sealSecret(ctx, id, secret),
        previousSecret: before.secret,
        previousSecretUntil: new Date(ctx.clock.now().getTime() + webhookLimits.secretOverlapMs),
      },
    })
  })
  return { webhook, secret }
}

/** Asks the resolver, so never inside a transaction. */
async function requirePublic(ctx: ActorContext, url: string): Promise<void> {
  const reason = await ctx.publicFetcher.reasonAgainst(url)
  if (reason !== null) throw badRequest([{ path: 'url', message: reason }])
}

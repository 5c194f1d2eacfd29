import type { Context } from '../context.js'
import { rowKey, type Tx } from '../database/client.js'
import type { Webhook } from '../generated/prisma/client.js'
import type { Outcome } from './attempt.js'
import type { Claimed } from './claim.js'
import { reasonToDisable, waitAfterFailure } from './ladder.js'
import { lockWebhook, releaseConversation } from './queue.js'

/**
 * Stores what came of an attempt: the delivery, the log, the state of the endpoint; and lets the next delivery of the
 * conversation go. Changes nothing where the lease was lost. Answers whether the endpoint is to be treated with care.
 */
export function settle(ctx: Context, delivery: Claimed, outcome: Outcome): Promise<{ failing: boolean }> {
  return ctx.database.transaction(async (tx) => {
    // The webhook's row first, as the planner and redelivery do: nothing of this webhook is made or ended meanwhile.
    const webhook = await lockWebhook(tx, delivery.organizationId, delivery.webhookId)
    if (!webhook || !(await isOurs(tx, delivery))) return { failing: webhook?.failingSince != null }
    await logAttempt(tx, delivery, outcome)
    if (outcome.error === null) {
      await store(tx, delivery, outcome, { status: 'DELIVERED', nextAttemptAt: null, deliveredAt: ctx.clock.now() })
      if (webhook.failingSince !== null) await changeWebhook(tx, webhook, { failingSince: null })
    } else {
      await storeFailure(ctx, tx, webhook, delivery, outcome)
    }
    await releaseConversation(tx, delivery, ctx.clock.now())
    return { failing: outcome.error !== null }
  })
}

async function isOurs(tx: Tx, { organizationId, id, leaseExpiresAt }: Claimed): Promise<boolean> {
  const ours = { organizationId, id, leaseExpiresAt, status: 'PENDING' as const }
  return (await tx.webhookDelivery.count({ where: ours })) > 0
}

async function logAttempt(tx: Tx, { organizationId, id }: Claimed, outcome: Outcome): Promise<void> {
  const { at, requestHeaders, responseCode, responseBody, durationMs, error } = outcome
  await tx.webhookAttempt.create({
    data: { organizationId, deliveryId: id, at, requestHeaders, responseCode, responseBody, durationMs, error },
    select: { id: true },
  })
}

type Settled = { status: 'PENDING' | 'DELIVERED' | 'FAILED'; nextAttemptAt: Date | null; deliveredAt?: Date }

async function store(tx: Tx, delivery: Claimed, outcome: Outcome, settled: Settled): Promise<void> {
  await tx.webhookDelivery.update({
    where: rowKey(delivery),
    data: {
      ...settled,
      attempts: { increment: 1 },
      ...(outcome.error === null ? {} : { failures: { increment: 1 } }),
      leaseExpiresAt: null,
      responseCode: outcome.responseCode,
      durationMs: outcome.durationMs,
      lastError: outcome.error,
    },
    select: { id: true },
  })
}

async function storeFailure(ctx: Context, tx: Tx, webhook: Webhook, delivery: Claimed, outcome: Outcome) {
  const now = ctx.clock.now()
  const gone = outcome.responseCode === 410
  const { retryAfterMs } = outcome
  const waitMs = gone ? null : waitAfterFailure(webhook.retries, delivery.failures + 1, retryAfterMs, Math.random())
  await store(
    tx,
    delivery,
    outcome,
    waitMs === null
      ? { status: 'FAILED', nextAttemptAt: null }
      : { status: 'PENDING', nextAttemptAt: new Date(now.getTime() + waitMs) },
  )
  if (webhook.disabledAt !== null) return
  const failingSince = webhook.failingSince ?? outcome.at
  const reason = reasonToDisable(outcome.responseCode, failingSince, now)
  if (reason === null) {
    if (webhook.failingSince === null) await changeWebhook(tx, webhook, { failingSince })
    return
  }
  await changeWebhook(tx, webhook, { failingSince, disabledAt: now, disabledReason: reason })
  const { organizationId, id, name, url } = webhook
  await ctx.events.append(tx, {
    organizationId,
    type: 'webhook.disabled',
    data: { webhookId: id, name, url, reason, disabledAt: now.toISOString() },
  })
}

async function changeWebhook(
  tx: Tx,
  webhook: Webhook,
  data: { failingSince: Date | null; disabledAt?: Date; disabledReason?: string },
): Promise<void> {
  await tx.webhook.update({ where: rowKey(webhook), data, select: { id: true } })
}

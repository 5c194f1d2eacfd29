import { expect, test } from 'vitest'
import { hoursMs, minutesMs, secondsMs } from '../src/core/clock.js'
import { createRetention } from '../src/retention/retention.js'
import { createSecretBox } from '../src/secrets/secret-box.js'
import type { Outcome } from '../src/webhooks/attempt.js'
import { type Claimed, claim, findDue } from '../src/webhooks/claim.js'
import { webhookLimits } from '../src/webhooks/limits.js'
import { planDeliveries } from '../src/webhooks/plan.js'
import { reencryptWebhookSecrets } from '../src/webhooks/reencrypt.js'
import { openSecret } from '../src/webhooks/secret-store.js'
import { settle } from '../src/webhooks/settle.js'
import { createWebhook, rotateWebhookSecret, updateWebhook } from '../src/webhooks/webhooks.js'
import { onEveryStore } from './support/event-log.js'
import { type OwnContext, ownContext } from './support/own-context.js'
import { eventually } from './support/wait.js'

const nowhere = 'http://127.0.0.1:9'

/** Appends an event of a conversation for each name, and waits until they have their places. */
async function happen(ctx: OwnContext, conversationIds: (string | undefined)[], type = 'contact.updated' as const) {
  const { organizationId } = ctx.actor
  const end = (await ctx.events.head(organizationId)) + BigInt(conversationIds.length)
  for (const [n, conversationId] of conversationIds.entries()) {
    const event = { organizationId, type, data: { n }, ...(conversationId ? { conversationId } : {}) }
    await ctx.database.transaction((tx) => ctx.events.append(tx, event))
  }
  await eventually(async () => (await ctx.events.head(organizationId)) === end)
}

const plan = (ctx: OwnContext) => planDeliveries(ctx, [ctx.actor.organizationId])

/** A webhook whose test has been delivered. */
async function readyWebhook(ctx: OwnContext) {
  const input = { name: 'Test', url: 'https://192.0.9.1/in', events: ['contact.updated'] }
  const { webhook } = await createWebhook(ctx, input)
  await finish(ctx, await next(ctx, webhook.id), 200)
  return webhook
}

async function next(ctx: OwnContext, webhookId: string): Promise<Claimed> {
  const claimed = await claim(ctx, ctx.actor.organizationId, webhookId)
  if (!claimed) throw new Error('nothing is due')
  return claimed
}

const isDue = async (ctx: OwnContext, webhookId: string) => (await findDue(ctx)).some(({ id }) => id === webhookId)

const outcome = (ctx: OwnContext, code: number): Outcome => ({
  at: ctx.clock.now(),
  requestHeaders: {},
  responseCode: code,
  responseBody: '',
  durationMs: 1,
  error: code < 300 ? null : `The endpoint answered ${code}.`,
  retryAfterMs: null,
})
const finish = (ctx: OwnContext, claimed: Claimed, code: number) => settle(ctx, claimed, outcome(ctx, code))

const rowsOf = (ctx: OwnContext, webhookId: string) =>
  ctx.database.prisma.webhookDelivery.findMany({
    where: { organizationId: ctx.actor.organizationId, webhookId, event: 'contact.updated' },
    orderBy: { position: 'asc' },
  })

onEveryStore('webhook deliveries', (database) => {
  test('are made once of every chosen event behind the webhook, however many planners there are', async () => {
    const ctx = await ownContext(database(), nowhere)
    await happen(ctx, [undefined])
    const webhook = await readyWebhook(ctx)
    await happen(
      ctx,
      Array.from({ length: webhookLimits.eventsAtOnce + 20 }, () => undefined),
    )
    await Promise.all([plan(ctx), plan(ctx), plan(ctx)])
    await plan(ctx)
    const rows = await rowsOf(ctx, webhook.id)
    expect(rows.map(({ position }) => Number(position))).toEqual(
      Array.from({ length: webhookLimits.eventsAtOnce + 20 }, (_, n) => n + 2),
    )
  })

  test('of one conversation are due one after the other, of others at the same time', async () => {
    const ctx = await ownContext(database(), nowhere)
    const webhook = await readyWebhook(ctx)
    await happen(ctx, ['cnv_a', 'cnv_a', 'cnv_b'])
    await plan(ctx)
    await happen(ctx, ['cnv_a'])
    await plan(ctx)
    const [first, other] = [await next(ctx, webhook.id), await next(ctx, webhook.id)]
    expect([first.conversationId, other.conversationId]).toEqual(['cnv_a', 'cnv_b'])
    expect(await claim(ctx, ctx.actor.organizationId, webhook.id)).toBe(null)
    await finish(ctx, other, 200)
    await finish(ctx, first, 500)
    expect(await claim(ctx, ctx.actor.organizationId, webhook.id)).toBe(null)
    ctx.advance(secondsMs(5.5))
    const again = await next(ctx, webhook.id)
    expect([again.id, again.eventId]).toEqual([first.id, first.eventId])
    await finish(ctx, again, 204)
    const order: string[] = []
    for (let n = 0; n < 2; n++) {
      const one = await next(ctx, webhook.id)
      order.push(one.id)
      expect(await claim(ctx, ctx.actor.organizationId, webhook.id)).toBe(null)
      await finish(ctx, one, 200)
    }
    const rows = await rowsOf(ctx, webhook.id)
    expect(order).toEqual([rows[1]?.id, rows[3]?.id])
    expect(rows.map(({ status }) => status)).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED', 'DELIVERED'])
  })

  test('whose server died are taken over after the lease; what that server says later counts no more', async () => {
    const ctx = await ownContext(database(), nowhere)
    const webhook = await readyWebhook(ctx)
    await happen(ctx, [undefined])
    await plan(ctx)
    const lost = await next(ctx, webhook.id)
    ctx.advance(webhookLimits.leaseMs - 1)
    expect(await isDue(ctx, webhook.id)).toBe(false)
    ctx.advance(1)
    const taken = await next(ctx, webhook.id)
    expect(taken.id).toBe(lost.id)
    await finish(ctx, lost, 500)
    expect(await rowsOf(ctx, webhook.id)).toMatchObject([{ status: 'PENDING', attempts: 0 }])
    await finish(ctx, taken, 200)
    expect(await rowsOf(ctx, webhook.id)).toMatchObject([{ status: 'DELIVERED', attempts: 1 }])
  })

  test('end with the ladder, after eight attempts', async () => {
    const ctx = await ownContext(database(), nowhere)
    const webhook = await readyWebhook(ctx)
    await happen(ctx, [undefined])
    await plan(ctx)
    const waitsMs = [0, secondsMs(5), secondsMs(25), minutesMs(2), minutesMs(30), hoursMs(2), hoursMs(5), hoursMs(10)]
    for (const waitMs of waitsMs) {
      if (waitMs > 0) {
        ctx.advance(waitMs - 1)
        expect(await isDue(ctx, webhook.id)).toBe(false)
        ctx.advance(waitMs * 0.1 + 2)
      }
      await finish(ctx, await next(ctx, webhook.id), 503)
    }
    expect(await rowsOf(ctx, webhook.id)).toMatchObject([{ status: 'FAILED', attempts: 8, nextAttemptAt: null }])
  })

  test('that all fail for five days disable the webhook, with an event; one that does not begins the five days anew', async () => {
    const ctx = await ownContext(database(), nowhere)
    const webhook = await readyWebhook(ctx)
    const one = async (code: number) => {
      await happen(ctx, [undefined])
      await plan(ctx)
      await finish(ctx, await next(ctx, webhook.id), code)
      await ctx.database.query(`UPDATE "WebhookDelivery" SET "nextAttemptAt" = NULL WHERE "webhookId" = $1`, [
        webhook.id,
      ])
      return ctx.database.prisma.webhook.findFirstOrThrow({ where: { id: webhook.id } })
    }
    await one(500)
    ctx.advance(hoursMs(119))
    expect(await one(200)).toMatchObject({ failingSince: null, disabledAt: null })
    await one(500)
    ctx.advance(hoursMs(120) - 1)
    expect(await one(500)).toMatchObject({ disabledAt: null })
    ctx.advance(1)
    expect(await one(500)).toMatchObject({ disabledAt: ctx.clock.now(), disabledReason: expect.any(String) })
    const { organizationId } = ctx.actor
    const log = () => ctx.events.read(organizationId, 0n, 1000)
    await eventually(async () => (await log()).some(({ type }) => type === 'webhook.disabled'))
    const disabled = (await log()).filter(({ type }) => type === 'webhook.disabled')
    expect(disabled).toMatchObject([{ data: { webhookId: webhook.id, url: webhook.url } }])

    await happen(ctx, [undefined])
    expect(await plan(ctx)).toBe(false)
    const before = (await rowsOf(ctx, webhook.id)).length
    await updateWebhook(ctx, { id: webhook.id, enabled: true })
    await plan(ctx)
    expect(await rowsOf(ctx, webhook.id)).toHaveLength(before + 1)
  })

  test('are kept as long as events are, but what is still owed stays', async () => {
    const ctx = await ownContext(database(), nowhere)
    const webhook = await readyWebhook(ctx)
    await happen(ctx, ['cnv_a', 'cnv_a', 'cnv_b'])
    await plan(ctx)
    await finish(ctx, await next(ctx, webhook.id), 200)
    const removeOld = createRetention(ctx)
    await removeOld()
    expect(await rowsOf(ctx, webhook.id)).toHaveLength(3)
    ctx.advance(hoursMs(7 * 24) + 1)
    await removeOld()
    expect((await rowsOf(ctx, webhook.id)).map(({ status }) => status)).toEqual(['PENDING', 'PENDING'])
    await updateWebhook(ctx, { id: webhook.id, enabled: false })
    await removeOld()
    expect(await rowsOf(ctx, webhook.id)).toEqual([])
    const attempts = await ctx.database.prisma.webhookAttempt.count({
      where: { organizationId: ctx.actor.organizationId },
    })
    expect(attempts).toBe(0)
  })

  test('go on being signed with the same secrets after these were encrypted with another key', async () => {
    const ctx = await ownContext(database(), nowhere)
    const { webhook, secret: first } = await createWebhook(ctx, {
      name: 'Test',
      url: 'https://192.0.9.1/in',
      events: ['contact.updated'],
    })
    const { secret: second } = await rotateWebhookSecret(ctx, { id: webhook.id })
    const [oldKey, newKey] = [1, 2].map((byte) => ({ id: `k${byte}`, key: new Uint8Array(32).fill(byte) }))
    if (!oldKey || !newKey) throw new Error('no keys')
    const old = { id: 'test', key: new Uint8Array(32) }
    const rotated = { ...ctx, secrets: createSecretBox([newKey, old]) }
    expect((await reencryptWebhookSecrets(rotated)).unreadable).not.toContain(webhook.id)
    expect(await reencryptWebhookSecrets(rotated)).toMatchObject({ keyId: newKey.id, changed: 0 })

    const row = await ctx.database.prisma.webhook.findFirstOrThrow({ where: { id: webhook.id } })
    const withNewKey = { ...ctx, secrets: createSecretBox([newKey]) }
    expect(openSecret(withNewKey, webhook.id, row.secret)).toBe(second)
    expect(openSecret(withNewKey, webhook.id, row.previousSecret ?? new Uint8Array())).toBe(first)
    const deeds = await ctx.database.prisma.auditEntry.findMany({ where: { subjectId: webhook.id } })
    expect(deeds).toMatchObject([{ action: 'SECRETS_REENCRYPTED', actorName: 'operator' }])

    const withoutIt = { ...ctx, secrets: createSecretBox([oldKey]) }
    expect((await reencryptWebhookSecrets(withoutIt)).unreadable).toContain(webhook.id)
  })
})

import type { Context } from '../context.js'
import { attempt } from './attempt.js'
import { claim, type DueWebhook, findDue, giveBack } from './claim.js'
import { webhookLimits } from './limits.js'
import { planDeliveries } from './plan.js'
import { settle } from './settle.js'

/** Makes deliveries of events and posts them: at once where the log grows here, and whatever is due with each `sweep`. */
export type WebhookDispatcher = {
  sweep(): Promise<void>
  /** Begins nothing more. What is under way ends in `ctx.background`, or is given back after two seconds. */
  stop(): void
}

/**
 * The row is its own job (docs/decisions/webhooks.md). For each endpoint a few workers at most, and one while it fails,
 * so that one that is slow or dead holds up itself alone.
 */
export function createWebhookDispatcher(ctx: Context): WebhookDispatcher {
  const { atOnce } = webhookLimits
  const workers = new Map<string, number>()
  let working = 0
  let stopped = false
  const breakOff = new AbortController()
  /** Whose log has webhooks, as of the last sweep: the others' growth costs nothing. */
  let listening = new Set<string>()
  const grown = new Set<string>()
  let running = false
  let again = false

  const workersOf = (id: string) => workers.get(id) ?? 0

  async function work({ organizationId, id }: DueWebhook): Promise<void> {
    workers.set(id, workersOf(id) + 1)
    working++
    try {
      while (!stopped) {
        const delivery = await claim(ctx, organizationId, id)
        if (!delivery) return
        const outcome = await attempt(ctx, delivery, breakOff.signal)
        if (!outcome) return await giveBack(ctx, delivery)
        const { failing } = await settle(ctx, delivery, outcome)
        if (failing && workersOf(id) > atOnce.failing) return
      }
    } finally {
      // Whoever found no room looks again.
      if (working-- === atOnce.allTogether) wake()
      if (workersOf(id) > 1) workers.set(id, workersOf(id) - 1)
      else workers.delete(id)
    }
  }

  async function beginWork(): Promise<void> {
    for (const webhook of await findDue(ctx)) {
      const most = webhook.failing ? atOnce.failing : atOnce.healthy
      for (let due = webhook.due; due > 0 && workersOf(webhook.id) < most; due--) {
        if (stopped || working >= atOnce.allTogether) return
        ctx.background.run('deliver webhooks', () => work(webhook))
      }
    }
  }

  async function look(): Promise<void> {
    running = true
    try {
      do {
        again = false
        const organizationIds = [...grown]
        grown.clear()
        if (organizationIds.length > 0) await planDeliveries(ctx, organizationIds)
        await beginWork()
      } while (again && !stopped)
    } finally {
      running = false
    }
  }

  function wake(): void {
    again = true
    if (!running && !stopped) ctx.background.run('look for webhook deliveries', look)
  }

  ctx.events.onGrowth((organizationIds) => {
    const some = organizationIds.filter((id) => listening.has(id))
    for (const id of some) grown.add(id)
    if (some.length > 0) wake()
  })
  async function sweep(): Promise<void> {
    const rows = await ctx.database.query<{ organizationId: string }>(
      'SELECT DISTINCT "organizationId" FROM "Webhook" WHERE "disabledAt" IS NULL',
    )
    listening = new Set(rows.map(({ organizationId }) => organizationId))
    for (const id of listening) grown.add(id)
    if (listening.size > 0) wake()
  }
  ctx.webhooksDue.on(() => ctx.background.run('look for webhooks', sweep))

  return {
    sweep,
    stop() {
      stopped = true
      setTimeout(() => breakOff.abort(), webhookLimits.stopGraceMs).unref()
    },
  }
}

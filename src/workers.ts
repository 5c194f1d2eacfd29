import { createAgentRunner } from './ai-agents/runner.js'
import { createBroadcastDispatcher } from './broadcasts/driver/dispatcher.js'
import { type Closing, withTimeout } from './closing.js'
import { createConnectionWatch } from './connections/connections.js'
import type { Context } from './context.js'
import { hoursMs, minutesMs, secondsMs } from './core/clock.js'
import { keepUp } from './database/embedded/upkeep.js'
import type { InboundFetcher } from './media/fetch-inbound.js'
import { sweepFiles } from './media/remove.js'
import type { Deliveries } from './messages/inbound/deliveries.js'
import { createScheduleStarter } from './messages/start-scheduled.js'
import { createSendSweeper } from './messages/sweep.js'
import { sweepPaymentLinks } from './payments/sweep.js'
import { startRecurring } from './recurring.js'
import { createRetention } from './retention/retention.js'
import { createTemplateRefresh } from './templates/sync.js'
import { createWebhookDispatcher } from './webhooks/dispatcher.js'

const sweepIntervalMs = 1000
/** How late a scheduled message may be looked at. */
const scheduleIntervalMs = 500
const recheckIntervalMs = 2000
const retentionIntervalMs = secondsMs(3600)

type Parts = { deliveries: Deliveries; fetcher: InboundFetcher; embedded: boolean }

/** Starts everything that this server does without being asked, and says how each of it ends. */
export function startWorkers(ctx: Context, { deliveries, fetcher, embedded }: Parts, closing: Closing): void {
  const { logger } = ctx
  closing.push(() => deliveries.stop())
  const webhooks = createWebhookDispatcher(ctx)
  closing.push(() => webhooks.stop())
  const broadcasts = createBroadcastDispatcher(ctx)
  closing.push(() => broadcasts.stop())
  const agents = createAgentRunner(ctx)
  closing.push(() => agents.stop())
  const recurring = [
    startRecurring('sweep sends', sweepIntervalMs, logger, createSendSweeper(ctx)),
    startRecurring('start scheduled messages', scheduleIntervalMs, logger, createScheduleStarter(ctx)),
    startRecurring('fetch media', sweepIntervalMs, logger, () => fetcher.sweep()),
    startRecurring('sweep files', hoursMs(6), logger, () => sweepFiles(ctx)),
    startRecurring('sweep webhook deliveries', sweepIntervalMs, logger, () => deliveries.sweep()),
    startRecurring('sweep webhooks out', sweepIntervalMs, logger, () => webhooks.sweep()),
    startRecurring('sweep broadcasts', sweepIntervalMs, logger, () => broadcasts.sweep()),
    startRecurring('sweep turns of AI agents', sweepIntervalMs, logger, () => agents.sweep()),
    startRecurring('sweep payment links', minutesMs(1), logger, () => sweepPaymentLinks(ctx)),
    startRecurring('check lost connections', recheckIntervalMs, logger, createConnectionWatch(ctx)),
    startRecurring('refresh templates', recheckIntervalMs, logger, createTemplateRefresh(ctx)),
    startRecurring('remove what is kept no longer', retentionIntervalMs, logger, createRetention(ctx)),
    ...(embedded
      ? [startRecurring('keep up the embedded database', minutesMs(1), logger, () => keepUp(ctx.database))]
      : []),
  ]
  closing.push((msLeft) => withTimeout(Promise.all(recurring.map((work) => work.stop())), msLeft()))
}

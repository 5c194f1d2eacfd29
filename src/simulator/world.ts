import { AcceptedMessages } from './accepted.js'
import { SimulatorClock } from './clock.js'
import { Customers } from './customers.js'
import { type Faults, noFaults } from './faults.js'
import type { JsonObject } from './json.js'
import { SendLimits } from './limits.js'
import { MediaStore } from './media-store.js'
import type { CompleteOptions } from './options.js'
import { createRandom, type RandomSource } from './random.js'
import { RequestLog } from './request-log.js'
import { Subscription } from './subscription.js'
import { TemplateStore } from './template-store.js'
import { Timers } from './timers.js'
import { Webhooks } from './webhooks.js'

/** Everything that a reset brings back to the start. */
export type World = {
  readonly options: CompleteOptions
  readonly random: RandomSource
  readonly clock: SimulatorClock
  readonly timers: Timers
  faults: Faults
  readonly limits: SendLimits
  readonly customers: Customers
  readonly accepted: AcceptedMessages
  readonly requests: RequestLog
  readonly media: MediaStore
  readonly templates: TemplateStore
  readonly subscription: Subscription
  readonly webhooks: Webhooks
  /** The fields of the business profile, as last written. */
  profile: JsonObject
  /** What Meta thinks of the number; webhooks of other fields than `messages` change it. */
  number: { qualityRating: string; status: string }
}

export function createWorld(options: CompleteOptions): World {
  const random = createRandom(options.seed)
  const clock = new SimulatorClock(options.nowMs)
  const timers = new Timers()
  const subscription = new Subscription(options)
  const world: World = {
    options,
    random,
    clock,
    timers,
    faults: noFaults(),
    limits: new SendLimits(),
    customers: new Customers(clock, random),
    accepted: new AcceptedMessages(),
    requests: new RequestLog(clock),
    media: new MediaStore(clock, random),
    templates: new TemplateStore(random),
    subscription,
    webhooks: new Webhooks({
      options,
      faults: () => world.faults,
      callbackUrl: () => subscription.callbackUrl,
      random,
      timers,
    }),
    profile: {},
    number: { qualityRating: 'GREEN', status: 'CONNECTED' },
  }
  return world
}

/** Ends a world: its timers, its waiting webhooks, and those being posted. */
export async function endWorld(world: World): Promise<void> {
  world.timers.clear()
  await world.webhooks.end()
}

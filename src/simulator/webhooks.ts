import { Agent, request } from 'undici'
import type { Faults } from './faults.js'
import type { CompleteOptions } from './options.js'
import { type RandomSource, shuffled } from './random.js'
import type { Timers } from './timers.js'
import { type Change, webhookBody, webhookHeaders } from './webhook-payload.js'

const mostInFlight = 16
const mostPending = 100_000
const attemptTimeoutMs = 10_000
/** After these, every `laterRetryMs` until answered 200 (contract.md, section 10) or until Meta would give up. */
const firstRetriesMs = [1000, 2000, 4000]
const laterRetryMs = 5000
const giveUpAfterMs = 7 * 86_400_000
/** How long entries wait for company while they are to be batched or put out of order. */
const gatherMs = 300
const mostGathered = 1000

/** How long after its `attempts`-th attempt a webhook is posted again. */
export const retryAfterMs = (attempts: number): number => firstRetriesMs[attempts - 1] ?? laterRetryMs

type Delivery = { seq: number; body: Buffer; attempts: number; createdMs: number; timer: NodeJS.Timeout | null }

export type WebhookOptions = {
  options: CompleteOptions
  faults: () => Faults
  /** Where to post now, or null while nobody is subscribed. */
  callbackUrl: () => string | null
  random: RandomSource
  timers: Timers
  /** The most webhooks that wait at once; beyond it the oldest are dropped. */
  mostPending?: number
}

/**
 * Posts webhooks as Meta does: signed, several at once, in no promised order, each repeated until it is answered 200.
 * `dropped` counts what was lost because too much was waiting or nobody was subscribed.
 */
export class Webhooks {
  dropped = 0
  readonly #context: WebhookOptions
  readonly #mostPending: number
  readonly #agent = new Agent({ connections: mostInFlight, pipelining: 1, connect: { timeout: attemptTimeoutMs } })
  readonly #aborts = new Set<AbortController>()
  readonly #pending = new Map<number, Delivery>()
  #ready: number[] = []
  #readyStart = 0
  #gathered: Change[] = []
  #gatherTimer: NodeJS.Timeout | null = null
  #lastSeq = 0
  /** Nothing pending is older than this. */
  #oldestSeq = 1
  #ended = false

  constructor(context: WebhookOptions) {
    this.#context = context
    this.#mostPending = context.mostPending ?? mostPending
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  post(change: Change): void {
    if (this.#ended) return
    const { batch, shuffle } = this.#context.faults().webhooks
    if (batch <= 1 && !shuffle) {
      this.#enqueue([change])
      return
    }
    this.#gathered.push(change)
    if (this.#gathered.length >= (shuffle ? mostGathered : batch)) this.#flushGathered()
    else this.#gatherTimer ??= this.#context.timers.after(gatherMs, () => this.#gatherEnds())
  }

  /** To be called when faults change: what was held back may now go. */
  wake(): void {
    this.#gatherEnds()
    this.#pump()
  }

  async end(): Promise<void> {
    this.#ended = true
    this.#pending.clear()
    this.#ready = []
    this.#gathered = []
    for (const abort of this.#aborts) abort.abort()
    await this.#agent.destroy()
  }

  /** While everything is held back there is time for company: what is held goes out batched and mixed as one. */
  #gatherEnds(): void {
    this.#stopGatherTimer()
    if (!this.#context.faults().webhooks.hold) this.#flushGathered()
  }

  #stopGatherTimer(): void {
    this.#context.timers.cancel(this.#gatherTimer)
    this.#gatherTimer = null
  }

  #flushGathered(): void {
    this.#stopGatherTimer()
    const { batch, shuffle } = this.#context.faults().webhooks
    const changes = shuffle ? shuffled(this.#gathered, this.#context.random) : this.#gathered
    this.#gathered = []
    const size = Math.max(1, batch)
    for (let start = 0; start < changes.length; start += size) this.#enqueue(changes.slice(start, start + size))
  }

  #enqueue(changes: Change[]): void {
    if (this.#context.callbackUrl() === null) {
      this.dropped += 1
      return
    }
    const body = Buffer.from(webhookBody(changes, this.#context.options))
    const { duplicate, delayMs } = this.#context.faults().webhooks
    for (let copy = 0; copy <= duplicate; copy += 1) {
      this.#lastSeq += 1
      const delivery: Delivery = { seq: this.#lastSeq, body, attempts: 0, createdMs: Date.now(), timer: null }
      this.#pending.set(delivery.seq, delivery)
      this.#dropBeyondBound()
      this.#makeReady(delivery, delayMs)
    }
    this.#pump()
  }

  #dropBeyondBound(): void {
    for (; this.#pending.size > this.#mostPending; this.#oldestSeq += 1) {
      const oldest = this.#pending.get(this.#oldestSeq)
      if (!oldest) continue
      this.#context.timers.cancel(oldest.timer)
      this.#pending.delete(oldest.seq)
      this.dropped += 1
    }
  }

  #makeReady(delivery: Delivery, delayMs: number): void {
    if (delayMs <= 0) {
      this.#pushReady(delivery.seq)
      return
    }
    delivery.timer = this.#context.timers.after(delayMs, () => {
      delivery.timer = null
      this.#pushReady(delivery.seq)
      this.#pump()
    })
  }

  /** While nothing is posted, numbers of dropped webhooks would pile up here. */
  #pushReady(seq: number): void {
    this.#ready.push(seq)
    if (this.#ready.length <= 2 * this.#mostPending + 1000) return
    this.#ready = this.#ready.slice(this.#readyStart).filter((waiting) => this.#pending.has(waiting))
    this.#readyStart = 0
  }

  #pump(): void {
    if (this.#ended || this.#context.faults().webhooks.hold) return
    while (this.#aborts.size < mostInFlight) {
      const delivery = this.#nextReady()
      if (!delivery) return
      void this.#attempt(delivery)
    }
  }

  #nextReady(): Delivery | null {
    while (this.#readyStart < this.#ready.length) {
      const delivery = this.#pending.get(this.#ready[this.#readyStart] ?? 0)
      this.#readyStart += 1
      if (this.#readyStart > 10_000) {
        this.#ready = this.#ready.slice(this.#readyStart)
        this.#readyStart = 0
      }
      if (delivery) return delivery
    }
    this.#ready = []
    this.#readyStart = 0
    return null
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const url = this.#context.callbackUrl()
    if (url === null) {
      this.#pending.delete(delivery.seq)
      this.dropped += 1
      return
    }
    const abort = new AbortController()
    const timeout = setTimeout(() => abort.abort(), attemptTimeoutMs)
    this.#aborts.add(abort)
    delivery.attempts += 1
    const answered = await this.#send(url, delivery.body, abort.signal)
    clearTimeout(timeout)
    this.#aborts.delete(abort)
    if (this.#ended) return
    if (answered || Date.now() - delivery.createdMs > giveUpAfterMs) this.#pending.delete(delivery.seq)
    else if (this.#pending.has(delivery.seq)) {
      this.#makeReady(delivery, retryAfterMs(delivery.attempts))
    }
    this.#pump()
  }

  /** Whether the callback took it: nothing but 200 counts, and redirects are not followed. */
  async #send(url: string, body: Buffer, signal: AbortSignal): Promise<boolean> {
    try {
      const response = await request(url, {
        method: 'POST',
        headers: webhookHeaders(body, this.#context.options.appSecret),
        body,
        dispatcher: this.#agent,
        signal,
      })
      await response.body.dump({ limit: 1024 * 1024, signal })
      return response.statusCode === 200
    } catch {
      return false
    }
  }
}

import type { Context } from '../../context.js'
import { createBatcher } from '../../core/batch.js'
import { secondsMs } from '../../core/clock.js'
import { processBodies } from './process-bodies.js'

/**
 * How long a stored delivery belongs to the process that took it in, before any other may process it. Processing one
 * twice changes nothing, so this only saves work: after a crash nobody should wait long.
 */
const leaseMs = secondsMs(10)
const maxAttempts = 20
const maxBackoffMs = secondsMs(3600)
const maxWaiting = 1000
/** Deliveries taken over at a time. */
const claimedTogether = 400
/** Deliveries that one worker takes at a time, where many wait. */
const maxTogether = 40

/** The inbound side: a raw delivery is stored before WhatsApp is answered, and turned into rows afterwards. */
export type Deliveries = {
  /** Stores the raw body; once it resolves nothing of it can be lost. Processing goes on by itself. */
  accept(body: Uint8Array): Promise<void>
  /** Takes over deliveries that are due: their server died, or their last attempt failed. */
  sweep(): Promise<void>
  /** From now on none is taken over any more: they wait in the database for whoever comes. */
  stop(): void
}

type Stored = { id: string; body: Uint8Array; attempts: number }

/** `concurrency`: how many deliveries are processed at once; the others wait in the database. */
export function createDeliveries(ctx: Context, concurrency: number): Deliveries {
  const waiting: Stored[] = []
  /** Those that wait here or are being processed: a sweep may find them again where their turn comes late. */
  const taken = new Set<string>()
  let active = 0
  /** Whether more may be due in the table: whatever comes then goes there too, behind it. */
  let behind = false
  let claiming: Promise<void> | null = null
  let stopped = false

  function enqueue(delivery: Stored): void {
    if (taken.has(delivery.id)) return
    taken.add(delivery.id)
    waiting.push(delivery)
    if (active < concurrency) ctx.background.run('process webhook deliveries', work)
  }

  async function work(): Promise<void> {
    active++
    try {
      for (;;) {
        if (waiting.length === 0 && behind) await takeDue()
        if (waiting.length === 0) break
        const share = Math.ceil(waiting.length / concurrency)
        await processTogether(waiting.splice(0, Math.min(share, maxTogether)))
      }
    } finally {
      active--
    }
  }

  async function processTogether(deliveries: Stored[]): Promise<void> {
    try {
      await processDeliveries(ctx, deliveries)
    } catch (error) {
      const ids = deliveries.map(({ id }) => id)
      ctx.logger.error({ err: error, deliveries: ids }, 'deliveries could not be dealt with; they are swept up later')
    } finally {
      for (const { id } of deliveries) taken.delete(id)
    }
  }

  const takeDue = (): Promise<void> => {
    claiming ??= claim().finally(() => {
      claiming = null
    })
    return claiming
  }

  async function claim(): Promise<void> {
    const room = Math.min(maxWaiting - waiting.length, claimedTogether)
    if (room <= 0 || stopped) return
    const now = ctx.clock.now()
    const due = await ctx.database.query<Stored>(
      `UPDATE "InboundDelivery" SET "nextAttemptAt" = $2 WHERE id IN (
         SELECT id FROM "InboundDelivery" WHERE "processedAt" IS NULL AND "nextAttemptAt" <= $1
         ORDER BY "nextAttemptAt", id LIMIT $3 FOR UPDATE SKIP LOCKED
       ) RETURNING id::text, body, attempts`,
      [now, new Date(now.getTime() + leaseMs), room],
    )
    behind = due.length === room
    for (const delivery of due.sort((a, b) => Number(a.id) - Number(b.id))) enqueue(delivery)
  }

  /** Where there is no room they belong to nobody, and are due at once, here or at another server. */
  async function store(bodies: Uint8Array[]): Promise<(Stored | null)[]> {
    const hasRoom = !behind && waiting.length < maxWaiting
    if (!hasRoom) behind = true
    const ids = await storeBodies(ctx, bodies, hasRoom ? leaseMs : 0)
    return bodies.map((body, n) => {
      const id = ids[n]
      return hasRoom && id !== undefined ? { id, body, attempts: 0 } : null
    })
  }

  const storeTogether = createBatcher<Uint8Array, Stored | null>({ run: store, maxItems: 30 })

  return {
    async accept(body) {
      const stored = await storeTogether(body)
      if (stored) enqueue(stored)
    },
    sweep: takeDue,
    stop() {
      stopped = true
    },
  }
}

/** Answers their ids. */
async function storeBodies(ctx: Context, bodies: Uint8Array[], ownMs: number): Promise<string[]> {
  const now = ctx.clock.now()
  const rows = await ctx.database.queryPrepared<{ id: string }>(
    `INSERT INTO "InboundDelivery" (body, "receivedAt", "nextAttemptAt")
     SELECT body, $2, $3 FROM unnest($1::bytea[]) WITH ORDINALITY AS row(body, place) ORDER BY place RETURNING id::text`,
    [bodies.map((body) => Buffer.from(body)), now, new Date(now.getTime() + ownMs)],
  )
  return rows.map(({ id }) => id)
}

async function processDeliveries(ctx: Context, deliveries: Stored[]): Promise<void> {
  const failures = await processBodies(ctx, deliveries)
  const done = deliveries.filter(({ id }) => !failures.has(id))
  if (done.length > 0) await finish(ctx, done)
  for (const delivery of deliveries) {
    const failure = failures.get(delivery.id)
    if (failure) await putOff(ctx, delivery, failure)
  }
}

const finish = (ctx: Context, deliveries: Stored[]) =>
  ctx.database.queryPrepared(
    `UPDATE "InboundDelivery" SET "processedAt" = $2, "lastError" = NULL WHERE id = ANY($1::bigint[])`,
    [deliveries.map(({ id }) => id), ctx.clock.now()],
  )

/** Tried again, further and further apart; after the last attempt it stays in the table, unprocessed, for a person. */
async function putOff(ctx: Context, { id, attempts }: Stored, failure: Error): Promise<void> {
  const waitMs = Math.min(secondsMs(2 ** attempts), maxBackoffMs)
  const next = attempts + 1 >= maxAttempts ? 'infinity' : new Date(ctx.clock.now().getTime() + waitMs).toISOString()
  await ctx.database.query(
    `UPDATE "InboundDelivery" SET attempts = attempts + 1, "nextAttemptAt" = $2::timestamptz, "lastError" = $3
     WHERE id = $1::bigint`,
    [id, next, failure.message],
  )
}

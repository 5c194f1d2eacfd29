import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { hoursMs, minutesMs, secondsMs } from '../src/core/clock.js'
import type { Database } from '../src/database/client.js'
import { createPublicFetcher } from '../src/net/public-fetcher.js'
import { redeliverWebhook } from '../src/webhooks/deliveries.js'
import { createWebhookDispatcher, type WebhookDispatcher } from '../src/webhooks/dispatcher.js'
import { generateSecret } from '../src/webhooks/signature.js'
import { createWebhook } from '../src/webhooks/webhooks.js'
import { onEmbedded } from './support/event-log.js'
import { freePort } from './support/free-port.js'
import { type OwnContext, ownContext } from './support/own-context.js'
import { eventually, within } from './support/wait.js'
import { type Behaviour, type Receiver, startReceiver } from './support/webhook-receiver.js'

const nowhere = 'http://127.0.0.1:9'
const types = ['contact.updated'] as const

type Own = { ctx: OwnContext; dispatcher: WebhookDispatcher }

/** The real dispatcher on a clock that the test moves; it posts to real endpoints on this machine. */
async function ownDispatcher(database: Database): Promise<Own> {
  const publicFetcher = createPublicFetcher({ allowPrivate: true })
  onTestFinished(() => publicFetcher.close())
  const ctx = { ...(await ownContext(database, nowhere)), publicFetcher }
  const dispatcher = createWebhookDispatcher(ctx)
  onTestFinished(() => dispatcher.stop())
  return { ctx, dispatcher }
}

/** Everything that is due by now is posted, and what comes of it stored. */
async function run({ ctx, dispatcher }: Own): Promise<void> {
  await dispatcher.sweep()
  await ctx.background.drain()
}

async function happen({ ctx }: Own, count = 1): Promise<void> {
  const { organizationId } = ctx.actor
  const end = (await ctx.events.head(organizationId)) + BigInt(count)
  for (let n = 0; n < count; n++) {
    const event = { organizationId, type: types[0], data: { n } }
    await ctx.database.transaction((tx) => ctx.events.append(tx, event))
  }
  await eventually(async () => (await ctx.events.head(organizationId)) === end)
}

const newWebhook = ({ ctx }: Own, url: string, more: { retries?: 'EXTENDED' | 'DOCUMENTED'; secret?: string } = {}) =>
  createWebhook(ctx, { name: 'Test', url, events: [...types], ...more })

const rowsOf = ({ ctx }: Own, webhookId: string) =>
  ctx.database.prisma.webhookDelivery.findMany({
    where: { organizationId: ctx.actor.organizationId, webhookId, event: types[0] },
    orderBy: { position: 'asc' },
    include: { attemptLog: { orderBy: { id: 'asc' } } },
  })

let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
})
afterAll(() => receiver.stop())

onEmbedded('the ladder over three days', (database) => {
  const documented = [secondsMs(5), secondsMs(25), minutesMs(2)]
  const ladders = {
    DOCUMENTED: documented,
    EXTENDED: [...documented, minutesMs(30), hoursMs(2), hoursMs(5), hoursMs(10)],
  }

  /** Moves the clock from one due time to the next until `untilMs`; a millisecond before each, nothing is posted. */
  async function pass(own: Own, path: string, untilMs: number): Promise<void> {
    const { ctx } = own
    for (;;) {
      const [next] = await ctx.database.query<{ at: Date | null }>(
        'SELECT min("nextAttemptAt") AS at FROM "WebhookDelivery" WHERE "organizationId" = $1',
        [ctx.actor.organizationId],
      )
      const nowMs = ctx.clock.now().getTime()
      const nextMs = Math.min(next?.at?.getTime() ?? untilMs, untilMs)
      const count = receiver.at(path).length
      if (nextMs > nowMs + 1) {
        ctx.advance(nextMs - 1 - nowMs)
        await run(own)
        expect(receiver.at(path)).toHaveLength(count)
      }
      ctx.advance(nextMs - ctx.clock.now().getTime())
      if (nextMs >= untilMs) return
      await run(own)
      expect(receiver.at(path).length).toBeGreaterThan(count)
    }
  }

  test.each(['DOCUMENTED', 'EXTENDED'] as const)(
    '%s: each attempt comes when it is due, to the second, or up to a tenth later',
    async (retries) => {
      const own = await ownDispatcher(database())
      const path = `/dead-${retries}`
      const { webhook } = await newWebhook(
        own,
        receiver.url(path, () => 503),
        { retries },
      )
      await run(own)
      const startMs = own.ctx.clock.now().getTime()
      for (let half = 1; half <= 6; half++) {
        await happen(own)
        await run(own)
        await pass(own, path, startMs + half * hoursMs(12))
      }
      const rungs = ladders[retries]
      const rows = await rowsOf(own, webhook.id)
      expect(rows).toHaveLength(6)
      // The last ones have not had the time for the whole ladder.
      for (const [n, { eventId, status, attempts, attemptLog }] of rows.entries()) {
        const whole = retries === 'DOCUMENTED' || n < 5
        if (whole) expect([n, status, attempts]).toEqual([n, 'FAILED', rungs.length + 1])
        const times = attemptLog.map(({ at }) => at.getTime())
        expect(times[0]).toBe(startMs + n * hoursMs(12))
        times.slice(1).forEach((time, rung) => {
          const waitedMs = time - (times[rung] ?? 0)
          const rungMs = rungs[rung] ?? 0
          expect(waitedMs).toBeGreaterThanOrEqual(rungMs)
          expect(waitedMs).toBeLessThanOrEqual(rungMs * 1.1 + 1)
        })
        // What the endpoint saw: at these seconds, under one id.
        const seen = receiver.at(path).filter(({ headers }) => headers['webhook-id'] === eventId)
        expect(seen.map(({ headers }) => Number(headers['webhook-timestamp']))).toEqual(
          times.map((ms) => Math.floor(ms / 1000)),
        )
      }
    },
  )

  test('an endpoint that asks for a day is asked after a day; back after three, it gets what it missed under the same ids', async () => {
    const own = await ownDispatcher(database())
    let up = false
    const behaviour: Behaviour = () => (up ? 200 : { status: 429, headers: { 'retry-after': '86400' } })
    const { webhook } = await newWebhook(own, receiver.url('/asks', behaviour))
    await run(own)
    const startMs = own.ctx.clock.now().getTime()
    await happen(own, 3)
    await run(own)
    await pass(own, '/asks', startMs + hoursMs(72) - 1)
    const missed = await rowsOf(own, webhook.id)
    for (const { status, attemptLog } of missed) {
      expect(status).toBe('PENDING')
      expect(attemptLog.map(({ at }) => at.getTime() - startMs)).toEqual([0, 24, 48].map(hoursMs))
    }
    up = true
    await redeliverWebhook(own.ctx, { webhookId: webhook.id, since: new Date(startMs) })
    await run(own)
    const posts = receiver.at('/asks', types[0])
    for (const { status, body, eventId } of await rowsOf(own, webhook.id)) {
      expect(status).toBe('DELIVERED')
      const theirs = posts.filter(({ headers }) => headers['webhook-id'] === eventId)
      expect(theirs.map((post) => post.body)).toEqual([body, body, body, body])
    }
    const row = await own.ctx.database.prisma.webhook.findFirstOrThrow({ where: { id: webhook.id } })
    expect(row).toMatchObject({ failingSince: null, disabledAt: null })
  })
})

onEmbedded('a delivery whose endpoint hangs', (database) => {
  test('is given back at a stop, with nothing said of it; the next server posts it at once, under the same id', async () => {
    const own = await ownDispatcher(database())
    let hangs = false
    const { webhook } = await newWebhook(
      own,
      receiver.url('/hangs', () => (hangs ? 'hang' : 200)),
    )
    await run(own)
    hangs = true
    await happen(own)
    await own.dispatcher.sweep()
    await eventually(() => receiver.at('/hangs', types[0]).length === 1)
    own.dispatcher.stop()
    await within(12_000, own.ctx.background.drain())
    const [held] = await rowsOf(own, webhook.id)
    expect(held).toMatchObject({ status: 'PENDING', attempts: 0, failures: 0, leaseExpiresAt: null, attemptLog: [] })
    expect(held?.nextAttemptAt).toEqual(own.ctx.clock.now())

    hangs = false
    const next = createWebhookDispatcher(own.ctx)
    await run({ ctx: own.ctx, dispatcher: next })
    next.stop()
    expect(await rowsOf(own, webhook.id)).toMatchObject([{ status: 'DELIVERED', attempts: 1 }])
    const ids = receiver.at('/hangs', types[0]).map(({ headers }) => headers['webhook-id'])
    expect(ids).toEqual([held?.eventId, held?.eventId])
  })
})

const page = await readFile(new URL('../docs/webhooks.md', import.meta.url), 'utf8')
const programs = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, program]) => program ?? '')

type Post = { headers: Record<string, string>; body: string }

onEmbedded('a receiver', (database) => {
  /** Runs a program of docs/webhooks.md, as printed. */
  async function startProgram(program: string, secret: string, port: number) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { PATH: process.env.PATH, SECRET: secret, PORT: String(port) },
    })
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    })
    const printed: string[] = []
    createInterface({ input: child.stdout }).on('line', (line) => printed.push(line))
    await eventually(() =>
      fetch(`http://127.0.0.1:${port}`, { method: 'POST' }).then(
        () => true,
        () => false,
      ),
    )
    return printed
  }

  /** What was posted last, as the log has it. */
  async function lastPost(own: Own, webhookId: string): Promise<Post> {
    const delivery = (await rowsOf(own, webhookId)).at(-1)
    return {
      headers: delivery?.attemptLog.at(-1)?.requestHeaders as Record<string, string>,
      body: delivery?.body ?? '',
    }
  }

  const tampered = ({ headers, body }: Post): [string, Post][] => [
    ['a changed body', { headers, body: body.replace('"n":0', '"n":1') }],
    ['a signature cut short', { body, headers: mapped(headers, /signature/, (value) => value.slice(0, -1)) }],
    ['no signature', { body, headers: mapped(headers, /signature/, () => '') }],
  ]
  const replayed = ({ headers, body }: Post): [string, Post][] => [
    ['another id', { body, headers: { ...headers, 'webhook-id': 'evt_other' } }],
    [
      'another time',
      { body, headers: { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) } },
    ],
  ]
  const mapped = (headers: Record<string, string>, names: RegExp, change: (value: string) => string) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, names.test(name) ? change(value) : value]))

  test.each([
    ['X-Kaanha-Signature', 0],
    ['webhook-signature', 1],
  ])(
    'written with Node’s own crypto, by %s, accepts what is posted, and refuses what is tampered with or signed by another',
    async (by, n) => {
      const own = await ownDispatcher(database())
      const port = await freePort()
      const secret = generateSecret()
      const printed = await startProgram(programs[n] ?? '', secret, port)
      const { webhook } = await newWebhook(own, `http://127.0.0.1:${port}/`, { secret })
      await happen(own)
      await run(own)
      expect(await rowsOf(own, webhook.id)).toMatchObject([{ status: 'DELIVERED', responseCode: 204 }])
      await eventually(() => printed.length === 2)
      expect(printed).toEqual(['webhook.test', 'contact.updated'])

      const post = await lastPost(own, webhook.id)
      const status = async ({ headers, body }: Post) =>
        (await fetch(webhook.url, { method: 'POST', headers, body })).status
      expect(await status(post)).toBe(204)
      const refused = [...tampered(post), ...(by === 'webhook-signature' ? replayed(post) : [])]
      for (const [what, one] of refused) expect([what, await status(one)]).toEqual([what, 401])

      // What is signed with another secret, as of another webhook to the same address.
      const other = await newWebhook(own, webhook.url)
      await run(own)
      const [refusal] = await own.ctx.database.prisma.webhookDelivery.findMany({
        where: { webhookId: other.webhook.id },
      })
      expect(refusal).toMatchObject({ event: 'webhook.test', responseCode: 401 })
      if (by !== 'webhook-signature') return

      // What was signed more than five minutes ago, and what will be.
      for (const awayMs of [-minutesMs(10), minutesMs(10)]) {
        own.ctx.advance(awayMs)
        await happen(own)
        await own.ctx.database.query(`UPDATE "WebhookDelivery" SET "nextAttemptAt" = NULL WHERE "webhookId" = $1`, [
          other.webhook.id,
        ])
        await run(own)
        expect((await rowsOf(own, webhook.id)).at(-1)).toMatchObject({ responseCode: 401 })
        own.ctx.advance(-awayMs)
      }
    },
  )

  test('written with standardwebhooks accepts what is posted, and refuses what is tampered with, and what is older than five minutes', async () => {
    const own = await ownDispatcher(database())
    const { webhook, secret } = await newWebhook(own, receiver.url('/library'))
    await happen(own)
    await run(own)
    const library = new Webhook(secret)
    const posts = receiver
      .at('/library')
      .map(({ headers, body }) => ({ headers: headers as Record<string, string>, body }))
    expect(posts).toHaveLength(2)
    for (const { headers, body } of posts) expect(library.verify(body, headers)).toEqual(JSON.parse(body))
    const post = await lastPost(own, webhook.id)
    for (const [, { headers, body }] of [...tampered(post), ...replayed(post)]) {
      expect(() => library.verify(body, headers)).toThrow()
    }
    for (const awayMs of [-minutesMs(6), minutesMs(6)]) {
      own.ctx.advance(awayMs)
      await redeliverWebhook(own.ctx, { webhookId: webhook.id, since: new Date(0) })
      await run(own)
      own.ctx.advance(-awayMs)
      const last = receiver.at('/library', types[0]).at(-1)
      expect(() => library.verify(last?.body ?? '', last?.headers as Record<string, string>)).toThrow(/timestamp/)
    }
  })

  test('programs of docs/webhooks.md are two', () => expect(programs).toHaveLength(2))
})

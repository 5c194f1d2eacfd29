import { expect, test } from 'vitest'
import { createContact, updateContact } from '../src/contacts/contacts.js'
import { lockContact } from '../src/contacts/write.js'
import { hoursMs, minutesMs, secondsMs } from '../src/core/clock.js'
import { newId } from '../src/core/ids.js'
import { type Database, rowKey } from '../src/database/client.js'
import type { Message } from '../src/generated/prisma/client.js'
import { cancelScheduledMessage } from '../src/messages/cancel-scheduled.js'
import { maxAheadMs } from '../src/messages/schedule.js'
import { sendMessage } from '../src/messages/send.js'
import { createScheduleStarter } from '../src/messages/start-scheduled.js'
import { gate, onEveryStore, onPostgres, wholeLog } from './support/event-log.js'
import { type OwnContext, ownContext } from './support/own-context.js'
import { newPhone } from './support/server.js'
import { eventually } from './support/wait.js'

/** Nothing listens there: what begins is not accepted, and stays QUEUED until it is tried again. */
const nowhere = 'http://127.0.0.1:9'

async function withNumber(database: Database, sendsPerHour = 0): Promise<OwnContext> {
  const ctx = await ownContext(database, nowhere, { RATE_LIMIT_SENDS_PER_HOUR: String(sendsPerHour) })
  const { organizationId } = ctx.actor
  await database.prisma.whatsAppConnection.create({
    data: {
      organizationId,
      id: newId('WhatsAppConnection'),
      phoneNumberId: organizationId,
      businessAccountId: organizationId,
      status: 'CONNECTED',
      source: 'ENVIRONMENT',
    },
  })
  return ctx
}

const consenting = async (ctx: OwnContext) => (await createContact(ctx, { phone: newPhone(), optedIn: true })).id

/** A text to them, in a minute or later; they may be written to for two hours. */
async function scheduled(ctx: OwnContext, to: string, aheadMs = minutesMs(1)): Promise<Message> {
  const nowMs = ctx.clock.now().getTime()
  const content = { type: 'text', text: 'Later' }
  const { message } = await sendMessage(ctx, { to, content, scheduledAt: new Date(nowMs + aheadMs) })
  const { organizationId, conversationId: id } = message
  await ctx.database.prisma.conversation.update({
    where: rowKey({ organizationId, id }),
    data: { windowExpiresAt: new Date(nowMs + hoursMs(2)) },
  })
  return message
}

const now = (ctx: OwnContext, { organizationId, id }: Message) =>
  ctx.database.prisma.message.findUniqueOrThrow({ where: rowKey({ organizationId, id }) })

/** One look of a server, and the attempts that come of it. */
async function look(ctx: OwnContext, starter = createScheduleStarter(ctx)): Promise<void> {
  await starter()
  await ctx.background.drain()
}

onEveryStore('a scheduled message', (database) => {
  test('waits to the millisecond, and then begins', async () => {
    const ctx = await withNumber(database())
    const message = await scheduled(ctx, await consenting(ctx))
    ctx.advance(minutesMs(1) - 1)
    await look(ctx)
    expect(await now(ctx, message)).toMatchObject({ status: 'QUEUED', attempts: 0, startsAt: message.scheduledAt })
    ctx.advance(1)
    await look(ctx)
    expect(await now(ctx, message)).toMatchObject({ attempts: 1, startsAt: null, scheduledAt: message.scheduledAt })
  })

  test('begins or is cancelled, one of the two, and begins once, however many servers look while it is cancelled', async () => {
    const ctx = await withNumber(database())
    const messages: Message[] = []
    for (let n = 0; n < 12; n++) messages.push(await scheduled(ctx, await consenting(ctx)))
    ctx.advance(minutesMs(1))
    const starters = Array.from({ length: 3 }, () => createScheduleStarter(ctx))
    const cancels = messages.map(({ id }) =>
      cancelScheduledMessage(ctx, { id }).then(
        () => 'cancelled',
        (error) => error.code,
      ),
    )
    await Promise.all(starters.map((starter) => look(ctx, starter)))
    const answers = await Promise.all(cancels)
    // What a cancellation held locked while they looked is looked at again.
    ctx.advance(secondsMs(10))
    await look(ctx)
    for (const [n, message] of messages.entries()) {
      const { status, attempts, startsAt, error } = await now(ctx, message)
      expect([answers[n], startsAt]).toEqual([attempts === 0 ? 'cancelled' : 'CONFLICT', null])
      expect({ attempts, status, error }).toMatchObject(
        attempts === 0
          ? { status: 'FAILED', error: { reason: 'CANCELLED' } }
          : { attempts: 1, status: 'QUEUED', error: null },
      )
    }
  })

  test('that the recipient limit has no room for waits until there is room; until then it can be cancelled', async () => {
    const ctx = await withNumber(database(), 1)
    const to = await consenting(ctx)
    const messages = [await scheduled(ctx, to), await scheduled(ctx, to), await scheduled(ctx, to)]
    ctx.advance(minutesMs(1))
    await look(ctx)
    const rows = await Promise.all(messages.map((message) => now(ctx, message)))
    expect(rows.map(({ attempts }) => attempts).sort()).toEqual([0, 0, 1])
    const [first, second] = rows.filter(({ attempts }) => attempts === 0)
    if (!first || !second) throw new Error('none waits')
    expect(first).toMatchObject({ status: 'QUEUED', error: null })
    const waitMs = (first.startsAt?.getTime() ?? 0) - ctx.clock.now().getTime()
    expect(waitMs).toBeGreaterThan(minutesMs(50))
    expect(waitMs).toBeLessThanOrEqual(hoursMs(1))
    expect((await cancelScheduledMessage(ctx, { id: second.id })).status).toBe('FAILED')

    const { phone } = await ctx.database.prisma.contact.findFirstOrThrow({ where: { id: to } })
    await ctx.limits.sends.giveBack(ctx.actor.organizationId, phone ?? '')
    ctx.advance(waitMs)
    await look(ctx)
    expect(await now(ctx, first)).toMatchObject({ attempts: 1, startsAt: null })
    expect(await now(ctx, second)).toMatchObject({ attempts: 0, status: 'FAILED' })
  })

  test.each([
    ['WINDOW_CLOSED', async () => undefined],
    [
      'OPT_IN_REQUIRED',
      (ctx: OwnContext, id: string) => updateContact(ctx, { id, optedIn: false, optInSource: 'call' }),
    ],
  ])(
    'that must not go out any more fails with %s, and takes nothing of the recipient limit',
    async (reason, before) => {
      const ctx = await withNumber(database(), 5)
      const to = await consenting(ctx)
      const message = await scheduled(ctx, to, hoursMs(2))
      await before(ctx, to)
      ctx.advance(hoursMs(2))
      await look(ctx)
      const failed = await now(ctx, message)
      expect(failed).toMatchObject({
        status: 'FAILED',
        attempts: 0,
        startsAt: null,
        failedAt: ctx.clock.now(),
        error: { reason },
      })
      const { phone } = await ctx.database.prisma.contact.findFirstOrThrow({ where: { id: to } })
      expect(await ctx.limits.sends.peek(ctx.actor.organizationId, phone ?? '')).toMatchObject({ remaining: 5 })
      await expect(cancelScheduledMessage(ctx, message)).rejects.toMatchObject({ code: 'CONFLICT' })
    },
  )

  test('may be a moment ahead or 90 days, nothing beyond', async () => {
    const ctx = await withNumber(database())
    const to = await consenting(ctx)
    for (const aheadMs of [1, maxAheadMs]) expect((await scheduled(ctx, to, aheadMs)).status).toBe('QUEUED')
    for (const aheadMs of [0, -1, maxAheadMs + 1]) {
      await expect(scheduled(ctx, to, aheadMs)).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        details: [{ path: 'scheduledAt' }],
      })
    }
  })
})

onPostgres('a scheduled message that a server has just taken up', (database) => {
  /** Servers that take up a message and come no further than to its contact, which is locked; `then` runs meanwhile. */
  async function heldUp(servers: number, then: (ctx: OwnContext, message: Message) => Promise<unknown>) {
    const ctx = await withNumber(database())
    const to = await consenting(ctx)
    const message = await scheduled(ctx, to)
    const [locked, done] = [gate(), gate()]
    const holder = ctx.database.transaction(async (tx) => {
      await lockContact(tx, ctx.actor.organizationId, { id: to })
      locked.open()
      await done.opened
    })
    await locked.opened
    const looks: Promise<void>[] = []
    ctx.advance(minutesMs(1))
    for (let n = 0; n < servers; n++) {
      const before = (await now(ctx, message)).startsAt
      looks.push(createScheduleStarter(ctx)())
      await eventually(async () => (await now(ctx, message)).startsAt?.getTime() !== before?.getTime())
      // After this another server takes it for abandoned.
      ctx.advance(secondsMs(10))
    }
    await then(ctx, message)
    done.open()
    await Promise.all([holder, ...looks])
    await ctx.background.drain()
    const log = await wholeLog(ctx.database, ctx.events, ctx.actor.organizationId)
    return { row: await now(ctx, message), moved: log.filter(({ type }) => type === 'conversation.updated').length }
  }

  test('does not go out where it is cancelled before it begins', async () => {
    const { row, moved } = await heldUp(1, (ctx, { id }) => cancelScheduledMessage(ctx, { id }))
    expect(row).toMatchObject({ status: 'FAILED', attempts: 0, leaseExpiresAt: null, error: { reason: 'CANCELLED' } })
    expect(moved).toBe(0)
  })

  test('begins once where another has taken it up too', async () => {
    const { row, moved } = await heldUp(2, async () => undefined)
    expect(row).toMatchObject({ status: 'QUEUED', attempts: 1, startsAt: null })
    expect(moved).toBe(1)
  })
})

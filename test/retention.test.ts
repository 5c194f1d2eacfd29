import { expect, test } from 'vitest'
import { hoursMs } from '../src/core/clock.js'
import { newId } from '../src/core/ids.js'
import { createFileStore } from '../src/media/file-store.js'
import { createRetention } from '../src/retention/retention.js'
import { onEveryStore } from './support/event-log.js'
import { png } from './support/media-files.js'
import { type OwnContext, ownContext } from './support/own-context.js'
import { temporaryFolder } from './support/temporary-folder.js'
import { eventually } from './support/wait.js'

const days = (count: number) => hoursMs(24 * count)
const nowhere = 'http://127.0.0.1:9'

/** Appends events, and waits until they have their places. */
async function happen(ctx: OwnContext, count: number): Promise<void> {
  const { organizationId } = ctx.actor
  const end = (await ctx.events.head(organizationId)) + BigInt(count)
  for (let n = 0; n < count; n++) {
    const event = { organizationId, type: 'contact.updated' as const, data: { n } }
    await ctx.database.transaction((tx) => ctx.events.append(tx, event))
  }
  await eventually(async () => (await ctx.events.head(organizationId)) === end)
}

const age = (ctx: OwnContext, upTo: number, ms: number) =>
  ctx.database.query(`UPDATE "Event" SET "createdAt" = $3 WHERE "organizationId" = $1 AND "position" <= $2`, [
    ctx.actor.organizationId,
    upTo,
    new Date(ctx.clock.now().getTime() - ms),
  ])

const positions = async (ctx: OwnContext) =>
  (await ctx.events.read(ctx.actor.organizationId, 0n, 10_000)).map(({ position }) => Number(position))

onEveryStore('retention', (database) => {
  test('removes the beginning of the event log; positions go on, and a cursor before it has expired', async () => {
    const ctx = await ownContext(database(), nowhere)
    const other = await ownContext(database(), nowhere)
    const { organizationId } = ctx.actor
    await happen(ctx, 5)
    await happen(other, 2)
    const removeOld = createRetention(ctx)
    await age(ctx, 3, days(7))
    await removeOld()
    expect(await positions(ctx)).toEqual([1, 2, 3, 4, 5])
    await age(ctx, 3, days(7) + 1)
    await removeOld()
    expect([await positions(ctx), await positions(other)]).toEqual([
      [4, 5],
      [1, 2],
    ])

    const start = (position: bigint) =>
      ctx.events
        .startOf(organizationId, ctx.events.cursorOf(organizationId, position), 'after')
        .then(({ position }) => position)
        .catch(({ code }) => code)
    expect(await Promise.all([0n, 2n, 3n, 4n, 5n].map(start))).toEqual(['CURSOR_EXPIRED', 'CURSOR_EXPIRED', 3n, 4n, 5n])

    await age(ctx, 5, days(8))
    await removeOld()
    expect(await positions(ctx)).toEqual([])
    expect(await Promise.all([4n, 5n].map(start))).toEqual(['CURSOR_EXPIRED', 5n])
    const follower = ctx.events.follow(organizationId, 5n, AbortSignal.timeout(20_000))
    const next = follower.next()
    await happen(ctx, 1)
    expect((await next).value).toMatchObject({ position: 6n })
    await follower.return()
    expect([await positions(ctx), await start(5n)]).toEqual([[6], 5n])
  })

  test('takes no event out of the middle, however the clocks of servers differ', async () => {
    const ctx = await ownContext(database(), nowhere)
    await happen(ctx, 4)
    await age(ctx, 4, days(9))
    const { organizationId } = ctx.actor
    await ctx.database.query(`UPDATE "Event" SET "createdAt" = $2 WHERE "organizationId" = $1 AND "position" = 2`, [
      organizationId,
      ctx.clock.now(),
    ])
    await createRetention(ctx)()
    expect(await positions(ctx)).toEqual([2, 3, 4])
  })

  test('keeps events as long as EVENT_RETENTION_DAYS says', async () => {
    const ctx = await ownContext(database(), nowhere, { EVENT_RETENTION_DAYS: '30' })
    await happen(ctx, 2)
    await age(ctx, 1, days(30))
    await createRetention(ctx)()
    expect(await positions(ctx)).toEqual([1, 2])
    await age(ctx, 1, days(31))
    await createRetention(ctx)()
    expect(await positions(ctx)).toEqual([2])
  })

  test('removes idempotency keys after 48 hours, over many batches', async () => {
    const ctx = await ownContext(database(), nowhere)
    const { organizationId } = ctx.actor
    const createdAt = ctx.clock.now()
    const key = (key: string, createdAt: Date) => ({
      organizationId,
      key,
      requestHash: new Uint8Array(32),
      messageId: newId('Message'),
      createdAt,
    })
    const { prisma } = ctx.database
    await prisma.idempotencyKey.createMany({ data: Array.from({ length: 2500 }, (_, n) => key(`old ${n}`, createdAt)) })
    await prisma.idempotencyKey.create({ data: key('new', new Date(createdAt.getTime() + 1)) })
    const left = async () => (await prisma.idempotencyKey.findMany({ where: { organizationId } })).map(({ key }) => key)
    ctx.advance(hoursMs(48))
    await createRetention(ctx)()
    expect(await left()).toHaveLength(2501)
    ctx.advance(1)
    await createRetention(ctx)()
    expect(await left()).toEqual(['new'])
  })

  test('removes processed deliveries after 30 days, over many batches, and never one that was not processed', async () => {
    const ctx = await ownContext(database(), nowhere)
    const { prisma } = ctx.database
    const receivedAt = ctx.clock.now()
    const delivery = (processedAt: Date | null) => ({ body: new Uint8Array([123]), receivedAt, processedAt })
    await prisma.inboundDelivery.createMany({
      data: Array.from({ length: 2300 }, (_, n) => delivery(n % 1000 === 7 ? null : receivedAt)),
    })
    await prisma.inboundDelivery.create({ data: delivery(new Date(receivedAt.getTime() + 1)) })
    ctx.advance(days(30))
    await createRetention(ctx)()
    expect(await prisma.inboundDelivery.count()).toBe(2301)
    ctx.advance(1)
    await createRetention(ctx)()
    expect(await prisma.inboundDelivery.count({ where: { processedAt: null } })).toBe(3)
    expect(await prisma.inboundDelivery.count()).toBe(4)
  })

  test('removes files after MEDIA_RETENTION_DAYS, and none that was used since or that a quick reply offers', async () => {
    const files = createFileStore(await temporaryFolder())
    const ctx = { ...(await ownContext(database(), nowhere, { MEDIA_RETENTION_DAYS: '30' })), files }
    const { organizationId } = ctx.actor
    const { prisma } = ctx.database
    const createdAt = ctx.clock.now()
    const media = async () => {
      const id = newId('Media')
      await files.write(id, [png] as unknown as AsyncIterable<Uint8Array>, 1000)
      await prisma.media.create({
        data: { organizationId, id, mimeType: 'image/png', size: png.length, sha256: 'ab', createdAt },
      })
      return id
    }
    const [unused, offered, sentLately] = [await media(), await media(), await media()]
    const updatedAt = createdAt
    await prisma.quickReply.create({
      data: { organizationId, id: newId('QuickReply'), shortcut: 'map', mediaId: offered, searchText: 'map' },
    })
    const [contactId, connectionId, conversationId] = [
      newId('Contact'),
      newId('WhatsAppConnection'),
      newId('Conversation'),
    ]
    await prisma.contact.create({ data: { organizationId, id: contactId, phone: newId('Contact'), updatedAt } })
    const number = { phoneNumberId: connectionId, businessAccountId: connectionId, source: 'STORED' as const }
    await prisma.whatsAppConnection.create({ data: { organizationId, id: connectionId, ...number } })
    const of = { organizationId, contactId, connectionId, lastActivityAt: createdAt }
    await prisma.conversation.create({ data: { id: conversationId, ...of } })
    await prisma.message.create({
      data: {
        ...{ organizationId, id: newId('Message'), conversationId, contactId, mediaId: sentLately, content: {} },
        ...{ direction: 'OUTBOUND', type: 'IMAGE', status: 'SENT', createdAt: new Date(createdAt.getTime() + days(1)) },
      },
    })

    ctx.advance(days(30))
    await createRetention(ctx)()
    const left = async () => (await prisma.media.findMany({ where: { organizationId, status: 'READY' } })).length
    expect(await left()).toBe(3)
    ctx.advance(1)
    await createRetention(ctx)()
    const expired = await prisma.media.findMany({ where: { organizationId, status: 'EXPIRED' } })
    expect(expired.map(({ id, size }) => [id, size])).toEqual([[unused, png.length]])
    expect([await files.open(unused), (await files.read(sentLately, 0, 4)).length]).toEqual([null, 4])
    ctx.advance(days(1))
    await createRetention(ctx)()
    expect(await left()).toBe(1)
  })
})

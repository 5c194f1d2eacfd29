import { expect, test } from 'vitest'
import { watchOptOuts } from '../src/broadcasts/driver/opt-outs.js'
import { broadcastLimits } from '../src/broadcasts/limits.js'
import { minutesMs } from '../src/core/clock.js'
import { newId } from '../src/core/ids.js'
import type { Tx } from '../src/database/client.js'
import { gate, onPostgres } from './support/event-log.js'
import { type OwnContext, ownContext } from './support/own-context.js'

/** A broadcast that has written to so many contacts; answers its key and their ids. */
async function broadcastTo(ctx: OwnContext, count: number) {
  const { organizationId } = ctx.actor
  const { prisma } = ctx.database
  const [id, connectionId] = [newId('Broadcast'), newId('WhatsAppConnection')]
  const number = { phoneNumberId: connectionId, businessAccountId: connectionId, source: 'STORED' as const }
  await prisma.whatsAppConnection.create({ data: { organizationId, id: connectionId, ...number } })
  const template = { templateName: 'order_update', language: 'en', components: [], messagesPerSecond: 80 }
  await prisma.broadcast.create({
    data: { organizationId, id, name: 'Test', status: 'RUNNING', connectionId, ...template },
  })
  const contactIds = Array.from({ length: count }, () => newId('Contact'))
  const dueAt = ctx.clock.now()
  await prisma.contact.createMany({ data: contactIds.map((contact) => ({ organizationId, id: contact })) })
  await prisma.broadcastRecipient.createMany({
    data: contactIds.map((contactId) => ({ organizationId, broadcastId: id, contactId, state: 'MESSAGED', dueAt })),
  })
  return { key: { organizationId, id }, contactIds }
}

const { atLeast } = broadcastLimits.optOuts

onPostgres('the watch on people who opt out of a broadcast', (database) => {
  const optOut = async (ctx: OwnContext, tx: Tx, contactIds: (string | undefined)[]) => {
    const { organizationId } = ctx.actor
    for (const contactId of contactIds) {
      const record = { organizationId, contactId: contactId ?? '', optedIn: false, source: 'keyword' }
      await tx.consentRecord.create({ data: { ...record, createdAt: ctx.clock.now() } })
    }
  }

  test('counts one whose record is committed behind records that were written later', async () => {
    const ctx = await ownContext(database(), 'http://127.0.0.1:9')
    const { key, contactIds } = await broadcastTo(ctx, atLeast)
    const watch = await watchOptOuts(ctx, key)
    const [written, mayEnd] = [gate(), gate()]
    const slow = ctx.database.transaction(async (tx) => {
      await optOut(ctx, tx, contactIds.slice(0, 1))
      written.open()
      await mayEnd.opened
    })
    await written.opened
    await ctx.database.transaction((tx) => optOut(ctx, tx, contactIds.slice(1)))
    expect(await watch.look(atLeast)).toBeNull()
    mayEnd.open()
    await slow
    expect(await watch.look(atLeast)).toMatch(`${atLeast} of ${atLeast} recipients have opted out`)
  })

  test('counts each once, at whatever look it was seen, and none from before it began', async () => {
    const ctx = await ownContext(database(), 'http://127.0.0.1:9')
    const { key, contactIds } = await broadcastTo(ctx, atLeast + 1)
    const goes = (ids: (string | undefined)[]) => ctx.database.transaction((tx) => optOut(ctx, tx, ids))
    await goes(contactIds.slice(-1))
    const watch = await watchOptOuts(ctx, key)
    for (const [n, contactId] of contactIds.slice(0, atLeast).entries()) {
      expect([n, await watch.look(atLeast)]).toEqual([n, null])
      await goes([contactId, contactId])
      ctx.advance(minutesMs(1))
    }
    expect(await watch.look(atLeast)).toMatch(`${atLeast} of ${atLeast} recipients have opted out`)
  })
})

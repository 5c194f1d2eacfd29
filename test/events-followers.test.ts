import { getEventListeners } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  appended,
  carried,
  gate,
  newOrganization,
  numberOf,
  onEveryStore,
  openLog,
  startReader,
  testBus,
  trim,
  upTo,
  wholeLog,
} from './support/event-log.js'
import { eventually, within } from './support/wait.js'

const waitMs = 15_000

onEveryStore('a reader of the event log', (db) => {
  it('ends a waiting reader at once when it is aborted, and keeps nothing of it', async () => {
    const database = db()
    const log = openLog(database)
    const organization = await newOrganization(database)
    const leaving = new AbortController()
    const waiting = log.follow(organization, 0n, leaving.signal)
    const staying = startReader(log, organization, 0n)
    const [n] = await appended(database, log, organization)
    expect(numberOf((await waiting.next()).value as never)).toBe(n)
    const next = waiting.next()
    await eventually(() => getEventListeners(leaving.signal, 'abort').length > 0)
    expect(log.following()).toEqual({ organizations: 1, readers: 2 })
    leaving.abort()
    expect(await within(waitMs, next)).toEqual({ done: true, value: undefined })
    expect(getEventListeners(leaving.signal, 'abort')).toEqual([])
    expect(log.following()).toEqual({ organizations: 1, readers: 1 })
    await staying.stop()
    expect(log.following()).toEqual({ organizations: 0, readers: 0 })
  })

  it('takes nothing for a reader that was aborted before it began', async () => {
    const database = db()
    const log = openLog(database)
    const reader = log.follow(await newOrganization(database), 0n, AbortSignal.abort())
    expect(await within(waitMs, reader.next())).toEqual({ done: true, value: undefined })
    expect(log.following()).toEqual({ organizations: 0, readers: 0 })
  })

  it('ends every reader when it is closed, those that wait and those that are behind', async () => {
    const database = db()
    const log = openLog(database)
    const organization = await newOrganization(database)
    await appended(database, log, organization, 3)
    await wholeLog(database, log, organization)
    const waiting = startReader(log, organization, 3n)
    const release = gate()
    const paused = startReader(log, organization, 0n, () => release.opened)
    await eventually(() => paused.events.length === 1)
    await log.close()
    release.open()
    expect(await within(waitMs, waiting.ended)).toBeUndefined()
    expect(await within(waitMs, paused.ended)).toBeUndefined()
    expect(paused.events).toHaveLength(1)
    expect(log.following()).toEqual({ organizations: 0, readers: 0 })
  })

  it('lets readers wait while the database does not answer, the waiting and those behind, and go on afterwards', async () => {
    const database = db()
    const log = openLog(database)
    const organization = await newOrganization(database)
    await appended(database, log, organization, 700)
    await eventually(async () => (await log.head(organization)) === 700n)
    const live = startReader(log, organization, 700n)
    const release = gate()
    const behind = startReader(log, organization, 0n, () => (behind.events.length === 100 ? release.opened : undefined))
    await eventually(() => behind.events.length === 100 && log.following().readers === 2)
    await database.query('ALTER TABLE "Event" RENAME TO "EventAway"')
    onTestFinished(() => database.query('ALTER TABLE IF EXISTS "EventAway" RENAME TO "Event"').then(() => undefined))
    release.open()
    await eventually(() => behind.events.length === 500)
    await database.query('ALTER TABLE "EventAway" RENAME TO "Event"')
    const [n] = await appended(database, log, organization, 1)
    await eventually(() => behind.events.length === 701 && live.events.length === 1)
    expect(live.events.map(numberOf)).toEqual([n])
    expect(behind.events).toEqual(await wholeLog(database, log, organization))
  })

  describe('where the log has been trimmed', () => {
    it('refuses a cursor it no longer reaches back to, also where nothing is left', async () => {
      const database = db()
      const log = openLog(database)
      const organization = await newOrganization(database)
      await appended(database, log, organization, 10)
      await wholeLog(database, log, organization)
      const at = async (position: bigint) =>
        (await log.startOf(organization, log.cursorOf(organization, position), 'after')).position
      await trim(database, organization, 4)
      await expect(at(3n)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' })
      expect([await at(4n), await at(7n), await at(10n)]).toEqual([4n, 7n, 10n])
      await trim(database, organization, 10)
      await expect(at(9n)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' })
      expect(await at(10n)).toBe(10n)
      const reader = startReader(log, organization, 10n)
      expect(await carried(reader, 0)).toEqual([])
      expect(await appended(database, log, organization)).toEqual(await carried(reader, 1))
    })

    it('tells a reader whose next events are gone, and the others read on', async () => {
      const database = db()
      const log = openLog(database)
      const organization = await newOrganization(database)
      await appended(database, log, organization, 1200)
      await eventually(async () => (await log.head(organization)) === 1200n)
      const release = gate()
      const slow = startReader(log, organization, 0n, () => (slow.events.length === 400 ? release.opened : undefined))
      const live = startReader(log, organization, 1200n)
      await eventually(() => slow.events.length === 400)
      await trim(database, organization, 1100)
      release.open()
      expect(await within(waitMs, slow.ended)).toMatchObject({ code: 'CURSOR_EXPIRED' })
      expect(slow.events.map((event) => event.position)).toEqual(upTo(500))
      expect(await appended(database, log, organization)).toEqual(await carried(live, 1))
    })

    it('goes on behind a gap that the tail itself ran into', async () => {
      const database = db()
      const bus = testBus()
      const writer = openLog(database)
      const log = openLog(database, { bus })
      const organization = await newOrganization(database)
      const fallen = startReader(log, organization, 0n)
      await eventually(() => log.following().readers === 1)
      await appended(database, writer, organization, 2)
      await wholeLog(database, writer, organization)
      bus.tell(organization, 2n)
      await carried(fallen, 2)
      await appended(database, writer, organization, 8)
      const whole = await wholeLog(database, writer, organization)
      await trim(database, organization, 5)
      bus.tell(organization, 10n)
      expect(await within(waitMs, fallen.ended)).toMatchObject({ code: 'CURSOR_EXPIRED' })
      const keeping = startReader(log, organization, 8n)
      const joined = startReader(log, organization, 5n)
      expect(await carried(joined, 5)).toEqual(whole.slice(5).map(numberOf))
      expect(await carried(keeping, 2)).toEqual(whole.slice(8).map(numberOf))
    })
  })
})

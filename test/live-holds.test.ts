import { once } from 'node:events'
import { expect, it } from 'vitest'
import WebSocket from 'ws'
import { revokeApiKey } from '../src/api-keys/api-keys.js'
import { type Clock, systemClock } from '../src/core/clock.js'
import type { Database } from '../src/database/client.js'
import { insertUnsequenced, onEmbedded, trim } from './support/event-log.js'
import { openLiveDoor } from './support/live-door.js'
import { eventually, within } from './support/wait.js'

const waitMs = 15_000
/** How many events the log is read by. */
const pageSize = 500
const query = 'subscription { events { cursor data } }'
onEmbedded('a live subscription', (db) => {
  it('is let go of when it completes, its socket closes or is killed, or its stream is cut', async () => {
    const door = await openLiveDoor(db())
    const readers = async (count: number) => eventually(() => door.followed() === count)
    const [closing, killed, living] = [await door.socket(), await door.socket(), await door.socket()]
    for (const { subscribe } of [closing, killed, living]) {
      subscribe('1', query)
      subscribe('2', query)
    }
    const stream = await door.stream(query)
    await readers(7)
    killed.socket.terminate()
    await readers(5)
    closing.socket.close()
    await readers(3)
    living.send({ type: 'complete', id: '1' })
    await readers(2)
    stream.cut()
    await readers(1)
    await door.append(1)
    await eventually(() => living.heard.length === 1)
    expect(living.heard[0]).toMatchObject({ type: 'next', id: '2', payload: { data: { events: { data: { n: 0 } } } } })
    living.socket.terminate()
    await readers(0)
    await eventually(() => door.events.following().organizations === 0)
    expect(door.live.keys.count()).toBe(0)
  })

  it('is let go of with its socket also where an id was used anew before its first use had ended', async () => {
    const door = await openLiveDoor(db())
    const client = await door.socket()
    for (let i = 0; i < 20; i++) {
      client.subscribe('1', query)
      client.send({ type: 'complete', id: '1' })
    }
    client.subscribe('2', query)
    await eventually(() => door.followed() > 0)
    await door.append(1)
    await eventually(() => client.heard.some(({ id, type }) => id === '2' && type === 'next'))
    client.socket.terminate()
    await eventually(() => door.followed() === 0)
  })

  it('makes the server read on for it only as fast as it reads itself', async () => {
    const counted = countingReads(db())
    const door = await openLiveDoor(counted.database)
    const [start, events] = [door.events.cursorOf(door.organizationId, 0n), 8000]
    await insertUnsequenced(counted.database, door.organizationId, events, {
      type: 'contact.updated',
      characters: 4000,
    })
    await eventually(async () => (await door.events.head(door.organizationId)) === BigInt(events))
    const fromStart = `subscription { events(after: "${start}") { cursor data } }`

    const before = counted.reads()
    const [socket, stream] = [await door.socket(), await door.stream(fromStart)]
    socket.socket.pause()
    stream.response.pause()
    socket.subscribe('1', fromStart)
    await eventually(() => door.followed() === 2)
    const reading = await door.socket()
    reading.subscribe('1', fromStart)
    await eventually(() => reading.heard.length === events, 30_000)
    // Without a brake the server would by now have gone through the whole log for those that do not read, too.
    expect(counted.reads() - before).toBeLessThan((2 * events) / pageSize)
    socket.socket.resume()
    stream.response.resume()
    await eventually(() => socket.heard.length === events, 30_000)
    await eventually(() => stream.text().split('event: next').length - 1 === events, 30_000)
  })

  it('that has fallen behind a trimmed log ends with CURSOR_EXPIRED, and the others of its socket go on', async () => {
    const database = db()
    const door = await openLiveDoor(database)
    const start = door.events.cursorOf(door.organizationId, 0n)
    await insertUnsequenced(database, door.organizationId, 8000, { type: 'contact.updated', characters: 4000 })
    await eventually(async () => (await door.events.head(door.organizationId)) === 8000n)
    const fromStart = `subscription { events(after: "${start}") { cursor data } }`
    const [client, stream] = [await door.socket(), await door.stream(fromStart)]
    client.subscribe('old', fromStart)
    client.subscribe('live', query)
    client.socket.pause()
    stream.response.pause()
    await eventually(() => door.followed() === 3)
    await trim(database, door.organizationId, 8000)
    client.socket.resume()
    stream.response.resume()
    await eventually(() => client.heard.some(({ type, id }) => id === 'old' && type !== 'next'), 30_000)
    const error = client.heard.find(({ type, id }) => id === 'old' && type !== 'next')
    expect(error).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'CURSOR_EXPIRED' } }] })
    expect(JSON.stringify(error)).not.toContain('stack')
    await door.append(1)
    await eventually(() => client.heard.some(({ type, id }) => id === 'live' && type === 'next'))
    await eventually(() => stream.text().includes('"code":"CURSOR_EXPIRED"'), 30_000)
    await eventually(() => stream.text().includes('event: complete'))
  })

  it.each(['revoked', 'expired'])(
    'of a key that is %s ends at once, also where nothing happens, and says why',
    async (how) => {
      const clock = movedClock()
      const door = await openLiveDoor(db(), { clock })
      const [client, stream] = [await door.socket(), await door.stream(query)]
      client.subscribe('1', query)
      await eventually(() => door.followed() === 2)
      if (how === 'revoked') await revokeApiKey(door.ctx, door.apiKey.id)
      else {
        const expiresAt = new Date(clock.now().getTime() + 60_000)
        await db().prisma.apiKey.updateMany({ where: { id: door.apiKey.id }, data: { expiresAt } })
        clock.advance(60_000)
      }
      expect(await within(waitMs, client.closed)).toBe('4403 Forbidden')
      await eventually(() => stream.text().includes('event: complete'))
      expect(stream.text().split('event: next')[1]).toContain('"code":"UNAUTHENTICATED"')
      expect(client.heard).toEqual([])
      await eventually(() => door.followed() === 0)
      expect(door.live.keys.count()).toBe(0)
    },
  )
})

onEmbedded('a WebSocket', (db) => {
  const quick = { initMs: 500, pingMs: 500, closeMs: 500 }

  it('whose peer answers pings is kept, and one whose peer does not is cut, subscriptions and all', async () => {
    const door = await openLiveDoor(db(), { timeouts: quick })
    const [living, deaf] = [await door.socket(), await door.socket({ autoPong: false })]
    let pings = 0
    living.socket.on('ping', () => {
      pings++
    })
    for (const { subscribe } of [living, deaf]) subscribe('1', query)
    expect(await within(waitMs, deaf.closed)).toBe('1006 ')
    await eventually(() => door.followed() === 1)
    const before = pings
    await eventually(() => pings > before + 2)
    await door.append(1)
    await eventually(() => living.heard.length === 1)
  })

  it('that says nothing is closed with 4408, and one that has said who it is stays', async () => {
    const door = await openLiveDoor(db(), { timeouts: quick })
    const living = await door.socket()
    const silent = new WebSocket(door.url, 'graphql-transport-ws')
    const [code, reason] = await within(waitMs, once(silent, 'close'))
    expect(`${code} ${reason}`).toBe('4408 Connection initialisation timeout')
    expect(living.socket.readyState).toBe(WebSocket.OPEN)
  })

  it('is closed with 1001 where the server stops, also where the peer never answers', async () => {
    const door = await openLiveDoor(db(), { timeouts: quick })
    const [living, deaf] = [await door.socket(), await door.socket()]
    for (const { subscribe } of [living, deaf]) subscribe('1', query)
    await eventually(() => door.followed() === 2)
    deaf.socket.pause()
    await within(waitMs, door.sockets.close())
    expect(await within(waitMs, living.closed)).toBe('1001 Going away')
    await eventually(() => door.followed() === 0)
    const late = new WebSocket(door.url, 'graphql-transport-ws')
    const [error] = await within(waitMs, once(late, 'error'))
    expect(String(error)).toContain('503')
  })
})

function movedClock(): Clock & { advance(ms: number): void } {
  let aheadMs = 0
  return {
    now: () => new Date(systemClock.now().getTime() + aheadMs),
    advance(ms) {
      aheadMs += ms
    },
  }
}

/** The database, and how often pages of the event log have been read from it. */
function countingReads(database: Database): { database: Database; reads(): number } {
  let reads = 0
  return {
    reads: () => reads,
    database: {
      ...database,
      query(sql, params) {
        if (sql.includes('FROM "Event" ')) reads++
        return database.query(sql, params)
      },
    },
  }
}

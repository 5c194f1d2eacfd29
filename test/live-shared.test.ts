import { expect, it } from 'vitest'
import { createApiKey } from '../src/api-keys/api-keys.js'
import { insertUnsequenced, onEmbedded, wholeLog } from './support/event-log.js'
import { openLiveDoor } from './support/live-door.js'
import { eventually, within } from './support/wait.js'

type Door = Awaited<ReturnType<typeof openLiveDoor>>
type Client = Awaited<ReturnType<Door['socket']>>

const waitMs = 30_000
const query = 'subscription ($after: String) { events(after: $after) { cursor data } }'
const cursorsOf = (client: Client, id = '1'): string[] =>
  client.heard
    .filter((message) => message.type === 'next' && message.id === id)
    .map(({ payload }) => (payload as { data: { events: { cursor: string } } }).data.events.cursor)
const streamedIds = (text: string) => [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id)

onEmbedded('subscriptions that show the same', (db) => {
  const logOf = async ({ events, organizationId }: Door) =>
    (await wholeLog(db(), events, organizationId)).map(({ position }) => events.cursorOf(organizationId, position))

  it('are one group, wherever each began and whatever its transport; others are not', async () => {
    const door = await openLiveDoor(db())
    await door.append(3)
    await eventually(async () => (await door.events.head(door.organizationId)) === 3n)
    const at = (position: bigint) => door.events.cursorOf(door.organizationId, position)
    const clients = await Promise.all(Array.from({ length: 12 }, () => door.socket()))
    for (const [i, client] of clients.entries()) client.subscribe('1', query, { after: at(BigInt(i % 4)) })
    const stream = await door.stream(`subscription { events(after: "${at(1n)}") { cursor data } }`)
    const literal = await door.socket()
    literal.subscribe('1', `subscription { events(after: "${at(2n)}") { cursor data } }`)
    await eventually(() => door.followed() === 14 && door.live.hub.following().groups === 2)

    const other = await door.socket()
    other.subscribe('types', 'subscription ($t: [EventType!]) { events(types: $t) { cursor } }', {
      t: ['contact.created'],
    })
    other.subscribe('same', 'subscription ($t: [EventType!]) { events(types: $t) { cursor } }', {
      t: ['contact.created'],
    })
    other.subscribe('else', 'subscription ($t: [EventType!]) { events(types: $t) { cursor } }', {
      t: ['contact.updated'],
    })
    await eventually(() => door.followed() === 17 && door.live.hub.following().groups === 4)
    await door.append(5)
    const log = await logOf(door)
    await eventually(() => clients.every((client, i) => cursorsOf(client).length === 8 - (i % 4)))
    for (const [i, client] of clients.entries()) expect(cursorsOf(client)).toEqual(log.slice(i % 4))
    await eventually(() => streamedIds(stream.text()).length === 7 && cursorsOf(literal).length === 6)
    expect(streamedIds(stream.text())).toEqual(log.slice(1))
    await eventually(() => cursorsOf(other, 'else').length === 5)
    expect([...cursorsOf(other, 'types'), ...cursorsOf(other, 'same')]).toEqual([])
  })

  it('of keys with other scopes, or of another organization, are not one', async () => {
    const [door, strangers] = [await openLiveDoor(db()), await openLiveDoor(db())]
    const narrow = await createApiKey(door.ctx, door.organizationId, { name: 'narrow', scopes: ['contacts:read'] })
    const [wide, stranger] = [await door.socket(), await strangers.socket()]
    for (const each of [wide, stranger]) each.subscribe('1', query)
    const narrowStream = await door.stream('subscription ($after: String) { events(after: $after) { cursor data } }', {
      authorization: `Bearer ${narrow.secret}`,
    })
    await eventually(() => door.followed() === 2 && strangers.followed() === 1)
    expect(door.live.hub.following().groups).toBe(2)
    await insertUnsequenced(db(), door.organizationId, 1, { type: 'message.updated' })
    await door.append(1)
    await eventually(() => cursorsOf(wide).length === 2 && streamedIds(narrowStream.text()).length === 1)
    expect(streamedIds(narrowStream.text())).toEqual(cursorsOf(wide).slice(1))
    expect(stranger.heard).toEqual([])
  })

  it('that resume while events come are given each once: from the log, and then from the group', async () => {
    const door = await openLiveDoor(db())
    const start = door.events.cursorOf(door.organizationId, 0n)
    const clients: Client[] = []
    for (let round = 0; round < 15; round++) {
      const client = await door.socket()
      clients.push(client)
      client.subscribe('1', query, { after: round % 3 === 0 ? start : cursorsOf(clients[0] as Client).at(-1) })
      await door.append(20)
    }
    const log = await logOf(door)
    expect(log).toHaveLength(300)
    for (const client of clients) {
      await eventually(() => cursorsOf(client).at(-1) === log.at(-1))
      expect(cursorsOf(client)).toEqual(log.slice(-cursorsOf(client).length))
    }
    expect(cursorsOf(clients[3] as Client)).toEqual(log)
    await eventually(() => door.live.hub.following().groups === 1)
  })
})

onEmbedded('a subscriber that stops reading', (db) => {
  const events = 3000

  it('is closed with the cursor to go on from, and the others have everything', async () => {
    const door = await openLiveDoor(db(), {
      limits: { stalledMs: 300 },
      timeouts: { initMs: 10_000, pingMs: 60_000, closeMs: 60_000 },
    })
    const [deaf, reading, stream] = [await door.socket(), await door.socket(), await door.stream(query)]
    for (const each of [deaf, reading]) each.subscribe('1', query)
    await eventually(() => door.followed() === 3 && door.live.hub.following().groups === 1)
    deaf.socket.pause()
    stream.response.pause()
    await insertUnsequenced(db(), door.organizationId, events, { type: 'contact.updated', characters: 4000 })
    await eventually(() => cursorsOf(reading).length === events, waitMs)
    await eventually(() => door.followed() === 1, waitMs)

    deaf.socket.resume()
    const [code, ...reason] = (await within(waitMs, deaf.closed)).split(' ')
    expect(code).toBe('4410')
    const had = cursorsOf(deaf)
    expect(had.length).toBeLessThan(events)
    expect(reason.join(' ')).toBe(`Too slow; resume after ${had.at(-1)}`)
    const again = await door.socket()
    again.subscribe('1', query, { after: had.at(-1) })
    await eventually(() => had.length + cursorsOf(again).length === events, waitMs)
    expect([...had, ...cursorsOf(again)]).toEqual(cursorsOf(reading))

    stream.response.resume()
    await eventually(() => stream.text().endsWith('event: complete\ndata:\n\n'), waitMs)
    const last = JSON.parse(/data: (.*)\n\nevent: complete/.exec(stream.text())?.[1] ?? '')
    const ids = streamedIds(stream.text())
    expect(last.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', cursor: ids.at(-1) } }])
    expect(ids.slice(0, -1)).toEqual(cursorsOf(reading).slice(0, ids.length - 1))
  })
})

onEmbedded('the limits of what is live', (db) => {
  it.each([
    ['a key', { connectionsPerKey: 2 }],
    ['an organization', { connectionsPerOrganization: 2 }],
  ])('refuse a connection too many of %s with 1013, and count those that are left again', async (_whose, limits) => {
    const door = await openLiveDoor(db(), { limits })
    const [first] = [await door.socket(), await door.stream(query)]
    expect(await within(waitMs, door.unanswered())).toBe('1013 Too many connections of this key')
    const refused = await door.stream(query)
    await eventually(() => refused.text().includes('event: complete'))
    expect(refused.text()).toContain('"code":"RATE_LIMITED"')
    first.socket.close()
    await eventually(() => door.live.keys.count() === 1)
    await door.socket()
  })

  it('refuse a subscription too many of a socket, and the others go on', async () => {
    const door = await openLiveDoor(db(), { limits: { subscriptionsPerSocket: 2 } })
    const client = await door.socket()
    for (const id of ['1', '2']) client.subscribe(id, query)
    await eventually(() => door.followed() === 2)
    client.subscribe('3', query)
    await eventually(() => client.heard.length > 0)
    expect(client.heard[0]).toMatchObject({ id: '3', payload: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] } })
    client.send({ type: 'complete', id: '1' })
    await eventually(() => door.followed() === 1)
    client.subscribe('4', query)
    await eventually(() => door.followed() === 2)
    await door.append(1)
    await eventually(() => cursorsOf(client, '2').length === 1 && cursorsOf(client, '4').length === 1)
  })
})

onEmbedded('an event stream', (db) => {
  it('goes on behind Last-Event-ID, whatever its document says, and says what is wrong with one', async () => {
    const door = await openLiveDoor(db())
    await door.append(5)
    await eventually(async () => (await door.events.head(door.organizationId)) === 5n)
    const at = (position: bigint) => door.events.cursorOf(door.organizationId, position)
    const fromStart = `subscription { events(after: "${at(0n)}") { cursor data } }`
    const whole = await door.stream(fromStart)
    await eventually(() => streamedIds(whole.text()).length === 5)
    const resumed = await door.stream(fromStart, { 'last-event-id': streamedIds(whole.text())[2] ?? '' })
    await eventually(() => streamedIds(resumed.text()).length === 2)
    expect(streamedIds(resumed.text())).toEqual([at(4n), at(5n)])
    const bad = await door.stream(fromStart, { 'last-event-id': 'nonsense' })
    await eventually(() => bad.text().includes('event: complete'))
    expect(bad.text()).toContain('"path":"Last-Event-ID"')
  })
})

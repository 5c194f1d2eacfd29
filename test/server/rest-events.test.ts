import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventCursor, logSince, makeContact, makeContacts } from '../support/live.js'
import { bearer, expectRestError } from '../support/rest.js'
import { type Answer, describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

describeServer('GET /events', () => {
  let server: TestServer
  let narrowKey: string
  let strangersKey: string
  beforeAll(async () => {
    server = await startServer()
    const words = ['keys', 'create', '--org', 'demo', '--name', 'narrow', '--scopes', 'contacts:read']
    narrowKey = (await server.operator(...words)).stdout.trim()
    strangersKey = await server.newOrganization('stranger')
  })
  afterAll(() => server.dispose())

  const get = (query: string, key = server.key): Promise<Answer> =>
    server.rest('GET', `/events${query}`, undefined, bearer(key))

  test('answers the log page by page as webhooks carry it, and ends where it ends', async () => {
    const start = await eventCursor(server)
    await makeContacts(server, 7)
    const log = await logSince(server, start)
    const seen: { id: string; cursor: string; event: string; data: unknown }[] = []
    let after = start
    for (let more = true; more; ) {
      const { status, json } = await get(`?after=${after}&limit=3`)
      expect(status).toBe(200)
      expect(Object.keys(json)).toEqual(['data', 'cursor', 'hasMore'])
      expect(json.data.length).toBeLessThan(4)
      seen.push(...json.data)
      after = json.cursor
      more = json.hasMore
    }
    expect(seen.slice(0, 7).map(({ cursor, event, data }) => ({ cursor, type: event, data }))).toEqual(log)
    expect(seen[0]).toEqual({
      id: expect.stringMatching(/^evt_/),
      event: 'contact.created',
      organizationId: expect.stringMatching(/^org_/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      data: log[0]?.data,
      cursor: log[0]?.cursor,
    })
    expect((await get(`?after=${after}`)).json).toEqual({ data: [], cursor: after, hasMore: false })
  })

  test('begins now without a cursor, and waits for what comes', async () => {
    const now = (await get('')).json
    expect(now).toEqual({ data: [], cursor: now.cursor, hasMore: false })
    const waiting = get(`?after=${now.cursor}&wait=30`)
    const fromNow = get('?wait=30')
    const ended = { waiting: false }
    waiting.finally(() => {
      ended.waiting = true
    })
    // Whoever began to wait after the first contact is woken by a later one.
    const ids: string[] = []
    await eventually(async () => {
      ids.push(await makeContact(server))
      return ended.waiting
    })
    const { json } = await waiting
    expect(json.data[0]).toMatchObject({ event: 'contact.created', data: { contact: { id: ids[0] } } })
    let woken = false
    fromNow.finally(() => {
      woken = true
    })
    await eventually(async () => {
      await makeContact(server)
      return woken
    })
    expect((await fromNow).json.data.length).toBeGreaterThan(0)
  })

  test('answers nothing after the time, with the cursor it was given', async () => {
    const cursor = await eventCursor(server)
    const { json } = await get(`?after=${cursor}&wait=1`)
    expect(json).toEqual({ data: [], cursor, hasMore: false })
  })

  test('shows a key what its scopes let it see, moves past the rest, and keeps organizations apart', async () => {
    const start = await eventCursor(server)
    await server.customerWrites(newPhone(), 'Not for every eye')
    await eventually(async () => (await get(`?after=${start}`)).json.data.some(isReceived))
    const { json } = await get(`?after=${start}`, narrowKey)
    expect(json.data.map(({ event }: { event: string }) => event)).toEqual(['contact.created'])
    expect((await get(`?after=${json.cursor}`, narrowKey)).json.data).toEqual([])
    expectRestError(await get(`?after=${start}`, strangersKey), 400, 'BAD_REQUEST', faulty('after'))
  })

  test.each(['after=nonsense', 'limit=0', 'limit=x', 'wait=-1', 'wait=1.5', 'wait=soon'])(
    'refuses %s',
    async (query) => {
      expectRestError(await get(`?${query}`), 400, 'BAD_REQUEST', faulty(query.split('=')[0]))
    },
  )

  test('takes limits above the highest as the highest, and empty ones as absent', async () => {
    expect((await get('?limit=1000&wait=&after=')).status).toBe(200)
  })

  test('ends its wait where the server stops', async () => {
    const waiting = get('?wait=30')
    const listed = get('')
    await listed
    expect(await server.stop()).toBe(0)
    expect((await waiting.catch(() => null))?.status ?? 200).toBe(200)
    await server.restart()
  })
})

const isReceived = ({ event }: { event: string }) => event === 'message.received'
const faulty = (path: string | undefined) => ({ details: [{ path, message: expect.any(String) }] })

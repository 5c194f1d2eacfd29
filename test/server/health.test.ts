import { once } from 'node:events'
import { createServer } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/free-port.js'
import {
  collect,
  describeServer,
  eventually,
  find,
  newPhone,
  startServer,
  store,
  type TestServer,
} from '../support/server.js'
import { runServer } from '../support/server-process.js'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js'

/** Without a key, as a probe asks. */
async function probe(url: string, path: '/livez' | '/readyz'): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url + path)
  return { status: answer.status, body: await answer.json() }
}

const ok = { status: 200, body: { status: 'ok' } }
const unavailable = (reason: string) => ({ status: 503, body: { status: 'unavailable', reason } })

describeServer('health', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMIT_REQUESTS_PER_MINUTE: '3', REDIS_URL: '' } })
  })
  afterAll(() => server.dispose())

  test('/livez and /readyz answer without a key, say no more than needed, and are never counted', async () => {
    for (let i = 0; i < 10; i++) {
      expect(await probe(server.url, '/livez')).toEqual(ok)
      expect(await probe(server.url, '/readyz')).toEqual(ok)
    }
    expect((await server.rest('GET', '/status')).headers.get('ratelimit-remaining')).toBe('2')
  })

  test('a server whose WhatsApp does not answer says that it is starting, lives, and becomes ready all the same', async () => {
    const blackHole = createServer().listen(0, '127.0.0.1')
    await once(blackHole, 'listening')
    const address = blackHole.address()
    const whatsappPort = typeof address === 'object' && address !== null ? address.port : 0
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    await server.stop()
    const starting = runServer({
      ...server.env,
      PORT: String(port),
      WHATSAPP_API_URL: `http://127.0.0.1:${whatsappPort}`,
    })
    onTestFinished(async () => {
      await (await starting).stop()
      blackHole.close()
    })
    const early = await find(async () => probe(url, '/readyz').catch(() => null), 60_000)
    expect(early).toEqual(unavailable('starting'))
    expect(await probe(url, '/livez')).toEqual(ok)
    await starting
    expect(await probe(url, '/readyz')).toEqual(ok)
  })
})

describe.runIf(store === 'postgres')('with what it depends on away', () => {
  describeServer('the database', () => {
    let server: TestServer
    let proxy: TcpProxy
    let phone: string
    let databaseUrl: string
    beforeAll(async () => {
      server = await startServer()
      databaseUrl = server.env.DATABASE_URL ?? ''
      const { hostname, port } = new URL(databaseUrl)
      proxy = await startTcpProxy({ host: hostname, port: Number(port || 5432) })
      const through = new URL(databaseUrl)
      through.hostname = '127.0.0.1'
      through.port = String(proxy.port)
      await server.restart({ DATABASE_URL: through.href })
      phone = newPhone()
      await server.rest('POST', '/contacts', { phone, name: 'Asha Rao', optedIn: true })
      await server.customerWrites(phone, 'Namaste')
      await find(async () => (await server.rest('GET', '/messages')).json.data[0])
    })
    afterAll(async () => {
      await server.dispose()
      await proxy.close()
    })

    const isReady = async () => (await probe(server.url, '/readyz')).status === 200

    test.each(['cut', 'freeze'] as const)(
      'gone (%s): /readyz says so, the process lives and answers, and afterwards everything works on',
      async (way) => {
        const ws = server.wsClient()
        const live = collect<{ messages: { message: { text: string } } }>(
          ws,
          'subscription { messages { cursor message { text } } }',
        )
        const heard = (text: string) => live.items.some((item) => item.messages.message.text === text)
        // Until the subscription stands: what was written before is not shown to it.
        await eventually(async () => {
          await server.customerWrites(phone, `before ${way}`)
          return heard(`before ${way}`)
        })

        proxy[way]()
        await eventually(async () => !(await isReady()))
        expect(await probe(server.url, '/readyz')).toEqual(unavailable('the database does not answer'))
        expect(await probe(server.url, '/livez')).toEqual(ok)
        const refused = await server.rest('GET', '/contacts')
        expect(refused.status).toBe(500)
        expect(refused.json).toEqual({
          error: 'Something went wrong on our side.',
          code: 'INTERNAL',
          requestId: expect.stringMatching(/^[\w-]+$/),
        })
        // Not stored, so not taken: WhatsApp tries again until it is.
        await server.customerWrites(phone, `during ${way}`)

        proxy.restore()
        await eventually(isReady)
        await eventually(() => heard(`during ${way}`), 30_000)
        const sent = await server.rest('POST', '/send', { to: phone, type: 'text', text: `after ${way}` })
        expect(sent.status).toBe(200)
        await eventually(() => heard(`after ${way}`))
        expect(live.errors).toEqual([])
        await live.stop()
        await ws.dispose()
      },
    )

    test('lost while an event is being shown, the event is shown whole when it is back', async () => {
      const ws = server.wsClient()
      const live = collect<{ messages: { message: { id: string } | null } }>(
        ws,
        'subscription { messages { cursor message { id } } }',
      )
      await eventually(async () => {
        await server.customerWrites(phone, 'before the lock')
        return live.items.length > 0
      })
      const [locker, writer] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)]
      for (const client of [locker, writer]) {
        await client.connect()
        onTestFinished(() => client.end())
      }
      // The event can be read from the log; the message that it is about cannot be, until the connections are cut.
      await locker.query('BEGIN; LOCK TABLE "Message" IN ACCESS EXCLUSIVE MODE')
      const { rows } = await writer.query<{ messageId: string }>(
        `INSERT INTO "Event" ("organizationId", id, type, data, "contactId", "conversationId", "messageId")
         SELECT "organizationId", 'evt_shown_late', 'message.updated', data, "contactId", "conversationId", "messageId"
         FROM "Event" WHERE "messageId" IS NOT NULL ORDER BY "position" LIMIT 1 RETURNING "messageId"`,
      )
      await eventually(async () => {
        const waiting = await writer.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
           AND query LIKE '%"Message"."id"%'`,
        )
        return waiting.rows.length > 0
      })
      proxy.cut()
      await eventually(async () => !(await isReady()))
      await locker.query('ROLLBACK')
      proxy.restore()
      const [late] = rows
      await eventually(() => live.items.some(({ messages }) => messages.message?.id === late?.messageId), 30_000)
      expect(live.items.every(({ messages }) => messages.message !== null)).toBe(true)
      expect(live.errors).toEqual([])
      await live.stop()
      await ws.dispose()
    })

    test('that cannot be reached when a stop is asked for does not hold the stop up', async () => {
      proxy.freeze()
      expect(await server.stop()).toBe(0)
      proxy.restore()
      await server.restart()
    })
  })

  describeServer('Redis', () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startServer({
        env: { REDIS_URL: `redis://127.0.0.1:${await freePort()}`, RATE_LIMIT_SENDS_PER_HOUR: '1' },
      })
    })
    afterAll(() => server.dispose())

    test('gone: the server starts, is ready, and counts limits alone', async () => {
      expect(await probe(server.url, '/readyz')).toEqual(ok)
      const phone = newPhone()
      await server.rest('POST', '/contacts', { phone, optedIn: true })
      const template = { to: phone, type: 'template', templateName: 'hello_world', language: 'en_US' }
      expect((await server.rest('POST', '/send', template)).status).toBe(200)
      expect((await server.rest('POST', '/send', template)).status).toBe(429)
    })
  })
})

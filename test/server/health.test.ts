import { once } from 'node:events'
import { createServer } from 'node:net'
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
    server = await startServer({ env: { RATE_LIMIT_REQUESTS_PER_MINUTE: '3' } })
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
    beforeAll(async () => {
      server = await startServer()
      const { hostname, port } = new URL(server.env.DATABASE_URL ?? '')
      proxy = await startTcpProxy({ host: hostname, port: Number(port || 5432) })
      const through = new URL(server.env.DATABASE_URL ?? '')
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

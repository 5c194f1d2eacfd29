import { afterAll, beforeAll, describe, expect } from 'vitest'
import { form } from '../test/support/media-files.js'
import { hasRedisServer, type RedisProcess, startRedis } from '../test/support/redis-process.js'
import { consentingContact, newAddress } from '../test/support/rest.js'
import { startServer, store, type TestServer } from '../test/support/server.js'
import { runServer, type ServerProcess } from '../test/support/server-process.js'
import { line } from './support/line.js'

/** As they are where nothing is set. */
const asShipped = { RATE_LIMIT_REQUESTS_PER_MINUTE: '', RATE_LIMIT_SENDS_PER_HOUR: '', RATE_LIMIT_UPLOADS_PER_HOUR: '' }
const template = { type: 'template', templateName: 'hello_world', language: 'en_US' }

type Server = Pick<TestServer, 'url'>
let key = ''
const status = async ({ url }: Server, forwarded?: string) => {
  const headers = { authorization: `Bearer ${key}`, ...(forwarded ? { 'x-forwarded-for': forwarded } : {}) }
  return (await fetch(`${url}/api/whatsapp-api/status`, { headers })).status
}
const send = async ({ url }: Server, to: string) => {
  const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': newAddress() }
  const body = JSON.stringify({ to, ...template })
  return (await fetch(`${url}/api/whatsapp-api/send`, { method: 'POST', headers, body })).status
}
const count = (statuses: number[], wanted: number) => statuses.filter((code) => code === wanted).length
const inTurn = async (n: number, ask: (i: number) => Promise<number>) => {
  const statuses: number[] = []
  for (let i = 0; i < n; i++) statuses.push(await ask(i))
  return statuses
}
const said = (statuses: number[]) =>
  `${count(statuses, 200)} of ${statuses.length} served, ${count(statuses, 429)} refused`

describe('without a proxy', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { ...asShipped, REDIS_URL: '' } })
    key = server.key
  })
  afterAll(() => server.dispose())

  line('130 requests of one address, each with another forged X-Forwarded-For', async (show) => {
    const statuses = await inTurn(130, () => status(server, `${newAddress()}, ${newAddress()}`))
    show(said(statuses))
    expect(statuses.slice(0, 120)).toEqual(Array(120).fill(200))
    expect(statuses.slice(120)).toEqual(Array(10).fill(429))
  })
})

describe('behind a proxy', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { ...asShipped, TRUST_PROXY: '1', REDIS_URL: '' } })
    key = server.key
  })
  afterAll(() => server.dispose())

  line('the 121st request of a minute, whatever the client itself put into X-Forwarded-For', async (show) => {
    const address = newAddress()
    const statuses = await inTurn(121, () => status(server, `${newAddress()}, ${address}`))
    show(said(statuses))
    expect([count(statuses, 200), statuses[120]]).toEqual([120, 429])
  })

  line('300 requests of one address at once', async (show) => {
    const address = newAddress()
    const statuses = await Promise.all(Array.from({ length: 300 }, () => status(server, address)))
    show(said(statuses))
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([120, 180])
  })

  line('the 21st message of an hour to one recipient', async (show) => {
    const { phone } = await consentingContact(server, { headers: { 'x-forwarded-for': newAddress() } })
    const statuses = await inTurn(21, () => send(server, phone))
    show(said(statuses))
    expect([count(statuses, 200), statuses[20]]).toEqual([20, 429])
  })

  line('a file of 16,777,216 bytes, and one of a byte more', async (show) => {
    const upload = async (bytes: number) => {
      const body = form([['file', Buffer.alloc(bytes, 'a'), 'a.txt']])
      const { status: code, json } = await server.rest('POST', '/media', body, { 'x-forwarded-for': newAddress() })
      return [code, json.code ?? null]
    }
    const answers = [await upload(16_777_216), await upload(16_777_217)]
    show(answers.map(([code, name]) => [code, name].filter(Boolean).join(' ')).join(', then '))
    expect(answers).toEqual([
      [201, null],
      [400, 'FILE_TOO_LARGE'],
    ])
  })
})

describe.runIf(hasRedisServer && store === 'postgres')('two servers over one Redis', () => {
  let redis: RedisProcess
  let first: TestServer
  let second: ServerProcess
  beforeAll(async () => {
    redis = await startRedis()
    first = await startServer({ env: { ...asShipped, TRUST_PROXY: '1', REDIS_URL: redis.url } })
    key = first.key
    const { PORT: _, SIMULATOR_PORT: __, ...env } = first.env
    second = await runServer({ ...env, WHATSAPP_API_URL: first.simulatorUrl })
  })
  afterAll(async () => {
    await second.stop()
    await first.dispose()
    await redis.stop()
  })
  const servers = (i: number): Server => (i % 2 === 0 ? first : second)

  line('300 requests of one address, half to each server, at once', async (show) => {
    const address = newAddress()
    const statuses = await Promise.all(Array.from({ length: 300 }, (_, i) => status(servers(i), address)))
    show(said(statuses))
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([120, 180])
  })

  line('messages to one recipient, half from each server', async (show) => {
    const { phone } = await consentingContact(first, { headers: { 'x-forwarded-for': newAddress() } })
    const statuses = await inTurn(24, (i) => send(servers(i), phone))
    show(said(statuses))
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([20, 4])
  })

  line(
    'Redis killed, and back without its data, after the 60th request to one server and the 10th message',
    async (show) => {
      const address = newAddress()
      const { phone } = await consentingContact(first, { headers: { 'x-forwarded-for': newAddress() } })
      const requests: number[] = []
      const messages: number[] = []
      const go = async (n: number, m: number) => {
        requests.push(...(await inTurn(n, () => status(first, address))))
        messages.push(...(await inTurn(m, () => send(first, phone))))
      }
      await go(60, 10)
      const back = redis.restart()
      await go(30, 5)
      await back
      await go(40, 9)
      show(`requests: ${said(requests)}; messages: ${said(messages)}`)
      expect([count(requests, 200), count(messages, 200)]).toEqual([120, 20])
    },
  )
  line('the same, of requests to both servers in turn', async (show) => {
    const address = newAddress()
    const statuses = await inTurn(80, (i) => status(servers(i), address))
    const back = redis.restart()
    statuses.push(...(await inTurn(20, (i) => status(servers(i), address))))
    await back
    statuses.push(...(await inTurn(160, (i) => status(servers(i), address))))
    show(said(statuses))
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([120, 140])
  })
})

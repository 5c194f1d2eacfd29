import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { mcpPost, toolCall } from '../support/mcp.js'
import { png, upload, uploadByGraph } from '../support/media-files.js'
import { consentingContact, deliver, expectNoLeak, expectRestError, newAddress, noLimit } from '../support/rest.js'
import {
  type Answer,
  describeServer,
  eventually,
  type GivenHeaders,
  newPhone,
  startServer,
  store,
  type TestServer,
  testRedisUrl,
} from '../support/server.js'
import { runServer, type ServerProcess } from '../support/server-process.js'

const requestsPerMinute = 6
const sendsPerHour = 3
const template = { type: 'template', templateName: 'hello_world', language: 'en_US' }
const question = { query: '{ viewer { key { id } } }' }
const from = (address: string): GivenHeaders => ({ 'x-forwarded-for': address })

/** Behind one proxy, so that each test can be a client at an address of its own. */
describeServer('the limits', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({
      env: {
        TRUST_PROXY: '1',
        CORS_ORIGINS: 'https://console.example.com',
        RATE_LIMIT_REQUESTS_PER_MINUTE: String(requestsPerMinute),
        RATE_LIMIT_SENDS_PER_HOUR: String(sendsPerHour),
      },
    })
  })
  afterAll(() => server.dispose())

  const status = (headers: GivenHeaders) => server.rest('GET', '/status', undefined, headers)
  const remaining = (answer: Answer) => Number(answer.headers.get('ratelimit-remaining'))
  /** How many requests have been counted for an address, this one included. */
  const counted = async (address: string) => requestsPerMinute - remaining(await status(from(address)))

  function expectLimitHeaders({ headers }: Answer, limit: number, left: number, windowSeconds: number) {
    for (const prefix of ['ratelimit', 'x-ratelimit']) {
      expect(headers.get(`${prefix}-limit`)).toBe(String(limit))
      expect(headers.get(`${prefix}-remaining`)).toBe(String(left))
      const reset = Number(headers.get(`${prefix}-reset`))
      expect(Number.isInteger(reset) && reset >= 1 && reset <= windowSeconds).toBe(true)
    }
  }

  function expectRetryAfter({ headers }: Answer, atMost: number): number {
    const text = headers.get('retry-after') ?? ''
    expect(text).toMatch(/^[1-9]\d*$/)
    expect(Number(text)).toBeLessThanOrEqual(atMost)
    return Number(text)
  }

  describe('of requests', () => {
    test('lets exactly as many through as a minute allows, counting down, and refuses the next', async () => {
      const headers = from(newAddress())
      for (let left = requestsPerMinute - 1; left >= 0; left--) {
        const answer = await status(headers)
        expect(answer.status).toBe(200)
        expect(answer.headers.get('retry-after')).toBeNull()
        expectLimitHeaders(answer, requestsPerMinute, left, 60)
      }
      for (let i = 0; i < 2; i++) {
        const refused = await status(headers)
        expectRestError(refused, 429, 'RATE_LIMITED')
        expectLimitHeaders(refused, requestsPerMinute, 0, 60)
        expectRetryAfter(refused, 60)
      }
      expect((await status(noLimit())).status).toBe(200)
    })

    test('lets no more through of many that come at once', async () => {
      const headers = from(newAddress())
      const answers = await Promise.all(Array.from({ length: 3 * requestsPerMinute }, () => status(headers)))
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(requestsPerMinute)
      expect(answers.filter((answer) => answer.status === 429)).toHaveLength(2 * requestsPerMinute)
    })

    test('is one for /api, /graphql and /mcp, whatever is asked there, and each answers 429 in its own form', async () => {
      const headers = from(newAddress())
      await server.call('POST', '/graphql', question, headers)
      await mcpPost(server, toolCall(1, 'list_contacts'), headers)
      await server.call('GET', '/api/nope', undefined, headers)
      await server.rest('PUT', '/contacts', {}, headers)
      await server.rest('POST', '/contacts', '{', headers)
      expect(remaining(await status(headers))).toBe(0)

      expectRestError(await server.rest('POST', '/send', {}, headers), 429, 'RATE_LIMITED')
      const refused = await server.call('POST', '/graphql', question, headers)
      expect(refused.status).toBe(429)
      const retryAfter = expectRetryAfter(refused, 60)
      expectLimitHeaders(refused, requestsPerMinute, 0, 60)
      const extensions = { code: 'RATE_LIMITED', retryAfter, requestId: refused.headers.get('x-request-id') }
      expect(refused.json).toEqual({ errors: [{ message: expect.stringMatching(/Too many requests/), extensions }] })
      expectNoLeak(refused.text)

      const ofMcp = await mcpPost(server, toolCall(1, 'list_contacts'), headers)
      expect(ofMcp.status).toBe(429)
      expectLimitHeaders(ofMcp, requestsPerMinute, 0, 60)
      const data = { code: 'RATE_LIMITED', retryAfter: expectRetryAfter(ofMcp, 60), requestId: expect.any(String) }
      const error = { code: -32000, message: expect.stringMatching(/Too many requests/), data }
      expect(ofMcp.json).toEqual({ jsonrpc: '2.0', id: null, error })
    })

    test('counts before the key is looked at: guessing keys ends in 429 too', async () => {
      const headers = from(newAddress())
      for (let i = 0; i < requestsPerMinute; i++) {
        const authorization = i % 2 === 0 ? '' : 'Bearer kaanha_guess'
        expect((await status({ ...headers, authorization })).status).toBe(401)
      }
      expect((await status({ ...headers, authorization: '' })).status).toBe(429)
      expect((await status(headers)).status).toBe(429)
    })

    test('never counts webhooks, health, GraphiQL’s page, a preflight or a path of no door', async () => {
      const address = newAddress()
      const headers = from(address)
      const preflight = { origin: 'https://console.example.com', 'access-control-request-method': 'POST' }
      for (let i = 0; i <= requestsPerMinute; i++) {
        const answers = [
          await server.call('GET', '/livez', undefined, headers),
          await server.call('GET', '/readyz', undefined, headers),
          await server.call('GET', '/webhooks/whatsapp?hub.mode=subscribe', undefined, headers),
          await server.call('POST', '/webhooks/whatsapp', '{}', headers),
          await deliver(server, '{}', headers),
          await server.call('GET', '/graphql', undefined, { ...headers, accept: 'text/html' }),
          await server.call('OPTIONS', '/api/whatsapp-api/send', undefined, { ...headers, ...preflight }),
          await server.call('GET', '/nowhere', undefined, headers),
        ]
        expect(answers.map((answer) => answer.status)).toEqual([200, 200, 403, 401, 200, 200, 204, 404])
        for (const answer of answers) expect(answer.headers.get('ratelimit-limit')).toBeNull()
      }
      expect(await counted(address)).toBe(1)
    })

    test('counts each operation on a WebSocket, and tells a refused one so', async () => {
      const address = newAddress()
      class FromThere extends WebSocket {
        constructor(url: string, protocols: string) {
          super(url, protocols, { headers: from(address) })
        }
      }
      const client = createClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: FromThere,
        connectionParams: { authorization: `Bearer ${server.key}` },
        retryAttempts: 0,
      })
      const ask = () =>
        new Promise((resolve) => {
          client.subscribe(question, { next: resolve, error: resolve, complete: () => undefined })
        })
      for (let i = 0; i < requestsPerMinute; i++) expect(await ask()).toMatchObject({ data: { viewer: {} } })
      expect(await ask()).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }])
      expect((await status(from(address))).status).toBe(429)
      await client.dispose()
    })

    test('counts an IPv6 address by its /64', async () => {
      const network = Array.from({ length: 4 }, () => (4096 + Math.floor(Math.random() * 4096)).toString(16)).join(':')
      expect(await counted(`${network}::1`)).toBe(1)
      expect(await counted(`${network}:ffff:ffff:ffff:ffff`)).toBe(2)
      expect(await counted(`[${network}:0:0:0:2]:4711`)).toBe(3)
      const next = network.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
      expect(await counted(`${next}::1`)).toBe(1)
      const mapped = newAddress()
      expect(await counted(mapped)).toBe(1)
      expect(await counted(`::ffff:${mapped}`)).toBe(2)
    })

    test('believes of X-Forwarded-For only what the proxy in front of us wrote', async () => {
      const address = newAddress()
      const forged = [newAddress(), `${newAddress()}, ${newAddress()}`, '127.0.0.1', 'unknown', '', 'x'.repeat(500)]
      let count = 0
      for (const claim of forged) expect(await counted(`${claim}, ${address}`)).toBe(++count)
    })
  })

  describe('of messages to a recipient', () => {
    const send = (body: Record<string, unknown>, headers: GivenHeaders = {}) =>
      server.rest('POST', '/send', body, { ...noLimit(), ...headers })

    test('lets exactly as many through as an hour allows, and the 429 says so in headers', async () => {
      const { phone: to } = await consentingContact(server, { headers: noLimit() })
      for (let i = 0; i < sendsPerHour; i++) expect((await send({ to, ...template })).status).toBe(200)
      const refused = await send({ to, ...template })
      expectRestError(refused, 429, 'RATE_LIMITED')
      expect(refused.json.error).toMatch(/recipient/)
      expectLimitHeaders(refused, sendsPerHour, 0, 3600)
      expectRetryAfter(refused, 3600)
      const { phone: other } = await consentingContact(server, { headers: noLimit() })
      expect((await send({ to: other, ...template })).status).toBe(200)
    })

    test('counts fifty sends in one document as fifty', async () => {
      const { id: to } = await consentingContact(server, { headers: noLimit() })
      const sends = Array.from({ length: 50 }, (_, i) => `s${i}: sendMessage(input: $input) { message { id } }`)
      const query = `mutation ($input: SendMessageInput!) { ${sends.join(' ')} }`
      const { data, errors } = await server.graphql(query, { input: { to, content: { flat: template } } }, noLimit())
      // A payload is never null, so the first refusal ends the document and takes the data of all with it.
      expect([data, errors?.length, errors?.[0]?.path]).toEqual([null, 1, [`s${sendsPerHour}`]])
      expect(errors?.[0]?.extensions).toEqual({
        code: 'RATE_LIMITED',
        retryAfter: expect.any(Number),
        requestId: expect.any(String),
      })
      const { json } = await server.rest('GET', '/messages', undefined, noLimit())
      expect(json.data.filter(({ contactId }: { contactId: string }) => contactId === to)).toHaveLength(sendsPerHour)
    })

    test('knows a person by any spelling of the number, by the contact id, and through every door', async () => {
      const { id, phone } = await consentingContact(server, { headers: noLimit() })
      const digits = phone.slice(1)
      const spellings = [digits, `+91 ${digits.slice(2, 7)} ${digits.slice(7)}`, id]
      for (const to of spellings) expect([to, (await send({ to, ...template })).status]).toEqual([to, 200])
      for (const to of [phone, ...spellings]) expect([to, (await send({ to, ...template })).status]).toEqual([to, 429])
      const query = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }'
      const { errors } = await server.graphql(query, { input: { to: phone, content: { flat: template } } }, noLimit())
      expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED')
      const byTool = await mcpPost(server, toolCall(1, 'send_message', { to: phone, ...template }), noLimit())
      expect(byTool.text).toMatch(/"isError":true/)
      expect(byTool.text).toMatch(/RATE_LIMITED: .*retryAfter: \d+.*Next: Wait /)
    })

    test('does not count what is refused: without consent, outside the window, with a bad body, to nothing to reply to', async () => {
      const phone = newPhone()
      const created = await server.rest('POST', '/contacts', { phone, optedIn: false }, noLimit())
      const refusals: [Record<string, unknown>, string][] = [
        [{ to: phone, ...template }, 'OPT_IN_REQUIRED'],
        [{ to: phone, type: 'text', text: 'Hello' }, 'WINDOW_CLOSED'],
        [{ to: phone, type: 'text', text: '' }, 'BAD_REQUEST'],
        [{ to: phone, ...template, replyTo: 'msg_01h2xcejqtf2nbrexx3vqjhp41' }, 'NOT_FOUND'],
      ]
      const refuse = async ([body, code]: (typeof refusals)[number]) => {
        for (let i = 0; i <= sendsPerHour; i++) expect((await send(body)).json.code).toBe(code)
      }
      const [withoutConsent, ...others] = refusals
      if (withoutConsent) await refuse(withoutConsent)
      const update = 'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { optedIn } } }'
      const input = { id: created.json.id, optedIn: true, optInSource: 'phone call' }
      expect((await server.graphql(update, { input }, noLimit())).errors).toBeUndefined()
      for (const refusal of others) await refuse(refusal)
      for (let i = 0; i < sendsPerHour; i++) expect((await send({ to: phone, ...template })).status).toBe(200)
      expect((await send({ to: phone, ...template })).status).toBe(429)
    })

    test('does not count a first answer given again, which the limit does not refuse either', async () => {
      const { phone: to } = await consentingContact(server, { headers: noLimit() })
      const again = () => send({ to, ...template }, { 'idempotency-key': `again-${to}` })
      const { id } = (await again()).json
      for (let i = 0; i < sendsPerHour; i++) expect((await again()).json.id).toBe(id)
      for (let i = 1; i < sendsPerHour; i++) expect((await send({ to, ...template })).status).toBe(200)
      expect((await send({ to, ...template })).status).toBe(429)
      const replayed = await again()
      expect([replayed.status, replayed.headers.get('idempotent-replayed')]).toEqual([200, 'true'])
    })
  })

  describe.runIf(store === 'postgres' && testRedisUrl !== null)('shared by two servers over Redis', () => {
    let second: ServerProcess
    beforeAll(async () => {
      const { PORT: _, SIMULATOR_PORT: __, ...env } = server.env
      second = await runServer({ ...env, WHATSAPP_API_URL: server.simulatorUrl })
    })
    afterAll(() => second.stop())

    const onSecond = async (method: string, path: string, headers: GivenHeaders, body?: unknown) =>
      fetch(`${second.url}/api/whatsapp-api${path}`, {
        method,
        headers: { authorization: `Bearer ${server.key}`, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })

    test('requests are counted once for both', async () => {
      const headers = from(newAddress())
      const answers = await Promise.all(
        Array.from({ length: 2 * requestsPerMinute }, (_, i) =>
          i % 2 === 0 ? status(headers) : onSecond('GET', '/status', headers),
        ),
      )
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(requestsPerMinute)
      expect(answers.filter((answer) => answer.status === 429)).toHaveLength(requestsPerMinute)
    })

    test('messages to a recipient are counted once for both', async () => {
      const { phone: to } = await consentingContact(server, { headers: noLimit() })
      const statuses: number[] = []
      for (let i = 0; i < sendsPerHour; i++) {
        statuses.push((await server.rest('POST', '/send', { to, ...template }, noLimit())).status)
        statuses.push((await onSecond('POST', '/send', noLimit(), { to, ...template })).status)
      }
      expect(statuses).toEqual([200, 200, 200, 429, 429, 429])
    })
  })
})

describeServer('the request limit without a proxy', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMIT_REQUESTS_PER_MINUTE: '4', REDIS_URL: '' } })
  })
  afterAll(() => server.dispose())

  test('is that of the connection’s own address, whatever X-Forwarded-For says, and the log warns of it once', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 6; i++) statuses.push((await server.rest('GET', '/status', undefined, noLimit())).status)
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429])
    expect(server.output().match(/X-Forwarded-For arrives while TRUST_PROXY is off/g)).toHaveLength(1)
  })
})

describeServer('the limits of a key, of uploads and of connections', () => {
  const perKey = 12
  const uploadsPerHour = 2
  const perIp = 3
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({
      env: {
        TRUST_PROXY: '1',
        RATE_LIMIT_REQUESTS_PER_MINUTE: '1000',
        RATE_LIMIT_REQUESTS_PER_KEY_PER_MINUTE: String(perKey),
        RATE_LIMIT_UPLOADS_PER_HOUR: String(uploadsPerHour),
        MAX_CONNECTIONS_PER_IP: String(perIp),
      },
    })
  })
  afterAll(() => server.dispose())

  const newKey = async () => {
    const { stdout } = await server.operator('keys', 'create', '--org', 'demo', '--name', 'one')
    return { authorization: `Bearer ${stdout.trim()}` }
  }

  test('a key has so many requests a minute, from whatever addresses, over HTTP and WebSocket together', async () => {
    const key = await newKey()
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: key,
      retryAttempts: 0,
    })
    const ask = () =>
      new Promise((resolve) => {
        client.subscribe(question, { next: resolve, error: resolve, complete: () => undefined })
      })
    expect(await ask()).toMatchObject({ data: { viewer: {} } })
    for (let left = perKey - 2; left >= 0; left--) {
      const answer = await server.rest('GET', '/status', undefined, { ...noLimit(), ...key })
      expect([answer.status, answer.headers.get('ratelimit-limit')]).toEqual([200, String(perKey)])
      expect(answer.headers.get('ratelimit-remaining')).toBe(String(left))
    }
    const refused = await server.rest('GET', '/status', undefined, { ...noLimit(), ...key })
    expectRestError(refused, 429, 'RATE_LIMITED')
    expect(refused.json.error).toMatch(/with one key/)
    expect(await ask()).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }])
    await client.dispose()
    expect((await server.rest('GET', '/status', undefined, await newKey())).status).toBe(200)
  })

  test('an organization uploads so many files an hour, through both doors together', async () => {
    const key = { ...(await newKey()), ...noLimit() }
    for (const send of [upload, uploadByGraph]) {
      const { text } = await send(server, png, 'a.png', key)
      expect(text).toMatch(/"(mediaId|id)":"med_/)
    }
    const refused = await upload(server, png, 'a.png', key)
    expectRestError(refused, 429, 'RATE_LIMITED')
    expect(refused.headers.get('ratelimit-limit')).toBe(String(uploadsPerHour))
    const { json } = await uploadByGraph(server, png, 'a.png', key)
    expect(json.errors[0].extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfter: expect.any(Number) })
  })

  test('an address has so many requests and sockets open at once, as the proxy says whose they are', async () => {
    const authorization = (await newKey()).authorization
    const headers = { ...from(newAddress()), authorization }
    const open = async () => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers })
      const outcome = await new Promise<string>((resolve) => {
        socket.once('open', () => resolve('open'))
        socket.once('error', ({ message }) => resolve(message))
      })
      return { socket, outcome }
    }
    const sockets = []
    for (let i = 0; i < perIp; i++) sockets.push(await open())
    expect(sockets.map(({ outcome }) => outcome)).toEqual(Array(perIp).fill('open'))
    expect((await open()).outcome).toMatch(/429/)
    expectRestError(await server.rest('GET', '/status', undefined, headers), 429, 'RATE_LIMITED')
    expect((await server.rest('GET', '/status', undefined, { ...noLimit(), authorization })).status).toBe(200)
    sockets[0]?.socket.close()
    await eventually(async () => (await server.rest('GET', '/status', undefined, headers)).status === 200)
    for (const { socket } of sockets) socket.terminate()
  })
})

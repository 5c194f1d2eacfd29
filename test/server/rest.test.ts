import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, expectRestError, requestIdForm } from '../support/rest.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'

const listed = 'https://console.example.com'

describeServer('the REST door', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { CORS_ORIGINS: `${listed}, http://localhost:5173` } })
  })
  afterAll(() => server.dispose())

  test('GET /status tells of the number as people write it', async () => {
    const answer = await server.rest('GET', '/status')
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      connected: true,
      phoneNumber: '+91 98765 43210',
      connectionType: 'cloud_api',
      businessName: 'Acme Corp',
    })
  })

  test('GET /status of an organization without a number says that nothing is connected, whatever the key may do', async () => {
    await server.operator('orgs', 'create', '--slug', 'numberless', '--name', 'Numberless')
    const { stdout } = await server.operator(
      'keys',
      'create',
      '--org',
      'numberless',
      '--name',
      'n',
      '--scopes',
      'media:read',
    )
    const answer = await server.rest('GET', '/status', undefined, bearer(stdout.trim()))
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      connected: false,
      phoneNumber: null,
      connectionType: 'cloud_api',
      businessName: null,
    })
  })

  test('a trailing slash and a lower-case bearer are as good', async () => {
    for (const path of ['/status', '/contacts', '/chats', '/messages']) {
      const plain = await server.rest('GET', path)
      const other = await server.rest('GET', `${path}/`, undefined, { authorization: `bearer ${server.key}` })
      expect([other.status, other.json]).toEqual([200, plain.json])
    }
    const sent = await server.rest(
      'POST',
      '/contacts/',
      { phone: newPhone() },
      { authorization: `BEARER  ${server.key} ` },
    )
    expect(sent.status).toBe(201)
  })

  describe('a body', () => {
    test.each([
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'nonsense',
      '',
    ])('is read as JSON under the content type %j', async (contentType) => {
      const body = JSON.stringify({ phone: newPhone(), name: 'Ärger ✓' })
      const answer = await server.rest('POST', '/contacts', body, { 'content-type': contentType })
      expect([answer.status, answer.json.name]).toEqual([201, 'Ärger ✓'])
    })

    test('may be compressed, and may begin with a byte order mark', async () => {
      const json = Buffer.from(JSON.stringify({ phone: newPhone() }))
      const gzip = await server.rest('POST', '/contacts', gzipSync(json), { 'content-encoding': 'gzip' })
      expect(gzip.status).toBe(201)
      const marked = Buffer.concat([
        Buffer.from([0xef, 0xbb, 0xbf]),
        Buffer.from(JSON.stringify({ phone: newPhone() })),
      ])
      expect((await server.rest('POST', '/contacts', marked)).status).toBe(201)
    })

    test.each<[string, string | Uint8Array, Record<string, string>]>([
      ['nothing', '', {}],
      ['half an object', '{"phone": "+9198', {}],
      ['words', 'phone=1', {}],
      ['a list', '[{"phone":"+919812345678"}]', {}],
      ['null', 'null', {}],
      ['a text', '"+919812345678"', {}],
      ['bytes that are not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), {}],
      ['a broken gzip', new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3]), { 'content-encoding': 'gzip' }],
      ['an unknown encoding', '{}', { 'content-encoding': 'zip' }],
      ['more than a megabyte', JSON.stringify({ phone: 'x'.repeat(1_100_000) }), {}],
      [
        'more than a megabyte once unpacked',
        gzipSync(JSON.stringify({ phone: 'x'.repeat(9_000_000) })),
        { 'content-encoding': 'gzip' },
      ],
    ])('of %s is 400', async (_what, body, headers) => {
      for (const path of ['/contacts', '/send']) {
        expectRestError(await server.rest('POST', path, body, headers), 400, 'BAD_REQUEST')
      }
    })

    test('may hold fields that nobody knows', async () => {
      const unknown = { color: 'red', id: 'con_x', organizationId: 'org_x', phoneNumber: 5 }
      const answer = await server.rest('POST', '/contacts', { phone: newPhone(), ...unknown })
      expect(answer.status).toBe(201)
      expect(answer.json).not.toHaveProperty('color')
    })
  })

  test('a path that is not there is 404 in the error form', async () => {
    for (const path of [
      '/api',
      '/api/',
      '/api/nope',
      '/api/whatsapp-api',
      '/api/whatsapp-api/nope',
      '/api/whatsapp-api/chats/a/b',
    ]) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answer = await server.call(method, path)
        expectRestError(answer, 404, 'NOT_FOUND')
        expect(answer.headers.get('allow')).toBeNull()
      }
    }
  })

  test.each([
    ['PUT', '/contacts', 'GET, HEAD, POST'],
    ['DELETE', '/contacts/', 'GET, HEAD, POST'],
    ['POST', '/status', 'GET, HEAD'],
    ['PATCH', '/chats', 'GET, HEAD'],
    ['DELETE', '/chats/cnv_01h2xcejqtf2nbrexx3vqjhp41', 'GET, HEAD'],
    ['POST', '/messages', 'GET, HEAD'],
    ['GET', '/send', 'POST'],
    ['OPTIONS', '/send', 'POST'],
  ])('%s %s is 404 and says which methods there are', async (method, path, allowed) => {
    const answer = await server.rest(method, path)
    expectRestError(answer, 404, 'NOT_FOUND')
    expect(answer.headers.get('allow')).toBe(allowed)
  })

  test('HEAD answers what GET does, without the body', async () => {
    const answer = await server.rest('HEAD', '/status')
    expect([answer.status, answer.text]).toEqual([200, ''])
  })

  test('every answer carries X-Request-Id, the caller’s own where it is one', async () => {
    const own = randomUUID()
    const asked: [string, string, string | undefined, Record<string, string>][] = [
      ['GET', '/api/whatsapp-api/status', undefined, {}],
      ['GET', '/api/whatsapp-api/status', undefined, { authorization: '' }],
      ['POST', '/api/whatsapp-api/contacts', '{', {}],
      ['GET', '/api/nope', undefined, {}],
      ['GET', '/nope', undefined, {}],
      ['GET', '/livez', undefined, {}],
      ['GET', '/webhooks/whatsapp', undefined, {}],
      ['POST', '/graphql', '{', { 'content-type': 'application/json' }],
    ]
    const seen = new Set<string | null>()
    for (const [method, path, body, headers] of asked) {
      const fresh = await server.call(method, path, body, headers)
      expect(fresh.headers.get('x-request-id')).toEqual(requestIdForm)
      seen.add(fresh.headers.get('x-request-id'))
      const given = await server.call(method, path, body, { ...headers, 'x-request-id': own })
      expect(given.headers.get('x-request-id')).toBe(own)
    }
    expect(seen.size).toBe(asked.length)
  })

  test('answers are compact JSON that parsing and writing leaves as it is, and their times are ISO with milliseconds', async () => {
    const phone = newPhone()
    await server.rest('POST', '/contacts', {
      phone,
      name: '"Ω" \u2028 <b>&amp;</b> 👍🏽',
      attributes: { n: 1.5, e: 1e21, nested: [{ '': null }] },
    })
    await server.customerWrites(phone, 'line\none "two" \\ three')
    for (const path of ['/status', '/contacts', '/chats', '/messages', '/chats?limit=0']) {
      const { text, headers } = await server.rest('GET', path)
      expect(JSON.stringify(JSON.parse(text))).toBe(text)
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
      for (const [, time] of text.matchAll(/"\w+At":"([^"]*)"/g)) {
        expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      }
    }
  })

  test('where limits are off no answer speaks of them, and none is refused', async () => {
    const answers = await Promise.all(Array.from({ length: 125 }, () => server.rest('GET', '/status')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(125)
    expect([...(answers[0]?.headers.keys() ?? [])].filter((name) => name.includes('ratelimit'))).toEqual([])
  })

  describe('a page of another origin', () => {
    const ask = (method: string, path: string, headers: Record<string, string>) =>
      server.call(method, path, undefined, headers)
    const preflight = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    }

    test.each(['/api/whatsapp-api/send', '/graphql'])(
      'of CORS_ORIGINS may call %s, without a key in its preflight',
      async (path) => {
        for (const origin of [listed, 'http://localhost:5173']) {
          const asked = await ask('OPTIONS', path, { ...preflight, origin, authorization: '' })
          expect(asked.status).toBe(204)
          expect(asked.headers.get('access-control-allow-origin')).toBe(origin)
          expect(asked.headers.get('access-control-allow-methods')).toContain('POST')
          expect(asked.headers.get('access-control-allow-headers')).toBe(preflight['access-control-request-headers'])
          expect(asked.headers.get('access-control-allow-credentials')).toBeNull()
        }
      },
    )

    test('of CORS_ORIGINS may read every answer, refusals too, and the headers that matter', async () => {
      for (const authorization of [`Bearer ${server.key}`, '']) {
        const answer = await ask('GET', '/api/whatsapp-api/status', { origin: listed, authorization })
        expect(answer.headers.get('access-control-allow-origin')).toBe(listed)
        expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/)
        const exposed = answer.headers.get('access-control-expose-headers')
        for (const name of ['X-Request-Id', 'Retry-After', 'RateLimit-Remaining', 'Idempotent-Replayed']) {
          expect(exposed).toContain(name)
        }
      }
    })

    test.each([
      'https://evil.example.com',
      'https://console.example.com.evil.com',
      'http://console.example.com',
      'null',
    ])('that is not listed (%s) gets no CORS header', async (origin) => {
      for (const answer of [
        await ask('OPTIONS', '/api/whatsapp-api/send', { ...preflight, origin }),
        await ask('GET', '/api/whatsapp-api/status', { origin }),
        await ask('OPTIONS', '/graphql', { ...preflight, origin }),
      ]) {
        expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
      }
    })
  })
})

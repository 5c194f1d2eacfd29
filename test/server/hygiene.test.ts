import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bombs } from '../support/bombs.js'
import { attacks } from '../support/graphql-attacks.js'
import { deliver, expectNoLeak, expectRestError } from '../support/rest.js'
import {
  collect,
  describeServer,
  eventually,
  type GivenHeaders,
  startServer,
  type TestServer,
} from '../support/server.js'
import { transports } from '../support/transports.js'

const manifest: Record<string, string> = JSON.parse(
  readFileSync('src/operations/generated/persisted-documents.json', 'utf8'),
)
const json = { 'content-type': 'application/json' }
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describeServer('what a request may be', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { PUBLIC_URL: 'https://inbox.example.com' } })
  })
  afterAll(() => server.dispose())

  describe('of twelve attacks that graphql-cop knows, none succeeds without a key:', () => {
    test.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_name, { run, succeeds }) => {
      for (const headers of [
        { authorization: '' },
        { authorization: 'Bearer kaanha_x', cookie: `key=${server.key}` },
      ]) {
        const answer = await run(server, headers)
        expect([answer.status, succeeds(answer)]).toEqual([401, false])
        expectNoLeak(answer.text)
      }
    })

    test('and with one, only what its owner may do', async () => {
      const succeeded = []
      for (const { name, run, succeeds } of attacks) if (succeeds(await run(server, {}))) succeeded.push(name)
      expect(succeeded).toEqual(['field suggestions', 'introspection', 'queries by GET'])
    })
  })

  describe('a bomb is BAD_REQUEST, and the next request is served:', () => {
    test.each(Object.entries(bombs))('%s', async (_name, make) => {
      const { json: answer } = await server.call('POST', '/graphql', make(0), json)
      expect(answer.errors[0].extensions.code).toBe('BAD_REQUEST')
      expect(answer.data ?? null).toBeNull()
      expect((await server.graphql('{ viewer { scopes } }')).data).toEqual({ viewer: { scopes: ['*'] } })
    })

    test('over a WebSocket, whose message is bounded as a body is', async () => {
      const client = server.wsClient()
      const closed = new Promise((resolve) => client.on('closed', resolve))
      const { query, variables } = JSON.parse(bombs['60,000 unknown input fields']?.(0) ?? '')
      const live = collect(client, query, variables)
      expect(await closed).toMatchObject({ code: 4400 })
      await live.ended
      expect(live.items).toEqual([])
    })
  })

  describe('that is packed is unpacked no further than a body may be long:', () => {
    const quickly = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
    const br = (bytes: Buffer) => brotliCompressSync(bytes, quickly)
    const packers = { gzip: gzipSync, deflate: deflateSync, br }
    test.each(Object.entries(packers))('%s', async (encoding, pack) => {
      const bomb = pack(Buffer.alloc(32 * 1024 * 1024, ' '))
      const headers = { 'content-encoding': encoding, ...json }
      expectRestError(await server.rest('POST', '/contacts', bomb, headers), 400, 'BAD_REQUEST')
      const byGraph = await server.call('POST', '/graphql', bomb, headers)
      expect([byGraph.status, byGraph.json.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST'])
      expect((await deliver(server, bomb, { 'content-encoding': encoding })).status).toBe(400)
      const small = pack(Buffer.from('{"query":"{ viewer { scopes } }"}'))
      const { json: answer } = await server.call('POST', '/graphql', small, headers)
      expect(answer.data).toEqual({ viewer: { scopes: ['*'] } })
    })
  })

  describe('from a page of another site', () => {
    test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/graphql', ''])(
      'is no operation as %j, which a browser would send unasked',
      async (contentType) => {
        const body = Buffer.from('{"query":"{ viewer { scopes } }"}')
        const { status, json: answer } = await server.call('POST', '/graphql', body, { 'content-type': contentType })
        expect([status, answer.errors[0].extensions.code, answer.data]).toEqual([415, 'BAD_REQUEST', undefined])
      },
    )

    test('has no key by a cookie, at any door', async () => {
      const cookie = { authorization: '', cookie: `authorization=Bearer ${server.key}; key=${server.key}` }
      const answers = [
        await server.call('GET', '/graphql?query={viewer{scopes}}', undefined, cookie),
        await server.call('POST', '/graphql', { query: '{ viewer { scopes } }' }, cookie),
        await server.rest('GET', '/status', undefined, cookie),
        await server.call('POST', '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' }, cookie),
      ]
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
    })
  })

  test('every answer tells a browser to guess, frame, run and leak nothing', async () => {
    const answers = [
      await server.rest('GET', '/status'),
      await server.graphql('{ viewer { scopes } }').then(() => server.call('GET', '/graphql?query={viewer{scopes}}')),
      await server.call('GET', '/livez'),
      await server.call('GET', '/nowhere'),
      await server.rest('GET', '/status', undefined, { authorization: '' }),
      await deliver(server, '{}'),
    ]
    for (const { headers } of answers) {
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': expect.stringMatching(/max-age=\d{7,}/),
      })
      expect(headers.get('x-powered-by')).toBeNull()
    }
    const page = await server.call('GET', '/graphql', undefined, { accept: 'text/html' })
    expect(page.headers.get('content-security-policy')).toMatch(/script-src/)
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  })

  describe('a document of ours, named by its hash,', () => {
    const named = (start: string) =>
      Object.entries(manifest).find(([, text]) => text.includes(`${start}`)) ?? ['none', 'none']
    const [id, text] = named('query ConnectionStatus')
    const byHash = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } })
    const post = async (body: object, headers: GivenHeaders = {}) =>
      (await server.call('POST', '/graphql', JSON.stringify(body), { ...json, ...headers })).json

    test('is in the manifest under the SHA-256 of its text', () => {
      expect(Object.keys(manifest).length).toBeGreaterThan(8)
      for (const [hash, document] of Object.entries(manifest)) expect(sha256(document)).toBe(hash)
    })

    test('is run as its text is: by documentId or as a persisted query, by POST and GET', async () => {
      const { data } = await post({ query: text })
      expect(data.connection.connected).toBe(true)
      const params = new URLSearchParams({ extensions: JSON.stringify(byHash(id).extensions) })
      const answers = [
        await post({ documentId: `sha256:${id}` }),
        await post({ documentId: id }),
        await post(byHash(id)),
        await post({ query: text, documentId: id }),
        (await server.call('GET', `/graphql?documentId=sha256:${id}`)).json,
        (await server.call('GET', `/graphql?${params}`)).json,
      ]
      for (const answer of answers) expect(answer.data).toEqual(data)
    })

    test('is answered as its text is, over SSE and WebSocket', async () => {
      const { text: stream } = await server.call('POST', '/graphql', JSON.stringify({ documentId: id }), {
        ...json,
        accept: 'text/event-stream',
      })
      expect(stream).toMatch(/^event: next\ndata: \{"data":\{"connection":\{.*"connected":true/m)
      const client = server.wsClient()
      const results: unknown[] = []
      client.subscribe(
        { query: '', ...byHash(id) },
        { next: (result) => results.push(result), error: (error) => results.push(error), complete: () => undefined },
      )
      await eventually(() => results.length > 0)
      expect(results).toMatchObject([{ data: { connection: { connected: true } } }])
      await client.dispose()
    })

    test('needs a key, its scopes and the limits as any other', async () => {
      expect((await server.call('POST', '/graphql', { documentId: id }, { authorization: '' })).status).toBe(401)
      const { stdout } = await server.operator(
        'keys',
        'create',
        '--org',
        'demo',
        '--name',
        'x',
        '--scopes',
        'media:read',
      )
      const [hash] = named('query ListContacts')
      const answer = await post({ documentId: hash }, { authorization: `Bearer ${stdout.trim()}` })
      expect(answer.errors[0].extensions.code).toBe('FORBIDDEN')
    })

    test('that is unknown, malformed or another than its text is BAD_REQUEST, over every transport', async () => {
      const unknown = sha256('{ viewer { scopes } }')
      for (const body of [{ documentId: unknown }, byHash(unknown)]) {
        expect((await post(body)).errors[0]).toMatchObject({
          message: 'PersistedQueryNotFound',
          extensions: { code: 'BAD_REQUEST' },
        })
      }
      for (const body of [{ documentId: 'x' }, { documentId: 7 }, { query: '{ viewer { scopes } }', documentId: id }]) {
        const answer = await post(body)
        expect([answer.errors[0].extensions.code, answer.data]).toEqual(['BAD_REQUEST', undefined])
      }
      // A client that was told so sends the text along.
      expect((await post({ query: '{ viewer { scopes } }', ...byHash(unknown) })).data).toBeTruthy()
      const outcome = await transports(server)
        .WebSocket('')
        .catch((error: unknown) => error)
      expect(outcome).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
    })
  })
})

import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { generateApiKey } from '../../src/core/key-format.js'
import { eventCursor, makeContact } from '../support/live.js'
import { Peer } from '../support/peer.js'
import { describeServer, eventually, startServer, type TestServer, within } from '../support/server.js'

const waitMs = 15_000
const requestsPerMinute = 100

describeServer('the WebSocket door', () => {
  let server: TestServer
  let neighbour: Peer
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMIT_REQUESTS_PER_MINUTE: String(requestsPerMinute), TRUST_PROXY: '1' } })
    neighbour = await Peer.greeted(server)
    neighbour.subscribe('live', 'subscription ($after: String) { events(after: $after) { type } }', {
      after: await eventCursor(server),
    })
  })
  afterAll(() => server.dispose())

  test.each([
    ['no key', undefined],
    ['no key in the parameters', {}],
    ['something else than a key', { authorization: 'Bearer nonsense' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['an empty text', { authorization: '' }],
    ['a mistyped key', { authorization: `Bearer ${generateApiKey().slice(0, -1)}-` }],
    ['a key that nobody has issued', { authorization: `Bearer ${generateApiKey()}` }],
  ])('is closed with 4403 to a client that has %s', async (_what, payload) => {
    const peer = await Peer.open(server)
    peer.send({ type: 'connection_init', ...(payload ? { payload } : {}) })
    expect(await peer.closed).toBe('4403 Forbidden')
    expect(peer.heard).toEqual([])
  })

  test('takes the key from the parameters or from the header, whatever the case of its words', async () => {
    const { key } = server
    for (const [payload, headers] of [
      [{ authorization: `Bearer ${key}` }, {}],
      [{ Authorization: `bearer ${key}` }, {}],
      [undefined, { authorization: `Bearer ${key}` }],
      [{ authorization: `Bearer ${key}` }, { authorization: 'Bearer nonsense' }],
    ] as const) {
      const peer = await Peer.open(server, { headers })
      peer.send({ type: 'connection_init', ...(payload ? { payload } : {}) })
      await peer.hears(({ type }) => type === 'connection_ack')
      peer.socket.close()
    }
  })

  test('is at /graphql with or without a trailing slash, and nowhere else', async () => {
    const peer = await Peer.greeted(server, { path: '/graphql/' })
    peer.subscribe('1', '{ viewer { organization { slug } } }')
    expect(await peer.outcome('1')).toMatchObject([
      { payload: { data: { viewer: { organization: { slug: 'demo' } } } } },
      { type: 'complete' },
    ])
    for (const path of ['/', '/graphq', '/graphql/x', '/api/whatsapp-api', '/mcp']) {
      await expect(Peer.open(server, { path })).rejects.toThrow('404')
    }
  })

  test('speaks graphql-transport-ws alone', async () => {
    const without = await Peer.open(server, { protocols: [] })
    expect(await without.closed).toBe('4406 Subprotocol not acceptable')
    await expect(Peer.open(server, { protocols: ['graphql-ws', 'soap'] })).rejects.toThrow(/subprotocol/)
    const choosing = await Peer.open(server, { protocols: ['graphql-ws', 'graphql-transport-ws'] })
    expect(choosing.socket.protocol).toBe('graphql-transport-ws')
  })

  describe('closes only the socket that breaks the protocol', () => {
    const open = () => Peer.open(server)
    const greeted = () => Peer.greeted(server)
    const subscription = { type: 'subscribe', id: '1', payload: { query: 'subscription { events { cursor } }' } }
    const init = { type: 'connection_init' }
    test.each([
      ['an operation before connection_init', open, [subscription], '4401 Unauthorized'],
      ['a second connection_init', greeted, [init], '4429 Too many initialisation requests'],
      ['a second operation of one id', greeted, [subscription, subscription], '4409 Subscriber for 1 already exists'],
      ['a text that is no JSON', greeted, ['nonsense'], '4400 Invalid message received'],
      ['a message that is no object', greeted, ['[]'], '4400 Invalid message received'],
      ['a message of no type', greeted, [{}], '4400 Invalid message received'],
      ['a message of an unknown type', greeted, [{ type: 'start', id: '1' }], '4400 Invalid message received'],
      ['an operation without an id', greeted, [{ ...subscription, id: undefined }], '4400 Invalid message received'],
      ['an operation without a query', greeted, [{ ...subscription, payload: {} }], '4400 Invalid message received'],
      ['parameters that are no object', open, [{ ...init, payload: 'key' }], '4400 Invalid message received'],
      ['binary noise', greeted, [Buffer.from([0, 255, 1, 254])], '4400 Invalid message received'],
      ['a message over a million bytes', greeted, [`"${'x'.repeat(1_000_000)}"`], '1009 '],
    ])('%s', async (_what, peerOf, messages, expected) => {
      const peer = await peerOf()
      for (const message of messages) peer.send(message)
      expect(await peer.closed).toBe(expected)
    })

    test('bytes that are no frame', async () => {
      const peer = await greeted()
      const { _socket } = peer.socket as unknown as { _socket: NodeJS.WritableStream }
      _socket.write(Buffer.alloc(64, 0xff))
      expect(await peer.closed).toBe('1002 ')
    })

    test('and says nothing of it on its own error stream', () => {
      expect(server.output()).not.toMatch(/\n {4}at /)
    })

    test('and its neighbour lives', async () => {
      await makeContact(server)
      expect(await neighbour.hears(({ id }) => id === 'live')).toMatchObject({ type: 'next' })
      expect(neighbour.socket.readyState).toBe(WebSocket.OPEN)
    })
  })

  test('answers queries and mutations, beside a subscription', async () => {
    const peer = await Peer.greeted(server)
    peer.subscribe('live', 'subscription ($after: String) { events(after: $after) { type } }', {
      after: await eventCursor(server),
    })
    peer.subscribe(
      'write',
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { name } } }',
      {
        input: { phone: '+919876500001', name: 'Asha Rao' },
      },
    )
    expect(await peer.outcome('write')).toMatchObject([
      { id: 'write', type: 'next', payload: { data: { createContact: { contact: { name: 'Asha Rao' } } } } },
      { id: 'write', type: 'complete' },
    ])
    peer.subscribe('read', 'query ($phone: String!) { contact(phone: $phone) { name } }', { phone: '+919876500001' })
    expect(await peer.outcome('read')).toMatchObject([
      { payload: { data: { contact: { name: 'Asha Rao' } } } },
      { type: 'complete' },
    ])
    expect(await peer.hears(({ id }) => id === 'live')).toMatchObject({
      payload: { data: { events: { type: 'contact.created' } } },
    })
  })

  test('shows errors as HTTP does: code, details, request id, and nothing that is ours alone', async () => {
    const peer = await Peer.greeted(server)
    const requestId = expect.stringMatching(/^[\w-]+$/)
    const codeOf = async (id: string, query: string, operationName?: string) => {
      peer.send({ type: 'subscribe', id, payload: { query, operationName } })
      const [answer = { type: 'nothing' }] = await peer.outcome(id)
      const errors = (answer.type === 'error' ? answer.payload : (answer.payload as { errors: unknown }).errors) as {
        extensions: Record<string, unknown>
      }[]
      for (const { extensions } of errors) {
        expect(extensions).toMatchObject({ requestId })
        expect(
          Object.keys(extensions).filter(
            (key) => !['code', 'details', 'requestId', 'retryAfter', 'existingId'].includes(key),
          ),
        ).toEqual([])
      }
      return errors[0]?.extensions.code
    }
    const aliases = Array.from({ length: 61 }, (_, i) => `a${i}: eventCursor`).join(' ')
    const deep = `{ conversations(first: 1) { nodes ${'{ messages(first: 1) { nodes { replyTo '.repeat(8)}{ id }${' } } }'.repeat(8)} } }`
    const dear =
      '{ conversations(first: 100) { nodes { messages(first: 100) { nodes { id text type contact { id name phone email tags } } } } } }'
    expect(await codeOf('syntax', '{ contacts(')).toBe('BAD_REQUEST')
    expect(await codeOf('unknown field', '{ nonsense }')).toBe('BAD_REQUEST')
    expect(await codeOf('unknown operation', 'query A { eventCursor } query B { eventCursor }', 'C')).toBe(
      'BAD_REQUEST',
    )
    expect(await codeOf('aliases', `{ ${aliases} }`)).toBe('BAD_REQUEST')
    expect(await codeOf('depth', deep)).toBe('BAD_REQUEST')
    expect(await codeOf('cost', dear)).toBe('BAD_REQUEST')
    expect(
      await codeOf('conflict', 'mutation { createContact(input: { phone: "+919876500001" }) { contact { id } } }'),
    ).toBe('CONFLICT')
    expect(
      await codeOf(
        'missing',
        'mutation { resolveConversation(input: { id: "cnv_01h455vb4pex5vsknk084sn02q" }) { conversation { id } } }',
      ),
    ).toBe('NOT_FOUND')
  })

  test('counts each operation against the request limit, refuses what is beyond it, and lets what lives go on', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    const peer = await Peer.greeted(server, { headers })
    peer.subscribe('live', 'subscription ($after: String) { events(after: $after) { type } }', {
      after: await eventCursor(server),
    })
    for (let i = 1; i < requestsPerMinute + 20; i++) peer.subscribe(`${i}`, '{ eventCursor }')
    await eventually(
      () => peer.heard.filter(({ type }) => type === 'error' || type === 'complete').length === requestsPerMinute + 19,
    )
    const refused = peer.heard.filter(({ type }) => type === 'error')
    expect(refused).toHaveLength(20)
    for (const { payload } of refused) {
      expect(payload).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }])
    }
    expect((await server.call('POST', '/graphql', { query: '{ eventCursor }' }, headers)).status).toBe(429)
    await makeContact(server)
    await peer.hears(({ id, type }) => id === 'live' && type === 'next')
    const elsewhere = await Peer.greeted(server, { headers: { 'x-forwarded-for': '203.0.113.8' } })
    elsewhere.subscribe('1', '{ eventCursor }')
    expect(await elsewhere.outcome('1')).toMatchObject([{ type: 'next' }, { type: 'complete' }])
  })

  test('answers pings of the protocol, with what they carry, and of the transport', async () => {
    const peer = await Peer.greeted(server)
    peer.send({ type: 'ping', payload: { n: 1 } })
    expect(await peer.hears(({ type }) => type === 'pong')).toEqual({ type: 'pong', payload: { n: 1 } })
    const pong = once(peer.socket, 'pong')
    peer.socket.ping('hello')
    expect(String((await within(waitMs, pong))[0])).toBe('hello')
  })
})

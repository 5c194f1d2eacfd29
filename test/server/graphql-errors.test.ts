import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorCodes } from '../../src/core/errors.js'
import { bearer } from '../support/graph.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'
import { transports } from '../support/transports.js'

const create = 'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }'
const send = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }'
const assign =
  'mutation ($input: AssignConversationInput!) { assignConversation(input: $input) { conversation { id } } }'
const list =
  'query ($first: Int, $status: ConversationStatus) { conversations(first: $first, status: $status) { nodes { id } } }'
const follow = 'subscription ($types: [EventType!], $after: String) { events(types: $types, after: $after) { id } }'
const phone = '+919812300000'

/** Of each document: what is wrong with which part of it; `query` where it is no variable's fault. */
const faulty: [string, string, Record<string, unknown>, string[]][] = [
  ['a document that is none', '{', {}, ['query']],
  ['an empty document', '', {}, ['query']],
  ['a document of comments', '# nothing', {}, ['query']],
  ['a token that is none', '{ viewer { scopes } } §', {}, ['query']],
  ['an unknown field', '{ nonsense }', {}, ['query']],
  ['two unknown fields', '{ nonsense rubbish }', {}, ['query', 'query']],
  ['an unknown type', '{ node(id: "x") { ... on Nonsense { id } } }', {}, ['query']],
  ['an unknown argument', '{ contacts(nonsense: 1) { totalCount } }', {}, ['query']],
  ['a field without its fields', '{ contacts }', {}, ['query']],
  ['a missing argument', '{ node { id } }', {}, ['query']],
  ['an unknown fragment', '{ ...Nonsense }', {}, ['query']],
  ['a circle of fragments', '{ ...A } fragment A on Query { ...A }', {}, ['query']],
  ['an unknown directive, such as @defer', '{ ... @defer { viewer { scopes } } }', {}, ['query']],
  ['an unknown variable', '{ contacts(first: $first) { totalCount } }', {}, ['query']],
  ['several operations and no name', 'query A { viewer { scopes } } query B { viewer { scopes } }', {}, ['query']],
  ['two subscriptions in one', 'subscription { messages { cursor } conversations { cursor } }', {}, ['query']],
  ['a literal of the wrong type', '{ contacts(first: "1") { totalCount } }', {}, ['query']],
  ['a literal beyond its type', '{ contacts(first: 2147483648) { totalCount } }', {}, ['query']],
  ['a literal of no such enum value', '{ conversations(status: NONSENSE) { totalCount } }', {}, ['query']],
  ['a text where an enum belongs', '{ conversations(status: "OPEN") { totalCount } }', {}, ['query']],
  ['a literal that its scalar refuses', 'subscription { events(types: ["nonsense"]) { id } }', {}, ['query']],
  ['a literal without a required field', 'mutation { createContact(input: {}) { contact { id } } }', {}, ['query']],
  ['a variable that is missing', create, {}, ['input']],
  ['a variable that is null', create, { input: null }, ['input']],
  ['a variable of the wrong type', create, { input: 'x' }, ['input']],
  ['a field of a variable that is missing', create, { input: {} }, ['phone']],
  ['a field of a variable of the wrong type', create, { input: { phone: 5 } }, ['phone']],
  ['each of several such fields', create, { input: { phone: 5, name: {}, tags: 'x' } }, ['name', 'phone']],
  ['a field in a list of a variable', create, { input: { phone, tags: ['a', 5] } }, ['tags.1']],
  ['a field deep in a variable', send, { input: { to: phone, content: { text: { text: 5 } } } }, ['content.text.text']],
  ['a field of a variable that nobody knows', create, { input: { phone, nonsense: 1 } }, ['nonsense']],
  ['a variable that is not exactly one kind', send, { input: { to: phone, content: {} } }, ['content']],
  ['a variable beyond its type', list, { first: 2 ** 31 }, ['first']],
  ['a variable of no such enum value', list, { status: 'NONSENSE' }, ['status']],
  ['a variable that its scalar refuses', follow, { types: ['message.read', 'nonsense'] }, ['types.1']],
  ['what the domain refuses', create, { input: { phone: '12', tags: ['x'.repeat(65)] } }, ['phone', 'tags.0']],
  ['an argument that the domain refuses', list, { first: 101 }, ['first']],
  ['a cursor that is none', follow, { after: 'nonsense' }, ['after']],
]

describeServer('errors of the graph', () => {
  let server: TestServer
  let reader: string
  beforeAll(async () => {
    server = await startServer()
    const words = ['keys', 'create', '--org', 'demo', '--name', 'reader', '--scopes', 'contacts:read']
    reader = (await server.operator(...words)).stdout.trim()
  })
  afterAll(() => server.dispose())

  /** Nothing of what is behind the door, nor of the libraries it is made of. */
  const innards = /node_modules|\.[jt]s:\d|\bat \w+ \(|stack|prisma|GRAPHQL_|originalError|http"/i

  describe.each(['HTTP', 'SSE', 'WebSocket'] as const)('over %s', (transport) => {
    test.each(faulty)('%s is BAD_REQUEST that names it', async (_name, query, variables, paths) => {
      const { data, errors = [] } = await transports(server)[transport](query, variables)
      expect(data ?? null).toBeNull()
      const details = errors.flatMap(({ extensions }) => extensions.details as { path: string; message: string }[])
      expect(details.map(({ path }) => path)).toEqual(paths)
      for (const { message, extensions } of errors) {
        expect(Object.keys(extensions).sort()).toEqual(['code', 'details', 'requestId'])
        expect(extensions.code).toBe('BAD_REQUEST')
        expect(message).not.toBe('')
      }
      expect(JSON.stringify(errors)).not.toMatch(innards)
    })

    test("what is refused while it runs has the domain's code, and the rest of the document is answered", async () => {
      const query =
        '{ contacts(first: 0) { totalCount } message(id: "msg_x") { id } messages(conversationId: "cnv_x") { totalCount } }'
      const { data, errors = [] } = await transports(server)[transport](query)
      expect(data).toBeNull()
      expect(errors).toMatchObject([
        { message: 'No such conversation.', path: ['messages'], extensions: { code: 'NOT_FOUND' } },
      ])
      expect(Object.keys(errors[0]?.extensions ?? {}).sort()).toEqual(['code', 'requestId'])
    })
  })

  test.each([
    ['a body that is not JSON', 'POST', '', '{', {}, 400],
    ['an empty body', 'POST', '', '', {}, 400],
    ['a body that is no object', 'POST', '', '"x"', {}, 400],
    ['a list of requests', 'POST', '', '[{ "query": "{ viewer { scopes } }" }]', {}, 400],
    ['no query', 'POST', '', '{}', {}, 200],
    ['a query that is no text', 'POST', '', '{ "query": 5 }', {}, 400],
    ['variables that are no object', 'POST', '', '{ "query": "{ viewer { scopes } }", "variables": [1] }', {}, 400],
    ['another content type', 'POST', '', '{ "query": "{ viewer { scopes } }" }', { 'content-type': 'text/plain' }, 415],
    ['another type of answer', 'POST', '', '{ "query": "{ viewer { scopes } }" }', { accept: 'image/png' }, 406],
    ['a subscription without a stream', 'POST', '', '{ "query": "subscription { messages { cursor } }" }', {}, 406],
    ['another method', 'PUT', '', '{ "query": "{ viewer { scopes } }" }', {}, 405],
    [
      'a mutation by GET',
      'GET',
      `?query=${encodeURIComponent('mutation { deleteContact(input: { id: "x" }) { contact { id } } }')}`,
      undefined,
      {},
      405,
    ],
  ] as const)('%s is answered in the error form', async (_name, method, path, body, headers, status) => {
    const answer = await server.call(method, `/graphql${path}`, body, {
      'content-type': 'application/json',
      accept: 'application/json',
      ...headers,
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.json).toEqual({
      errors: [
        {
          message: expect.stringMatching(/./),
          extensions: {
            code: 'BAD_REQUEST',
            details: expect.any(Array),
            requestId: answer.headers.get('x-request-id'),
          },
        },
      ],
    })
    expect(answer.text).not.toMatch(innards)
  })

  test('without a good key the whole request is 401, whatever it asks, and a socket is closed', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer nonsense', `Basic ${server.key}`, `Bearer ${server.key}x`]) {
      const answer = await server.call('POST', '/graphql', { query: '{ __typename }' }, { authorization })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(answer.json.errors).toMatchObject([
        { extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) } },
      ])
      expect(answer.json.data).toBeUndefined()
    }
    for (const key of [null, 'nonsense']) {
      const client = server.wsClient({ key })
      const closed = await new Promise((resolve) => {
        client.subscribe({ query: '{ __typename }' }, { next: resolve, error: resolve, complete: () => resolve(null) })
      })
      expect(closed).toMatchObject({ code: 4403 })
      await client.dispose()
    }
  })

  test('a key without the scope is FORBIDDEN, field for field, and told which scope it lacks', async () => {
    const needed: [string, string][] = [
      ['{ conversations { totalCount } }', 'conversations:read'],
      ['{ conversation(id: "cnv_x") { id } }', 'conversations:read'],
      ['{ messages { totalCount } }', 'messages:read'],
      ['{ message(id: "msg_x") { id } }', 'messages:read'],
      ['{ media(id: "med_x") { id } }', 'media:read'],
      ['{ members { totalCount } }', 'conversations:read'],
      [`mutation { createContact(input: { phone: "${newPhone()}" }) { contact { id } } }`, 'contacts:write'],
      ['mutation { updateContact(input: { id: "con_x" }) { contact { id } } }', 'contacts:write'],
      ['mutation { deleteContact(input: { id: "con_x" }) { contact { id } } }', 'contacts:write'],
      ['mutation { markConversationRead(input: { id: "cnv_x" }) { conversation { id } } }', 'conversations:write'],
      ['mutation { resolveConversation(input: { id: "cnv_x" }) { conversation { id } } }', 'conversations:write'],
      ['mutation { reopenConversation(input: { id: "cnv_x" }) { conversation { id } } }', 'conversations:write'],
      [
        'mutation { sendMessage(input: { to: "x", content: { text: { text: "" } } }) { message { id } } }',
        'messages:send',
      ],
    ]
    for (const [query, scope] of needed) {
      const { data, errors = [] } = await server.graphql(query, {}, bearer(reader))
      expect([query, errors[0]?.extensions.code, errors.length]).toEqual([query, 'FORBIDDEN', 1])
      expect(errors[0]?.message).toContain(scope)
      expect(Object.values(data ?? {}).every((value) => value === null)).toBe(true)
    }
    const assigned = await server.graphql(assign, { input: { id: 'cnv_x' } }, bearer(reader))
    expect(assigned.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])

    const mixed = '{ contacts(first: 0) { totalCount } message(id: "msg_x") { id } media(id: "med_x") { id } }'
    const { data, errors = [] } = await server.graphql(mixed, {}, bearer(reader))
    expect(data).toEqual({ contacts: { totalCount: 0 }, message: null, media: null })
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]).sort()).toEqual([
      ['media', 'FORBIDDEN'],
      ['message', 'FORBIDDEN'],
    ])
  })

  test.each(['SSE', 'WebSocket'] as const)(
    'a subscription beyond the scopes of the key is FORBIDDEN when it begins, over %s',
    async (transport) => {
      const run = transports({
        ...server,
        key: reader,
        call: (method, path, body, headers) => server.call(method, path, body, { ...headers, ...bearer(reader) }),
        wsClient: () => server.wsClient({ key: reader }),
      })[transport]
      for (const field of [
        'messages { cursor }',
        'conversations { cursor }',
        'events(types: ["message.read"]) { id }',
      ]) {
        const { errors = [] } = await run(`subscription { ${field} }`)
        expect([field, errors.map(({ extensions }) => extensions.code)]).toEqual([field, ['FORBIDDEN']])
      }
    },
  )

  test('a thousand faults are told of in a short answer', async () => {
    const tags = Array(100_000).fill(5)
    const answer = await server.call('POST', '/graphql', { query: create, variables: { input: { phone, tags } } })
    expect(answer.json.errors.length).toBeLessThanOrEqual(51)
    expect(answer.text.length).toBeLessThan(50_000)
    for (const { extensions } of answer.json.errors) expect(Object.keys(errorCodes)).toContain(extensions.code)
  })
})

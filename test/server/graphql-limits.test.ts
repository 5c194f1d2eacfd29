import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { complexityLimit, documentLimits } from '../../src/graphql/cost.js'
import { ask } from '../support/graph.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'
import { transports } from '../support/transports.js'

const times = (n: number, text: (i: number) => string) => Array.from({ length: n }, (_, i) => text(i)).join(' ')

/** A document that comes to exactly `n` of what is limited. */
const documents: Record<string, { limit: number; of: (n: number) => string; said: RegExp }> = {
  'levels deep': {
    limit: complexityLimit.depth,
    of: (n) => `{ message(id: "msg_x") ${times(n - 2, () => '{ replyTo')} { id } ${'}'.repeat(n - 2)} }`,
    said: /15 levels deep; 14 are allowed/,
  },
  fields: {
    limit: complexityLimit.breadth,
    of: (n) => `{ ${times(n, () => '__typename')} }`,
    said: /401 fields; 400 are allowed/,
  },
  cost: {
    limit: complexityLimit.complexity,
    // 50,101 and 9,801 and 98, and one for each of the rest.
    of: (n) => `{
      conversations(first: 100) { nodes { messages(first: 100) { nodes { ${times(5, () => 'id')} } } } }
      contacts(first: 100) { nodes { ${times(98, () => 'id')} } }
      members(first: 97) { nodes { id } }
      ${times(n - 60_000, () => '__typename')}
    }`,
    said: /costs 60001; 60000 is allowed/,
  },
  aliases: {
    limit: documentLimits.aliases,
    of: (n) => `{ ${times(n, (i) => `a${i}: __typename`)} }`,
    said: /more than 60 aliases/,
  },
  directives: {
    limit: documentLimits.directives,
    of: (n) => `{ ${times(n, () => '__typename @include(if: true)')} }`,
    said: /more than 50 directives/,
  },
  tokens: {
    limit: documentLimits.tokens,
    of: (n) => {
      const field = 'contacts(first: 0, after: null, skip: 0, search: "", tag: "") { totalCount }'
      const [fields, rest] = [Math.floor((n - 2) / 21), (n - 2) % 21]
      return `{ ${times(fields, () => field)} ${times(rest, () => '__typename')} }`
    },
    said: /4000 tokens/,
  },
}

describeServer('limits of a document', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  describe.each(['HTTP', 'SSE', 'WebSocket'] as const)('over %s', (transport) => {
    test.each(Object.entries(documents))(
      'as many %s as are allowed pass, one more is BAD_REQUEST',
      async (_of, { limit, of, said }) => {
        const run = transports(server)[transport]
        const within = await run(of(limit))
        expect(within.errors).toBeUndefined()
        expect(within.data).toBeTypeOf('object')
        const { data, errors = [] } = await run(of(limit + 1))
        expect(data ?? null).toBeNull()
        expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_REQUEST'])
        expect(errors[0]?.message).toMatch(said)
      },
    )

    test('fragments count as often as they are spread, in whatever way they hide it', async () => {
      const run = transports(server)[transport]
      const deep = `query { ...A } fragment A on Query { message(id: "msg_x") { ...B } } fragment B on Message {
        ${times(13, () => 'replyTo {')} id ${'}'.repeat(13)}
      }`
      const doubled = times(9, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)
      const wide = `{ ...F0 } ${doubled} fragment F9 on Query { __typename }`
      for (const [document, said] of [
        [deep, /levels deep/],
        [wide, /512 fields/],
      ] as const) {
        const { errors = [] } = await run(document)
        expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_REQUEST'])
        expect(errors[0]?.message).toMatch(said)
      }
    })

    test('what introspection asks, as GraphiQL does, passes', async () => {
      const query = getIntrospectionQuery({
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      })
      const { data, errors } = await transports(server)[transport](query)
      expect(errors).toBeUndefined()
      expect(data.__schema.queryType).toEqual({ name: 'Query', kind: 'OBJECT' })
    })

    test('the cost is in the extensions of the answer: rows times what each costs, counts dearer', async () => {
      const run = transports(server)[transport]
      const cost = async (query: string, variables?: Record<string, unknown>) =>
        (await run(query, variables)).extensions?.cost
      expect(await cost('{ viewer { key { id } scopes } }')).toBe(4)
      expect(await cost('{ contacts { nodes { id name } } }')).toBe(41)
      expect(await cost('{ contacts { nodes { id } totalCount } }')).toBe(121)
      expect(await cost('query ($n: Int) { contacts(first: $n) { edges { node { id } } } }', { n: 50 })).toBe(51)
      expect(await cost('query A { viewer { scopes } }')).toBe(2)
    })
  })

  test.each(['SSE', 'WebSocket'] as const)(
    'a subscription that is too deep is refused when it begins, over %s',
    async (transport) => {
      const query = `subscription { messages { message { ${times(13, () => 'replyTo {')} id ${'}'.repeat(13)} } } }`
      const { errors = [] } = await transports(server)[transport](query)
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_REQUEST'])
    },
  )

  test('nothing of a document that is refused is carried out', async () => {
    const phone = newPhone()
    const list = times(100, () => 'id')
    const mutation = `mutation {
      createContact(input: { phone: "${phone}" }) { contact { id } }
      resolveConversation(input: { id: "cnv_x" }) { conversation { messages(first: 100) {
        nodes { conversation { messages(first: 100) { nodes { ${list} } } } }
      } } }
    }`
    expect((await server.graphql(mutation)).errors?.[0]?.message).toMatch(/costs \d+/)
    expect((await ask(server, `{ contact(phone: "${phone}") { id } }`)).contact).toBeNull()
  })

  test('only the operation that is run counts', async () => {
    const dear = documents.cost?.of(60_001) ?? ''
    const query = `query Dear ${dear} query Cheap { viewer { scopes } }`
    const run = async (operationName: string) => (await server.call('POST', '/graphql', { query, operationName })).json
    expect(await run('Cheap')).toMatchObject({ data: { viewer: { scopes: ['*'] } }, extensions: { cost: 2 } })
    expect((await run('Dear')).errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }])
  })
})

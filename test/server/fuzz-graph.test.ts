import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  anyJson,
  bodyOf,
  bytes,
  check,
  encoding,
  expectHarmless,
  fuzzRuns,
  fuzzServer,
  fuzzTimeoutMs,
  longFuzz,
  nasty,
  queryString,
} from '../support/fuzz.js'
import { rootFields, withKnown } from '../support/fuzz-graph.js'
import { watchMemory } from '../support/memory.js'
import { consentingContact } from '../support/rest.js'
import { type Answer, describeServer, startServer, type TestServer } from '../support/server.js'

const json = { 'content-type': 'application/json' }

describeServer('the graph, whatever is sent', () => {
  let server: TestServer
  let known: string[]
  beforeAll(async () => {
    server = await startServer(fuzzServer)
    const { id, phone } = await consentingContact(server, { open: true })
    const { data } = (await server.rest('GET', '/messages')).json
    known = [id, phone, data[0].id, data[0].conversationId, data[0].messageId]
  })
  afterAll(() => server.dispose())
  const memory = watchMemory(() => server)
  afterEach(async () => {
    expect((await server.call('GET', '/readyz')).status).toBe(200)
  })

  const post = (body: unknown, headers = {}) => server.call('POST', '/graphql', body, { ...json, ...headers })
  const get = (parameters: Record<string, string>) => server.call('GET', `/graphql?${queryString(parameters)}`)

  /** Harmless, and each error in our form with a code of ours that is the caller's to mend. */
  function expectAnswered(answer: Answer): string[] {
    expectHarmless(answer)
    const errors: { extensions?: { code?: string; requestId?: string } }[] = answer.json?.errors ?? []
    for (const { extensions } of errors) {
      expect(extensions?.code).toMatch(/^[A-Z_]+$/)
      expect(extensions?.code).not.toBe('INTERNAL')
      expect(extensions?.requestId).toBe(answer.headers.get('x-request-id'))
    }
    return errors.map(({ extensions }) => extensions?.code ?? '')
  }

  describe('every field answers without INTERNAL, whatever its arguments:', () => {
    test.each(rootFields.map((field) => [field.name, field] as const))(
      '%s',
      (_name, { document, variables }) =>
        fc.assert(
          fc.asyncProperty(variables, async (given) => {
            expectAnswered(await post({ query: document, variables: withKnown(given, known) }))
          }),
          { ...fuzzRuns, numRuns: Math.ceil(fuzzRuns.numRuns / 8) },
        ),
      fuzzTimeoutMs,
    )
  })

  test(
    'a document with something cut out or put in is answered below 500, by POST and GET alike',
    () => {
      const documents = [
        ...rootFields.map((field) => field.document),
        '{ contacts(first: 2) { nodes { ...F } totalCount } } fragment F on Contact { id tags attributes }',
        'query A { viewer { key { id } } } query B($x: Boolean = true) { connection @include(if: $x) { connected } }',
        '{ node(id: "con_01h2xcejqtf2nbrexx3vqjhp41") { id ... on Contact { name } } __schema { types { name } } }',
      ]
      const signs = fc.constantFrom(...'{ } ( ) " """ ... @ $x # fragment ! [ ] : on'.split(' '))
      const edit = fc.tuple(fc.nat(), fc.nat(12), fc.oneof(nasty, signs))
      const edits = fc.array(edit, { maxLength: 3 })
      return check([fc.constantFrom(...documents), edits, anyJson], async (document, given, variables) => {
        const query = given.reduce((text, [place, cut, put]) => {
          const at = place % (text.length + 1)
          return text.slice(0, at) + put + text.slice(at + cut)
        }, document)
        expectAnswered(await post({ query, variables }))
        expectAnswered(await get({ query, variables: JSON.stringify(variables) ?? '' }))
      })
    },
    fuzzTimeoutMs,
  )

  if (longFuzz) test('what the server holds is looked at, now that it is warm', () => memory.begin())

  test(
    'any body and any parameters are answered below 500',
    () => {
      const body = bodyOf('query', 'variables', 'operationName', 'extensions', 'id', 'map', 'operations')
      const contentType = fc.constantFrom(
        ...['application/json', 'application/graphql+json', 'application/x-www-form-urlencoded', 'text/plain', ''],
        ...['application/graphql', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16'],
      )
      const accept = fc.constantFrom(
        ...['*/*', 'application/json', 'application/graphql-response+json', 'text/csv', 'nonsense', ''],
        ...['application/json;q=x, */*;q=-1', 'multipart/mixed', 'text/event-stream'],
      )
      return check([body, contentType, accept, bytes, encoding], async (fields, givenType, accepted, raw, packed) => {
        const headers = { 'content-type': givenType, accept: accepted }
        expectAnswered(await post(JSON.stringify(fields), headers))
        expectAnswered(await post([fields, fields], headers))
        expectAnswered(await post(raw, { ...headers, 'content-encoding': packed }))
        expectAnswered(await get(mapValues(fields, (value) => JSON.stringify(value) ?? '')))
        expectAnswered(await get(mapValues(fields, (value) => (typeof value === 'string' ? value : typeof value))))
      })
    },
    fuzzTimeoutMs,
  )

  test('a cursor of a time that no list holds is BAD_REQUEST', async () => {
    const query = 'query ($after: String) { conversations(after: $after, first: 1) { nodes { id } } }'
    for (const time of [-1, -8.64e15, 8.64e15, 253_402_300_800_000, 1.5, '1', null, {}]) {
      const after = Buffer.from(JSON.stringify(['cnv_01h2xcejqtf2nbrexx3vqjhp41', time])).toString('base64url')
      expect(expectAnswered(await post({ query, variables: { after } }))).toEqual(['BAD_REQUEST'])
    }
  })

  describe('what is nested as deep as a body can hold is refused', () => {
    test.each([
      ['selections', '{a', '', '}'],
      ['fields of the graph', '{contacts{nodes', '{id}', '}}'],
      ['fragments in line', '{contacts{...', '{id}', '}}'],
      ['lists', '{contacts(search:[', '1', ']){nodes{id}}}'],
      ['objects', '{a(b:{c:', '1', '})}'],
      ['types of variables', 'query($a:[', 'Int', ']){a}'],
      ['nothing but brackets', '[', '', ''],
      ['arguments', '{a(', '', ''],
    ])('in a document: %s', async (_what, open, inner, close) => {
      for (const levels of [150, 1300, 100_000]) {
        const query = open.repeat(levels) + inner + close.repeat(levels)
        expect(expectAnswered(await post({ query }))).toContain('BAD_REQUEST')
      }
    })

    test('in variables', async () => {
      const levels = 200_000
      const nested = `${'['.repeat(levels)}${']'.repeat(levels)}`
      const create = 'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }'
      for (const input of [nested, `{"phone":${nested}}`, `{"phone":"+919812345678","attributes":{"a":${nested}}}`]) {
        const body = `{"query":${JSON.stringify(create)},"variables":{"input":${input}}}`
        expect(expectAnswered(await post(body))).toContain('BAD_REQUEST')
      }
    })

    test('as a chain of fragments', async () => {
      const chain = Array.from({ length: 500 }, (_, i) => `fragment F${i} on Contact{...F${i + 1}}`).join(' ')
      const query = `{contacts{nodes{...F0}}} ${chain} fragment F500 on Contact{id}`
      expectAnswered(await post({ query }))
    })
  })

  if (longFuzz) {
    test('GraphQL: malformed inputs, and what the server holds after them', (context) => memory.expectBack(context))
  }
})

const mapValues = (record: Record<string, unknown>, map: (value: unknown) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))

import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeServer, startServer, type TestServer } from '../support/server.js'

const noConversation = '{ messages(conversationId: "cnv_00000000000000000000000001") { nodes { id } } }'

/** What a POST may bring, and what must come of it whichever way it goes. */
const bodies: Record<string, unknown> = {
  'a query': { query: '{ contacts { totalCount nodes { name } } }' },
  'a query with variables': {
    query: 'query A($first: Int) { contacts(first: $first) { nodes { id } } }',
    variables: { first: 1 },
    operationName: 'A',
  },
  'an error beside data': { query: `{ contacts { totalCount } contact(id: "x", phone: "1") { id } }` },
  'an error in place of data': { query: noConversation },
  'a mutation that is refused': {
    query: 'mutation { createContact(input: { phone: "no phone" }) { contact { id } } }',
  },
  'a syntax error': { query: '{ contacts {' },
  'a field that is not there': { query: '{ nothing }' },
  'a variable of the wrong type': {
    query: 'query ($first: Int) { contacts(first: $first) { totalCount } }',
    variables: { first: 'many' },
  },
  'variables that are none': { query: '{ viewer { scopes } }', variables: [1] },
  'an operation that is not there': { query: 'query A { viewer { scopes } }', operationName: 'B' },
  'a cost beyond the limit': {
    query:
      '{ conversations(first: 100) { nodes { messages(first: 100) { nodes { id text status createdAt sentAt } } } } }',
  },
  'a parameter that is not known': { query: '{ viewer { scopes } }', other: 1 },
  'a document that is not known': { extensions: { persistedQuery: { version: 1, sha256Hash: 'ab'.repeat(32) } } },
  'extensions that are none': { query: '{ viewer { scopes } }', extensions: 1 },
  'no query': {},
  'a list of operations': [{ query: '{ viewer { scopes } }' }],
  'a subscription': { query: 'subscription { events { cursor } }' },
  'no JSON': 'nothing of the kind',
  'no body': '',
}

describeServer('a POST to /graphql', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
    await server.graphql(
      'mutation { createContact(input: { phone: "+919812345678", name: "Asha" }) { contact { id } } }',
    )
  })
  afterAll(() => server.dispose())

  type Way = 'plain' | 'Express' | 'Yoga'

  /** A body of a known length goes past Express, one in chunks does not; and what is not asked for plainly is Yoga's. */
  async function post(body: unknown, headers: Record<string, string>, way: Way) {
    const sent = typeof body === 'string' ? body : JSON.stringify(body)
    const length = way === 'plain' ? { 'content-length': Buffer.byteLength(sent) } : { 'transfer-encoding': 'chunked' }
    const accept = way === 'Yoga' ? { accept: ranked(headers.accept) } : {}
    const answer = await new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
      (resolve, reject) => {
        const given = { ...headers, ...length, ...accept }
        const req = request(`${server.url}/graphql`, { method: 'POST', headers: given }, (res) => {
          text(res).then((read) => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: read }), reject)
        })
        req.on('error', reject)
        req.end(sent)
      },
    )
    const {
      date,
      connection,
      'x-request-id': id,
      'content-length': _,
      'transfer-encoding': __,
      ...rest
    } = answer.headers
    expect([date, connection, id]).not.toContain(undefined)
    return { ...answer, headers: rest, body: JSON.parse(answer.body.replaceAll(String(id), 'REQUEST')) }
  }

  const ranked = (accept = '*/*') => accept.replace(/^[^,]*/, (first) => `${first === '*/*' ? accepts[2] : first};q=1`)
  const accepts = [
    undefined,
    '*/*',
    'application/json',
    'application/graphql-response+json',
    // What clients of the field say: Apollo, graphql-request and axios.
    'application/graphql-response+json,application/json;q=0.9',
    'application/graphql-response+json, application/json',
    'application/json, text/plain, */*',
  ]
  test.each(Object.entries(bodies))('is answered alike whichever way it is read: %s', async (name, body) => {
    // Who accepts anything is answered a subscription's events, for as long as there are any.
    for (const accept of name === 'a subscription' ? accepts.slice(2, -1) : accepts) {
      const headers = {
        authorization: `Bearer ${server.key}`,
        'content-type': 'application/json',
        ...(accept === undefined ? {} : { accept }),
      }
      const first = await post(body, headers, 'plain')
      // Once a document has been run it is known.
      for (const way of ['plain', 'Express', 'Yoga'] as const) {
        expect([accept, way, await post(body, headers, way)]).toEqual([accept, way, first])
      }
    }
  })

  test('is refused alike without a key, and with one that is wrong', async () => {
    for (const authorization of ['', 'Bearer kaanha_x']) {
      const headers = { 'content-type': 'application/json', authorization }
      const refused = await post({ query: '{ viewer { scopes } }' }, headers, 'plain')
      expect(refused).toEqual(await post({ query: '{ viewer { scopes } }' }, headers, 'Express'))
      expect(refused.status).toBe(401)
    }
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateApiKey } from '../../src/core/key-format.js'
import { bearer, consentingContact, expectNoLeak, expectRestError, isoTime } from '../support/rest.js'
import { withRows } from '../support/rows.js'
import {
  type Answer,
  describeServer,
  eventually,
  type GivenHeaders,
  newPhone,
  startServer,
  store,
  type TestServer,
} from '../support/server.js'

const template = { type: 'template', templateName: 'hello_world', language: 'en_US' }
const sendMutation = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id status } } }'
const createMutation = 'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }'

describeServer('the errors of every door', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const rest = (body: Record<string, unknown>, headers: GivenHeaders = {}) =>
    server.rest('POST', '/send', body, headers)
  const graph = (query: string, input: unknown, headers: GivenHeaders = {}) =>
    server.call('POST', '/graphql', { query, variables: { input } }, headers)
  const graphSend = ({ to, ...flat }: Record<string, unknown>, headers: GivenHeaders = {}) =>
    graph(sendMutation, { to, content: { flat } }, headers)

  /** One error, in the graph's form, of the same code and text; the request as a whole was understood: 200. */
  function expectGraphError(
    answer: Answer,
    code: string,
    more: object = {},
    message: unknown = expect.stringMatching(/\S/),
  ) {
    expect({ status: answer.status, errors: answer.json.errors }).toEqual({
      status: 200,
      errors: [
        {
          message,
          locations: expect.any(Array),
          path: expect.any(Array),
          extensions: { code, requestId: answer.headers.get('x-request-id'), ...more },
        },
      ],
    })
    expectNoLeak(answer.text)
  }

  /** What a send is answered through both doors: one code, one text. */
  async function expectRefused(send: Record<string, unknown>, status: number, code: string, more: object = {}) {
    const answer = await rest(send)
    expectRestError(answer, status, code, more)
    expectGraphError(await graphSend(send), code, more, answer.json.error)
    return answer
  }

  const operate = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await server.operator(...words)
    if (exitCode !== 0) throw new Error(stderr)
    return stdout.trim()
  }

  test('BAD_REQUEST names each field at fault, in the same words through each door', async () => {
    const details = [
      { path: 'to', message: expect.any(String) },
      { path: 'text', message: 'must have 1 to 4096 characters' },
    ]
    await expectRefused({ to: 'nobody', type: 'text', text: '' }, 400, 'BAD_REQUEST', { details })
    const contact = { phone: 'nobody', email: 'x' }
    const answer = await server.rest('POST', '/contacts', contact)
    expectRestError(answer, 400, 'BAD_REQUEST', { details: expect.any(Array) })
    expectGraphError(
      await graph(createMutation, contact),
      'BAD_REQUEST',
      { details: answer.json.details },
      answer.json.error,
    )
  })

  test('BAD_REQUEST is also what the graph makes of syntax, validation and variables of the wrong type', async () => {
    for (const query of ['{', '{ nope }', 'query ($a: Nope) { viewer { key { id } } }', '']) {
      const { json, text } = await server.call('POST', '/graphql', { query })
      expect(json.errors[0].extensions).toMatchObject({ code: 'BAD_REQUEST', requestId: expect.any(String) })
      expectNoLeak(text)
    }
    const { json } = await graph(createMutation, { phone: 5, tags: ['a', 7] })
    const named = json.errors.flatMap(
      (error: { extensions: { details: { path: string }[] } }) => error.extensions.details,
    )
    expect(named.map(({ path }: { path: string }) => path)).toEqual(['phone', 'tags.1'])
  })

  describe('UNAUTHENTICATED', () => {
    async function expectUnauthenticated(authorization: string | null) {
      const headers: GivenHeaders = authorization === null ? {} : { authorization }
      const over = (path: string, method: string) =>
        fetch(server.url + path, {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          ...(method === 'POST' ? { body: '{"query":"{ viewer { key { id } } }"}' } : {}),
        })
      for (const [path, method] of [
        ['/api/whatsapp-api/status', 'GET'],
        ['/api/whatsapp-api/send', 'POST'],
        ['/api/nope', 'GET'],
        ['/api/whatsapp-api/contacts', 'PUT'],
      ] as const) {
        const response = await over(path, method)
        const text = await response.text()
        expectRestError(
          { status: response.status, text, json: JSON.parse(text), headers: response.headers },
          401,
          'UNAUTHENTICATED',
        )
        expect(response.headers.get('www-authenticate')).toBe('Bearer')
      }
      const response = await over('/graphql', 'POST')
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      const { errors, ...rest } = (await response.json()) as { errors: { message: string }[] }
      expect(rest).toEqual({})
      const requestId = response.headers.get('x-request-id')
      expect(errors).toEqual([{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED', requestId } }])
      return errors[0]?.message
    }

    test.each([
      ['none at all', () => null],
      ['an empty one', () => ' '],
      ['another scheme', (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`],
      ['the key alone', (key: string) => key],
      ['no key after Bearer', () => 'Bearer '],
      ['two keys', (key: string) => `Bearer ${key} ${key}`],
      ['a key of another form', () => 'Bearer sk_live_abc'],
      ['a key that is too long', (key: string) => `Bearer ${key}0`],
      [
        'a key with one letter mistyped',
        (key: string) => `Bearer ${key.slice(0, 12)}${key[12] === 'A' ? 'B' : 'A'}${key.slice(13)}`,
      ],
      ['a key with another checksum', (key: string) => `Bearer ${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`],
      ['a good key that nobody has', () => `Bearer ${generateApiKey()}`],
    ])('answers %s', async (_what, authorization) => {
      await expectUnauthenticated(authorization(server.key))
    })

    test('answers a key in the query string, where it does not count', async () => {
      const response = await fetch(
        `${server.url}/api/whatsapp-api/status?key=${server.key}&authorization=Bearer%20${server.key}`,
      )
      expect(response.status).toBe(401)
    })

    test('answers a key that has been revoked, and one that has expired', async () => {
      const expires = new Date(Date.now() + 15_000).toISOString()
      const [revoked, expiring] = await Promise.all([
        operate('keys', 'create', '--org', 'demo', '--name', 'To be revoked'),
        operate('keys', 'create', '--org', 'demo', '--name', 'To expire', '--expires', expires),
      ])
      const { data } = await server.graphql('{ viewer { key { id } } }', {}, bearer(revoked))
      const status = async (key: string) => (await server.rest('GET', '/status', undefined, bearer(key))).status
      expect(await status(expiring)).toBe(200)
      await operate('keys', 'revoke', data.viewer.key.id)
      expect(await expectUnauthenticated(`Bearer ${revoked}`)).toMatch(/revoked/)
      await eventually(async () => (await status(expiring)) === 401, 20_000)
      expect(await expectUnauthenticated(`Bearer ${expiring}`)).toMatch(/expired/)
    }, 120_000)
  })

  test('FORBIDDEN names the scope that the key lacks, before its body is looked at', async () => {
    const keyWith = (scopes: string) =>
      operate('keys', 'create', '--org', 'demo', '--name', 'Some scopes', '--scopes', scopes)
    const [reading, writing] = await Promise.all([
      keyWith('contacts:read,conversations:read,messages:read'),
      keyWith('contacts:write,messages:send'),
    ])
    const paths: [string, string, string, unknown, number][] = [
      ['contacts:read', 'GET', '/contacts', undefined, 200],
      ['contacts:write', 'POST', '/contacts', { phone: newPhone() }, 201],
      ['conversations:read', 'GET', '/chats', undefined, 200],
      ['conversations:read', 'GET', '/chats/cnv_01h2xcejqtf2nbrexx3vqjhp41', undefined, 404],
      ['messages:read', 'GET', '/messages', undefined, 200],
      ['messages:send', 'POST', '/send', { to: 'con_01h2xcejqtf2nbrexx3vqjhp41', ...template }, 404],
    ]
    for (const [scope, method, path, body, status] of paths) {
      const [good, wrong] = method === 'GET' ? [reading, writing] : [writing, reading]
      for (const given of method === 'GET' ? [undefined] : [body, {}, '{']) {
        const refused = await server.rest(method, path, given, bearer(wrong))
        expectRestError(refused, 403, 'FORBIDDEN')
        expect(refused.json.error).toContain(scope)
      }
      expect([path, (await server.rest(method, path, body, bearer(good))).status]).toEqual([path, status])
    }
    const message = expect.stringContaining('messages:send')
    expectGraphError(await graphSend({ to: newPhone(), ...template }, bearer(reading)), 'FORBIDDEN', {}, message)
    for (const key of [reading, writing]) {
      expect((await server.rest('GET', '/status', undefined, bearer(key))).status).toBe(200)
    }
  }, 120_000)

  test('NOT_FOUND is a contact id that names nobody, and a reply to a message that is not there', async () => {
    const nobody = 'con_01h2xcejqtf2nbrexx3vqjhp41'
    const answer = await expectRefused({ to: nobody, ...template }, 404, 'NOT_FOUND')
    expect(answer.json.error).toMatch(/contact/)
    const { phone } = await consentingContact(server)
    const details = [{ path: 'replyTo', message: expect.any(String) }]
    const replyTo = 'msg_01h2xcejqtf2nbrexx3vqjhp41'
    expectRestError(await rest({ to: phone, ...template, replyTo }), 404, 'NOT_FOUND', { details })
    expectGraphError(await graph(sendMutation, { to: phone, content: { flat: template }, replyTo }), 'NOT_FOUND', {
      details,
    })
  })

  describe('OPT_IN_REQUIRED', () => {
    test('answers whoever has opted out or is unknown, and no unknown number becomes a contact by it', async () => {
      const [out, unknown, nobody] = [newPhone(), newPhone(), newPhone()]
      await server.rest('POST', '/contacts', { phone: out, optedIn: false })
      await server.rest('POST', '/contacts', { phone: unknown })
      for (const to of [out, unknown, nobody]) await expectRefused({ to, ...template }, 403, 'OPT_IN_REQUIRED')
      expect((await server.rest('GET', `/contacts?search=${nobody.slice(1)}`)).json.data).toEqual([])
    })

    test('answers only who has opted out once the operator allows the unknown, until that is taken back', async () => {
      const [out, unknown, nobody] = [newPhone(), newPhone(), newPhone()]
      await server.rest('POST', '/contacts', { phone: out, optedIn: false })
      await server.rest('POST', '/contacts', { phone: unknown })
      await operate('orgs', 'update', 'demo', '--consent-policy', 'ALLOW_UNKNOWN')
      try {
        for (const to of [unknown, nobody]) expect((await rest({ to, ...template })).status).toBe(200)
        await expectRefused({ to: out, ...template }, 403, 'OPT_IN_REQUIRED')
      } finally {
        await operate('orgs', 'update', 'demo', '--consent-policy', 'ENFORCED')
      }
      await expectRefused({ to: unknown, ...template }, 403, 'OPT_IN_REQUIRED')
    })
  })

  test('WINDOW_CLOSED answers what is free-form where the customer has not written for a day; a template goes out', async () => {
    const { phone: to, id } = await consentingContact(server)
    for (const recipient of [to, id]) {
      for (const content of [
        { type: 'text', text: 'Hello' },
        { type: 'location', latitude: 1, longitude: 2, name: 'Here' },
      ]) {
        const answer = await expectRefused({ to: recipient, ...content }, 400, 'WINDOW_CLOSED')
        expect(answer.json.error).toMatch(/template/)
      }
    }
    expect((await rest({ to, ...template })).status).toBe(200)
  })

  test('CONFLICT is a phone that is another contact’s, with its id, or an idempotency key with another body', async () => {
    const { phone, id } = await consentingContact(server)
    const details = [{ path: 'phone', message: expect.any(String) }]
    const answer = await server.rest('POST', '/contacts', { phone })
    expectRestError(answer, 409, 'CONFLICT', { existingId: id, details })
    expectGraphError(await graph(createMutation, { phone }), 'CONFLICT', { existingId: id, details }, answer.json.error)

    const key = { 'idempotency-key': `conflict-${id}` }
    expect((await rest({ to: phone, ...template }, key)).status).toBe(200)
    const other = { type: 'template', templateName: 'order_update', language: 'en' }
    expectRestError(await rest({ to: phone, ...other }, key), 409, 'CONFLICT')
    const input = { to: phone, content: { flat: other }, idempotencyKey: key['idempotency-key'] }
    expectGraphError(await graph(sendMutation, input), 'CONFLICT')
  })

  test('NOT_CONFIGURED answers a send of an organization that has no number', async () => {
    const headers = bearer(await server.newOrganization('numberless'))
    const { phone: to } = await consentingContact(server, { headers })
    expectRestError(await rest({ to, ...template }, headers), 400, 'NOT_CONFIGURED')
    expectGraphError(await graphSend({ to, ...template }, headers), 'NOT_CONFIGURED')
  })

  describe('what WhatsApp refuses', () => {
    test.each([
      ['131042 (payment)', 131042, 500, 'UPSTREAM'],
      ['190 (dead token)', 190, 500, 'UPSTREAM'],
      ['an error that no table knows', 999_999, 500, 'UPSTREAM'],
      ['131026 (not on WhatsApp)', 131026, 400, 'BAD_REQUEST'],
      ['132001 (no such template)', 132001, 400, 'BAD_REQUEST'],
      ['131047 (24 hours)', 131047, 400, 'WINDOW_CLOSED'],
      ['131050 (marketing stopped)', 131050, 403, 'OPT_IN_REQUIRED'],
      ['368 (account restricted)', 368, 403, 'FORBIDDEN'],
    ])(
      'for %s is answered with the stored message’s id, and the message stays FAILED',
      async (_what, code, status, ours) => {
        const [first, second] = [await consentingContact(server), await consentingContact(server)]
        await server.simulator('POST', '/faults', { fail: { code, times: 2 } })
        const answer = await rest({ to: first.phone, ...template })
        const viaGraph = await graphSend({ to: second.phone, ...template })
        const id = expect.stringMatching(/^msg_/)
        expectRestError(answer, status, ours, { id })
        expectGraphError(viaGraph, ours, { id }, answer.json.error)
        expect(answer.text + viaGraph.text).not.toMatch(/fbtrace|simulator-token|10000000/)

        const chats = (await server.rest('GET', '/chats?limit=2')).json.data
        const ids = [viaGraph.json.errors[0].extensions.id, answer.json.id]
        expect(chats.map((chat: { lastMessage: { id: string } }) => chat.lastMessage.id)).toEqual(ids)
        for (const { lastMessage } of chats) {
          expect(lastMessage).toMatchObject({ status: 'FAILED', messageId: null, error: { code }, sentAt: null })
          expect(lastMessage.failedAt).toEqual(isoTime)
        }
      },
    )

    test('for a moment only is no error: the message waits, QUEUED, and goes out by itself', async () => {
      const { phone: to } = await consentingContact(server)
      await server.simulator('POST', '/faults', { fail: { code: 131056, times: 1 } })
      const { status, json } = await rest({ to, ...template })
      expect([status, json.status]).toEqual([200, 'QUEUED'])
      const query = 'query ($id: ID!) { message(id: $id) { status } }'
      const sent = ['SENT', 'DELIVERED', 'READ']
      await eventually(
        async () => sent.includes((await server.graphql(query, { id: json.id })).data.message.status),
        30_000,
      )
    })
  })

  // Only a server's database can be broken from outside while ours runs.
  test.runIf(store === 'postgres')(
    'INTERNAL says nothing of its cause; the request id finds that in the log',
    async () => {
      const rename = (from: string, to: string) =>
        withRows(server, ({ select }) => select(`ALTER TABLE "${from}" RENAME TO "${to}"`))
      await rename('Contact', 'Hidden')
      const answer = await server.rest('GET', '/contacts')
      const viaGraph = await server.call('POST', '/graphql', { query: '{ contacts { totalCount } }' })
      const log = server.output()
      await rename('Hidden', 'Contact')
      expectRestError(answer, 500, 'INTERNAL')
      expectGraphError(viaGraph, 'INTERNAL', {}, answer.json.error)
      expect(answer.text + viaGraph.text).not.toMatch(/contact"|relation|hidden/i)
      const line = log
        .split('\n')
        .find((each) => each.includes(answer.json.requestId) && each.includes('"level":"error"'))
      expect(line).toMatch(/relation|table/)
    },
  )
})

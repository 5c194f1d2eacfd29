import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../src/core/ids.js'
import { newCustomer, template } from '../support/messaging.js'
import { bearer, consentingContact } from '../support/rest.js'
import { withRows } from '../support/rows.js'
import {
  describeServer,
  type GivenHeaders,
  newPhone,
  startServer,
  store,
  type TestServer,
  testRedisUrl,
} from '../support/server.js'

const sendsPerHour = 3

const query = `query ($to: String!) { sendability(to: $to) {
  canSend canSendTemplate templateRequired optedIn windowOpen windowExpiresAt
  reasons { code message retryAt } limit { limit remaining resetAt }
  contact { id phone } conversation { id } connection { status }
} }`

describeServer('sendability', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMIT_SENDS_PER_HOUR: String(sendsPerHour) } })
  })
  afterAll(() => server.dispose())

  const ask = async (to: string, headers: GivenHeaders = {}) => {
    const { data, errors } = await server.graphql(query, { to }, headers)
    if (errors) throw new Error(JSON.stringify(errors))
    return data.sendability
  }
  const codes = ({ reasons }: { reasons: { code: string }[] }) => reasons.map(({ code }) => code)
  const send = (to: string, content: object, headers: GivenHeaders = {}) =>
    server.rest('POST', '/send', { to, ...content }, headers)
  const text = { type: 'text', text: 'Hello' }

  /** What it says is what both kinds of send are then answered. */
  async function agrees(to: string, headers: GivenHeaders = {}) {
    const said = await ask(to, headers)
    const [free, templated] = [await send(to, text, headers), await send(to, template, headers)]
    expect([said.canSend, said.canSendTemplate]).toEqual([free.status === 200, templated.status === 200])
    if (said.reasons[0]) expect(free.json).toMatchObject({ code: said.reasons[0].code, error: said.reasons[0].message })
    return said
  }

  test('of a customer who has just written: everything may be sent, and asking counts nothing', async () => {
    const { phone, contactId, conversationId } = await newCustomer(server)
    for (let times = 0; times <= sendsPerHour; times++) await ask(phone)
    const expected = {
      canSend: true,
      canSendTemplate: true,
      templateRequired: false,
      optedIn: true,
      windowOpen: true,
      windowExpiresAt: expect.any(String),
      reasons: [],
      limit: { limit: sendsPerHour, remaining: sendsPerHour, resetAt: null },
      contact: { id: contactId, phone },
      conversation: { id: conversationId },
      connection: { status: 'CONNECTED' },
    }
    expect(await ask(phone)).toEqual(expected)
    expect(await ask(contactId)).toEqual(expected)
    expect(await ask(` ${phone.slice(1, 6)} ${phone.slice(6)}`)).toEqual(expected)
    await agrees(phone)
  })

  test('of a contact who never wrote: a template is required', async () => {
    const { phone } = await consentingContact(server)
    expect(await agrees(phone)).toMatchObject({
      canSend: false,
      canSendTemplate: true,
      templateRequired: true,
      windowOpen: false,
      windowExpiresAt: null,
      reasons: [{ code: 'WINDOW_CLOSED', retryAt: null }],
      conversation: null,
    })
  })

  test('of a contact who opted out, or of whom nothing is known: consent is needed first', async () => {
    const phone = newPhone()
    await server.rest('POST', '/contacts', { phone, optedIn: false })
    const out = await agrees(phone)
    expect([out.optedIn, out.canSendTemplate, codes(out)]).toEqual([false, false, ['OPT_IN_REQUIRED', 'WINDOW_CLOSED']])
    expect(out.reasons[0].message).toContain('opted out')

    const unknown = newPhone()
    await server.rest('POST', '/contacts', { phone: unknown })
    expect(await agrees(unknown)).toMatchObject({ optedIn: null, canSendTemplate: false, contact: { phone: unknown } })
  })

  test('of a number that nobody knows: nothing, unless the organization may write to the unknown', async () => {
    const phone = newPhone()
    const refused = await agrees(phone)
    expect([refused.contact, codes(refused)]).toEqual([null, ['OPT_IN_REQUIRED', 'WINDOW_CLOSED']])
    await server.operator('orgs', 'update', 'demo', '--consent-policy', 'ALLOW_UNKNOWN')
    try {
      expect(await ask(phone)).toMatchObject({
        canSend: false,
        canSendTemplate: true,
        contact: null,
        conversation: null,
      })
      await agrees(newPhone())
    } finally {
      await server.operator('orgs', 'update', 'demo', '--consent-policy', 'ENFORCED')
    }
  })

  test('counts the recipient limit down as sends do, and says until when it lasts', async () => {
    const { phone } = await newCustomer(server)
    for (let sent = 1; sent <= sendsPerHour; sent++) {
      expect((await send(phone, text)).status).toBe(200)
      expect((await ask(phone)).limit).toEqual({
        limit: sendsPerHour,
        remaining: sendsPerHour - sent,
        resetAt: expect.any(String),
      })
    }
    const said = await ask(phone)
    expect(said).toMatchObject({ canSend: false, canSendTemplate: false, reasons: [{ code: 'RATE_LIMITED' }] })
    const refused = await send(phone, text)
    expect([refused.status, refused.json.code]).toEqual([429, 'RATE_LIMITED'])
    const leftMs = new Date(said.reasons[0].retryAt).getTime() - Date.now()
    expect(leftMs).toBeGreaterThan(0)
    expect(leftMs).toBeLessThanOrEqual(3_600_000)
  })

  test('without a number of one’s own is NOT_CONFIGURED', async () => {
    const headers = bearer(await server.newOrganization('nowhere'))
    const { phone } = await consentingContact(server, { headers })
    const said = await ask(phone, headers)
    expect([said.canSend, said.canSendTemplate, said.connection, codes(said)]).toEqual([
      false,
      false,
      null,
      ['WINDOW_CLOSED', 'NOT_CONFIGURED'],
    ])
    expect((await send(phone, template, headers)).json.code).toBe('NOT_CONFIGURED')
  })

  test.each([
    ['hello', 'BAD_REQUEST'],
    ['', 'BAD_REQUEST'],
    ['12', 'BAD_REQUEST'],
    ['con_nobody', 'NOT_FOUND'],
    [newId('Contact'), 'NOT_FOUND'],
    [newId('Message'), 'NOT_FOUND'],
  ])('of "%s" is %s, as the send', async (to, code) => {
    const { errors } = await server.graphql(query, { to })
    expect(errors?.[0]?.extensions.code).toBe(code)
    const sent = await send(to, text)
    expect(sent.json).toMatchObject({ code, error: errors?.[0]?.message })
  })

  test('of another organization’s contact is NOT_FOUND, and needs messages:send', async () => {
    const { id } = await consentingContact(server)
    const other = bearer(await server.newOrganization('curious'))
    expect((await server.graphql(query, { to: id }, other)).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    const { stdout } = await server.operator(
      'keys',
      'create',
      '--org',
      'demo',
      '--name',
      'r',
      '--scopes',
      'contacts:read',
    )
    expect((await server.graphql(query, { to: id }, bearer(stdout.trim()))).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    )
  })

  test('of a customer whose window has closed: a template is required', async () => {
    const { phone, conversationId } = await newCustomer(server)
    const past = new Date(Date.now() - 1000)
    await withRows(server, (rows) =>
      rows.select('UPDATE "Conversation" SET "windowExpiresAt" = $2 WHERE id = $1', [conversationId, past]),
    )
    expect(await agrees(phone)).toMatchObject({
      windowOpen: false,
      windowExpiresAt: past.toISOString(),
      templateRequired: true,
      conversation: { id: conversationId },
    })
  })

  describe.skipIf(store !== 'postgres' || testRedisUrl === null)('over Redis', () => {
    test('is what another server has counted', async () => {
      const { phone } = await newCustomer(server)
      await send(phone, text)
      await server.restart()
      expect((await ask(phone)).limit).toMatchObject({ remaining: sendsPerHour - 1 })
    })
  })
})

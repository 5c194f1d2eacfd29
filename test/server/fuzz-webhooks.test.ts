import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  anyJson,
  bytes,
  check,
  encoding,
  expectHarmless,
  fuzzServer,
  fuzzTimeoutMs,
  headerText,
  longFuzz,
  nasty,
  queryString,
} from '../support/fuzz.js'
import { watchMemory } from '../support/memory.js'
import { deliver, received } from '../support/rest.js'
import { describeServer, startServer, type TestServer } from '../support/server.js'

/** Mostly of the right form, so that what is wrong with it is met on the inside too. */
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof({ weight: 6, arbitrary: fc.record(fields, { requiredKeys: [] }) }, { weight: 1, arbitrary: anyJson })
const list = (item: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 6, arbitrary: fc.array(item, { maxLength: 3 }) }, { weight: 1, arbitrary: anyJson })
const mostly = (...values: unknown[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: anyJson })

const kinds = ['text', 'image', 'interactive', 'button', 'reaction', 'order', 'system', 'contacts', 'location']
const message = record({
  from: mostly('919812345678', '14155552671', 'IN.1234'),
  id: fc.oneof(
    fc.uuid({ version: 4 }).map((id) => `wamid.${id}`),
    anyJson,
  ),
  timestamp: mostly(String(Math.floor(Date.now() / 1000)), '1', '99999999999'),
  type: mostly(...kinds),
  text: record({ body: anyJson }),
  context: record({ id: anyJson, from: anyJson }),
  ...Object.fromEntries(kinds.slice(1).map((kind) => [kind, record({ id: anyJson, type: anyJson, title: anyJson })])),
})
const status = record({
  id: mostly('wamid.x'),
  status: mostly('sent', 'delivered', 'read', 'failed', 'played'),
  timestamp: mostly('1781000000'),
  recipient_id: mostly('919812345678'),
  biz_opaque_callback_data: mostly('msg_01h2xcejqtf2nbrexx3vqjhp41'),
  errors: list(record({ code: mostly(131047, '131026'), title: anyJson, error_data: anyJson })),
})
const value = record({
  metadata: record({ phone_number_id: mostly('100000000000001', '100000000000002') }),
  contacts: list(record({ profile: record({ name: anyJson }), wa_id: mostly('919812345678'), user_id: anyJson })),
  messages: list(message),
  statuses: list(status),
  errors: anyJson,
})
const fields = ['account_update', 'message_template_status_update', 'user_preferences', 'user_id_update']
const field = fc.oneof({ weight: 6, arbitrary: fc.constant('messages') }, mostly(...fields))
const webhook = record({
  object: mostly('whatsapp_business_account'),
  entry: list(record({ id: mostly('200000000000001'), changes: list(record({ field, value })) })),
})

describeServer('the webhook ingress, whatever is sent', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(fuzzServer)
  })
  afterAll(() => server.dispose())
  const memory = watchMemory(() => server)

  test(
    'a body with another signature is 401, a signed one 200 whatever it holds, and all of it can be worked through',
    async () => {
      await check([webhook, headerText], async (body, signature) => {
        const text = JSON.stringify(body) ?? ''
        const refused = await server.call('POST', '/webhooks/whatsapp', text, { 'x-hub-signature-256': signature })
        expect(refused.status).toBe(401)
        expectHarmless(refused)
        const accepted = await deliver(server, text)
        expect(accepted.status).toBe(200)
        expectHarmless(accepted)
      })
      const wamid = await server.customerWrites('+919812345699', `After all that ${randomUUID()}`)
      await received(server, wamid)
      expect(server.output()).not.toContain('a webhook entry could not be processed')
    },
    fuzzTimeoutMs,
  )

  if (longFuzz) test('what the server holds is looked at, now that it is warm', () => memory.begin())

  test(
    'any bytes and any handshake are answered below 500',
    () => {
      const parameter = fc.constantFrom('hub.mode', 'hub.verify_token', 'hub.challenge', 'hub', 'hub[mode]')
      const query = fc.dictionary(parameter, nasty)
      return check([bytes, encoding, query, fc.webQueryParameters()], async (body, packed, given, raw) => {
        expectHarmless(await server.call('POST', '/webhooks/whatsapp', body, { 'content-encoding': packed }))
        expectHarmless(await deliver(server, body))
        const handshake = await server.call('GET', `/webhooks/whatsapp?${queryString(given)}`)
        expect(handshake.status).toBe(403)
        expectHarmless(handshake)
        expectHarmless(await server.call('GET', `/webhooks/whatsapp?${raw}`))
      })
    },
    fuzzTimeoutMs,
  )

  test('bodies that name more numbers, or nest deeper, than any of Meta’s are refused unsigned', async () => {
    const numbers = Array.from({ length: 20_000 }, (_, i) => ({ value: { metadata: { phone_number_id: `${i}` } } }))
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`
    for (const body of [
      JSON.stringify({ entry: [{ changes: numbers }] }),
      `{"entry":${deep}}`,
      `{"entry":[{"changes":[{"value":{"metadata":{"phone_number_id":${deep}}}}]}]}`,
      '{"entry":[{"changes":[{"value":{"metadata":{"phone_number_id":"1\\u0000"}}}]}]}',
    ]) {
      expect((await server.call('POST', '/webhooks/whatsapp', body)).status).toBe(401)
      const signed = await deliver(server, body)
      expect(signed.status).toBe(200)
    }
    await received(server, await server.customerWrites('+919812345698', 'And after that'))
  })

  if (longFuzz) {
    test('webhooks of WhatsApp: malformed inputs, and what the server holds after them', (context) =>
      memory.expectBack(context))
  }
})

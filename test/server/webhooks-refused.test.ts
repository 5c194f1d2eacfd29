import { afterAll, beforeAll, expect, test } from 'vitest'
import { webhookLimits } from '../../src/webhooks/limits.js'
import { ask, bearer, expectWalks, givenPageArgs, inbound, pageArgs, pageFields, refusal } from '../support/graph.js'
import { describeServer, eventually, find, newPhone, startServer, type TestServer } from '../support/server.js'
import { startReceiver } from '../support/webhook-receiver.js'
import { createWebhookMutation, deliveriesOf, deliveriesWith, newWebhook } from '../support/webhooks.js'

describeServer('a webhook', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const good = { name: 'Test', url: 'https://webhooks.example.com/in', events: ['message.received'] }

  test.each([
    ['http', { url: 'http://webhooks.example.com/in' }, 'url'],
    ['no URL', { url: 'webhooks.example.com' }, 'url'],
    ['another scheme', { url: 'ftp://webhooks.example.com/in' }, 'url'],
    ['a password', { url: 'https://me:secret@webhooks.example.com/in' }, 'url'],
    ['this machine', { url: 'https://127.0.0.1/in' }, 'url'],
    ['this machine by name', { url: 'https://localhost/in' }, 'url'],
    ['this machine in IPv6', { url: 'https://[::1]/in' }, 'url'],
    ['this machine as a number', { url: 'https://2130706433/in' }, 'url'],
    ['a private network', { url: 'https://10.1.2.3/in' }, 'url'],
    ['a private network in IPv6', { url: 'https://[::ffff:192.168.1.1]/in' }, 'url'],
    ["the cloud's metadata", { url: 'https://169.254.169.254/latest' }, 'url'],
    ['a URL too long', { url: `https://webhooks.example.com/${'x'.repeat(2000)}` }, 'url'],
    ['no name', { name: '  ' }, 'name'],
    ['a name too long', { name: 'x'.repeat(101) }, 'name'],
    ['no events', { events: [] }, 'events'],
    ['an unknown event', { events: ['message.received', 'message.sneezed'] }, 'events.1'],
    ['an event of the log alone', { events: ['message.queued'] }, 'events.0'],
    ['the test event', { events: ['webhook.test'] }, 'events.0'],
    ['a short secret', { secret: 'short' }, 'secret'],
    ['a secret that is no base64', { secret: 'whsec_not*base64*at*all' }, 'secret'],
  ])('with %s is refused, naming the field', async (_what, wrong, path) => {
    const { code, details } = await refusal(server, createWebhookMutation, { input: { ...good, ...wrong } })
    expect(code).toBe('BAD_REQUEST')
    expect(details).toEqual([
      { path: expect.stringMatching(new RegExp(`^(input\\.)?${path}$`)), message: expect.any(String) },
    ])
  })

  test(`is one of ${webhookLimits.perOrganization} at most, listed newest first, and gone when deleted`, async () => {
    const headers = bearer(await server.newOrganization('many'))
    const ids: string[] = []
    for (let n = 0; n < webhookLimits.perOrganization; n++) {
      ids.unshift((await newWebhook(server, good.url, good.events, { name: `No ${n}` }, headers)).id)
    }
    expect((await refusal(server, createWebhookMutation, { input: good }, headers)).code).toBe('CONFLICT')
    await expectWalks(ids, 7, async (args) => {
      const query = `query (${pageArgs}) { webhooks(${givenPageArgs}) { ${pageFields} } }`
      return (await ask(server, query, args, headers)).webhooks
    })
    const [id] = ids
    const gone = 'mutation ($id: ID!) { deleteWebhook(input: { id: $id }) { webhook { id } } }'
    expect((await ask(server, gone, { id }, headers)).deleteWebhook.webhook).toEqual({ id })
    const { webhooks, node } = await ask(
      server,
      'query ($id: ID!) { webhooks { totalCount } node(id: $id) { id } }',
      { id },
      headers,
    )
    expect([webhooks.totalCount, node]).toEqual([webhookLimits.perOrganization - 1, null])
    await newWebhook(server, good.url, good.events, {}, headers)
  })

  test('shows its secret never again, and nothing at all without the scope', async () => {
    const { id, secret } = await newWebhook(server, good.url, good.events)
    const fields = '__typename ... on Webhook { name url events signatureFormat retries enabled }'
    const shown = JSON.stringify(await ask(server, `query ($id: ID!) { node(id: $id) { ${fields} } }`, { id }))
    expect(shown).toContain('"name":"Test"')
    expect(shown).not.toContain(secret)
    const { stdout } = await server.operator(
      ...['keys', 'create', '--org', 'demo', '--name', 'reader', '--scopes', 'contacts:read,messages:read'],
    )
    const reader = bearer(stdout.trim())
    for (const query of ['{ webhooks { nodes { id } } }', '{ webhookDeliveries { nodes { id } } }']) {
      expect((await refusal(server, query, {}, reader)).code).toBe('FORBIDDEN')
    }
    expect((await refusal(server, createWebhookMutation, { input: good }, reader)).code).toBe('FORBIDDEN')
    expect((await refusal(server, 'query ($id: ID!) { node(id: $id) { id } }', { id }, reader)).code).toBe('FORBIDDEN')
  })
})

describeServer('a server that is started anew', () => {
  test('is not held up in its end by an endpoint that hangs; and refuses private addresses once it has to', {
    timeout: 180_000,
  }, async () => {
    const receiver = await startReceiver()
    const server = await startServer({ env: { ALLOW_PRIVATE_URLS: 'on' } })
    try {
      let hangs = true
      const url = receiver.url('/in', ({ event }) => (hangs && event.event !== 'webhook.test' ? 'hang' : 200))
      const hook = await newWebhook(server, url, ['message.received'])
      await inbound(server, newPhone(), 'hangs')
      await eventually(() => receiver.at('/in', 'message.received').length === 1)
      expect(await server.stop()).toBe(0)
      hangs = false
      await server.restart()
      const [delivered] = await deliveriesWith(server, hook.id, { event: 'message.received', status: 'DELIVERED' })
      // Nothing is said of the attempt that was broken off.
      expect(delivered?.attempts).toHaveLength(1)
      const ids = receiver.at('/in', 'message.received').map(({ headers }) => headers['webhook-id'])
      expect(ids).toEqual([delivered?.eventId, delivered?.eventId])

      await server.restart({ ALLOW_PRIVATE_URLS: 'off' })
      await inbound(server, newPhone(), 'not any more')
      const attempt = await find(async () => (await deliveriesOf(server, hook.id, 'message.received'))[1]?.attempts[0])
      expect(attempt).toMatchObject({
        status: 'FAILED',
        responseCode: null,
        error: expect.stringContaining('https://'),
      })
      expect(receiver.at('/in').some(({ event }) => event.data.message?.text === 'not any more')).toBe(false)
    } finally {
      await server.dispose()
      await receiver.stop()
    }
  })
})

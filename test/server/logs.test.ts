import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeServer, find, newPhone, startServer, type TestServer } from '../support/server.js'

describeServer('the log', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { LOG_LEVEL: 'trace' } })
  })
  afterAll(() => server.dispose())

  /** The lines the server itself wrote; what it prints at its start for a person is not JSON. */
  const lines = () =>
    server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  test('is JSON lines with time, level and request id, and holds no key, token, phone number, name or message text', async () => {
    const phone = newPhone()
    const name = 'Lakshmi Privatename'
    await server.rest('POST', '/contacts', { phone, name, optedIn: true })
    await server.rest('POST', '/contacts', { phone, name })
    await server.customerWrites(phone, 'a confidential inbound text', name)
    await find(async () => (await server.rest('GET', '/chats')).json.data[0])
    await server.rest('POST', '/send', { to: phone, type: 'text', text: 'a confidential outbound text' })
    await server.simulator('POST', '/faults', { fail: { code: 131026, times: 1 } })
    const refused = await server.rest('POST', '/send', { to: phone, type: 'text', text: 'a confidential refused text' })
    expect(refused.json.code).toBe('BAD_REQUEST')
    await server.rest('GET', `/contacts?search=${phone.slice(1)}`)
    await server.rest('GET', `/contacts/${phone.slice(1)}`)
    await server.graphql('query ($phone: String) { contact(phone: $phone) { name } nonsense }', { phone })
    await server.call('POST', '/webhooks/whatsapp', JSON.stringify({ from: phone }), {
      'x-hub-signature-256': 'sha256=00',
    })
    const answer = await server.rest('GET', '/status', undefined, {
      authorization: `Bearer ${server.key.slice(0, -1)}x`,
    })
    expect(answer.status).toBe(401)

    const requestId = answer.headers.get('x-request-id')
    const ofAnswer = await find(async () => lines().find((line) => line.requestId === requestId && line.status === 401))
    expect(ofAnswer).toMatchObject({ level: 'info', method: 'GET', path: '/api/whatsapp-api/status' })
    for (const line of lines()) {
      expect(line).toMatchObject({ level: expect.any(String), time: expect.stringMatching(/^\d{4}-.*Z$/) })
    }
    const secrets = [
      server.key.slice(0, 20),
      'simulator-token',
      'simulator-app-secret',
      'simulator-verify-token',
      phone.slice(3),
      name,
      'confidential',
    ]
    for (const secret of secrets) expect(server.output()).not.toContain(secret)
  })
})

import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { collect, describeServer, eventually, find, newPhone, startServer, type TestServer } from '../support/server.js'
import { runProgram } from '../support/server-process.js'
import { within } from '../support/wait.js'

/** Longer than the server's own patience with WhatsApp's answers: 15 seconds. */
const never = 20_000

describeServer('the end of a server', () => {
  let server: TestServer
  let phone: string
  beforeAll(async () => {
    server = await startServer()
    phone = newPhone()
    await server.rest('POST', '/contacts', { phone, name: 'Asha Rao', optedIn: true })
    await server.customerWrites(phone, 'Namaste')
    await find(async () => (await server.rest('GET', '/messages')).json.data[0])
  })
  afterAll(() => server.dispose())

  type Row = { id: string; text: string; status: string; messageId: string | null; direction: string }
  const messages = async (): Promise<Row[]> => (await server.rest('GET', '/messages?limit=100')).json.data
  const byText = async (text: string) => (await messages()).find((message) => message.text === text)
  const acceptedTexts = async (): Promise<string[]> =>
    (await server.simulator('GET', '/messages')).data.map(
      (m: { payload: { text?: { body: string } } }) => m.payload.text?.body,
    )

  /** A send that is with WhatsApp, whose answer takes its time. */
  async function sendUnderWay(text: string, latencyMs: number) {
    await server.simulator('POST', '/faults', { latencyMs })
    const answer = server.rest('POST', '/send', { to: phone, type: 'text', text }).then(
      ({ status, json }) => ({ status, json }),
      () => null,
    )
    await eventually(async () => (await acceptedTexts()).includes(text))
    return { answer }
  }

  test('on SIGTERM: a request under way gets its answer, and the process ends with 0', async () => {
    const { answer } = await sendUnderWay('under way', 1500)
    expect(await server.stop()).toBe(0)
    expect(await answer).toMatchObject({ status: 200, json: { status: 'SENT' } })
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow()

    await server.restart()
    expect(await byText('under way')).toMatchObject({ messageId: expect.stringMatching(/^wamid\./) })
  })

  test('on SIGINT: the same, and a send that WhatsApp never answers is answered QUEUED and kept', async () => {
    const { answer } = await sendUnderWay('unanswered', never)
    process.kill(server.pid, 'SIGINT')
    expect(await within(15_000, server.exited)).toBe(0)
    expect(await answer).toMatchObject({ status: 200, json: { status: 'QUEUED' } })

    await server.restart()
    expect(await byText('unanswered')).toMatchObject({ direction: 'OUTBOUND' })
  })

  test('open subscriptions and a socket that never says goodbye do not hold it up', async () => {
    const ws = server.wsClient()
    const [overWs, overSse] = [ws, server.sseClient()].map((client) =>
      collect(client, 'subscription { messages { cursor } }'),
    )
    const deaf = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    await once(deaf, 'open')
    deaf.pause()
    // Until both subscriptions stand: what was written before is not shown to them.
    await eventually(async () => {
      await server.customerWrites(phone, 'before the end')
      return [overWs, overSse].every((stream) => (stream?.items.length ?? 0) > 0)
    })

    expect(await server.stop()).toBe(0)
    await within(15_000, Promise.all([overWs?.ended, overSse?.ended]))
    deaf.terminate()
    await ws.dispose()
    await server.restart()
  })

  test('a second signal ends it at once, and what was stored is there afterwards', async () => {
    const { answer } = await sendUnderWay('cut off', never)
    process.kill(server.pid, 'SIGTERM')
    await eventually(() => server.output().includes('"stopping"'))
    process.kill(server.pid, 'SIGTERM')
    expect(await within(15_000, server.exited)).toBe(1)
    expect(await answer).toBe(null)

    await server.restart()
    expect(await byText('cut off')).toMatchObject({ direction: 'OUTBOUND' })
  })

  test('on SIGKILL: the simulator ends too, and nothing that was stored is lost', async () => {
    const { answer } = await sendUnderWay('killed', never)
    const texts = Array.from({ length: 20 }, (_, i) => `delivery ${i}`)
    const statuses = await Promise.all(texts.map((text) => deliver(server, phone, text)))
    await server.kill()
    expect(statuses).toEqual(texts.map(() => 200))
    expect(await answer).toBe(null)
    await isFree(new URL(server.simulatorUrl).port)

    await server.restart()
    expect(await byText('killed')).toMatchObject({ direction: 'OUTBOUND' })
    // A delivery belongs to the process that took it for 20 seconds.
    await eventually(async () => {
      const received = new Set((await messages()).map((message) => message.text))
      return texts.every((text) => received.has(text))
    }, 45_000)
  })
})

describeServer('the end of a server that has not quite begun', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
    await server.stop()
  })
  afterAll(() => server.dispose())

  test('is as clean: exit code 0, no word of an error, and the next start works', async () => {
    const child = runProgram('main', [], {
      ...server.env,
      PORT: new URL(server.url).port,
      SIMULATOR_PORT: new URL(server.simulatorUrl).port,
    })
    let stderr = ''
    child.stderr?.on('data', (chunk) => {
      stderr += chunk
    })
    const ended = once(child, 'exit')
    if (child.stdout) await within(60_000, once(child.stdout, 'data'))
    child.kill('SIGTERM')
    expect(await within(30_000, ended)).toEqual([0, null])
    expect(stderr).toBe('')
    await server.restart()
    expect((await server.rest('GET', '/status')).json.connected).toBe(true)
  })
})

/** What WhatsApp would post, signed with the simulator's app secret. Answers the status. */
async function deliver(server: TestServer, phone: string, text: string): Promise<number> {
  const from = phone.replace('+', '')
  const id = `wamid.${Buffer.from(`${text} ${from}`).toString('base64')}`
  const timestamp = String(Math.floor(Date.now() / 1000))
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '919876543210', phone_number_id: '100000000000001' },
    contacts: [{ wa_id: from, profile: { name: 'Asha Rao' } }],
    messages: [{ from, id, timestamp, type: 'text', text: { body: text } }],
  }
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '200000000000001', changes: [{ field: 'messages', value }] }],
  })
  const signature = createHmac('sha256', 'simulator-app-secret').update(body).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` }
  return (await server.call('POST', '/webhooks/whatsapp', body, headers)).status
}

/** @throws where something still listens on the port. */
async function isFree(port: string): Promise<void> {
  const server = createServer().listen(Number(port), '127.0.0.1')
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/free-port.js'
import { describeServer, eventually, find, newPhone, startServer, type TestServer } from '../support/server.js'
import { runProgram } from '../support/server-process.js'
import { within } from '../support/wait.js'

describeServer('the simulator as a program of its own', () => {
  let simulator: ChildProcess
  let simulatorUrl: string
  let server: TestServer
  let phone: string
  beforeAll(async () => {
    const [port, simulatorPort] = [await freePort(), await freePort()]
    simulatorUrl = `http://127.0.0.1:${simulatorPort}`
    simulator = runProgram('simulator/main', [], {
      SIMULATOR_PORT: String(simulatorPort),
      SIMULATOR_CALLBACK_URL: `http://127.0.0.1:${port}/webhooks/whatsapp`,
    })
    if (simulator.stdout) await within(60_000, once(simulator.stdout, 'data'))
    const env = { PORT: String(port), SIMULATOR: 'off', WHATSAPP_API_URL: simulatorUrl }
    server = await startServer({ env })
    phone = newPhone()
    await server.rest('POST', '/contacts', { phone, name: 'Asha Rao', optedIn: true })
  })
  afterAll(async () => {
    await server.dispose()
    const ended = once(simulator, 'exit')
    simulator.kill('SIGTERM')
    expect(await within(15_000, ended)).toEqual([0, null])
  })

  type Row = { id: string; text: string; status: string; messageId: string }
  const byText = async (text: string): Promise<Row | undefined> =>
    (await server.rest('GET', '/messages')).json.data.find((message: Row) => message.text === text)

  test('is found by a server without one of its own, and its webhooks arrive', async () => {
    expect(server.output()).not.toContain('  Simulator  ')
    await server.customerWrites(phone, 'Namaste')
    await find(() => byText('Namaste'))
    const sent = await server.rest('POST', '/send', { to: phone, type: 'text', text: 'Hello Asha' })
    expect(sent.status).toBe(200)
    await eventually(async () => (await byText('Hello Asha'))?.status === 'READ')
  })

  test('outlives the server: it remembers what it accepted, and delivers afterwards what came meanwhile', async () => {
    const wamid = (await byText('Hello Asha'))?.messageId
    await server.kill()
    await server.customerWrites(phone, 'Is anybody there?')
    const { data } = await server.simulator('GET', '/messages')
    expect(data.map((message: { id: string }) => message.id)).toEqual([wamid])
    await server.restart()
    await find(() => byText('Is anybody there?'), 30_000)
    expect((await server.rest('GET', '/status')).json).toMatchObject({
      connected: true,
      phoneNumber: '+91 98765 43210',
    })
  })
})

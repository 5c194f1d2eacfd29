import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeServer, find, startServer, type TestServer } from '../support/server.js'

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script]) => script ?? '')

describeServer('the README', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  /** As printed; only the ports are this server's. */
  async function run(example: number): Promise<string> {
    const script = (examples[example] ?? 'false')
      .replaceAll('http://localhost:4000', server.url)
      .replaceAll('http://localhost:4001', server.simulatorUrl)
    const { stdout } = await promisify(execFile)('bash', ['-euc', script], {
      env: { PATH: process.env.PATH, KEY: server.key },
    })
    return stdout
  }

  /** The customer writes again and again until the work has ended. */
  async function withTraffic<T>(work: Promise<T>): Promise<T> {
    let ended = false
    const watched = work.finally(() => {
      ended = true
    })
    while (!ended) {
      const wamid = await server.customerWrites('+919812345678', 'Are you there?')
      await find(async () => (await server.rest('GET', '/messages?limit=1')).json.data[0].messageId === wamid)
    }
    return watched
  }

  test('its examples work as printed, in order', async () => {
    expect(examples).toHaveLength(6)
    expect(JSON.parse(await run(0))).toMatchObject({ name: 'Asha Rao', phone: '+919812345678', optedIn: true })
    expect(JSON.parse(await run(1))).toMatchObject({ id: expect.stringMatching(/^wamid\./) })
    await find(async () => (await server.rest('GET', '/chats')).json.data[0])
    expect(JSON.parse(await run(2))).toMatchObject({ direction: 'OUTBOUND', text: 'Hello Asha' })
    expect(JSON.parse(await run(3))).toMatchObject({
      data: { conversations: { totalCount: 1, nodes: [{ contact: { name: 'Asha Rao' } }] } },
    })
    expect(await withTraffic(run(4))).toMatch(/event: next\ndata: .*"type":"message\./)
    expect(JSON.parse(await run(5))).toMatchObject({ connected: true, phoneNumber: '+91 98765 43210' })
  })
})

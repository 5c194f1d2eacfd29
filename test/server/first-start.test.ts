import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { generateApiKey, isApiKey } from '../../src/core/key-format.js'
import { freePort } from '../support/free-port.js'
import { freshPostgres } from '../support/fresh-postgres.js'
import { bearer } from '../support/graph.js'
import { withDatabase } from '../support/rows.js'
import { describeServer, eventually, find, startServer, store, type TestServer } from '../support/server.js'
import { runProgram, runServer, runToEnd } from '../support/server-process.js'
import { within } from '../support/wait.js'

const keysIn = (text: string) => text.match(/kaanha_\w+/g) ?? []
const welcomed = (server: { output(): string }) => eventually(() => server.output().includes('  REST  '))
const statusOf = async (server: TestServer, key: string) =>
  (await server.rest('GET', '/status', undefined, bearer(key))).status

/** The id of a key, by the part of it that lists show. */
async function idOf(server: TestServer, key: string): Promise<string> {
  const { stdout } = await server.operator('keys', 'list')
  const line = stdout.split('\n').find((row) => row.split('\t')[1] === key.slice(0, 11))
  return line?.split('\t')[0] ?? ''
}

describeServer('the first start', () => {
  let server: TestServer
  let key: string
  beforeAll(async () => {
    server = await startServer({ empty: true, env: { KAANHA_BOOTSTRAP_KEY: '' } })
    await welcomed(server)
    key = keysIn(server.output())[0] ?? ''
  })
  afterAll(() => server.dispose())

  test('on nothing at all prints the addresses and exactly one API key, which works', async () => {
    const { output } = server
    expect(keysIn(output())).toEqual([key])
    expect(isApiKey(key)).toBe(true)
    const port = new URL(server.url).port
    expect(output()).toContain(`http://localhost:${port}/graphql`)
    expect(output()).toContain(`http://localhost:${port}/api/whatsapp-api`)
    expect(output()).toContain(server.simulatorUrl)
    expect(await statusOf(server, key)).toBe(200)
    const { data } = await server.graphql('{ viewer { scopes organization { slug plan } } }', {}, bearer(key))
    expect(data.viewer).toEqual({ scopes: ['*'], organization: { slug: 'demo', plan: 'PRO' } })
  })

  test('makes the demo organization, and nothing else', async () => {
    const { stdout } = await server.operator('orgs', 'list')
    expect(stdout.trimEnd().split('\n')).toEqual([expect.stringMatching(/^org_\w{26}\tdemo\tPRO\tENFORCED\t/)])
  })

  test('is the only one that prints a key: the second prints none, and the first one’s key goes on working', async () => {
    await server.restart()
    await welcomed(server)
    expect(keysIn(server.output())).toEqual([])
    expect(await statusOf(server, key)).toBe(200)
  })

  test('a key that has been revoked comes back with no start, nor does another take its place unasked', async () => {
    const id = await idOf(server, key)
    expect((await server.operator('keys', 'revoke', id)).exitCode).toBe(0)
    await server.restart()
    await welcomed(server)
    expect(keysIn(server.output())).toEqual([])
    expect(await statusOf(server, key)).toBe(401)
  })
})

describeServer('KAANHA_BOOTSTRAP_KEY', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  test('is the first key, and is not printed', async () => {
    await welcomed(server)
    expect(keysIn(server.output())).toEqual([])
    expect(await statusOf(server, server.key)).toBe(200)
  })

  test('changed, adds that key and takes none away; a revoked one it does not revive', async () => {
    const second = generateApiKey()
    await server.restart({ KAANHA_BOOTSTRAP_KEY: second })
    expect(await statusOf(server, second)).toBe(200)
    expect(await statusOf(server, server.key)).toBe(200)

    await server.operator('keys', 'revoke', await idOf(server, second))
    await server.restart({ KAANHA_BOOTSTRAP_KEY: second })
    await welcomed(server)
    expect(await statusOf(server, second)).toBe(401)
    expect(await statusOf(server, server.key)).toBe(200)
    expect(keysIn(server.output())).toEqual([])
  })

  test('that is another organization’s key is refused in one line', async () => {
    const others = await server.newOrganization('acme')
    await server.stop()
    const ports = { PORT: String(await freePort()), SIMULATOR_PORT: String(await freePort()) }
    const { exitCode, stderr } = await runToEnd('main', [], { ...server.env, ...ports, KAANHA_BOOTSTRAP_KEY: others })
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'KAANHA_BOOTSTRAP_KEY is a key of another organization: set it to a new one.\n',
    })
  })

  // The server is stopped by now; only Linux has more loopback addresses than one.
  test.runIf(process.platform === 'linux')('a HOST of its own is also where the simulator’s webhooks go', async () => {
    const [port, simulatorPort] = [await freePort(), await freePort()]
    const child = runProgram('main', [], {
      ...server.env,
      HOST: '127.0.0.2',
      PORT: String(port),
      SIMULATOR_PORT: String(simulatorPort),
    })
    const ended = once(child, 'exit')
    onTestFinished(async () => {
      child.kill('SIGTERM')
      await within(15_000, ended)
    })
    const base = `http://127.0.0.2:${port}`
    await find(async () => (await fetch(`${base}/readyz`).catch(() => null))?.ok, 60_000)
    await fetch(`http://127.0.0.1:${simulatorPort}/_simulator/inbound`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: '919800000042', message: { type: 'text', text: { body: 'Namaste' } } }),
    })
    const chats = async () => {
      const answer = await fetch(`${base}/api/whatsapp-api/chats`, { headers: bearer(server.key) })
      return ((await answer.json()) as { data: { contact: { phone: string } }[] }).data
    }
    await eventually(async () => (await chats()).some((chat) => chat.contact.phone === '+919800000042'))
  })
})

describe.runIf(store === 'postgres')('several servers', () => {
  describeServer('that start at once on an empty database', () => {
    const startTogether = async (env: Record<string, string>) => {
      const servers = await Promise.all([runServer(env), runServer(env)])
      onTestFinished(async () => {
        await Promise.all(servers.map((server) => server.stop()))
      })
      await Promise.all(servers.map(welcomed))
      return servers.flatMap((server) => keysIn(server.output()))
    }

    test('make one demo organization with one member, and print one key between them', async () => {
      const env = { DATABASE_URL: await freshPostgres() }
      expect(await startTogether(env)).toHaveLength(1)
      await withDatabase(env, async (rows) => {
        for (const table of ['Organization', 'Member', 'ApiKey', 'WhatsAppConnection']) {
          expect(await rows.select(`SELECT count(*)::int FROM "${table}"`), table).toEqual([{ count: 1 }])
        }
      })
    })

    test('share the key that they are given', async () => {
      const env = { DATABASE_URL: await freshPostgres(), KAANHA_BOOTSTRAP_KEY: generateApiKey() }
      expect(await startTogether(env)).toEqual([])
      await withDatabase(env, async (rows) => {
        expect(await rows.select('SELECT count(*)::int FROM "ApiKey"')).toEqual([{ count: 1 }])
      })
    })
  })
})

import { cp, mkdir, readdir, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { bearer } from '../support/graph.js'
import { describeServer, eventually, startServer, store, type TestServer } from '../support/server.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'

async function newKey(server: TestServer, name: string): Promise<string> {
  const { exitCode, stdout, stderr } = await server.operator('keys', 'create', '--org', 'demo', '--name', name)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return stdout.trim()
}
const statusOf = async (server: TestServer, key: string) =>
  (await server.rest('GET', '/status', undefined, bearer(key))).status

describeServer('the operator’s commands without a server', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  test('open the data themselves, after a clean stop and after a kill, and what they made is there at the next start', async () => {
    await server.stop()
    const afterStop = await newKey(server, 'after a stop')
    await server.restart()
    expect(await statusOf(server, afterStop)).toBe(200)
    await server.kill()
    const afterKill = await newKey(server, 'after a kill')
    await server.restart()
    expect(await statusOf(server, afterKill)).toBe(200)
    expect(await statusOf(server, await newKey(server, 'with a server again'))).toBe(200)
  })
})

describe.runIf(store === 'embedded' && process.platform !== 'win32')('the operator’s socket', () => {
  let server: TestServer
  let socket: string
  beforeAll(async () => {
    server = await startServer()
    socket = join(server.env.DATA_DIR ?? '', 'operator.sock')
  })
  afterAll(() => server.dispose())

  test('can be opened by its owner only, and goes with the server', async () => {
    const { mode, uid } = await stat(socket)
    expect((mode & 0o777).toString(8)).toBe('600')
    expect(uid).toBe(process.getuid?.())
    await server.stop()
    await expect(stat(socket)).rejects.toThrow('ENOENT')
    await server.restart()
    expect((await stat(socket)).isSocket()).toBe(true)
  })

  /** Says something at the socket; answers what came back until it was closed. */
  const say = (bytes: string | Buffer, hangUp = false) =>
    new Promise<string>((resolve) => {
      let heard = ''
      const client = connect(socket)
      client.on('error', () => undefined)
      client.on('close', () => resolve(heard))
      client.on('data', (chunk) => {
        heard += chunk
      })
      client.write(bytes, () => {
        if (hangUp) client.destroy()
      })
    })
  const post = (body: string, length = Buffer.byteLength(body)) =>
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`

  test.each<[string, string, RegExp]>([
    ['no HTTP', 'keys create --org demo --name x\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['no JSON', post('keys'), /^HTTP\/1\.1 400 /],
    ['no list', post('{"keys":"create"}'), /^HTTP\/1\.1 400 /],
    ['a list of no words', post('["keys",["create"],null]'), /^HTTP\/1\.1 400 /],
    ['no body', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['bytes that are no text', post('\0\xff\xfe'), /^HTTP\/1\.1 400 /],
    ['a command that is none', post('["__proto__","constructor"]'), /"exitCode":2/],
    ['an endless body', post('"'.padEnd(70_000, 'x'), 1e9), /^$/],
  ])('answers %s, and goes on', async (_, bytes, answer) => {
    expect(await say(bytes)).toMatch(answer)
    expect((await server.operator('orgs', 'list')).exitCode).toBe(0)
  })

  test('flooded with garbage and with callers who hang up, it still serves, and so does the server', async () => {
    const garbage = Array.from({ length: 300 }, (_, i) => Buffer.alloc(1000, i))
    await Promise.all(garbage.map((bytes, i) => say(i % 3 === 0 ? post('["keys"', 50) : bytes, true)))
    const { pid } = server
    expect(await statusOf(server, await newKey(server, 'after the flood'))).toBe(200)
    expect(server.pid).toBe(pid)
    expect(server.output()).not.toMatch(/"level":"(error|fatal)"/)
  })
})

describe.runIf(store === 'embedded' && process.platform !== 'win32')(
  'a data folder whose path is too long for a socket',
  () => {
    let server: TestServer
    let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>
    let own: string
    beforeAll(async () => {
      folder = await makeTemporaryFolder()
      const temporary = join(folder.path, 'tmp')
      const dataDir = join(folder.path, 'd'.repeat(60), 'e'.repeat(60))
      own = join(temporary, `kaanha-${process.getuid?.()}`)
      await mkdir(temporary)
      await cp(inject('dataTemplate'), dataDir, { recursive: true })
      server = await startServer({ env: { DATA_DIR: dataDir, TMPDIR: temporary } })
    })
    afterAll(async () => {
      await server.dispose()
      await folder.remove()
    })

    test('has it under a hashed name in a folder of the temporary directory that nobody else may enter', async () => {
      expect(((await stat(own)).mode & 0o777).toString(8)).toBe('700')
      const [name, ...others] = await readdir(own)
      expect(others).toEqual([])
      expect(name).toMatch(/^[0-9a-f]{32}\.sock$/)
      expect(((await stat(join(own, name ?? ''))).mode & 0o777).toString(8)).toBe('600')
      expect(await readdir(server.env.DATA_DIR ?? '')).not.toContain('operator.sock')
      expect(await statusOf(server, await newKey(server, 'far away'))).toBe(200)
    })

    test('has none where others may enter that folder: the server says so and is as good without', async () => {
      const open = join(folder.path, 'open')
      await mkdir(join(open, `kaanha-${process.getuid?.()}`), { recursive: true, mode: 0o755 })
      await server.restart({ TMPDIR: open })
      await eventually(() => server.output().includes('no operator socket'))
      expect(await statusOf(server, server.key)).toBe(200)
      expect(await readdir(join(open, `kaanha-${process.getuid?.()}`))).toEqual([])
    })
  },
)

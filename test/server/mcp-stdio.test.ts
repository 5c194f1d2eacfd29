import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { snippets } from '../../src/mcp/snippets.js'
import { tools } from '../../src/mcp/tools.js'
import { freePort } from '../support/free-port.js'
import { inbound } from '../support/graph.js'
import { binPath, initialize, type Json, toolCall } from '../support/mcp.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'
import { runToEnd } from '../support/server-process.js'
import { within } from '../support/wait.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape; a wrong shape fails them.
type Answer = any

/** A host by hand: it writes lines, and keeps every line that comes back, whatever it is. */
function startHost(env: Record<string, string>, [command = '', ...args]: string[] = [binPath, 'mcp'], cwd = tmpdir()) {
  const child: ChildProcessWithoutNullStreams = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
  })
  const lines: string[] = []
  const waiting = new Map<unknown, (answer: Answer) => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    const message: Answer = JSON.parse(line)
    waiting.get(message.id)?.(message)
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const write = (message: unknown) =>
    child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`)
  return {
    lines,
    stderr: () => stderr,
    write,
    ask(message: Json & { id: number }): Promise<Answer> {
      const answer = new Promise((resolve) => waiting.set(message.id, resolve))
      write(message)
      return within(30_000, answer)
    },
    /** What a host does when it is done. */
    async leave() {
      child.stdin.end()
      return within(15_000, exited)
    },
  }
}

const list = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/list' })

describeServer('MCP over stdio', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())
  const env = (url = server.url) => ({ KAANHA_API_URL: url, KAANHA_API_KEY: server.key })

  test('writes nothing but JSON-RPC to stdout in a whole session: errors, nonsense, a server that dies and comes back', async () => {
    const host = startHost(env(`${server.url}/api/whatsapp-api/`))
    const phone = newPhone()
    await inbound(server, phone, 'Namaste')
    const begun = await host.ask(initialize)
    expect(begun.result).toMatchObject({ serverInfo: { name: 'kaanha' }, capabilities: { tools: {}, prompts: {} } })
    host.write({ jsonrpc: '2.0', method: 'notifications/initialized' })
    expect((await host.ask(list(1))).result.tools).toHaveLength(tools.length)
    expect((await host.ask(toolCall(2, 'get_contact', { phone }))).result.structuredContent).toMatchObject({ phone })

    host.write('not JSON')
    host.write({ jsonrpc: '2.0', id: 'x' })
    expect((await host.ask({ jsonrpc: '2.0', id: 3, method: 'no/such' })).error.code).toBe(-32601)
    expect((await host.ask(toolCall(4, 'no_such_tool'))).error.code).toBe(-32602)
    expect((await host.ask(toolCall(5, 'get_contact', { id: 1, more: 2 }))).result.isError).toBe(true)

    await server.kill()
    const away = (await host.ask(toolCall(6, 'get_contact', { phone }))).result
    expect(away).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: expect.stringMatching(/cannot be reached.*nothing was done/) }],
    })
    expect((await host.ask(list(7))).result.tools).toHaveLength(tools.length)
    await server.restart()
    expect((await host.ask(toolCall(8, 'get_contact', { phone }))).result.structuredContent).toMatchObject({ phone })

    expect(await host.leave()).toBe(0)
    for (const line of host.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' })
    expect(host.lines.length).toBeGreaterThanOrEqual(9)
  })

  test('answers initialize and tools/list where no server ever was, and a call with what is wrong', async () => {
    const host = startHost(env(`http://127.0.0.1:${await freePort()}`))
    expect((await host.ask(initialize)).result.protocolVersion).toBe('2025-06-18')
    expect((await host.ask(list(1))).result.tools).toHaveLength(tools.length)
    const called = (await host.ask(toolCall(2, 'list_contacts'))).result
    expect(called).toMatchObject({ isError: true, _meta: { 'kaanha/error': { code: 'INTERNAL' } } })
    expect((await host.ask({ jsonrpc: '2.0', id: 3, method: 'resources/list' })).error.message).toMatch(
      /cannot be reached/,
    )
    expect(await host.leave()).toBe(0)
  })

  test('a call whose answer was lost says that nobody knows what became of it', async () => {
    const host = startHost(env())
    await host.ask(initialize)
    await server.simulator('POST', '/faults', { latencyMs: 20_000 })
    const phone = newPhone()
    const { conversationId } = await inbound(server, phone, 'Namaste')
    const call = host.ask(toolCall(1, 'send_message', { to: phone, type: 'text', text: 'Cut', idempotencyKey: 'cut' }))
    await expect
      .poll(async () => (await server.rest('GET', `/messages?conversationId=${conversationId}`)).json.data[0].text, {
        timeout: 15_000,
      })
      .toBe('Cut')
    await server.kill()
    expect((await call).result.content[0].text).toMatch(/not known/)
    await server.restart()
    await server.simulator('POST', '/faults', { latencyMs: 0 })
    expect(await host.leave()).toBe(0)
  })

  test('`npm run --silent mcp` is the same, and begins without a key', async () => {
    const host = startHost({ KAANHA_API_URL: server.url }, ['npm', 'run', '--silent', 'mcp'], root)
    expect((await host.ask(initialize)).result.serverInfo.name).toBe('kaanha')
    expect((await host.ask(toolCall(1, 'list_contacts'))).result).toMatchObject({
      isError: true,
      _meta: { 'kaanha/error': { code: 'UNAUTHENTICATED' } },
    })
    expect(await host.leave()).toBe(0)
    expect(host.stderr()).toMatch(/KAANHA_API_KEY is not set/)
  })

  test('`--help` shows how each assistant is told of it; what it cannot use it says, and ends with 1', async () => {
    const { stdout, exitCode } = await runToEnd('cli/mcp', ['--help'], {})
    expect(exitCode).toBe(0)
    for (const { host, text } of snippets({ url: 'http://localhost:4000', bin: binPath })) {
      expect(stdout).toContain(`${host} (`)
      expect(stdout).toContain(text)
    }
    for (const [args, given] of [
      [['--nonsense'], {}],
      [[], { KAANHA_API_URL: 'ftp://example.com' }],
    ] as const) {
      const { exitCode, stdout, stderr } = await runToEnd('cli/mcp', [...args], given)
      expect([exitCode, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(/--help|KAANHA_API_URL/)
    }
  })
})

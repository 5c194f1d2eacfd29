import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { eventCursor, logSince, makeContacts } from '../support/live.js'
import { describeServer, eventually, startServer, type TestServer } from '../support/server.js'

const page = await readFile(new URL('../../docs/realtime.md', import.meta.url), 'utf8')
const programs = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, program]) => program ?? '')
const root = fileURLToPath(new URL('../..', import.meta.url))

describeServer('the programs of docs/realtime.md', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  test('are for graphql-ws and graphql-sse, and no longer than can be read at a glance', () => {
    expect(programs.map((program) => /createClient \} from '(.*)'/.exec(program)?.[1])).toEqual([
      'graphql-ws',
      'graphql-sse',
    ])
    for (const program of programs) expect(program.trimEnd().split('\n').length).toBeLessThan(18)
  })

  /** As printed; only the port is this server's. */
  function run(program: string, after: string): string[] {
    const text = program.replace('localhost:4000', new URL(server.url).host)
    const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
      cwd: root,
      env: { PATH: process.env.PATH, KEY: server.key, AFTER: after },
    })
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    })
    const lines: string[] = []
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      const parts = `${rest}${chunk}`.split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
    })
    return lines
  }

  test('go on where they were while the server is killed and stopped: every event once, in order', async () => {
    const after = await eventCursor(server)
    const printed = programs.map((program) => run(program, after))
    const cursors = (lines: string[]) => lines.map((line) => JSON.parse(line).cursor as string)
    for (const end of [() => server.kill(), () => server.stop()]) {
      const had = printed[0]?.length ?? 0
      await makeContacts(server, 6)
      await eventually(() => printed.every((lines) => lines.length >= had + 6))
      await end()
      await server.restart()
    }
    await makeContacts(server, 6)
    const log = (await logSince(server, after)).map(({ cursor }) => cursor)
    expect(log).toHaveLength(18)
    // The event that marks the end of the log comes, too.
    await eventually(() => printed.every((lines) => lines.length > log.length), 30_000)
    for (const lines of printed) expect(cursors(lines).slice(0, log.length)).toEqual(log)
  })
})

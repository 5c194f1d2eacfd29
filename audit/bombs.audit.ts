import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect } from 'vitest'
import { bombs } from '../test/support/bombs.js'
import { startServer, type TestServer } from '../test/support/server.js'
import { line } from './support/line.js'

/** Of one of them; an ordinary query of its size takes a tenth of it. */
const mostMs = 50
const repeats = 40

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { LOG_LEVEL: 'warn' } })
})
afterAll(() => server.dispose())

/** What the process has used of the CPU, all its threads together, in steps of 10 ms. */
function cpuMs(): number {
  const [, rest = ''] = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')
  const fields = rest.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const send = (body: string) =>
  server.call('POST', '/graphql', body, { 'content-type': 'application/json' }).then(({ json }) => json)

for (const [name, make] of Object.entries(bombs)) {
  line(name, async (show) => {
    // Each its own text, so that nothing remembered answers for it.
    for (let i = 0; i < 10; i++) await send(make(repeats + i))
    const before = cpuMs()
    for (let i = 0; i < repeats; i++) {
      const { errors } = await send(make(i))
      expect(errors[0].extensions.code).toBe('BAD_REQUEST')
    }
    const each = (cpuMs() - before) / repeats
    show(`refused in ${each.toFixed(1)} ms of CPU`)
    expect(each).toBeLessThan(mostMs)
  })
}

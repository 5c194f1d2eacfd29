import { afterAll, beforeAll, expect } from 'vitest'
import { attacks } from '../test/support/graphql-attacks.js'
import { startServer, type TestServer } from '../test/support/server.js'
import { line } from './support/line.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.dispose())

for (const [who, headers] of [
  ['without a key', { authorization: '' }],
  ['with a key', {}],
] as const) {
  line(`graphql-cop's attacks, ${who}`, async (show) => {
    const succeeded: string[] = []
    for (const { name, run, succeeds } of attacks) {
      if (succeeds(await run(server, headers))) succeeded.push(name)
    }
    show(`${succeeded.length} of ${attacks.length} succeed${succeeded.length > 0 ? `: ${succeeded.join(', ')}` : ''}`)
    // Whoever has a key may ask what there is, and may ask by GET: no cookie makes a browser ask for them.
    const allowed = who === 'with a key' ? ['field suggestions', 'introspection', 'queries by GET'] : []
    expect(succeeded).toEqual(allowed)
  })
}

import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, expect } from 'vitest'
import { startServer, type TestServer } from '../test/support/server.js'
import { line } from './support/line.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.dispose())

line('graphql-http audits, with a key', async (show) => {
  const audits = serverAudits({
    url: () => `${server.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${server.key}` } }),
  })
  let passed = 0
  for (const audit of audits) if ((await audit.fn()).status === 'ok') passed++
  show(`${passed} of ${audits.length}`)
  expect([passed, audits.length]).toEqual([61, 61])
})

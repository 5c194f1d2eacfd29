import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeServer, startServer, type TestServer } from '../support/server.js'

describeServer('GraphQL over HTTP', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const audits = serverAudits({
    url: () => `${server.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${server.key}` } }),
  })

  test('is audited in 61 points', () => {
    expect(audits).toHaveLength(61)
  })

  test.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const { status, ...rest } = await audit.fn()
    expect(status, JSON.stringify(rest)).toBe('ok')
  })
})

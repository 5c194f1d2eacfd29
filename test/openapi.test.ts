import { readFileSync } from 'node:fs'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { describe, expect, it } from 'vitest'
import { postmanCollection } from '../scripts/postman.mjs'
import { version } from '../src/core/version.js'
import { openApiDocument } from '../src/rest/openapi.js'
import { routes } from '../src/rest/routes.js'
import { openApiChecker } from './support/openapi-check.js'

const document = openApiDocument('http://localhost:4000', '1.0.0') as Parameters<typeof openApiChecker>[0]

describe('the OpenAPI document', () => {
  it('is without fault by the recommended rules', async () => {
    const config = await createConfig({
      extends: ['recommended'],
      // It names the server that it comes from, which is this machine where PUBLIC_URL says nothing else.
      rules: { 'no-server-example.com': 'off' },
    })
    const problems = await lintFromString({ source: JSON.stringify(document), config })
    expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([])
  })

  it('has every row of the table, the bytes of files and the ledgers', () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const rows = routes.map(({ method, path }) => `${method} /api/whatsapp-api${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(documented.sort()).toEqual(
      [...rows, 'GET /api/media/{mediaId}', 'GET /api/broadcasts/{broadcastId}/recipients.csv'].sort(),
    )
  })

  it('tells an answer that is not as it says', () => {
    const check = openApiChecker(document)
    const answer = { method: 'GET', path: '/api/whatsapp-api/status', status: 200 }
    const status = { connected: true, phoneNumber: null, connectionType: 'cloud_api', businessName: null }
    expect(check({ ...answer, json: status })).toBeNull()
    expect(check({ ...answer, json: { ...status, connected: 'yes' } })).toMatch(/connected must be boolean/)
    expect(check({ ...answer, json: { ...status, connected: undefined } })).toMatch(/required/)
    expect(check({ ...answer, status: 204, json: status })).toMatch(/does not speak/)
    expect(check({ ...answer, status: 401, json: { error: 'x' } })).toMatch(/required/)
  })
})

it('the Postman collection is what `npm run postman` makes of the document, and has every operation of it', () => {
  const text = readFileSync('docs/kaanha.postman_collection.json', 'utf8')
  const own = openApiDocument('http://localhost:4000', version)
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(postmanCollection(own))))
  const operations = Object.values(document.paths).flatMap((path) => Object.keys(path))
  expect(text.match(/"request": \{/g)).toHaveLength(operations.length)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumPath, openBrowser } from '../support/chromium.js'
import { describeServer, startServer, type TestServer } from '../support/server.js'

describeServer('the documentation of REST', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMIT_REQUESTS_PER_MINUTE: '3' } })
  })
  afterAll(() => server.dispose())

  test('is an OpenAPI document that needs no key, names this server and counts as no request', async () => {
    for (let i = 0; i < 5; i++) {
      const answer = await fetch(`${server.url}/api/whatsapp-api/openapi.json`)
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({
        openapi: '3.1.0',
        servers: [{ url: expect.stringMatching(/^http:\/\/localhost:\d+$/) }],
        paths: { '/api/whatsapp-api/send': { post: { requestBody: { required: true } } } },
      })
    }
    expect((await server.rest('GET', '/status')).headers.get('ratelimit-remaining')).toBe('2')
  })

  test.each([
    ['/docs', /^text\/html/],
    ['/docs/', /^text\/html/],
    ['/docs/start.js', /javascript/],
    ['/docs/swagger-ui-bundle.js', /javascript/],
    ['/docs/swagger-ui.css', /^text\/css/],
  ])('%s is there without a key', async (path, type) => {
    const answer = await fetch(server.url + path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(type)])
  })

  test('has no other file of the library', async () => {
    for (const path of ['package.json', 'swagger-initializer.js', 'index.html', '..%2fpackage.json']) {
      expect((await fetch(`${server.url}/docs/${path}`)).status).toBe(404)
    }
  })

  test.skipIf(!chromiumPath)(
    'opens in a browser, tries a call out with a key, and asks nobody else for anything',
    async () => {
      const { context, close } = await openBrowser()
      try {
        const page = await context.newPage()
        const asked: string[] = []
        const faults: string[] = []
        page.on('request', (request) => asked.push(request.url()))
        page.on('pageerror', (error) => faults.push(error.message))
        page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
        await page.goto(`${server.url.replace('127.0.0.1', 'localhost')}/docs`)
        await page.getByText('Contacts, newest first.').waitFor()

        await page.getByRole('button', { name: 'Authorize' }).first().click()
        await page.locator('.auth-container input').fill(server.key)
        await page.locator('.auth-btn-wrapper button[type=submit]').click()
        await page.locator('.auth-btn-wrapper button.btn-done').click()
        await page.locator('#operations-Connection-getStatus').getByRole('button').first().click()
        await page.getByRole('button', { name: 'Try it out' }).click()
        await page.getByRole('button', { name: 'Execute' }).click()
        await page.locator('.live-responses-table').getByText('"connected": true').first().waitFor()

        expect(asked.filter((url) => !/^(http:\/\/localhost|data:|blob:)/.test(url))).toEqual([])
        expect(faults).toEqual([])
      } finally {
        await close()
      }
    },
  )
})

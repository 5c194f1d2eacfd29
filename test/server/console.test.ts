import { readdirSync, statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../support/chromium.js'
import { type ConsoleBrowser, openConsole } from '../support/console.js'
import { describeServer, startServer, type TestServer } from '../support/server.js'

const html = { accept: 'text/html' }

describeServer('the console', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const session = (method: string, headers: Record<string, string> = {}, body?: object) =>
    fetch(`${server.url}/console/session`, {
      method,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  const own = () => ({ origin: server.url, 'x-kaanha-console': '1' })
  async function signedIn(): Promise<string> {
    const answer = await session('POST', own(), { key: server.key })
    expect(answer.status).toBe(204)
    return answer.headers.getSetCookie()[0] ?? ''
  }
  const viewer = JSON.stringify({ query: '{ viewer { organization { slug } } }' })
  const ask = (headers: Record<string, string>) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: viewer,
    })

  test('is a page at every address that nothing else answers, to browsers alone', async () => {
    for (const path of ['/', '/inbox', '/settings/webhooks', '/nothing']) {
      const page = await fetch(server.url + path, { headers: html })
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(page.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-/,
      )
      expect((await fetch(server.url + path)).status).toBe(404)
    }
    expect((await fetch(`${server.url}/api/nothing`, { headers: html })).status).toBe(401)
  })

  test('has files that never change, compressed when they were built: together less than 300 kB', async () => {
    const page = await (await fetch(server.url, { headers: html })).text()
    const files = [...page.matchAll(/"(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path)
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) {
      const answer = await fetch(server.url + file, { headers: { 'accept-encoding': 'br' } })
      expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, 'br'])
      expect(answer.headers.get('cache-control')).toBe('public,max-age=31536000,immutable')
    }
    const folder = new URL('../../dist/console/assets/', import.meta.url)
    const sizes = readdirSync(folder).flatMap((name) =>
      name.endsWith('.br') ? statSync(new URL(name, folder)).size : [],
    )
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000)
    expect((await fetch(`${server.url}/assets/none.js`)).status).toBe(404)
    expect((await fetch(`${server.url}/assets/..%2findex.html`)).status).toBe(404)
  })

  test('keeps the key in a cookie that no script reads, and of which nothing can be read', async () => {
    const cookie = await signedIn()
    expect(cookie).toMatch(/^kaanha_session=[\w-]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(Buffer.from(cookie.split(/[=;]/)[1] ?? '', 'base64url').toString('latin1')).not.toContain('kaanha_')
    const answer = await ask({ cookie, ...own() })
    expect(await answer.json()).toMatchObject({ data: { viewer: { organization: { slug: 'demo' } } } })
    expect(await (await session('GET', { cookie })).json()).toMatchObject({ signedIn: true })
    const out = await session('DELETE', { cookie, ...own() })
    expect([out.status, out.headers.getSetCookie()[0]]).toEqual([204, expect.stringContaining('Max-Age=0')])
  })

  test('takes its cookie from its own page alone', async () => {
    const cookie = await signedIn()
    const refused: Record<string, string>[] = [
      { cookie },
      { cookie, origin: server.url },
      { cookie, 'x-kaanha-console': '1' },
      { cookie, ...own(), origin: 'https://evil.example' },
      { cookie, ...own(), 'sec-fetch-site': 'cross-site' },
      { cookie: 'kaanha_session=AQlrMDdkOTZlYTW', ...own() },
    ]
    for (const headers of refused) expect([headers, (await ask(headers)).status]).toEqual([headers, 401])
    expect(
      (await session('POST', { origin: 'https://evil.example', 'x-kaanha-console': '1' }, { key: server.key })).status,
    ).toBe(403)
    expect((await fetch(`${server.url}/api/whatsapp-api/status`, { headers: { cookie, ...own() } })).status).toBe(401)
  })

  test('refuses a wrong key, and one that was revoked meanwhile', async () => {
    const wrong = await session('POST', own(), { key: 'kaanha_wrong' })
    expect([wrong.status, await wrong.json()]).toEqual([401, expect.objectContaining({ code: 'UNAUTHENTICATED' })])
    const { stdout } = await server.operator('keys', 'create', '--org', 'demo', '--name', 'short-lived')
    const cookie = (await session('POST', own(), { key: stdout.trim() })).headers.getSetCookie()[0] ?? ''
    const { data } = await server.graphql('{ apiKeys { nodes { id name } } }')
    const id = data.apiKeys.nodes.find((key: { name: string }) => key.name === 'short-lived').id
    await server.graphql('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', { id })
    expect((await ask({ cookie, ...own() })).status).toBe(401)
    expect(await (await session('GET', { cookie })).json()).toMatchObject({ signedIn: false })
  })

  describe.skipIf(!chromiumPath)('in a browser (needs Chromium)', () => {
    let browser: ConsoleBrowser
    beforeAll(async () => {
      browser = await openConsole(server, { expected: /status of 401/ })
    })
    afterAll(() => browser?.close())

    test('signs in with a key, stays signed in over a reload, shows every section, and signs out', async () => {
      const { page } = browser
      await page.goto(`${browser.url}/templates`)
      await browser.expectAccessible('sign-in')
      await page.getByLabel('API key').fill('kaanha_wrong')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('This is not an API key.').waitFor()
      await browser.signIn('/templates')
      await page.reload()
      await page.getByRole('heading', { name: 'Templates', level: 1 }).waitFor()
      await browser.screenshot('shell')
      const sections = page.getByRole('navigation', { name: 'Console' }).getByRole('link')
      expect(await sections.allInnerTexts()).toEqual([
        'Inbox',
        'Broadcasts',
        'Templates',
        'Analytics',
        'Phone',
        'Connection',
        'Settings',
      ])
      expect(
        await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])'),
      ).not.toContain('kaanha')
      await page.getByRole('button', { name: 'Account and appearance' }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.getByLabel('API key').waitFor()
      browser.expectClean()
    })
  })
})

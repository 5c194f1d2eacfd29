import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isApiKey } from '../../src/core/key-format.js'
import { bearer, refusal } from '../support/graph.js'
import {
  collect,
  describeServer,
  eventually,
  newPhone,
  startServer,
  store,
  type TestServer,
} from '../support/server.js'

const viewer = '{ viewer { key { name } scopes organization { slug plan consentPolicy } } }'

describeServer('the operator’s commands', () => {
  let server: TestServer
  let shortLived: string
  beforeAll(async () => {
    server = await startServer()
    await server.operator('orgs', 'create', '--slug', 'acme', '--name', 'Acme Corp')
    const expires = new Date(Date.now() + 15_000).toISOString()
    shortLived = await newKey('--name', 'short-lived', '--expires', expires)
    expect((await status(shortLived)).status).toBe(200)
  })
  afterAll(() => server.dispose())

  const status = (key: string) => server.rest('GET', '/status', undefined, bearer(key))

  /** A key of acme: the secret alone on stdout, nothing else. */
  async function newKey(...options: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await server.operator('keys', 'create', '--org', 'acme', ...options)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^kaanha_\w{36}\n$/)
    expect(isApiKey(stdout.trim())).toBe(true)
    return stdout.trim()
  }

  /** The columns of a key's line: id, prefix, state, use, scopes, name. */
  async function lineOf(name: string): Promise<string[]> {
    const { stdout } = await server.operator('keys', 'list', '--org', 'acme')
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
    return rows.find((row) => row.at(-1) === name) ?? []
  }

  /** Over a WebSocket: the data of a query, or the code it was closed or refused with. */
  async function askOverSocket(key: string, query: string): Promise<unknown> {
    const ws = server.wsClient({ key })
    const { items, errors, ended } = collect(ws, query)
    await ended
    await ws.dispose()
    const [error] = errors as { code?: number; extensions?: { code: string } }[]
    return error ? (error.extensions?.code ?? error.code) : items[0]
  }

  test('an organization is made, shown, listed and changed, a line of columns each', async () => {
    const made = await server.operator('orgs', 'create', '--slug', 'other', '--name', 'Other & Söhne', '--plan', 'PRO')
    expect(made).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^org_\w{26}\tother\tPRO\tENFORCED\tOther & Söhne\n$/),
      stderr: '',
    })
    const updated = await server.operator(
      'orgs',
      'update',
      'other',
      '--plan',
      'GROWTH',
      '--consent-policy',
      'ALLOW_UNKNOWN',
    )
    expect(updated.stdout).toBe(made.stdout.replace('PRO\tENFORCED', 'GROWTH\tALLOW_UNKNOWN'))
    const listed = (await server.operator('orgs', 'list')).stdout.trimEnd().split('\n')
    expect(listed.map((line) => line.split('\t').slice(1, 4).join(' '))).toEqual([
      'acme GROWTH ENFORCED',
      'demo PRO ENFORCED',
      'other GROWTH ALLOW_UNKNOWN',
    ])
  })

  test('what an organization is changed to holds from the next request on', async () => {
    const key = await newKey('--name', 'observer')
    const organization = async () => (await server.graphql(viewer, {}, bearer(key))).data.viewer.organization
    expect(await organization()).toEqual({ slug: 'acme', plan: 'GROWTH', consentPolicy: 'ENFORCED' })
    await server.operator('orgs', 'update', 'acme', '--plan', 'PRO', '--consent-policy', 'ALLOW_UNKNOWN')
    expect(await organization()).toEqual({ slug: 'acme', plan: 'PRO', consentPolicy: 'ALLOW_UNKNOWN' })
  })

  test('a new key may do everything in its own organization and sees no other', async () => {
    const key = await newKey('--name', 'everything')
    const { data } = await server.graphql(viewer, {}, bearer(key))
    expect(data.viewer).toMatchObject({ key: { name: 'everything' }, scopes: ['*'], organization: { slug: 'acme' } })
    const phone = newPhone()
    expect((await server.rest('POST', '/contacts', { phone }, bearer(key))).status).toBe(201)
    expect((await server.rest('GET', '/contacts')).json.data).toEqual([])
  })

  test('scopes hold at every door, and a refusal names the one that is missing', async () => {
    const key = await newKey('--name', 'reader', '--scopes', 'contacts:read, messages:read')
    expect((await server.rest('GET', '/contacts', undefined, bearer(key))).status).toBe(200)
    expect((await status(key)).status).toBe(200)
    const refused = await server.rest('POST', '/contacts', { phone: newPhone() }, bearer(key))
    expect(refused).toMatchObject({
      status: 403,
      json: { code: 'FORBIDDEN', error: expect.stringContaining('contacts:write') },
    })
    const mutation = `mutation { createContact(input: { phone: "${newPhone()}" }) { contact { id } } }`
    expect(await refusal(server, mutation, {}, bearer(key))).toMatchObject({ code: 'FORBIDDEN' })
    expect(await askOverSocket(key, mutation)).toBe('FORBIDDEN')
    expect(await askOverSocket(key, '{ contacts { totalCount } }')).toHaveProperty('contacts.totalCount')
    expect((await lineOf('reader'))[4]).toBe('contacts:read,messages:read')
  })

  test('the list shows of a key when it was last used, and never the secret', async () => {
    const key = await newKey('--name', 'seen')
    expect((await lineOf('seen')).slice(1, 5)).toEqual([key.slice(0, 11), 'active', 'never used', '*'])
    await status(key)
    await eventually(async () => /^used \d{4}-\d\d-\d\dT/.test((await lineOf('seen'))[3] ?? ''))
    const { stdout } = await server.operator('keys', 'list')
    for (const secret of [key, server.key]) expect(stdout).not.toContain(secret)
    expect(stdout).toContain(server.key.slice(0, 11))
  })

  test('a revoked key is refused at once, by REST, GraphQL and WebSocket, and on a socket that it had opened', async () => {
    const key = await newKey('--name', 'leaked')
    const ws = server.wsClient({ key })
    const before = collect(ws, '{ viewer { scopes } }')
    await before.ended
    expect(before.errors).toEqual([])
    const open = collect(ws, 'subscription { messages { cursor } }')

    const [id = ''] = await lineOf('leaked')
    const revoked = await server.operator('keys', 'revoke', id)
    expect(revoked).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('\trevoked\t') })
    expect((await server.operator('keys', 'revoke', id)).stdout).toContain('\trevoked\t')

    expect(await status(key)).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } })
    expect(await refusal(server, viewer, {}, bearer(key))).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await askOverSocket(key, viewer)).toBe(4403)
    const after = collect(ws, '{ viewer { scopes } }')
    await after.ended
    expect(after.items).toEqual([])
    expect(after.errors).not.toEqual([])
    await open.stop()
    await ws.dispose()
  })

  test('npm run --silent prints the secret alone', async () => {
    const npm = spawn('npm', ['run', '--silent', 'keys', '--', 'create', '--org', 'acme', '--name', 'by npm'], {
      env: { ...process.env, ...server.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(npm, 'exit')
    const stdout = await text(npm.stdout)
    expect(await ended).toEqual([0, null])
    expect(stdout).toMatch(/^kaanha_\w{36}\n$/)
    expect((await status(stdout.trim())).status).toBe(200)
  })

  // The same words through the same commands on either store, and each a process of its own.
  test.runIf(store === 'embedded').each<[string, string[], RegExp]>([
    ['a taken slug', ['orgs', 'create', '--slug', 'demo', '--name', 'x'], /"demo" already/],
    ['a slug of other signs', ['orgs', 'create', '--slug', 'A b', '--name', 'x'], /slug: must be/],
    ['no name', ['orgs', 'create', '--slug', 'x'], /name: is required/],
    [
      'an unknown plan',
      ['orgs', 'create', '--slug', 'x', '--name', 'x', '--plan', 'FREE'],
      /plan: must be GROWTH or PRO/,
    ],
    ['an unknown policy', ['orgs', 'update', 'demo', '--consent-policy', 'NONE'], /consentPolicy: must be/],
    ['an organization that is none', ['orgs', 'update', 'nobody', '--plan', 'PRO'], /No such organization "nobody"/],
    ['a key of no organization', ['keys', 'create', '--name', 'x'], /org: is required/],
    ['a key of an unknown one', ['keys', 'create', '--org', 'nobody', '--name', 'x'], /No such organization "nobody"/],
    ['a key without a name', ['keys', 'create', '--org', 'demo'], /name: is required/],
    [
      'a key with an unknown scope',
      ['keys', 'create', '--org', 'demo', '--name', 'x', '--scopes', 'contacts:all'],
      /scopes: .*contacts:read.*not contacts:all/,
    ],
    [
      'a key with no scope',
      ['keys', 'create', '--org', 'demo', '--name', 'x', '--scopes', ' , '],
      /scopes: must name at least one/,
    ],
    [
      'a key that ended before',
      ['keys', 'create', '--org', 'demo', '--name', 'x', '--expires', '2020-01-01T00:00:00Z'],
      /expiresAt: must lie in the future/,
    ],
    [
      'a key that ends at no time',
      ['keys', 'create', '--org', 'demo', '--name', 'x', '--expires', 'tomorrow'],
      /expiresAt: must be a time/,
    ],
    ['a revoked stranger', ['keys', 'revoke', 'key_00000000000000000000000000'], /No such API key/],
    ['a revoked nothing', ['keys', 'revoke', 'everything'], /No such/],
    [
      'an unknown option',
      ['keys', 'create', '--org', 'demo', '--nmae', 'x'],
      /Unknown option '--nmae'; use npm run keys -- create/,
    ],
    ['a word too many', ['keys', 'list', 'demo'], /"demo" is too much; use npm run keys -- list/],
    ['a word too few', ['keys', 'revoke'], /a word is missing; use npm run keys -- revoke ID/],
  ])('%s is one clear line on stderr, and nothing on stdout', async (_, words, reason) => {
    const { exitCode, stdout, stderr } = await server.operator(...words)
    expect(stderr).toMatch(/^[^\n]+\n$/)
    expect(stderr).toMatch(reason)
    expect(stderr.startsWith(`${words.slice(0, 2).join(' ')}: `)).toBe(true)
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: stderr.includes('; use ') ? 2 : 1 })
  })

  test('no command, or none that exists, prints how to use them, and made nothing', async () => {
    const { exitCode, stdout, stderr } = await server.operator('keys')
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^usage:\n( {2}npm run keys -- .*\n){3}$/)
    expect((await server.operator('orgs', 'list')).stdout.trimEnd().split('\n')).toHaveLength(3)
  })

  test('a key that has expired is refused at once, by REST, GraphQL and WebSocket', async () => {
    await eventually(async () => (await status(shortLived)).status === 401, 20_000)
    expect((await status(shortLived)).json).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await refusal(server, viewer, {}, bearer(shortLived))).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await askOverSocket(shortLived, viewer)).toBe(4403)
    expect((await lineOf('short-lived'))[2]).toMatch(/^expired \d{4}/)
  })
})

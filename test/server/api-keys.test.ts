import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, bearer, expectWalks, givenPageArgs, pageArgs, pageFields, refusal } from '../support/graph.js'
import { collect, describeServer, eventually, startServer, type TestServer } from '../support/server.js'

const createMutation = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    secret apiKey { id name prefix scopes expiresAt lastUsedAt revokedAt replacedById createdAt }
  }
}`
const revokeMutation = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id revokedAt } } }'
const rotateMutation = `mutation ($id: ID!, $overlap: Int) {
  rotateApiKey(input: { id: $id, overlapSeconds: $overlap }) {
    secret apiKey { id name scopes expiresAt } previous { id expiresAt replacedById revokedAt }
  }
}`
const viewer = '{ viewer { key { id } } }'
const nobodys = 'key_01h455vb4pex5vsknk084sn02q'
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

type Made = { secret: string; id: string }

describeServer('API keys by GraphQL', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  let organizations = 0
  /** An organization of its own, whose only key may do everything. */
  const newOrganization = () => server.newOrganization(`keys-${++organizations}`)
  const idOf = async (key: string): Promise<string> => (await ask(server, viewer, {}, bearer(key))).viewer.key.id
  async function create(by: string, input: Record<string, unknown>): Promise<Made> {
    const { createApiKey } = await ask(server, createMutation, { input }, bearer(by))
    return { secret: createApiKey.secret, id: createApiKey.apiKey.id }
  }
  const refuse = (by: string, query: string, variables: Record<string, unknown>) =>
    refusal(server, query, variables, bearer(by))
  const log = async (by: string) =>
    (
      await ask(
        server,
        '{ auditLog { nodes { id actorKeyId actorName action subjectId details at } } }',
        {},
        bearer(by),
      )
    ).auditLog.nodes

  test('a key is made, works at once, and its secret is shown this once', async () => {
    const owner = await newOrganization()
    const expiresAt = inHours(1)
    const { createApiKey } = await ask(
      server,
      createMutation,
      { input: { name: 'Reports', scopes: ['contacts:read', 'messages:read', 'contacts:read'], expiresAt } },
      bearer(owner),
    )
    const { secret, apiKey } = createApiKey
    expect(secret).toMatch(/^kaanha_[0-9A-Za-z]{36}$/)
    expect(apiKey).toEqual({
      id: expect.stringMatching(/^key_\w{26}$/),
      name: 'Reports',
      prefix: secret.slice(0, 11),
      scopes: ['contacts:read', 'messages:read'],
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
      replacedById: null,
      createdAt: expect.stringMatching(/^\d{4}-/),
    })
    const seen = await ask(server, '{ viewer { key { id } scopes } contacts { totalCount } }', {}, bearer(secret))
    expect(seen.viewer).toEqual({ key: { id: apiKey.id }, scopes: ['contacts:read', 'messages:read'] })
    const listed = await server.graphql(
      '{ apiKeys { nodes { id name prefix scopes expiresAt lastUsedAt revokedAt createdAt } } }',
      {},
      bearer(owner),
    )
    expect(listed.data.apiKeys.nodes.map(({ name }: { name: string }) => name)).toEqual(['Reports', 'test'])
    expect(JSON.stringify(listed)).not.toContain(secret)
    const node = await ask(
      server,
      'query ($id: ID!) { node(id: $id) { ... on ApiKey { name } } }',
      { id: apiKey.id },
      bearer(owner),
    )
    expect(node.node).toEqual({ name: 'Reports' })
  })

  test('the list is walked from both ends, and is of the own organization alone', async () => {
    const owner = await newOrganization()
    const made = [await idOf(owner)]
    for (let n = 0; n < 6; n++) made.unshift((await create(owner, { name: `Key ${n}`, scopes: ['contacts:read'] })).id)
    const query = `query (${pageArgs}) { apiKeys(${givenPageArgs}) { ${pageFields} } }`
    await expectWalks(made, 3, async (args) => (await ask(server, query, args, bearer(owner))).apiKeys)
    const logs = `query (${pageArgs}) { auditLog(${givenPageArgs}) { ${pageFields} } }`
    const whole = (await log(owner)).map(({ id }: { id: string }) => id)
    await expectWalks(whole, 3, async (args) => (await ask(server, logs, args, bearer(owner))).auditLog)
    expect((await ask(server, '{ apiKeys { totalCount } }', {}, bearer(owner))).apiKeys.totalCount).toBe(7)
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['no scope', { name: 'x', scopes: [] }, 'scopes'],
    ['an unknown scope', { name: 'x', scopes: ['contacts:read', 'contacts:all'] }, 'scopes.1'],
    ['no name', { name: '', scopes: ['*'] }, 'name'],
    ['a name of spaces', { name: '  ', scopes: ['*'] }, 'name'],
    ['a name of 101 characters', { name: 'x'.repeat(101), scopes: ['*'] }, 'name'],
    ['an end in the past', { name: 'x', scopes: ['*'], expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['an end that is no time', { name: 'x', scopes: ['*'], expiresAt: 'tomorrow' }, 'expiresAt'],
  ])('%s is BAD_REQUEST, with its place', async (_, input, path) => {
    expect(await refuse(server.key, createMutation, { input })).toMatchObject({
      code: 'BAD_REQUEST',
      details: [{ path }],
    })
  })

  test('a name of 100 characters is good', async () => {
    expect(await create(server.key, { name: 'x'.repeat(100), scopes: ['contacts:read'] })).toHaveProperty('secret')
  })

  describe('a key that may not do everything', () => {
    let owner: string
    let manager: Made
    beforeAll(async () => {
      owner = await newOrganization()
      manager = await create(owner, { name: 'Manager', scopes: ['keys:manage', 'contacts:read'] })
    })

    test('hands out what it has', async () => {
      const made = await create(manager.secret, { name: 'Child', scopes: ['contacts:read'] })
      expect(await idOf(made.secret)).toBe(made.id)
    })

    test('hands out nothing that it lacks, which is named, and not everything', async () => {
      const input = { name: 'x', scopes: ['contacts:read', 'contacts:write', 'messages:send'] }
      const { errors } = await server.graphql(createMutation, { input }, bearer(manager.secret))
      expect(errors?.[0]).toMatchObject({
        extensions: { code: 'FORBIDDEN' },
        message: expect.stringMatching(/lacks the scopes contacts:write, messages:send,/),
      })
      const everything = { input: { name: 'x', scopes: ['*'] } }
      expect(await refuse(manager.secret, createMutation, everything)).toMatchObject({ code: 'FORBIDDEN' })
    })

    test('gets no stronger key by rotating one', async () => {
      const id = await idOf(owner)
      expect(await refuse(manager.secret, rotateMutation, { id })).toMatchObject({ code: 'FORBIDDEN' })
      expect(await idOf(owner)).toBe(id)
    })

    test('without keys:manage neither sees, makes, rotates nor revokes any', async () => {
      const { secret } = await create(owner, { name: 'Reader', scopes: ['contacts:read'] })
      const input = { name: 'x', scopes: ['contacts:read'] }
      for (const [query, variables] of [
        ['{ apiKeys { totalCount } }', {}],
        ['{ auditLog { totalCount } }', {}],
        [createMutation, { input }],
        [rotateMutation, { id: manager.id }],
        [revokeMutation, { id: manager.id }],
        ['query ($id: ID!) { node(id: $id) { id } }', { id: manager.id }],
      ] as const) {
        expect(await refuse(secret, query, variables)).toMatchObject({ code: 'FORBIDDEN' })
      }
    })
  })

  test("another organization's key is as one that nobody has", async () => {
    const owner = await newOrganization()
    const foreign = await idOf(server.key)
    for (const query of [revokeMutation, rotateMutation]) {
      for (const id of [foreign, nobodys, 'nonsense']) {
        expect(await refuse(owner, query, { id })).toEqual({ code: 'NOT_FOUND' })
      }
    }
    const node = await ask(server, 'query ($id: ID!) { node(id: $id) { id } }', { id: foreign }, bearer(owner))
    expect(node.node).toBeNull()
    expect(await idOf(server.key)).toBe(foreign)
  })

  test('a revoked key is refused at once, and closes the socket and the stream that it had open', async () => {
    const owner = await newOrganization()
    const leaked = await create(owner, { name: 'Leaked', scopes: ['contacts:read', 'messages:read'] })
    const ws = server.wsClient({ key: leaked.secret })
    const sse = server.sseClient({ key: leaked.secret })
    const closed = new Promise<number>((resolve) => {
      ws.on('closed', (event) => resolve((event as { code: number }).code))
    })
    const query = 'subscription { events { cursor type } }'
    const overSocket = collect(ws, query)
    const overStream = collect(sse, query)
    const contact = 'mutation ($phone: String!) { createContact(input: { phone: $phone }) { contact { id } } }'
    let n = 0
    await eventually(async () => {
      await ask(server, contact, { phone: `+9197${String(++n).padStart(8, '0')}` }, bearer(owner))
      return overSocket.items.length > 0 && overStream.items.length > 0
    })

    const { revokeApiKey } = await ask(server, revokeMutation, { id: leaked.id }, bearer(owner))
    expect(revokeApiKey.apiKey).toEqual({ id: leaked.id, revokedAt: expect.stringMatching(/^\d{4}-/) })
    expect(await refuse(leaked.secret, viewer, {})).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await closed).toBe(4403)
    await overStream.ended
    await overSocket.ended
    await ws.dispose()

    // A second time changes nothing, and is not noted again.
    const again = await ask(server, revokeMutation, { id: leaked.id }, bearer(owner))
    expect(again.revokeApiKey.apiKey.revokedAt).toBe(revokeApiKey.apiKey.revokedAt)
    const revocations = (await log(owner)).filter(({ action }: { action: string }) => action === 'API_KEY_REVOKED')
    expect(revocations).toEqual([
      expect.objectContaining({ subjectId: leaked.id, actorKeyId: await idOf(owner), details: { name: 'Leaked' } }),
    ])
  })

  describe('rotation', () => {
    test('makes a key alike, and both work until the overlap is over', async () => {
      const owner = await newOrganization()
      const expiresAt = inHours(48)
      const old = await create(owner, { name: 'Shop', scopes: ['contacts:read', 'messages:read'], expiresAt })
      const before = Date.now()
      const { rotateApiKey } = await ask(server, rotateMutation, { id: old.id, overlap: 3600 }, bearer(owner))
      const { apiKey, secret, previous } = rotateApiKey
      expect(apiKey).toMatchObject({ name: 'Shop', scopes: ['contacts:read', 'messages:read'], expiresAt })
      expect(previous).toMatchObject({ id: old.id, replacedById: apiKey.id, revokedAt: null })
      const endsInMs = new Date(previous.expiresAt).getTime() - before
      expect(endsInMs).toBeGreaterThanOrEqual(3_600_000 - 1)
      expect(endsInMs).toBeLessThan(3_600_000 + 60_000)
      expect(secret).not.toBe(old.secret)
      expect(await idOf(old.secret)).toBe(old.id)
      expect(await idOf(secret)).toBe(apiKey.id)

      // Its successor is rotated next, not the old one a second time.
      const again = await server.graphql(rotateMutation, { id: old.id }, bearer(owner))
      expect(again.errors?.[0]).toMatchObject({
        extensions: { code: 'CONFLICT' },
        message: expect.stringContaining(apiKey.id),
      })
    })

    test('without an overlap ends the old key at once, also where it is the key of the request', async () => {
      const owner = await newOrganization()
      const id = await idOf(owner)
      const { rotateApiKey } = await ask(server, rotateMutation, { id, overlap: 0 }, bearer(owner))
      expect(await refuse(owner, viewer, {})).toMatchObject({ code: 'UNAUTHENTICATED' })
      expect(await refuse(rotateApiKey.secret, rotateMutation, { id })).toMatchObject({ code: 'CONFLICT' })
      expect(await idOf(rotateApiKey.secret)).toBe(rotateApiKey.apiKey.id)
    })

    test('never makes the old key last longer than it would have', async () => {
      const owner = await newOrganization()
      const expiresAt = inHours(1)
      const { id } = await create(owner, { name: 'Short', scopes: ['contacts:read'], expiresAt })
      const { rotateApiKey } = await ask(server, rotateMutation, { id, overlap: 86_400 }, bearer(owner))
      expect(rotateApiKey.previous.expiresAt).toBe(expiresAt)
    })

    test.each([-1, 2_592_001])('takes no overlap of %d seconds', async (overlap) => {
      const id = await idOf(server.key)
      expect(await refuse(server.key, rotateMutation, { id, overlap })).toMatchObject({
        code: 'BAD_REQUEST',
        details: [{ path: 'overlapSeconds' }],
      })
    })

    test('of a revoked key is CONFLICT', async () => {
      const owner = await newOrganization()
      const { id } = await create(owner, { name: 'Gone', scopes: ['contacts:read'] })
      await ask(server, revokeMutation, { id }, bearer(owner))
      expect(await refuse(owner, rotateMutation, { id })).toMatchObject({ code: 'CONFLICT' })
    })
  })

  describe('the last key that can manage keys', () => {
    test('cannot be revoked, until there is another', async () => {
      const owner = await newOrganization()
      const id = await idOf(owner)
      await create(owner, { name: 'Reader', scopes: ['contacts:read'] })
      const refused = await server.graphql(revokeMutation, { id }, bearer(owner))
      expect(refused.errors?.[0]).toMatchObject({
        extensions: { code: 'CONFLICT' },
        message: expect.stringMatching(/last key that can manage keys/),
      })
      expect(await idOf(owner)).toBe(id)
      const manager = await create(owner, { name: 'Manager', scopes: ['keys:manage'] })
      await ask(server, revokeMutation, { id }, bearer(owner))
      expect(await refuse(manager.secret, revokeMutation, { id: manager.id })).toMatchObject({ code: 'CONFLICT' })
    })

    test('is not saved by one that is about to end because it was rotated', async () => {
      const owner = await newOrganization()
      const id = await idOf(owner)
      const { rotateApiKey } = await ask(server, rotateMutation, { id, overlap: 3600 }, bearer(owner))
      const successor = rotateApiKey.apiKey.id
      expect(await refuse(owner, revokeMutation, { id: successor })).toMatchObject({ code: 'CONFLICT' })
      await ask(server, revokeMutation, { id }, bearer(owner))
      expect(await idOf(rotateApiKey.secret)).toBe(successor)
    })

    test('is left when two revoke each other at once', async () => {
      const owner = await newOrganization()
      const second = await create(owner, { name: 'Second', scopes: ['*'] })
      const id = await idOf(owner)
      const answers = await Promise.all([
        server.graphql(revokeMutation, { id: second.id }, bearer(owner)),
        server.graphql(revokeMutation, { id }, bearer(second.secret)),
      ])
      const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK')
      // The one that comes later finds itself the last, or its own key revoked already.
      expect(codes.filter((code) => code === 'OK')).toHaveLength(1)
      expect(codes.join()).toMatch(/CONFLICT|UNAUTHENTICATED/)
    })
  })

  test('the audit log says who did what, the operator too', async () => {
    const owner = await newOrganization()
    const ownerId = await idOf(owner)
    const made = await create(owner, { name: 'Shop', scopes: ['contacts:read'] })
    const { rotateApiKey } = await ask(server, rotateMutation, { id: made.id, overlap: 60 }, bearer(owner))
    await server.operator('keys', 'revoke', made.id)
    const entries = await log(owner)
    expect(entries).toEqual([
      {
        id: expect.stringMatching(/^aud_\w{26}$/),
        actorKeyId: null,
        actorName: 'operator',
        action: 'API_KEY_REVOKED',
        subjectId: made.id,
        details: { name: 'Shop' },
        at: expect.any(String),
      },
      {
        id: expect.any(String),
        actorKeyId: ownerId,
        actorName: 'test',
        action: 'API_KEY_ROTATED',
        subjectId: made.id,
        details: {
          name: 'Shop',
          replacedById: rotateApiKey.apiKey.id,
          endsAt: rotateApiKey.previous.expiresAt,
        },
        at: expect.any(String),
      },
      expect.objectContaining({
        actorKeyId: ownerId,
        action: 'API_KEY_CREATED',
        subjectId: made.id,
        details: { name: 'Shop', scopes: ['contacts:read'], expiresAt: null },
      }),
      expect.objectContaining({
        actorKeyId: null,
        actorName: 'operator',
        action: 'API_KEY_CREATED',
        subjectId: ownerId,
        details: { name: 'test', scopes: ['*'], expiresAt: null },
      }),
    ])
    for (const secret of [owner, made.secret, rotateApiKey.secret])
      expect(JSON.stringify(entries)).not.toContain(secret)
    const node = await ask(
      server,
      'query ($id: ID!) { node(id: $id) { __typename } }',
      { id: entries[0].id },
      bearer(owner),
    )
    expect(node.node).toEqual({ __typename: 'AuditEntry' })
    const foreign = await ask(server, 'query ($id: ID!) { node(id: $id) { id } }', { id: entries[0].id })
    expect(foreign.node).toBeNull()
  })
})

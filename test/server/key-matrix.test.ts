import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateApiKey } from '../../src/core/key-format.js'
import { type NamedScope, scopes } from '../../src/core/scopes.js'
import { ask, bearer, inbound } from '../support/graph.js'
import { callTool, connectMcp } from '../support/mcp.js'
import { consentingContact } from '../support/rest.js'
import { collect, describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'
import { type Ids, nobodys, operations } from '../support/tenant-probes.js'

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))
const named = Object.keys(scopes) as NamedScope[]

/** The scopes of which one is enough, as the contract says at the field; null: any key. */
function neededBy(name: string): string[] | null {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const [field] = roots.flatMap((type) => type?.getFields()[name] ?? [])
  const [, says] = /(?:^|\n)(?:Scope: (.*)|Any key)\.$/.exec(field?.description ?? 'nothing') ?? ['', 'nothing']
  return says?.split(' or ') ?? null
}

/** Each REST path with the scope that the contract's table asks for; null: any key. */
const restPaths: [method: string, path: string, scope: NamedScope | null, body?: unknown][] = [
  ['GET', '/api/whatsapp-api/status', null],
  ['GET', '/api/whatsapp-api/contacts', 'contacts:read'],
  ['POST', '/api/whatsapp-api/contacts', 'contacts:write', {}],
  ['GET', '/api/whatsapp-api/chats', 'conversations:read'],
  ['GET', '/api/whatsapp-api/chats/cnv_none', 'conversations:read'],
  ['GET', '/api/whatsapp-api/messages', 'messages:read'],
  ['POST', '/api/whatsapp-api/send', 'messages:send', { to: '+919812345678', type: 'text', text: 'x' }],
  ['POST', '/api/whatsapp-api/media', 'media:write', new FormData()],
  ['GET', '/api/whatsapp-api/events', null],
  ['GET', '/api/media/med_none', 'media:read'],
  ['GET', '/api/broadcasts/bct_none/recipients.csv', 'broadcasts:read'],
]

/** Where MCP is reached: each request needs its key. */
const mcpPaths: [method: string, path: string, body?: unknown][] = [
  ['POST', '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' }],
  ['GET', '/mcp'],
  ['DELETE', '/mcp'],
  ['GET', '/mcp/sse'],
  ['POST', '/mcp/messages?sessionId=00000000-0000-0000-0000-000000000000', { jsonrpc: '2.0', id: 1, method: 'ping' }],
]

const toolScopes: Record<string, NamedScope> = {
  list_contacts: 'contacts:read',
  get_contact: 'contacts:read',
  create_contact: 'contacts:write',
  list_conversations: 'conversations:read',
  get_conversation: 'conversations:read',
  send_message: 'messages:send',
  list_templates: 'templates:read',
  send_broadcast: 'broadcasts:send',
  get_analytics: 'analytics:read',
  list_ai_agents: 'agents:read',
  list_quick_replies: 'agents:read',
  create_payment_link: 'payments:write',
}

describeServer('keys', () => {
  let server: TestServer
  let own: Ids
  let cursor: string
  const keys = new Map<NamedScope, string>()
  const bad: Record<string, string> = {}

  async function newKey(input: { name: string; scopes: string[]; expiresAt?: string }) {
    const create = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }'
    const { secret, apiKey } = (await ask(server, create, { input })).createApiKey
    return { secret: String(secret), id: String(apiKey.id) }
  }

  beforeAll(async () => {
    server = await startServer()
    for (const scope of named) keys.set(scope, (await newKey({ name: scope, scopes: [scope] })).secret)
    cursor = (await ask(server, '{ eventCursor }')).eventCursor
    const { id: Contact } = await consentingContact(server)
    const { id: Message, conversationId: Conversation } = await inbound(server, newPhone(), 'Namaste')
    own = { ...nobodys(), Contact, Message, Conversation }

    const gone = await newKey({ name: 'revoked', scopes: ['*'] })
    await ask(server, 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', { id: gone.id })
    const soon = new Date(Date.now() + 1500)
    const short = await newKey({ name: 'expired', scopes: ['*'], expiresAt: soon.toISOString() })
    await eventually(() => Date.now() > soon.getTime())
    const { secret } = await newKey({ name: 'spoilt', scopes: ['*'] })
    Object.assign(bad, {
      none: '',
      garbage: 'Bearer hunter2',
      'another scheme': `Basic ${Buffer.from(`user:${secret}`).toString('base64')}`,
      'of a bad checksum': `Bearer ${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`,
      unknown: `Bearer ${generateApiKey()}`,
      expired: `Bearer ${short.secret}`,
      revoked: `Bearer ${gone.secret}`,
    })
  })
  afterAll(() => server.dispose())

  describe.each(['none', 'garbage', 'another scheme', 'of a bad checksum', 'unknown', 'expired', 'revoked'])(
    'a key that is %s',
    (which) => {
      const authorization = () => ({ authorization: bad[which] ?? 'missing' })

      test('runs no operation of the graph, and opens no socket', async () => {
        for (const { name, document, variables } of operations) {
          const body = { query: document, variables: variables(own) }
          const { status, json } = await server.call('POST', '/graphql', body, authorization())
          expect([name, status, json.errors[0].extensions.code]).toEqual([name, 401, 'UNAUTHENTICATED'])
          expect(json.data).toBeUndefined()
        }
        const client = server.wsClient({ key: which === 'none' ? null : (bad[which] ?? '').replace('Bearer ', '') })
        const stream = collect(client, 'subscription { events { cursor } }')
        await stream.ended
        expect(stream.items).toEqual([])
        expect(stream.errors.map((closed) => (closed as { code: number }).code)).toEqual([4403])
        await client.dispose()
      })

      test.each(restPaths)('reaches no %s %s', async (method, path, _scope, body) => {
        const { status, json, headers } = await server.call(method, path, body, authorization())
        expect([status, json.code]).toEqual([401, 'UNAUTHENTICATED'])
        expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
      })
    },
  )

  test('MCP is reached by none of those', async () => {
    for (const [which, authorization] of Object.entries(bad)) {
      for (const [method, path, body] of mcpPaths) {
        const headers = { authorization, accept: 'application/json, text/event-stream' }
        const { status, headers: answered } = await server.call(method, path, body, headers)
        expect([which, method, path, status]).toEqual([which, method, path, 401])
        expect(answered.get('www-authenticate')).toMatch(/^Bearer/)
      }
    }
  })

  describe.each(named)('a key with %s alone', (scope) => {
    const key = () => keys.get(scope) ?? ''

    // Files come by multipart: POST /media below is the same operation.
    test('runs what asks for that scope, or for none, and nothing else of the graph', async () => {
      for (const { name, kind, document, variables } of operations) {
        if (kind === 'subscription' || name === 'uploadMedia') continue
        const needed = neededBy(name)
        const { errors } = await server.graphql(document, variables(own), bearer(key()))
        const codes = (errors ?? []).map(({ extensions }) => extensions.code)
        if (needed === null || needed.includes(scope)) {
          expect([name, codes.filter((code) => code === 'UNAUTHENTICATED' || code === 'INTERNAL')]).toEqual([name, []])
          const refused = (errors ?? []).filter(
            ({ path, extensions }) => path?.length === 1 && extensions.code === 'FORBIDDEN',
          )
          // What needs more of the key for a part of what it is given says so, but never the scope that it has.
          expect([name, refused.filter(({ message }) => message.includes(` ${scope}.`))]).toEqual([name, []])
        } else {
          expect([name, codes]).toEqual([name, ['FORBIDDEN']])
          expect(errors?.[0]?.message).toBe(`This API key lacks the scope ${needed[0]}.`)
        }
      }
    })

    test('follows what asks for that scope, and nothing else', async () => {
      const client = server.wsClient({ key: key() })
      for (const name of ['messages', 'conversations']) {
        const stream = collect(client, `subscription ($after: String) { ${name}(after: $after) { cursor } }`, {
          after: cursor,
        })
        await eventually(() => stream.items.length + stream.errors.length > 0)
        const mayFollow = neededBy(name)?.includes(scope)
        expect([name, stream.items.length > 0, stream.errors.length > 0]).toEqual([name, mayFollow, !mayFollow])
        await stream.stop()
      }
      await client.dispose()
    })

    test('calls the tools of that scope, and no other', async () => {
      const client = await connectMcp({ url: server.url, key: key() }, 'Streamable HTTP 2025')
      for (const [name, needed] of Object.entries(toolScopes)) {
        const { code, message } = await callTool(client, name)
        expect([name, code === 'FORBIDDEN']).toEqual([name, needed !== scope])
        if (needed !== scope) expect(message).toContain(`lacks the scope ${needed}.`)
      }
      await client.close()
    })

    test.each(restPaths)('%s %s asks for its own scope alone', async (method, path, needed, body) => {
      const { status, json } = await server.call(method, path, body, bearer(key()))
      if (needed === null || needed === scope)
        expect([status === 401, json.code === 'FORBIDDEN', status === 500]).toEqual([false, false, false])
      else
        expect([status, json.code, json.error]).toEqual([403, 'FORBIDDEN', `This API key lacks the scope ${needed}.`])
    })
  })
})

import { readFileSync } from 'node:fs'
import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tools } from '../../src/mcp/tools.js'
import { ask, inbound } from '../support/graph.js'
import {
  callTool,
  connectMcp,
  httpTransports,
  initialize,
  mcpPost,
  mcpTransports,
  newAgent,
  runConformance,
  schemaFault,
  stripeEnv,
  toolCall,
} from '../support/mcp.js'
import { bearer, consentingContact, expectNoLeak, newAddress } from '../support/rest.js'
import { describeServer, eventually, find, newPhone, startServer, type TestServer } from '../support/server.js'
import { type StripeStandIn, startStripe } from '../support/stripe.js'

const names = tools.map(({ name }) => name)

describeServer('MCP', () => {
  let server: TestServer
  let stripe: StripeStandIn
  let stranger: TestServer['key']
  beforeAll(async () => {
    stripe = await startStripe()
    server = await startServer({
      env: { RATE_LIMIT_REQUESTS_PER_MINUTE: '100000', TRUST_PROXY: '1', ...stripeEnv(stripe) },
    })
    stranger = await server.newOrganization('stranger')
    const reply = 'mutation ($input: CreateQuickReplyInput!) { createQuickReply(input: $input) { quickReply { id } } }'
    await ask(server, reply, { input: { shortcut: 'hours', text: 'We are open from 9 to 18.' } })
    await newAgent(server)
  })
  afterAll(async () => {
    await server.dispose()
    await stripe.stop()
  })

  async function newKey(scopes: string[]): Promise<{ secret: string; id: string }> {
    const create = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }'
    const { secret, apiKey } = (await ask(server, create, { input: { name: 'mcp', scopes } })).createApiKey
    return { secret, id: apiKey.id }
  }
  const revoke = (id: string) =>
    ask(server, 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', { id })

  describe.each(mcpTransports)('over %s', (transport) => {
    let client: Client
    let phone: string
    let conversationId: string
    beforeAll(async () => {
      client = await connectMcp(server, transport)
      phone = newPhone()
      conversationId = (await inbound(server, phone, 'Is the shop open?')).conversationId
    })
    afterAll(() => client.close())
    const heard = () => {
      const uris: string[] = []
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => void uris.push(params.uri))
      return uris
    }

    test('the official client lists the tools and calls each; what they answer is as their schemas say', async () => {
      const listed = (await client.listTools()).tools
      expect(listed.map(({ name }) => name)).toEqual(names)
      for (const { title, description, annotations, inputSchema } of listed) {
        expect([title, description]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)])
        expect(annotations).toHaveProperty('readOnlyHint')
        expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
      }
      const contact = await callTool(client, 'get_contact', { phone })
      const calls: [string, Record<string, unknown>][] = [
        ['list_contacts', { search: phone, limit: 1 }],
        ['get_contact', { id: contact.data.id }],
        ['create_contact', { phone: newPhone(), name: 'Meera', tags: ['mcp'], idempotencyKey: `${transport} contact` }],
        ['list_conversations', { status: 'OPEN', limit: 100 }],
        ['get_conversation', { id: conversationId }],
        ['send_message', { to: phone, type: 'text', text: 'Until eight', idempotencyKey: `${transport} message` }],
        ['list_templates', { status: 'APPROVED' }],
        [
          'send_broadcast',
          { name: 'Sale', templateName: 'hello_world', language: 'en_US', tags: ['mcp'], dryRun: true },
        ],
        ['get_analytics', {}],
        ['list_ai_agents', {}],
        ['list_quick_replies', { search: 'hours' }],
        ['create_payment_link', { amount: 499.5, currency: 'INR', description: 'Saree', idempotencyKey: transport }],
      ]
      expect(calls.map(([name]) => name)).toEqual(names)
      for (const [name, args] of calls) {
        const { data, code } = await callTool(client, name, args)
        expect([name, code]).toEqual([name, undefined])
        expect([name, await schemaFault(client, name, data)]).toEqual([name, undefined])
      }
    })

    test('a list goes on behind its cursor until it is whole, without a gap', async () => {
      const tag = `paged ${transport}`
      for (let i = 0; i < 3; i++) await server.rest('POST', '/contacts', { phone: newPhone(), tags: [tag] })
      const whole = (await callTool(client, 'list_contacts', { tag })).data
      expect(whole).toMatchObject({ data: [{}, {}, {}], nextCursor: null })
      const first = (await callTool(client, 'list_contacts', { tag, limit: 2 })).data
      const rest = (await callTool(client, 'list_contacts', { tag, limit: 2, cursor: first.nextCursor })).data
      expect([...first.data, ...rest.data]).toEqual(whole.data)
      expect(rest.nextCursor).toBeNull()
    })

    test('a refusal has the code, every fault, and what to do next', async () => {
      const faulty = await callTool(client, 'list_contacts', { limit: 101, tag: 7, pgae: 2 })
      expect(faulty).toMatchObject({
        code: 'BAD_REQUEST',
        text: expect.stringMatching(/^BAD_REQUEST: .*\nNext: Correct /s),
        details: [
          { path: 'tag', message: 'must be a text' },
          { path: 'limit', message: 'must be at most 100' },
          { path: 'pgae', message: 'is not an argument of this tool' },
        ],
      })
      expect(await callTool(client, 'get_conversation', { id: 'cnv_none' })).toMatchObject({ code: 'NOT_FOUND' })
      expect(await callTool(client, 'list_contacts', { cursor: 'nonsense' })).toMatchObject({
        code: 'BAD_REQUEST',
        details: [{ path: 'cursor' }],
      })
      expect(await callTool(client, 'send_message', { to: newPhone(), type: 'text', text: 'Hi' })).toMatchObject({
        code: 'OPT_IN_REQUIRED',
        requestId: expect.stringMatching(/^[\w-]{8,}$/),
      })
      await expect(client.callTool({ name: 'delete_everything' })).rejects.toThrow(/not found/)
    })

    test('a write repeated with its idempotency key is done once', async () => {
      const to = { to: phone, type: 'text', text: 'Once', idempotencyKey: `${transport} once` }
      const [first, again] = [await callTool(client, 'send_message', to), await callTool(client, 'send_message', to)]
      expect(again.data).toEqual(first.data)
      expect(await callTool(client, 'send_message', { ...to, text: 'Twice' })).toMatchObject({ code: 'CONFLICT' })
      const contact = { phone: newPhone(), name: 'Once', idempotencyKey: `${transport} new` }
      const made = await Promise.all([1, 2, 3].map(() => callTool(client, 'create_contact', contact)))
      expect(new Set(made.map(({ data }) => data?.id)).size).toBe(1)
      expect(await callTool(client, 'create_contact', { ...contact, name: 'Else' })).toMatchObject({ code: 'CONFLICT' })
      expect(await callTool(client, 'create_contact', { phone: contact.phone })).toMatchObject({
        code: 'CONFLICT',
        existingId: made[0]?.data.id,
        text: expect.stringContaining(`existingId: ${made[0]?.data.id}`),
      })
    })

    test('a conversation is a resource: listed, read, found by part of a name, and what the prompts attach', async () => {
      const phone = newPhone()
      const { conversationId } = await inbound(server, phone, 'Is the shop open?')
      const uri = `kaanha://conversation/${conversationId}`
      expect((await client.listResources()).resources.map((resource) => resource.uri)).toContain(uri)
      expect((await client.listResourceTemplates()).resourceTemplates).toMatchObject([
        { uriTemplate: 'kaanha://conversation/{id}' },
      ])
      const [content] = (await client.readResource({ uri })).contents
      const shown = (await server.rest('GET', `/chats/${conversationId}`)).json
      expect(content).toMatchObject({ uri, mimeType: 'application/json' })
      expect(JSON.parse(content && 'text' in content ? content.text : '')).toEqual(shown)
      for (const missing of ['kaanha://conversation/cnv_none', 'kaanha://contact/con_none', 'file:///etc/passwd']) {
        await expect(client.readResource({ uri: missing })).rejects.toThrow(/not found/i)
      }

      const completed = await client.complete({
        ref: { type: 'ref/prompt', name: 'draft_reply' },
        argument: { name: 'conversationId', value: phone.slice(-6) },
      })
      expect(completed.completion.values).toContain(conversationId)
      expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual([
        'draft_reply',
        'summarise_open_conversations',
      ])
      const attached = async (name: string, args: Record<string, string>) =>
        (await client.getPrompt({ name, arguments: args })).messages.flatMap(({ content }) =>
          content.type === 'resource' && 'text' in content.resource ? [content.resource.text] : [],
        )
      expect(await attached('draft_reply', { conversationId })).toEqual([expect.stringContaining('Is the shop open?')])
      expect(await attached('summarise_open_conversations', {})).toEqual([expect.stringContaining(conversationId)])
      await expect(client.getPrompt({ name: 'draft_reply', arguments: { conversationId: 'x' } })).rejects.toThrow()
    })

    // stdio answers calls only: nothing is followed over it.
    if (transport !== 'stdio') {
      test('a resource that is followed tells of each change, and of nothing else', async () => {
        const uris = heard()
        const uri = `kaanha://conversation/${conversationId}`
        const listening =
          transport === 'Streamable HTTP 2026' ? await client.listen({ resourceSubscriptions: [uri] }) : null
        if (!listening) await client.subscribeResource({ uri })
        await inbound(server, newPhone(), 'Somebody else')
        // What was written just before may still be told; of somebody else nothing ever is.
        for (const text of ['And tomorrow?', 'And the day after?']) {
          const told = uris.length
          await inbound(server, phone, text)
          await eventually(() => uris.length > told)
        }
        expect(new Set(uris)).toEqual(new Set([uri]))
        if (listening) await listening.close()
        else await client.unsubscribeResource({ uri })
      })
    }
  })

  describe('keys', () => {
    test.each([
      ['POST', '/mcp'],
      ['GET', '/mcp'],
      ['DELETE', '/mcp'],
      ['GET', '/mcp/sse'],
      ['POST', '/mcp/messages?sessionId=x'],
    ])('%s %s without a good one is 401, with or without a session', async (method, path) => {
      const session = (await mcpPost(server, initialize)).headers.get('mcp-session-id') ?? ''
      for (const authorization of ['', 'Bearer kaanha_000000000000000000000000000000000000']) {
        for (const more of [{}, { 'mcp-session-id': session }]) {
          const answer = await server.call(method, path, method === 'POST' ? toolCall(1, 'list_contacts') : undefined, {
            authorization,
            accept: 'application/json, text/event-stream',
            ...more,
          })
          expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
          expect(answer.json).toMatchObject({ jsonrpc: '2.0', id: null, error: { data: { code: 'UNAUTHENTICATED' } } })
        }
      }
    })

    test("a session is another key's no more than one that is not there", async () => {
      const session = (await mcpPost(server, initialize)).headers.get('mcp-session-id') ?? ''
      const withSession = { 'mcp-session-id': session }
      const list = toolCall(1, 'list_contacts')
      expect((await mcpPost(server, list, withSession)).status).toBe(200)
      const others = [bearer(stranger), bearer((await newKey(['*'])).secret)]
      for (const headers of others) {
        const taken = await mcpPost(server, list, { ...withSession, ...headers })
        const none = await mcpPost(server, list, { 'mcp-session-id': 'none', ...headers })
        expect(taken.json.error).toEqual({ ...none.json.error, data: taken.json.error.data })
        expect(taken.json.error.data.code).toBe(none.json.error.data.code)
        expect(taken.status).toBe(404)
        const ended = await server.call('DELETE', '/mcp', undefined, { ...withSession, ...headers })
        expect(ended.status).toBe(404)
      }
      expect((await mcpPost(server, list, withSession)).status).toBe(200)
      expect((await server.call('DELETE', '/mcp', undefined, withSession)).status).toBe(200)
      expect((await mcpPost(server, list, withSession)).status).toBe(404)
    })

    test.each(httpTransports)('a revoked one ends what it has open over %s, and its next call', async (transport) => {
      const { secret, id } = await newKey(['contacts:read', 'conversations:read'])
      const client = await connectMcp({ url: server.url, key: secret }, transport)
      const { conversationId } = await inbound(server, newPhone(), 'Hello')
      const uri = `kaanha://conversation/${conversationId}`
      if (transport === 'Streamable HTTP 2026') await client.listen({ resourceSubscriptions: [uri] })
      else await client.subscribeResource({ uri })
      expect(await callTool(client, 'list_contacts')).toHaveProperty('data.data')
      await revoke(id)
      await expect(callTool(client, 'list_contacts')).rejects.toThrow()
      await client.close().catch(() => undefined)
    })

    test('each tool asks for the scope that it names, before it looks at anything', async () => {
      for (const { name, scope } of tools) {
        const others = ['contacts:read', 'conversations:write', 'messages:read'].filter((other) => other !== scope)
        const client = await connectMcp({ url: server.url, key: (await newKey(others)).secret }, 'Streamable HTTP 2026')
        expect(await callTool(client, name, { nonsense: true })).toMatchObject({
          code: 'FORBIDDEN',
          message: `This API key lacks the scope ${scope}.`,
        })
        await client.close()
      }
    })

    test("another organization's sees nothing of this one, by tool, resource or subscription", async () => {
      const { conversationId, contactId } = await inbound(server, newPhone(), 'Ours')
      const uri = `kaanha://conversation/${conversationId}`
      for (const transport of httpTransports) {
        const client = await connectMcp({ url: server.url, key: stranger }, transport)
        const uris: string[] = []
        client.setNotificationHandler('notifications/resources/updated', ({ params }) => void uris.push(params.uri))
        expect(await callTool(client, 'get_conversation', { id: conversationId })).toMatchObject({ code: 'NOT_FOUND' })
        expect(await callTool(client, 'get_contact', { id: contactId })).toMatchObject({ code: 'NOT_FOUND' })
        await expect(client.readResource({ uri })).rejects.toThrow(/not found/i)
        if (transport === 'Streamable HTTP 2026') await client.listen({ resourceSubscriptions: [uri] })
        else await expect(client.subscribeResource({ uri })).rejects.toThrow(/not found/i)
        const { wamid } = await inbound(server, newPhone(), 'Still ours')
        expect(wamid).toBeTruthy()
        expect(uris).toEqual([])
        await client.close()
      }
    })
  })

  describe('the door', () => {
    test('answers a call that belongs to no session, as one by hand does', async () => {
      const { status, text } = await mcpPost(server, toolCall(1, 'list_contacts', { limit: 1 }))
      expect(status).toBe(200)
      expect(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '')).toMatchObject({
        id: 1,
        result: { structuredContent: { data: [{}] } },
      })
    })

    test('counts each request once', async () => {
      const from = { 'x-forwarded-for': newAddress() }
      const left = async (answer: Promise<{ headers: Headers }>) =>
        Number((await answer).headers.get('ratelimit-remaining'))
      const first = await left(mcpPost(server, initialize, from))
      expect(await left(mcpPost(server, initialize, from))).toBe(first - 1)
      const batch = [toolCall(1, 'list_contacts'), toolCall(2, 'list_contacts')]
      expect(await left(mcpPost(server, batch, from))).toBe(first - 2)
      expect(await left(server.call('GET', '/mcp', undefined, { authorization: '', ...from }))).toBe(first - 3)
    })

    test.each([
      ['origin', 'https://evil.example', 403],
      ['origin', 'null', 403],
      ['origin', 'http://localhost:3000', 200],
      ['host', 'evil.example', 403],
    ])('answers a request with the %s %s with %i', async (header, value, status) => {
      const { request } = await import('undici')
      const { statusCode, body } = await request(`${server.url}/mcp`, {
        method: 'POST',
        headers: {
          ...bearer(server.key),
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          [header]: value,
        },
        body: JSON.stringify(initialize),
      })
      const answer = (await body.json()) as { error?: unknown }
      expect(statusCode).toBe(status)
      if (status !== 200) expect(answer).toMatchObject({ error: { data: { code: 'FORBIDDEN' } } })
    })

    test('answers what is no message with a 4xx that tells nothing of its insides', async () => {
      const session = (await mcpPost(server, initialize)).headers.get('mcp-session-id') ?? ''
      const bodies: unknown[] = [
        'not JSON',
        '"text"',
        '[]',
        'null',
        '{}',
        new Uint8Array([0xff, 0xfe]),
        { jsonrpc: '2.0', id: 1 },
        { jsonrpc: '1.0', id: 1, method: 'ping' },
        Array.from({ length: 21 }, (_, id) => toolCall(id, 'list_contacts')),
        JSON.stringify(toolCall(1, 'list_contacts', { search: 'x'.repeat(1_000_001) })),
      ]
      for (const body of bodies) {
        for (const headers of [{}, { 'mcp-session-id': session }]) {
          for (const path of ['/mcp', '/mcp/messages', '/mcp/messages?sessionId=none']) {
            const answer = await mcpPost(server, body, headers, path)
            expect(answer.status).toBeGreaterThanOrEqual(400)
            expect(answer.status).toBeLessThan(500)
            expect(answer.json).toMatchObject({ jsonrpc: '2.0', error: { message: expect.any(String) } })
            expectNoLeak(answer.text)
          }
        }
      }
      expect((await server.call('PUT', '/mcp', {})).status).toBe(404)
      expect((await server.call('GET', '/mcp/elsewhere')).status).toBe(404)
    })

    test('lets nothing of a customer through as an error: what was sent in vain is told with its id', async () => {
      const { phone } = await consentingContact(server, { open: true })
      await server.simulator('POST', '/faults', { fail: { code: 131026, times: 1 } })
      const client = await connectMcp(server, 'Streamable HTTP 2025')
      const called = await callTool(client, 'send_message', { to: phone, type: 'text', text: 'Undeliverable' })
      expect(called).toMatchObject({
        text: expect.stringMatching(/\nid: msg_\w+\n/),
        id: expect.stringMatching(/^msg_/),
      })
      await find(async () => {
        const { message } = await ask(server, 'query ($id: ID!) { message(id: $id) { status } }', {
          id: called.data ?? called.id,
        })
        return message.status === 'FAILED'
      })
      await client.close()
    })
  })
  test('the conformance suite passes in every scenario but those that docs/mcp.md names with a reason', async () => {
    const rows = readFileSync('docs/mcp.md', 'utf8').matchAll(/^\| ([a-z0-9-]+) \| (passes|needs the .+) \|$/gm)
    const documented = [...rows].map(([, scenario, outcome]) => [scenario, outcome === 'passes'])
    expect(documented.length).toBeGreaterThan(30)
    expect(await runConformance(server)).toEqual(documented)
  })
})

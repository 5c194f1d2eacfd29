import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  anyJson,
  bytes,
  check,
  encoding,
  expectHarmless,
  fuzzServer,
  fuzzTimeoutMs,
  headerText,
  longFuzz,
  nasty,
} from '../support/fuzz.js'
import { connectMcp, initialize, type Json, mcpPost, toolCall } from '../support/mcp.js'
import { watchMemory } from '../support/memory.js'
import { consentingContact } from '../support/rest.js'
import { type Answer, describeServer, startServer, type TestServer } from '../support/server.js'

type Reply = { error?: { code: number; message: string }; result?: { isError?: boolean; _meta?: Json } }
type Schema = { properties?: Record<string, Schema>; enum?: unknown[]; type?: string }

describeServer('MCP, whatever is sent', () => {
  let server: TestServer
  let known: string[]
  let tools: { name: string; fields: string[]; words: unknown[] }[]
  let session: string
  beforeAll(async () => {
    server = await startServer(fuzzServer)
    const { id, phone } = await consentingContact(server, { open: true })
    const { data } = (await server.rest('GET', '/messages')).json
    known = [id, phone, data[0].id, data[0].conversationId, 'order_update', 'text']
    const client = await connectMcp(server, 'Streamable HTTP 2026')
    tools = (await client.listTools()).tools.map(({ name, inputSchema }) => {
      const properties = (inputSchema as Schema).properties ?? {}
      return {
        name,
        fields: Object.keys(properties),
        words: Object.values(properties).flatMap((each) => each.enum ?? []),
      }
    })
    await client.close()
    session = (await mcpPost(server, initialize)).headers.get('mcp-session-id') ?? ''
  })
  afterAll(() => server.dispose())
  const memory = watchMemory(() => server)
  afterEach(async () => {
    expect((await server.call('GET', '/readyz')).status).toBe(200)
  })

  /** Harmless, and each reply is JSON-RPC: a refusal with a code of ours, or an error that is not of our insides. */
  function expectAnswered(answer: Answer): void {
    expectHarmless(answer)
    for (const reply of repliesOf(answer)) {
      if (reply.error) {
        expect(reply.error).toMatchObject({ code: expect.any(Number), message: expect.stringMatching(/\S/) })
        expect(reply.error.code).not.toBe(-32603)
      }
      if (reply.result?.isError) {
        const told = reply.result._meta?.['kaanha/error']
        expect(told).toMatchObject({ code: expect.stringMatching(/^(?!INTERNAL)[A-Z_]+$/) })
      }
    }
  }

  const anything = fc.oneof(
    { weight: 3, arbitrary: anyJson.map((value) => () => value) },
    { weight: 2, arbitrary: fc.nat(5).map((i) => () => known[i] as unknown) },
    { weight: 1, arbitrary: fc.nat().map((i) => (words: unknown[]) => words[i % (words.length || 1)]) },
  )

  test(
    'a call of a tool with its own fields and anything in them is answered without INTERNAL',
    () =>
      check(
        [fc.nat(), fc.array(fc.tuple(fc.nat(), anything), { maxLength: 6 }), fc.boolean()],
        async (which, given, of) => {
          const { name, fields, words } = tools[which % tools.length] as (typeof tools)[number]
          const args = Object.fromEntries(
            given.map(([place, value]) => [fields[place % fields.length] ?? 'x', value(words)] as const),
          )
          const headers = of ? { 'mcp-session-id': session } : {}
          expectAnswered(await mcpPost(server, toolCall(1, name, args), headers))
        },
      ),
    fuzzTimeoutMs,
  )

  if (longFuzz) test('what the server holds is looked at, now that it is warm', () => memory.begin())

  test(
    'any message of the protocol is answered below 500, in a session and without one',
    () => {
      const method = fc.oneof(
        nasty,
        fc.constantFrom(
          ...['initialize', 'ping', 'tools/list', 'tools/call', 'resources/list', 'resources/read', 'prompts/get'],
          ...['resources/templates/list', 'resources/subscribe', 'prompts/list', 'completion/complete'],
          ...['logging/setLevel', 'notifications/initialized', 'notifications/cancelled', 'server/discover'],
        ),
      )
      const params = fc.oneof(
        anyJson,
        fc.record({ name: nasty, arguments: anyJson }),
        fc.record({ uri: nasty.map((text) => `kaanha://conversation/${text}`) }),
        fc.record({ cursor: nasty }),
        fc.record({ protocolVersion: nasty, capabilities: anyJson, clientInfo: anyJson }),
      )
      const message = fc.record(
        { jsonrpc: fc.oneof(fc.constant('2.0'), anyJson), id: fc.oneof(fc.integer(), anyJson), method, params },
        { requiredKeys: [] },
      )
      return check([message, fc.array(message, { maxLength: 4 })], async (one, many) => {
        expectAnswered(await mcpPost(server, one))
        expectAnswered(await mcpPost(server, one, { 'mcp-session-id': session }))
        expectAnswered(await mcpPost(server, many))
      })
    },
    fuzzTimeoutMs,
  )

  test(
    'any bytes, header, path and method are answered below 500',
    () => {
      const path = fc.oneof(
        fc.constantFrom('/mcp', '/mcp/messages', '/mcp/messages?sessionId=x'),
        nasty.map((text) => `/mcp/${encodeURIComponent(text.toWellFormed())}`),
      )
      const method = fc.constantFrom('POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS')
      return check([bytes, encoding, headerText, path, method], async (body, packed, header, where, verb) => {
        const odd = {
          accept: header,
          'mcp-protocol-version': header,
          'mcp-session-id': header,
          'last-event-id': header,
        }
        expectAnswered(await mcpPost(server, body, { 'content-encoding': packed }, where))
        expectAnswered(await mcpPost(server, body, { 'content-type': header }, where))
        expectAnswered(await mcpPost(server, toolCall(1, 'list_contacts'), odd, where))
        expectAnswered(await server.call(verb, where, body, odd))
      })
    },
    fuzzTimeoutMs,
  )

  if (longFuzz) {
    test('MCP: malformed inputs, and what the server holds after them', (context) => memory.expectBack(context))
  }
})

/** As JSON, or as the events of a stream. */
function repliesOf({ json, text }: Answer): Reply[] {
  const streamed = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as Reply)
  return [json ?? []]
    .flat()
    .concat(streamed)
    .filter((reply): reply is Reply => typeof reply === 'object' && reply !== null)
}

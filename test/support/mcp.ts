import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import {
  type CallToolResult,
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv'
import { rememberPrivate } from './private-words.js'
import { bearer } from './rest.js'
import type { GivenHeaders, TestServer } from './server.js'

/** The ways to reach the tools, each with the official client. */
export const mcpTransports = ['stdio', 'Streamable HTTP 2025', 'Streamable HTTP 2026', 'SSE'] as const
export type McpTransport = (typeof mcpTransports)[number]

/** Those of this server; stdio is a client of it. */
export const httpTransports = mcpTransports.filter((transport) => transport !== 'stdio')

export const binPath = fileURLToPath(new URL('../../scripts/kaanha.mjs', import.meta.url))

type Place = Pick<TestServer, 'url' | 'key'>

export async function connectMcp(
  { url, key }: Place,
  transport: McpTransport,
  headers: GivenHeaders = {},
): Promise<Client> {
  const mode = transport === 'Streamable HTTP 2026' ? 'auto' : 'legacy'
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  await client.connect(transportOf(transport, url, { ...bearer(key), ...headers }, key))
  return client
}

function transportOf(transport: McpTransport, url: string, headers: GivenHeaders, key: string) {
  if (transport === 'stdio') {
    const env = { PATH: process.env.PATH ?? '', KAANHA_API_URL: url, KAANHA_API_KEY: key }
    return new StdioClientTransport({ command: binPath, args: ['mcp'], cwd: tmpdir(), env, stderr: 'ignore' })
  }
  if (transport === 'SSE') {
    const withHeaders: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers } })
    return new SSEClientTransport(new URL(`${url}/mcp/sse`), { fetch: withHeaders })
  }
  return new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } })
}

export type Json = Record<string, unknown>

/** What a call came to: what it answered, or the refusal as `_meta` has it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape; a wrong shape fails them.
export type Called = { data?: any; code?: string; message?: string; text?: string } & Json

export async function callTool(client: Client, name: string, args: Json = {}): Promise<Called> {
  rememberPrivate(args)
  const result = await client.callTool({ name, arguments: args })
  const text = textOf(result)
  if (!result.isError) {
    if (JSON.stringify(result.structuredContent) !== text) throw new Error(`The text differs from the data: ${text}`)
    return { data: result.structuredContent }
  }
  const told = result._meta?.['kaanha/error'] as { code: string; message: string } & Json
  return { ...told, text }
}

export function textOf({ content }: CallToolResult): string {
  const [first, ...others] = content
  if (first?.type !== 'text' || others.length > 0) throw new Error(`Not one text: ${JSON.stringify(content)}`)
  return first.text
}

const draft = 'https://json-schema.org/draft/2020-12/schema'

/** What is wrong with an answer by the schema that the tool shows; undefined where nothing is. */
export async function schemaFault(client: Client, name: string, data: unknown): Promise<string | undefined> {
  const tool = (await client.listTools()).tools.find((listed) => listed.name === name)
  if (!tool?.outputSchema) throw new Error(`${name} has no output schema`)
  return new AjvJsonSchemaValidator().getValidator({ ...tool.outputSchema, $schema: draft })(data).errorMessage
}

/** A POST to /mcp as the protocol has it, by hand. */
export const mcpPost = (server: Pick<TestServer, 'call'>, body: unknown, headers: GivenHeaders = {}, path = '/mcp') =>
  server.call('POST', path, body, {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    ...headers,
  })

export const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

export const toolCall = (id: number, name: string, args: Json = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
})

/** A server that takes payments, at a stand-in for Stripe. */
export const stripeEnv = ({ url }: { url: string }) => ({
  STRIPE_SECRET_KEY: 'sk_test_of_the_test',
  STRIPE_WEBHOOK_SECRET: 'whsec_of_the_test',
  STRIPE_API_URL: url,
})

/** An AI agent that answers nobody. */
export async function newAgent(server: TestServer): Promise<void> {
  const create = 'mutation ($input: CreateAiAgentInput!) { createAiAgent(input: $input) { aiAgent { id } } }'
  const { errors } = await server.graphql(create, {
    input: {
      name: 'Asha',
      task: 'FAQ',
      prompt: 'Answer briefly.',
      provider: 'OPENAI',
      model: 'gpt-5',
      triggerKeywords: ['price'],
    },
  })
  if (errors) throw new Error(JSON.stringify(errors))
}

/** Runs the published conformance suite, which knows of no keys, through a proxy that adds one. Each scenario, and whether it passed. */
export async function runConformance(server: TestServer): Promise<[scenario: string, passed: boolean][]> {
  const { hostname, port } = new URL(server.url)
  const proxy = createServer((req, res) => {
    const headers = { ...req.headers, ...bearer(server.key) }
    const onward = request({ hostname, port, path: req.url, method: req.method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(res)
    })
    onward.on('error', () => res.destroy())
    res.on('close', () => onward.destroy())
    req.pipe(onward)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const url = `http://localhost:${(proxy.address() as AddressInfo).port}/mcp`
  const suite = spawn(process.execPath, [conformance, 'server', '--url', url, '--suite', 'all'])
  let output = ''
  suite.stdout.on('data', (chunk) => {
    output += chunk
  })
  await once(suite, 'close')
  proxy.closeAllConnections()
  proxy.close()
  return [...output.matchAll(/^([✓✗]) ([a-z0-9-]+): /gm)].map(([, mark, scenario]) => [scenario ?? '', mark === '✓'])
}

const conformance = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/dist/index.js')

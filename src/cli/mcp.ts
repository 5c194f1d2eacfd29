import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { isApiKey } from '../core/key-format.js'
import { packageFile } from '../core/package-file.js'
import { createMcpServer } from '../mcp/server.js'
import { snippets } from '../mcp/snippets.js'
import { tools } from '../mcp/tools.js'
import { createRemoteRunner } from '../operations/remote.js'

/**
 * `npm run --silent mcp` and `kaanha mcp`: MCP over stdio, a thin client of a running server. It opens no database, and
 * begins whether the server is there or not. stdout carries the protocol and nothing else.
 */
const defaultUrl = 'http://localhost:4000'

const say = (line: string) => process.stderr.write(`${line}\n`)

/** With or without the path of REST, which is what other clients are given. @throws for what is no address. */
function readUrl(given: string): string {
  const parsed = URL.canParse(given) ? new URL(given) : null
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new Error('KAANHA_API_URL must be an address that begins with http:// or https://')
  }
  return given.replace(/\/+$/, '').replace(/\/api\/whatsapp-api$/, '')
}

function help(url: string): string {
  const bin = packageFile('scripts/kaanha.mjs')
  const width = Math.max(...tools.map(({ name }) => name.length))
  return [
    'kaanha mcp: the WhatsApp inbox for AI assistants, by the Model Context Protocol over stdio.',
    '',
    '  KAANHA_API_URL   the server (http://localhost:4000), with or without /api/whatsapp-api',
    '  KAANHA_API_KEY   an API key: npm run --silent keys -- create --org demo --name assistant',
    '',
    'Tools, and the scope that each asks of the key:',
    ...tools.map(({ name, scope }) => `  ${name.padEnd(width)}   ${scope}`),
    ...snippets({ url, bin }).flatMap(({ host, file, text }) => ['', `${host} (${file}):`, text]),
    '',
  ].join('\n')
}

function serve(url: string): void {
  // Whatever a library has to say, it is not the protocol.
  console.log = console.info = console.debug = console.error
  const key = process.env.KAANHA_API_KEY?.trim() ?? ''
  if (!isApiKey(key)) say(`KAANHA_API_KEY is ${key === '' ? 'not set' : 'no API key'}: every call will be refused`)
  const report = (error: unknown) => say(error instanceof Error ? error.message : String(error))
  const runner = createRemoteRunner({ url, key, report })
  serveStdio(() => createMcpServer(() => runner, { subscribe: false }), { onerror: report })
}

try {
  const url = readUrl(process.env.KAANHA_API_URL?.trim() || defaultUrl)
  const [first, ...rest] = process.argv.slice(2)
  if (first === '--help' || first === '-h') process.stdout.write(help(url))
  else if (first === undefined && rest.length === 0) serve(url)
  else throw new Error(`kaanha mcp takes no argument ${first}: see --help`)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

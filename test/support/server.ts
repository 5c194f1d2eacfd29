import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient as createSseClient, type Client as SseClient } from 'graphql-sse'
import { createClient as createWsClient, type Client as WsClient } from 'graphql-ws'
import { describe, inject } from 'vitest'
import WebSocket from 'ws'
import { generateApiKey } from '../../src/core/key-format.js'
import { generateEncryptionKey } from '../../src/secrets/cipher.js'
import { createTestDatabase, testDatabaseUrl } from './fresh-postgres.js'
import { openApiChecker } from './openapi-check.js'
import { privateWordsIn, rememberPrivate } from './private-words.js'
import { runServer, runToEnd, type ServerProcess } from './server-process.js'
import { makeTemporaryFolder } from './temporary-folder.js'
import { eventually } from './wait.js'

export { eventually, within } from './wait.js'

/** Which database the suite runs on: each file of test/server runs once on each. */
export const store = process.env.KAANHA_TEST_STORE === 'postgres' ? 'postgres' : 'embedded'

/** `describe`, skipped by name where the suite should run on a PostgreSQL and there is none. */
export const describeServer = describe.skipIf(store === 'postgres' && testDatabaseUrl === null)

export const testRedisUrl: string | null = process.env.TEST_REDIS_URL ?? null

export type Answer = {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape; a wrong shape fails them.
  json: any
  text: string
  headers: Headers
}
export type GivenHeaders = Record<string, string>

export type GraphQLResult = {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  data: any
  errors?: {
    message: string
    path?: (string | number)[]
    extensions: { code: string; requestId: string } & Record<string, unknown>
  }[]
  extensions?: Record<string, unknown>
}

export type TestServer = ServerProcess & {
  /** The secret of the bootstrap key, which may do everything. */
  key: string
  env: Record<string, string>
  call(method: string, path: string, body?: unknown, headers?: GivenHeaders): Promise<Answer>
  /** A path below /api/whatsapp-api. */
  rest(method: string, path: string, body?: unknown, headers?: GivenHeaders): Promise<Answer>
  graphql(query: string, variables?: Record<string, unknown>, headers?: GivenHeaders): Promise<GraphQLResult>
  /** A path of the simulator's control API. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  simulator(method: string, path: string, body?: unknown): Promise<any>
  /** A customer writes a text; answers its wamid. */
  customerWrites(from: string, text: string, name?: string): Promise<string>
  /** A graphql-ws client; `key` null sends none. */
  wsClient(options?: { key?: string | null; retryAttempts?: number }): WsClient
  sseClient(options?: { key?: string }): SseClient
  /** An operator's command, such as `operator('keys', 'create', ...)`. */
  operator(...words: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }>
  /** A new organization with a key of its own. */
  newOrganization(slug: string, options?: string[]): Promise<string>
  /** Stops, and starts again on the same data and the same ports. */
  restart(env?: Record<string, string>): Promise<void>
  /** Stops and removes what the server used. Call it in afterAll. */
  dispose(): Promise<void>
}

export type ServerOptions = {
  env?: Record<string, string>
  /** Begin with nothing at all, as on the very first start. */
  empty?: boolean
}

/**
 * A server of its own for a test file: the real process, with the simulator beside it, on the store of this run.
 * Limits are off unless `env` sets them. It logs all that it can, and `dispose` fails where a line of that holds what is
 * private. Every answer of REST is held against the server's own OpenAPI document.
 */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const folder = await makeTemporaryFolder()
  const dataDir = join(folder.path, 'data')
  const database = store === 'postgres' && options.env?.DATABASE_URL === undefined ? await createTestDatabase() : null
  if (store === 'embedded' && !options.empty) await cp(inject('dataTemplate'), dataDir, { recursive: true })
  const key = options.env?.KAANHA_BOOTSTRAP_KEY ?? generateApiKey()
  const env: Record<string, string> = {
    DATA_DIR: dataDir,
    KAANHA_BOOTSTRAP_KEY: key,
    RATE_LIMIT_REQUESTS_PER_MINUTE: '0',
    RATE_LIMIT_SENDS_PER_HOUR: '0',
    RATE_LIMIT_UPLOADS_PER_HOUR: '0',
    LOG_LEVEL: 'trace',
    ...(database ? { DATABASE_URL: database.url } : {}),
    ...(store === 'postgres' ? { KAANHA_ENCRYPTION_KEYS: generateEncryptionKey() } : {}),
    ...(store === 'postgres' && testRedisUrl ? { REDIS_URL: testRedisUrl } : {}),
    ...options.env,
  }
  rememberPrivate(env)
  let running = await runServer(env)
  const outputs: (() => string)[] = [() => running.output()]
  const ports = { PORT: new URL(running.url).port, SIMULATOR_PORT: new URL(running.simulatorUrl).port }

  let checking: ReturnType<typeof checkerOf> | undefined
  const call = async (method: string, path: string, body?: unknown, headers: GivenHeaders = {}): Promise<Answer> => {
    rememberPrivate([headers, body])
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData
    const response = await fetch(running.url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    })
    const text = await response.text()
    const answer = { status: response.status, text, json: parsed(text), headers: response.headers }
    if (path.startsWith('/api/')) {
      checking ??= checkerOf(running.url)
      const deviation = (await checking)({ method, path, ...answer })
      if (deviation) throw new Error(`Not as the OpenAPI document says: ${deviation}`)
    }
    return answer
  }
  const simulator = async (method: string, path: string, body?: unknown) => {
    rememberPrivate(body)
    const response = await fetch(`${running.simulatorUrl}/_simulator${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return response.json()
  }
  const operator = (...words: string[]) => runToEnd('cli/operator', words, env)

  return {
    get url() {
      return running.url
    },
    get simulatorUrl() {
      return running.simulatorUrl
    },
    get pid() {
      return running.pid
    },
    get exited() {
      return running.exited
    },
    output: () => running.output(),
    stop: () => running.stop(),
    kill: () => running.kill(),
    key,
    env,
    call,
    rest: (method, path, body, headers) => call(method, `/api/whatsapp-api${path}`, body, headers),
    async graphql(query, variables = {}, headers = {}) {
      return (await call('POST', '/graphql', { query, variables }, headers)).json
    },
    simulator,
    async customerWrites(from, text, name = 'Asha Rao') {
      const message = { type: 'text', text: { body: text } }
      return (await simulator('POST', '/inbound', { from: from.replace('+', ''), name, message })).id
    },
    wsClient: ({ key: given = key, retryAttempts = 0 } = {}) =>
      createWsClient({
        url: `${running.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts,
        ...(given === null ? {} : { connectionParams: { authorization: `Bearer ${given}` } }),
      }),
    sseClient: ({ key: given = key } = {}) =>
      createSseClient({
        url: `${running.url}/graphql`,
        headers: { authorization: `Bearer ${given}` },
        retryAttempts: 0,
      }),
    operator,
    async newOrganization(slug, more = []) {
      await operator('orgs', 'create', '--slug', slug, '--name', slug, ...more)
      return (await operator('keys', 'create', '--org', slug, '--name', 'test')).stdout.trim()
    },
    async restart(changes = {}) {
      if (running.output() !== '') await Promise.race([running.exited, running.stop()])
      const ended = running
      outputs.push(() => ended.output())
      running = await runServer({ ...env, ...ports, ...changes })
    },
    async dispose() {
      await running.stop()
      await database?.drop()
      await folder.remove()
      const leaked = outputs.flatMap((output) => privateWordsIn(output()))
      if (leaked.length > 0) throw new Error(`The log of the server holds what is private: ${leaked.join(', ')}`)
    },
  }
}

/** By the document that the server itself gives. */
async function checkerOf(url: string): Promise<ReturnType<typeof openApiChecker>> {
  const document = await fetch(`${url}/api/whatsapp-api/openapi.json`)
  return openApiChecker((await document.json()) as Parameters<typeof openApiChecker>[0])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

let counter = Date.now() % 1_000_000

/** A number nobody else uses in this run. */
export const newPhone = (): string => `+9198${String(++counter).padStart(8, '0')}`

/** Polls until `look` answers something, and answers that. */
export async function find<T>(look: () => Promise<T | null | undefined | false>, timeoutMs = 15_000): Promise<T> {
  let found: T | null | undefined | false
  await eventually(async () => {
    found = await look()
    return Boolean(found)
  }, timeoutMs)
  return found as T
}

/** Everything a subscription yields, gathered while it runs. */
export function collect<T = Record<string, unknown>>(
  client: Pick<WsClient, 'iterate'> | Pick<SseClient, 'iterate'>,
  query: string,
  variables: Record<string, unknown> = {},
): { items: T[]; errors: unknown[]; ended: Promise<void>; stop(): Promise<void> } {
  const items: T[] = []
  const errors: unknown[] = []
  const iterator = client.iterate({ query, variables }) as AsyncIterableIterator<{
    data?: T | null
    errors?: unknown[]
  }>
  const ended = (async () => {
    try {
      for await (const result of iterator) {
        if (result.errors) errors.push(...result.errors)
        else if (result.data) items.push(result.data)
      }
    } catch (error) {
      errors.push(error)
    }
  })()
  return {
    items,
    errors,
    ended,
    async stop() {
      await iterator.return?.()
      await ended
    },
  }
}

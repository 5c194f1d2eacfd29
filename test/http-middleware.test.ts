import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import express, { type Express, type RequestHandler } from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import { createLogger } from '../src/core/logger.js'
import { accessLog, createAccessLog } from '../src/http/access-log.js'
import { createCors } from '../src/http/cors.js'
import { requestId, requestIdOf } from '../src/http/request-id.js'
import { eventually } from './support/wait.js'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function serve(...handlers: RequestHandler[]): Promise<string> {
  const app: Express = express()
  app.use(...handlers)
  const server = createServer(app).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

describe('X-Request-Id', () => {
  const echo: RequestHandler = (req, res) => {
    res.json({ seen: requestIdOf(req) })
  }
  const ask = async (given?: string) => {
    const url = await serve(requestId(), echo)
    const response = await fetch(url, { headers: given === undefined ? {} : { 'X-Request-Id': given } })
    const { seen } = (await response.json()) as { seen: string }
    return { seen, answered: response.headers.get('X-Request-Id') }
  }

  it.each(['order-4711', 'a', 'A.b_C-9', 'x'.repeat(128)])("is the caller's where it is a token: %s", async (given) => {
    expect(await ask(given)).toEqual({ seen: given, answered: given })
  })

  it.each([undefined, '', 'x'.repeat(129), 'two words', 'a"b', '<b>', 'a,b', 'ü'])(
    'is a new UUID instead of %j, the same in the answer and inside',
    async (given) => {
      const { seen, answered } = await ask(given)
      expect(seen).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(answered).toBe(seen)
    },
  )
})

describe('the access log', () => {
  type Line = { level: string; method: string; path: string; status: number; durationMs: number; requestId: string }

  async function logging(...handlers: RequestHandler[]) {
    const lines: string[] = []
    const logger = createLogger('debug', { write: (line) => lines.push(line) })
    const url = await serve(requestId(), accessLog(createAccessLog(logger)), ...handlers)
    const logged = async (count: number) => {
      await eventually(() => lines.length >= count)
      return lines.map((line) => JSON.parse(line) as Line & { aborted?: true })
    }
    return { url, lines, logged }
  }
  const answer: RequestHandler = (_req, res) => {
    res.status(201).json({ text: 'the answer' })
  }

  it('has one line a request: method, path, status, duration and request id', async () => {
    const { url, logged } = await logging(answer)
    const path = '/api/whatsapp-api/chats/cnv_01jdqk3m9ye2ztqx5g1w8h12345678'.slice(0, -4)
    await fetch(`${url}${path}`, { headers: { 'X-Request-Id': 'order-4711' } })
    const [line, ...rest] = await logged(1)
    expect(rest).toEqual([])
    expect(line).toMatchObject({ level: 'info', method: 'GET', path, status: 201, requestId: 'order-4711' })
    expect(line?.durationMs).toBeGreaterThanOrEqual(0)
    expect(line).not.toHaveProperty('aborted')
  })

  it('never holds a body, a query string, a key or a phone number', async () => {
    const { url, lines, logged } = await logging(answer)
    await fetch(`${url}/api/contacts?phone=+919876543210`, {
      method: 'POST',
      headers: { authorization: 'Bearer kaanha_secret', 'content-type': 'application/json' },
      body: JSON.stringify({ phone: '+919876543210', text: 'hello there' }),
    })
    for (const path of ['/+919876543210', '/%2B919876543210', '/contacts/+91%2098765-43210', '/x/kaanha_secret']) {
      await fetch(`${url}${path}`)
    }
    const paths = (await logged(5)).map((line) => line.path)
    expect(paths).toEqual(['/api/contacts', '/[number]', '/[number]', '/contacts/[number]', '/x/[key]'])
    expect(lines.join()).not.toMatch(/98765|43210|hello there|the answer|secret/)
  })

  it('mentions the health checks at debug only', async () => {
    const { url, logged } = await logging(answer)
    for (const path of ['/livez', '/readyz/', '/livezz']) await fetch(`${url}${path}`)
    expect((await logged(3)).map((line) => line.level)).toEqual(['debug', 'debug', 'info'])
  })

  it('says so where the caller went before the answer was finished', async () => {
    const { url, logged } = await logging((_req, res) => {
      res.write('first')
    })
    const client = request(url)
    client.on('error', () => undefined)
    client.end()
    await once(client, 'response')
    client.destroy()
    const [line] = await logged(1)
    expect(line).toMatchObject({ status: 200, aborted: true })
  })
})

describe('CORS', () => {
  const listed = 'https://app.example.com'

  async function ask(init: RequestInit, origins = [listed]) {
    let reached = 0
    const url = await serve(createCors(origins), (_req, res) => {
      reached++
      res.status(401).end()
    })
    const response = await fetch(url, init)
    const corsHeaders = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'))
    return { response, reached, corsHeaders }
  }
  const preflight = (origin: string): RequestInit => ({
    method: 'OPTIONS',
    headers: {
      origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
    },
  })

  it('lets a listed origin read the answer and its limits, without credentials', async () => {
    const { response, reached } = await ask({ headers: { origin: listed } })
    expect(reached).toBe(1)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(listed)
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull()
    expect(response.headers.get('Vary')).toContain('Origin')
    expect(response.headers.get('Access-Control-Expose-Headers')?.split(',')).toEqual(
      expect.arrayContaining([
        'X-Request-Id',
        'Retry-After',
        'RateLimit-Limit',
        'RateLimit-Remaining',
        'RateLimit-Reset',
        'Idempotent-Replayed',
      ]),
    )
  })

  it('answers the preflight of a listed origin before anything behind it is reached', async () => {
    const { response, reached } = await ask(preflight(listed))
    expect(response.status).toBe(204)
    expect(reached).toBe(0)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(listed)
    expect(response.headers.get('Access-Control-Allow-Methods')).toContain('POST')
    expect(response.headers.get('Access-Control-Allow-Headers')).toBe('authorization,content-type,idempotency-key')
  })

  it.each(['https://evil.example', 'https://app.example.com.evil.example', 'http://app.example.com', 'null'])(
    'says nothing to %s, which is not listed',
    async (origin) => {
      const asked = await ask(preflight(origin))
      expect(asked).toMatchObject({ reached: 0, corsHeaders: [] })
      expect(asked.response.status).toBe(204)
      expect(await ask({ headers: { origin } })).toMatchObject({ reached: 1, corsHeaders: [] })
    },
  )

  it('says nothing to anyone where no origin is listed', async () => {
    expect(await ask({ headers: { origin: listed } }, [])).toMatchObject({ reached: 1, corsHeaders: [] })
  })
})

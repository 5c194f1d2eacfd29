import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { defaultOptions, type SimulatorOptions } from '../src/simulator/options.js'
import { startSimulator } from '../src/simulator/simulator.js'

/** A world outside for the simulator's own tests: the simulator itself, and a program that receives its webhooks. */

export const { accessToken, phoneNumberId, businessAccountId, appSecret, verifyToken } = defaultOptions
export const customerPhone = '919812345678'

// biome-ignore lint/suspicious/noExplicitAny: answers are read field by field, and a wrong shape fails the assertion
export type Json = any

export type Answer = { status: number; headers: Headers; json: Json; text: string }

export async function call(url: string, method: string, body?: unknown, headers: Record<string, string> = {}) {
  const isRaw = typeof body === 'string' || body instanceof FormData || body instanceof URLSearchParams
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && !isRaw ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer: Answer = { status: response.status, headers: response.headers, json: jsonOf(text), text }
  return answer
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Polls until `read` answers something; fails after 15 s. */
export async function until<T>(read: () => T | null | undefined | false | Promise<T | null | undefined | false>): Promise<T> {
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    const value = await read()
    if (value) return value
    await new Promise((next) => setTimeout(next, 10))
  }
  throw new Error('Waited in vain.')
}

export type Post = { raw: Buffer; headers: IncomingMessage['headers']; body: Json; atMs: number }

export type Receiver = Awaited<ReturnType<typeof startReceiver>>

/** Receives webhooks: keeps every post, and answers each with the next of `statuses`, else 200. */
export async function startReceiver(token = verifyToken) {
  const posts: Post[] = []
  const handshakes: URLSearchParams[] = []
  const answers: number[] = []
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      const query = new URL(request.url ?? '/', 'http://receiver').searchParams
      handshakes.push(query)
      const matches = query.get('hub.verify_token') === token
      response.writeHead(matches ? 200 : 403).end(matches ? query.get('hub.challenge') : 'no')
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks)
      posts.push({ raw, headers: request.headers, body: JSON.parse(raw.toString('utf8')), atMs: Date.now() })
      response.writeHead(answers.shift() ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const changes = (): Json[] => posts.flatMap(({ body }) => body.entry.flatMap((entry: Json) => entry.changes))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/whatsapp`,
    posts,
    handshakes,
    answers,
    changes,
    messages: (): Json[] => changes().flatMap(({ value }) => value.messages ?? []),
    statuses: (id?: string): Json[] =>
      changes()
        .flatMap(({ value }) => value.statuses ?? [])
        .filter((status) => id === undefined || status.id === id),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const signatureOf = (raw: Buffer | string, secret = appSecret) =>
  `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`

/** A simulator on a free port, its receiver, and short ways to speak to both of its doors. */
export async function startOutside(options: SimulatorOptions = {}) {
  const receiver = await startReceiver()
  const simulator = await startSimulator({ port: 0, callbackUrl: receiver.url, ...options })
  const graph = (method: string, path: string, body?: unknown, token: string | null = accessToken) =>
    call(`${simulator.url}/v24.0${path}`, method, body, token === null ? {} : { authorization: `Bearer ${token}` })
  const control = (method: string, path: string, body?: unknown) =>
    call(`${simulator.url}/_simulator${path}`, method, body)
  const send = (content: Json, to: Json = { to: customerPhone }) =>
    graph('POST', `/${phoneNumberId}/messages`, { messaging_product: 'whatsapp', ...to, ...content })
  return {
    url: simulator.url,
    receiver,
    graph,
    control,
    send,
    sendText: (body: string, more: Json = {}) => send({ type: 'text', text: { body }, ...more }),
    faults: (update: Json) => control('POST', '/faults', update),
    /** A customer writes, which opens the window. Answers the wamid. */
    inbound: async (message: Json = { type: 'text', text: { body: 'Namaste' } }, more: Json = { from: customerPhone }) =>
      (await control('POST', '/inbound', { ...more, message })).json.id as string,
    upload: (bytes: Buffer, type: string, fields: Record<string, string> = { messaging_product: 'whatsapp', type }) => {
      const form = new FormData()
      for (const [name, value] of Object.entries(fields)) form.set(name, value)
      form.set('file', new Blob([new Uint8Array(bytes)], { type }), 'file')
      return graph('POST', `/${phoneNumberId}/media`, form)
    },
    close: async () => {
      await simulator.close()
      await receiver.close()
    },
  }
}

export type Outside = Awaited<ReturnType<typeof startOutside>>

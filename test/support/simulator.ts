import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { defaultOptions, type SimulatorOptions } from '../../src/simulator/options.js'
import { startSimulator } from '../../src/simulator/simulator.js'
import { eventually } from './wait.js'

/** For the simulator's own tests: the simulator, and a program that receives its webhooks. */

export const { accessToken, phoneNumberId, businessAccountId, appSecret, verifyToken } = defaultOptions
/** What follows a message that arrives, as `statusNames` sorts it. */
export const allStatuses = ['delivered', 'read', 'sent']
export const customerPhone = '919812345678'

export type JsonObject = Record<string, unknown>
export type Answer = { status: number; headers: Headers; text: string; json: unknown }

export async function call(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof FormData || body instanceof URLSearchParams
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && !isRaw ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What stands at a path such as `error.code` or `messages.0.id`; undefined where the path leads nowhere. */
export function dig(value: unknown, path: string): unknown {
  let found = value
  for (const key of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as JsonObject)[key]
  }
  return found
}

export const digText = (value: unknown, path: string): string => String(dig(value, path))

export function digList(value: unknown, path: string): JsonObject[] {
  const list = dig(value, path)
  return Array.isArray(list) ? (list as JsonObject[]) : []
}

export type Post = { raw: Buffer; headers: IncomingMessage['headers']; body: unknown }

export type Receiver = Awaited<ReturnType<typeof startReceiver>>

/** Receives webhooks: keeps every post, answers each as `answer.to` says, and passes the handshake. */
export async function startReceiver(token = verifyToken) {
  const posts: Post[] = []
  const handshakes: URLSearchParams[] = []
  const answer: { to: (post: Post) => number } = { to: () => 200 }
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
      const post = { raw, headers: request.headers, body: parsed(raw.toString('utf8')) }
      posts.push(post)
      response.writeHead(answer.to(post)).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver listens on no port')
  const changes = () =>
    posts.flatMap(({ body }) => digList(body, 'entry').flatMap((entry) => digList(entry, 'changes')))
  const statuses = (id?: string) =>
    changes()
      .flatMap((change) => digList(change, 'value.statuses'))
      .filter((status) => id === undefined || status.id === id)
  return {
    url: `http://127.0.0.1:${address.port}/webhooks/whatsapp`,
    posts,
    handshakes,
    answer,
    changes,
    messages: () => changes().flatMap((change) => digList(change, 'value.messages')),
    statuses,
    /** The status of this name of a message, once it has come. */
    async status(id: string, name: string): Promise<JsonObject> {
      const find = () => statuses(id).find(({ status }) => status === name)
      await eventually(() => find() !== undefined)
      return find() ?? {}
    },
    /** The names of a message's statuses, sorted, once there are `count`: the order they arrive in is not promised. */
    async statusNames(id: string, count = 3): Promise<string[]> {
      await eventually(() => statuses(id).length >= count)
      return statuses(id)
        .map(({ status }) => String(status))
        .sort()
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export const signatureOf = (raw: Buffer | string): string =>
  `sha256=${createHmac('sha256', appSecret).update(raw).digest('hex')}`

export type Outside = Awaited<ReturnType<typeof startOutside>>

/** A simulator on a free port, its receiver, and short ways to speak to both of its doors. */
export async function startOutside(options: SimulatorOptions = {}) {
  const receiver = await startReceiver()
  const simulator = await startSimulator({ port: 0, callbackUrl: receiver.url, ...options })
  const graph = (method: string, path: string, body?: unknown, token: string | null = accessToken) =>
    call(`${simulator.url}/v24.0${path}`, method, body, token === null ? {} : { authorization: `Bearer ${token}` })
  const control = (method: string, path: string, body?: unknown) =>
    call(`${simulator.url}/_simulator${path}`, method, body)
  const send = (content: JsonObject, to: JsonObject = { to: customerPhone }) =>
    graph('POST', `/${phoneNumberId}/messages`, { messaging_product: 'whatsapp', ...to, ...content })
  return {
    url: simulator.url,
    receiver,
    graph,
    control,
    send,
    sendText: (body = 'Hello', more: JsonObject = {}) => send({ type: 'text', text: { body }, ...more }),
    faults: (update: JsonObject) => control('POST', '/faults', update),
    /** A customer writes, which opens the window. Answers the wamid. */
    async inbound(message: JsonObject = { type: 'text', text: { body: 'Namaste' } }, who: JsonObject = {}) {
      const answer = await control('POST', '/inbound', { from: customerPhone, ...who, message })
      return digText(answer.json, 'id')
    },
    upload(
      bytes: Uint8Array<ArrayBuffer>,
      type: string,
      fields: Record<string, string> = { messaging_product: 'whatsapp' },
    ) {
      const form = new FormData()
      for (const [name, value] of Object.entries(fields)) form.set(name, value)
      form.set('file', new Blob([bytes], { type }), 'file')
      return graph('POST', `/${phoneNumberId}/media`, form)
    },
    async close() {
      await simulator.close()
      await receiver.close()
    },
  }
}

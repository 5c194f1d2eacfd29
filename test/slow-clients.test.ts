import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createConnectionLimit } from '../src/http/connections.js'
import { cutSlowClients, type Patience } from '../src/http/slow-clients.js'
import { eventually, within } from './support/wait.js'

const waitMs = 20_000
const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

const patient: Patience = {
  bodyGraceMs: 60_000,
  bodyBytesPerSecond: 1,
  lingerMs: 60_000,
  stalledMs: 60_000,
  waitingBytes: 2 ** 40,
  checkMs: 10,
}

async function serve(answer: RequestListener, limits: Partial<Patience>): Promise<{ server: Server; port: number }> {
  const server = createServer(answer)
  open.push(cutSlowClients(server, { ...patient, ...limits }), () => server.close().closeAllConnections())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 }
}

/** A client that says what it is told and, until it is told, reads nothing. */
async function client(port: number, text: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  open.push(() => socket.destroy())
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

const post = (length: number, body = '') => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`
const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
const cut = (socket: Socket) => within(waitMs, once(socket.resume(), 'close'))

async function read(socket: Socket, wanted: string): Promise<string> {
  let text = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk
    if (text.includes(wanted)) return text
  }
  return text
}

/** Resolves with how much a client still reads of an answer that has been closed on our side. */
async function restOf(server: Server, socket: Socket): Promise<number> {
  const [, res] = (await once(server, 'request')) as [unknown, ServerResponse]
  await within(waitMs, once(res, 'close'))
  await cut(socket)
  return socket.bytesRead
}

/** Answers with the length of the body, when all of it is there. */
const measure: RequestListener = (req, res) => {
  let length = 0
  req.on('data', (chunk: Buffer) => {
    length += chunk.length
  })
  req.on('end', () => res.end(`length ${length}`))
}

describe('a client that sends its body', () => {
  it('slower than the pace is cut; one that keeps the pace is served, however long it takes', async () => {
    const { port } = await serve(measure, { bodyGraceMs: 100, bodyBytesPerSecond: 10_000 })
    const honest = await client(port, post(30_000))
    const feed = setInterval(() => honest.write(Buffer.alloc(1000)), 25)
    open.push(() => clearInterval(feed))
    const answer = read(honest, 'length')
    const slow = await client(port, post(30_000, 'x'))
    await cut(slow)
    expect(await within(waitMs, answer)).toContain('length 30000')
    clearInterval(feed)
  })

  it('is not blamed for what we are too slow to read', async () => {
    let go: () => void = () => undefined
    const answer: RequestListener = (req, res) => {
      go = () => measure(req, res)
    }
    const { port } = await serve(answer, { bodyGraceMs: 20, bodyBytesPerSecond: 1_000_000 })
    const waiting = await client(port, post(10, '01234'))
    // Another is cut meanwhile, at the same pace.
    const slow = await serve(measure, { bodyGraceMs: 20, bodyBytesPerSecond: 1_000_000 })
    await cut(await client(slow.port, post(10, '01234')))
    go()
    waiting.write('56789')
    expect(await within(waitMs, read(waiting, 'length'))).toContain('length 10')
  })

  it('though its answer is long there is cut, and has read the answer', async () => {
    const { port } = await serve((req, res) => void res.end('refused', () => req.resume()), { lingerMs: 50 })
    const socket = await client(port, post(1_000_000, 'x'))
    expect(await within(waitMs, read(socket, 'refused'))).toContain('refused')
    await cut(socket)
  })
})

describe('a client that takes its answer', () => {
  const large = Buffer.alloc(32 * 1024 * 1024)

  it('not at all is cut; one that waits for its answer is not, and is served on the same connection', async () => {
    let finish: () => void = () => undefined
    let requests = 0
    const answer: RequestListener = (_req, res) => {
      if (++requests === 1) finish = () => res.end('at last')
      else res.end(large)
    }
    const { server, port } = await serve(answer, { stalledMs: 50 })
    const waiting = await client(port, get)
    await once(server, 'request')
    const deaf = await client(port, get)
    expect(await restOf(server, deaf)).toBeLessThan(large.length)
    expect(waiting.destroyed).toBe(false)
    finish()
    expect(await within(waitMs, read(waiting, 'at last'))).toContain('at last')
  })

  it('loses it where all that waits is more than may wait, the largest first', async () => {
    const { server, port } = await serve((req, res) => void res.end(req.url === '/large' ? large : 'small'), {
      waitingBytes: 16 * 1024 * 1024,
    })
    const deaf = await client(port, 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(await restOf(server, deaf)).toBeLessThan(large.length)
    expect(await within(waitMs, read(await client(port, get), 'small'))).toContain('small')
  })
})

describe('the connections of an address', () => {
  it('beyond the limit are cut, until one of the others has ended', async () => {
    const { server, port } = await serve((_req, res) => void res.end('served'), {})
    createConnectionLimit(2, null).guard(server)
    const [first, second] = [await client(port, get), await client(port, get)]
    await read(first, 'served')
    await read(second, 'served')
    await cut(await client(port, get))
    first.destroy()
    await eventually(async () => (await within(waitMs, read(await client(port, get), 'served'))).includes('served'))
  })

  it('are not those of a trusted proxy, which tells whose a request or a WebSocket is', async () => {
    const limit = createConnectionLimit(1, { hops: 1 })
    const { server, port } = await serve((req, res) => {
      const letGo = limit.hold(req)
      res.end(letGo ? 'served' : 'too many')
    }, {})
    limit.guard(server)
    const from = (address: string) => `GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\n\r\n`
    for (const [address, answer] of [
      ['203.0.113.1', 'served'],
      ['203.0.113.1', 'too many'],
      ['203.0.113.2', 'served'],
      ['2001:db8::1', 'served'],
      ['2001:db8::2', 'too many'],
    ] as const) {
      expect(await within(waitMs, read(await client(port, from(address)), answer))).toContain(answer)
    }
  })
})

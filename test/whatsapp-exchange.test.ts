import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { CloudApiOptions } from '../src/whatsapp/cloud-api.js'
import type { Credentials, SendOutcome, SendRequest } from '../src/whatsapp/provider.js'
import { freePort } from './support/free-port.js'
import { eventually, within } from './support/wait.js'
import { afterTest, clientFor, peer } from './support/whatsapp.js'

const credentials: Credentials = { phoneNumberId: '1001', businessAccountId: '2001', accessToken: 'token' }
const request: SendRequest = {
  recipient: { phone: '+919876543210' },
  content: { type: 'text', text: 'Hello' },
  replyToWamid: null,
  messageId: 'msg_01',
}

const sendTo = ({ port }: { port: number }, options: Partial<CloudApiOptions> = {}): Promise<SendOutcome> =>
  within(10_000, clientFor(`http://127.0.0.1:${port}`, options).send(credentials, request))

const http = (status: string, body: string, headers = 'content-type: application/json\r\n') =>
  `HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const accepted = JSON.stringify({
  messaging_product: 'whatsapp',
  contacts: [{ input: '+919876543210', wa_id: '919876543210' }],
  messages: [{ id: 'wamid.1' }],
})
const metaError = (code: number) =>
  JSON.stringify({ error: { message: `(#${code}) Something`, type: 'OAuthException', code, fbtrace_id: 'A1' } })

describe('a send is accepted or refused only by WhatsApp itself', () => {
  it('a 200 with a wamid is accepted', async () => {
    const server = await peer((socket) => socket.write(http('200 OK', accepted)))
    expect(await sendTo(server)).toEqual({
      outcome: 'accepted',
      wamid: 'wamid.1',
      waId: '919876543210',
      userId: null,
      messageStatus: null,
    })
    expect(server.requests).toHaveLength(1)
  })

  it('a wamid is enough: the rest of the answer may be missing or of any kind', async () => {
    const body = JSON.stringify({ contacts: 'none', messages: [{ id: 'wamid.2', message_status: 7 }] })
    const server = await peer((socket) => socket.write(http('200 OK', body)))
    expect(await sendTo(server)).toMatchObject({ outcome: 'accepted', wamid: 'wamid.2', messageStatus: null })
  })

  it.each([
    ['400 Bad Request', 131009, 400],
    ['500 Internal Server Error', 131000, 500],
    ['200 OK', 190, 200],
  ])("an error of Meta's under HTTP %s is refused", async (status, code, httpStatus) => {
    const server = await peer((socket) => socket.write(http(status, metaError(code))))
    expect(await sendTo(server)).toEqual({
      outcome: 'refused',
      httpStatus,
      error: { code, title: 'Something', details: null, traceId: 'A1' },
    })
  })
})

describe('a send that cannot have been accepted is not_sent', () => {
  it('where the connection is refused', async () => {
    const outcome = await sendTo({ port: await freePort() })
    expect(outcome).toMatchObject({ outcome: 'not_sent', reason: expect.stringContaining('ECONNREFUSED') })
  })

  it('where the name does not resolve', async () => {
    const outcome = await within(20_000, clientFor('http://nowhere.invalid').send(credentials, request))
    expect(outcome.outcome).toBe('not_sent')
  })

  it('where the connection is not established in time', async () => {
    // A TLS handshake that is never answered.
    const server = await peer(() => {})
    const client = clientFor(`https://127.0.0.1:${server.port}`, { connectTimeoutMs: 200 })
    expect(await within(10_000, client.send(credentials, request))).toMatchObject({ outcome: 'not_sent' })
  })

  it('where the TLS handshake fails', async () => {
    const server = await peer(
      () => {},
      (socket) => socket.end('not TLS at all'),
    )
    const client = clientFor(`https://127.0.0.1:${server.port}`)
    expect(await within(10_000, client.send(credentials, request))).toMatchObject({ outcome: 'not_sent' })
  })

  it('where every connection stays in use, and it never leaves later', async () => {
    const server = await peer(() => {})
    const client = clientFor(`http://127.0.0.1:${server.port}`, {
      connections: 2,
      waitTimeoutMs: 100,
      responseTimeoutMs: 1_000,
    })
    const first = client.send(credentials, request)
    await eventually(() => server.requests.length === 1)
    const second = await within(10_000, client.send(credentials, request))
    expect(second).toMatchObject({ outcome: 'not_sent', reason: expect.stringContaining('no connection was free') })
    expect(await within(10_000, first)).toMatchObject({ outcome: 'unknown' })
    expect(server.requests).toHaveLength(1)
  })

  it('where too many already wait', async () => {
    const server = await peer(() => {})
    const client = clientFor(`http://127.0.0.1:${server.port}`, {
      connections: 2,
      maxWaiting: 0,
      responseTimeoutMs: 500,
    })
    const first = client.send(credentials, request)
    expect(await within(10_000, client.send(credentials, request))).toMatchObject({ outcome: 'not_sent' })
    expect(await within(10_000, first)).toMatchObject({ outcome: 'unknown' })
  })

  it('where the token cannot stand in a header', async () => {
    const server = await peer((socket) => socket.write(http('200 OK', accepted)))
    const client = clientFor(`http://127.0.0.1:${server.port}`)
    const outcome = await within(10_000, client.send({ ...credentials, accessToken: 'a\r\nb: c' }, request))
    expect(outcome.outcome).toBe('not_sent')
    expect(server.requests).toHaveLength(0)
  })

  it.each(['', '.', '..'])('where the phone number id is %j', async (phoneNumberId) => {
    const server = await peer((socket) => socket.write(http('200 OK', accepted)))
    const client = clientFor(`http://127.0.0.1:${server.port}`)
    const outcome = await within(10_000, client.send({ ...credentials, phoneNumberId }, request))
    expect(outcome.outcome).toBe('not_sent')
    expect(server.requests).toHaveLength(0)
  })

  it('where the client has been closed', async () => {
    const server = await peer((socket) => socket.write(http('200 OK', accepted)))
    const client = clientFor(`http://127.0.0.1:${server.port}`)
    await client.close()
    expect(await within(10_000, client.send(credentials, request))).toMatchObject({ outcome: 'not_sent' })
    expect(server.requests).toHaveLength(0)
  })
})

describe('a send that may have been accepted is unknown, and is written once', () => {
  const cases: [string, (socket: Socket) => void][] = [
    ['reset once the request was read', (socket) => socket.resetAndDestroy()],
    ['closed once the request was read', (socket) => socket.end()],
    ['an answer that never comes', () => {}],
    ['an answer that never ends', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{')],
    ['half an answer', (socket) => socket.end(http('200 OK', accepted).slice(0, -5))],
    ['half an answer and a reset', (socket) => resetAfter(socket, http('200 OK', accepted).slice(0, -5))],
    ['half an error', (socket) => socket.end(http('400 Bad Request', metaError(100)).slice(0, -3))],
    ['a 500 in HTML', (socket) => socket.write(http('500 Oops', '<h1>Oops</h1>', 'content-type: text/html\r\n'))],
    ['a 502 without a body', (socket) => socket.write(http('502 Bad Gateway', ''))],
    ['a 500 with an error that has no code', (socket) => socket.write(http('500 Oops', '{"error":{"message":"x"}}'))],
    ['a 404 that is not of WhatsApp', (socket) => socket.write(http('404 Not Found', '{"message":"no route"}'))],
    ['a redirect', (socket) => socket.write(http('302 Found', '', 'location: http://127.0.0.1/\r\n'))],
    ['a 200 that is no JSON', (socket) => socket.write(http('200 OK', 'it went well'))],
    ['a 200 without a wamid', (socket) => socket.write(http('200 OK', '{"messages":[{}]}'))],
    ['a 200 that is no HTTP', (socket) => socket.write('200 fine\r\n\r\n')],
  ]

  it.each(cases)('%s', async (_, answer) => {
    const server = await peer(answer)
    expect(await sendTo(server, { responseTimeoutMs: 300 })).toMatchObject({ outcome: 'unknown' })
    expect(server.requests).toHaveLength(1)
  })

  it('an answer that trickles in without end is cut off by the one deadline', async () => {
    const server = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n')
      const timer = setInterval(() => socket.write(' '), 20)
      socket.once('close', () => clearInterval(timer))
    })
    expect(await sendTo(server, { responseTimeoutMs: 300 })).toMatchObject({ outcome: 'unknown' })
  })

  it('an answer without end in size is cut off', async () => {
    const server = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`
      const more = () => socket.writable && socket.write(chunk, more)
      more()
    })
    const outcome = await sendTo(server, { responseTimeoutMs: 8_000 })
    expect(outcome).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('larger than') })
  })

  it('reset before the request is read, once its bytes have left us', async () => {
    const server = await peer(
      () => {},
      (socket) => socket.pause(),
    )
    const reset = () => setImmediate(() => server.connections[0]?.resetAndDestroy())
    subscribe('undici:client:sendHeaders', reset)
    afterTest(async () => unsubscribe('undici:client:sendHeaders', reset))
    expect(await sendTo(server)).toMatchObject({ outcome: 'unknown' })
    expect(server.connections).toHaveLength(1)
    expect(server.requests).toHaveLength(0)
  })

  it('reset of a connection that had served before', async () => {
    const server = await peer((socket, index) => {
      if (index === 0) socket.write(http('200 OK', accepted))
      else socket.resetAndDestroy()
    })
    const client = clientFor(`http://127.0.0.1:${server.port}`)
    expect(await within(10_000, client.send(credentials, request))).toMatchObject({ outcome: 'accepted' })
    await connectionFreed()
    expect(await within(10_000, client.send(credentials, request))).toMatchObject({ outcome: 'unknown' })
    expect(server.connections).toHaveLength(1)
    expect(server.requests).toHaveLength(2)
  })
})

describe('a kept connection', () => {
  it('that the other side closed while idle is not written to: the next send takes a new one', async () => {
    const server = await peer((socket) => socket.write(http('200 OK', accepted)))
    const client = clientFor(`http://127.0.0.1:${server.port}`)
    for (let round = 1; round <= 5; round += 1) {
      expect(await within(10_000, client.send(credentials, request))).toMatchObject({ outcome: 'accepted' })
      const idle = server.connections.at(-1)
      const gone = idle && once(idle, 'close')
      idle?.end()
      await gone
      expect(server.requests).toHaveLength(round)
    }
    expect(server.connections).toHaveLength(5)
  })

  it('carries one send after the other', async () => {
    const server = await peer((socket, index) => socket.write(http('200 OK', accepted.replace('.1', `.${index}`))))
    const client = clientFor(`http://127.0.0.1:${server.port}`)
    for (let index = 0; index < 3; index += 1) {
      expect(await within(10_000, client.send(credentials, request))).toMatchObject({ wamid: `wamid.${index}` })
      await connectionFreed()
    }
    expect(server.connections).toHaveLength(1)
  })

  it('is never shared by two sends at once', async () => {
    const server = await peer((socket, index) => {
      if (index === 3) for (const open of server.connections) open.write(http('200 OK', accepted))
      void socket
    })
    const client = clientFor(`http://127.0.0.1:${server.port}`)
    const outcomes = await within(10_000, Promise.all([1, 2, 3, 4].map(() => client.send(credentials, request))))
    expect(outcomes.every(({ outcome }) => outcome === 'accepted')).toBe(true)
    expect(server.connections).toHaveLength(4)
  })
})

it('under resets, closes and cut answers of all kinds at once, no send is ever written twice or called unsent when it left', async () => {
  const server = await peer((socket, index) => {
    const fate = (index * 7) % 11
    if (fate === 0) socket.resetAndDestroy()
    else if (fate === 1) socket.end()
    else if (fate === 2) resetAfter(socket, http('200 OK', accepted).slice(0, -5))
    else if (fate === 3) socket.end(http('200 OK', accepted))
    else if (fate === 4) socket.write(http('200 OK', accepted, 'connection: close\r\n'))
    else if (fate === 5) socket.write(http('200 OK', accepted), () => socket.end())
    else if (fate === 6) socket.write(http('200 OK', accepted), () => socket.resetAndDestroy())
    else socket.write(http('200 OK', accepted))
  })
  const client = clientFor(`http://127.0.0.1:${server.port}`, { connections: 20, responseTimeoutMs: 5_000 })
  const ids = Array.from({ length: 600 }, (_, index) => `msg_${String(index).padStart(4, '0')}`)
  const outcomes = await within(
    30_000,
    Promise.all(
      ids.map(async (messageId) => ({ messageId, ...(await client.send(credentials, { ...request, messageId })) })),
    ),
  )
  const arrived = server.requests.map((text) => /"biz_opaque_callback_data":"(msg_\d+)"/.exec(text)?.[1])
  expect(new Set(arrived).size).toBe(arrived.length)
  for (const { messageId, outcome } of outcomes) {
    if (outcome === 'accepted') expect(arrived).toContain(messageId)
    if (outcome === 'not_sent') expect(arrived).not.toContain(messageId)
  }
  expect(outcomes.filter(({ outcome }) => outcome === 'accepted').length).toBeGreaterThan(300)
  expect(outcomes.filter(({ outcome }) => outcome === 'unknown').length).toBeGreaterThan(100)
})

/** The library takes a connection back a turn of the loop after it has handed out the answer. */
const connectionFreed = () => nextTurn()

function resetAfter(socket: Socket, text: string): void {
  socket.write(text, () => socket.resetAndDestroy())
}

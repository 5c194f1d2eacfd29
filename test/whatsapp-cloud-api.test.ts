import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../src/simulator/simulator.js'
import { type CloudApiOptions, createCloudApi } from '../src/whatsapp/cloud-api.js'
import type { SendableContent } from '../src/whatsapp/content.js'
import { normaliseWebhook, phoneNumberIds } from '../src/whatsapp/inbound.js'
import type { InboundEntry } from '../src/whatsapp/inbound-entries.js'
import { type Credentials, UpstreamFailure, type WhatsAppProvider } from '../src/whatsapp/provider.js'
import { verifySignature } from '../src/whatsapp/signature.js'
import { eventually, within } from './support/wait.js'

const credentials: Credentials = {
  phoneNumberId: '100000000000001',
  businessAccountId: '200000000000001',
  accessToken: 'simulator-token',
}

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function clientOf(baseUrl: string, options: Partial<CloudApiOptions> = {}): WhatsAppProvider {
  const client = createCloudApi({ baseUrl, version: 'v24.0', ...options })
  cleanups.push(() => client.close())
  return client
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

const failureOf = async (promise: Promise<unknown>): Promise<UpstreamFailure> => {
  const error = await within(
    15_000,
    promise.then(
      () => null,
      (reason: unknown) => reason,
    ),
  )
  if (!(error instanceof UpstreamFailure)) throw new Error(`no UpstreamFailure but ${error}`)
  return error
}

describe('the Cloud API client against the simulator', () => {
  const customer = '919811122233'
  let url: string
  let client: WhatsAppProvider
  let received: { entries: InboundEntry[]; signed: boolean; ids: string[] }

  const control = async (path: string, body?: unknown): Promise<{ id: string; data: Record<string, unknown>[] }> => {
    const answer = await fetch(`${url}/_simulator${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return (await answer.json()) as { id: string; data: Record<string, unknown>[] }
  }
  const acceptedPayloads = async () => (await control('/messages?after=0')).data.map(({ payload }) => payload)
  const send = (content: SendableContent, messageId = 'msg_1') =>
    within(
      15_000,
      client.send(credentials, { recipient: { phone: `+${customer}` }, content, replyToWamid: null, messageId }),
    )
  const hello: SendableContent = { type: 'text', text: 'Hello' }

  beforeEach(async () => {
    received = { entries: [], signed: true, ids: [] }
    const callbackUrl = await serve((request, response) => void receive(request, response))
    const simulator = await startSimulator({ port: 0, callbackUrl })
    cleanups.push(() => simulator.close())
    url = simulator.url
    client = clientOf(url, { responseTimeoutMs: 5_000 })
    await control('/inbound', { from: customer, name: 'Ann', message: { type: 'text', text: { body: 'Hi' } } })
  })

  async function receive(request: IncomingMessage, response: ServerResponse) {
    const challenge = new URL(request.url ?? '', 'http://here').searchParams.get('hub.challenge')
    const raw = await buffer(request)
    if (challenge === null) {
      const body: unknown = JSON.parse(raw.toString())
      received.signed &&= verifySignature(raw, request.headers['x-hub-signature-256'], 'simulator-app-secret')
      received.entries.push(...normaliseWebhook(body))
      received.ids.push(...phoneNumberIds(body))
    }
    response.end(challenge ?? '')
  }

  it('sends every kind of content, and the simulator, written from the same page, takes each', async () => {
    const bytes = Buffer.from('89504e470d0a1a0a', 'hex')
    const image = await client.uploadMedia(credentials, {
      stream: Readable.from([bytes]),
      size: bytes.length,
      mimeType: 'image/png',
      filename: 'a.png',
    })
    const inbound = await control('/inbound', { from: customer, message: { type: 'text', text: { body: 'x' } } })
    const contents: SendableContent[] = [
      hello,
      { type: 'image', media: image, caption: 'Look' },
      { type: 'document', media: image, filename: 'a.png' },
      { type: 'video', media: { link: 'https://example.com/a.mp4' } },
      { type: 'audio', media: { link: 'https://example.com/a.ogg' }, voice: true },
      { type: 'sticker', media: { link: 'https://example.com/a.webp' } },
      { type: 'template', templateName: 'hello_world', language: 'en_US' },
      {
        type: 'template',
        templateName: 'order_update',
        language: 'en',
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'Ann' },
              { type: 'text', text: 'A1' },
            ],
          },
        ],
      },
      {
        type: 'interactive',
        interactive: {
          type: 'button',
          body: { text: 'Choose' },
          action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
        },
      },
      { type: 'location', latitude: 12.97, longitude: 77.59, name: 'Office', address: '1 Road' },
      { type: 'contact', contacts: [{ name: { formatted_name: 'Bo', first_name: 'Bo' }, phones: [{ phone: '+91' }] }] },
      { type: 'reaction', messageId: inbound.id, emoji: '👍' },
    ]
    const outcomes = []
    for (const content of contents) outcomes.push(await send(content))
    expect(outcomes.filter(({ outcome }) => outcome !== 'accepted')).toEqual([])
    expect(await acceptedPayloads()).toHaveLength(contents.length)
  })

  it('a send is answered with the wamid its statuses carry, beside our own id', async () => {
    const outcome = await send(hello, 'msg_42')
    expect(outcome).toMatchObject({ outcome: 'accepted', waId: customer, messageStatus: null })
    if (outcome.outcome !== 'accepted') return
    const statuses = () =>
      received.entries.filter(
        (entry) => entry.kind === 'status' && entry.wamid === outcome.wamid && entry.messageId === 'msg_42',
      )
    await eventually(() => statuses().length >= 3)
    expect(
      statuses()
        .map((entry) => entry.kind === 'status' && entry.status)
        .sort(),
    ).toEqual(['delivered', 'read', 'sent'])
    expect(statuses()[0]).toMatchObject({ recipientPhone: `+${customer}`, phoneNumberId: credentials.phoneNumberId })
  })

  it('its webhooks are signed, name the number and come out as messages', async () => {
    await eventually(() => received.entries.length > 0)
    expect(received.entries[0]).toMatchObject({
      kind: 'message',
      phone: `+${customer}`,
      profileName: 'Ann',
      text: 'Hi',
      phoneNumberId: credentials.phoneNumberId,
      businessAccountId: credentials.businessAccountId,
    })
    expect(received).toMatchObject({ signed: true, ids: [credentials.phoneNumberId] })
  })

  it('a refusal is told with its code, and nothing was accepted', async () => {
    await control('/faults', { fail: { code: 131056, times: 1 } })
    expect(await send(hello)).toMatchObject({ outcome: 'refused', error: { code: 131056 } })
    await control('/faults', { fail: { code: 131000, times: 1, httpStatus: 500 } })
    expect(await send(hello)).toMatchObject({ outcome: 'refused', error: { code: 131000 }, httpStatus: 500 })
    expect(await send({ type: 'text', text: 'x'.repeat(5000) })).toMatchObject({ outcome: 'refused' })
    expect(await acceptedPayloads()).toEqual([])
  })

  it('a dead token is told as code 190, from every call', async () => {
    await control('/faults', { tokenExpired: true })
    expect(await send(hello)).toMatchObject({ outcome: 'refused', httpStatus: 401, error: { code: 190 } })
    expect(await failureOf(client.phoneNumber(credentials))).toMatchObject({ httpStatus: 401, error: { code: 190 } })
    expect(await failureOf(client.markRead(credentials, 'wamid.x', { typing: false }))).toMatchObject({
      error: { code: 190 },
    })
  })

  it.each(['acceptThenDropReply', 'acceptThenFail'])(
    'after %s the outcome is unknown, and the status settles it',
    async (fault) => {
      await control('/faults', { [fault]: 1 })
      expect(await send(hello, 'msg_lost')).toMatchObject({ outcome: 'unknown' })
      await eventually(() =>
        received.entries.some((entry) => entry.kind === 'status' && entry.messageId === 'msg_lost'),
      )
      expect(await acceptedPayloads()).toHaveLength(1)
    },
  )

  it('an answer slower than the timeout leaves the outcome unknown', async () => {
    await control('/faults', { latencyMs: 5_000 })
    const impatient = clientOf(url, { responseTimeoutMs: 200 })
    const request = { recipient: { phone: `+${customer}` }, content: hello, replyToWamid: null, messageId: 'msg_1' }
    expect(await within(4_000, impatient.send(credentials, request))).toMatchObject({ outcome: 'unknown' })
  })

  it('a person without a phone is written to by user id, and a reply names its message', async () => {
    const { id } = await control('/inbound', { from: customer, message: { type: 'text', text: { body: 'x' } } })
    const outcome = await client.send(credentials, {
      recipient: { userId: 'IN.13491208655302741918' },
      content: hello,
      replyToWamid: id,
      messageId: 'msg_1',
    })
    expect(outcome).toMatchObject({ outcome: 'accepted', waId: null, userId: 'IN.13491208655302741918' })
    expect((await acceptedPayloads())[0]).toMatchObject({
      recipient: 'IN.13491208655302741918',
      context: { message_id: id },
    })
  })

  it('marks a message as read, with and without typing', async () => {
    const { id } = await control('/inbound', { from: customer, message: { type: 'text', text: { body: 'x' } } })
    await client.markRead(credentials, id, { typing: true })
    await client.markRead(credentials, id, { typing: false })
    expect(await failureOf(client.markRead(credentials, 'no wamid', { typing: false }))).toMatchObject({
      httpStatus: 400,
    })
  })

  it('tells the number as people write it', async () => {
    expect(await client.phoneNumber(credentials)).toMatchObject({
      id: credentials.phoneNumberId,
      displayPhoneNumber: '+91 98765 43210',
      verifiedName: 'Acme Corp',
      platformType: 'CLOUD_API',
    })
    expect(await failureOf(client.phoneNumber({ ...credentials, phoneNumberId: '999' }))).toMatchObject({
      error: { code: 100 },
    })
  })

  it('lists the templates', async () => {
    const templates = []
    for await (const template of client.templates(credentials)) templates.push(template)
    expect(templates).toContainEqual(
      expect.objectContaining({ name: 'hello_world', language: 'en_US', status: 'APPROVED', category: 'UTILITY' }),
    )
    expect(templates.find(({ name }) => name === 'order_update')?.components).toMatchObject([{ type: 'BODY' }])
    expect(templates.some(({ parameterFormat }) => parameterFormat === 'NAMED')).toBe(true)
    expect(new Set(templates.map(({ id }) => id)).size).toBe(templates.length)
  })

  it('uploads a file and gets the same bytes back, until it is deleted', async () => {
    const bytes = Buffer.alloc(3_000_000, 'kaanha')
    const { id } = await client.uploadMedia(credentials, {
      stream: Readable.from([bytes.subarray(0, 1_000_001), bytes.subarray(1_000_001)]),
      size: bytes.length,
      mimeType: 'application/pdf',
      filename: 'bill "new"\r\n.pdf',
    })
    const info = await client.mediaInfo(credentials, id)
    expect(info).toMatchObject({ id, mimeType: 'application/pdf', size: bytes.length })
    const download = await client.downloadMedia(credentials, info.url)
    expect(download).toMatchObject({ mimeType: 'application/pdf', size: bytes.length })
    const hash = createHash('sha256')
      .update(await buffer(download.stream))
      .digest('hex')
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(hash).toBe(info.sha256)
    await client.deleteMedia(credentials, id)
    expect((await failureOf(client.mediaInfo(credentials, id))).error?.code).toBe(100)
  })

  it('an expired media url is 404, and a new one works', async () => {
    const { id } = await client.uploadMedia(credentials, {
      stream: Readable.from(['hello']),
      size: 5,
      mimeType: 'text/plain',
      filename: 'a.txt',
    })
    const { url: address } = await client.mediaInfo(credentials, id)
    await control('/clock', { advanceMs: 6 * 60_000 })
    expect(await failureOf(client.downloadMedia(credentials, address))).toMatchObject({ httpStatus: 404 })
    const again = await client.downloadMedia(credentials, (await client.mediaInfo(credentials, id)).url)
    expect((await buffer(again.stream)).toString()).toBe('hello')
  })

  it('a file that WhatsApp does not take is refused with its words', async () => {
    const media = { stream: Readable.from(['MZ']), size: 2, mimeType: 'application/x-msdownload', filename: 'a.exe' }
    expect(await failureOf(client.uploadMedia(credentials, media))).toMatchObject({ error: { code: 100 } })
  })

  it('subscribes the app, at the default address and at one of our own', async () => {
    await client.subscribeApp(credentials, {})
    const own = await serve((request, response) => {
      response.end(new URL(request.url ?? '', 'http://here').searchParams.get('hub.challenge') ?? '')
    })
    await client.subscribeApp(credentials, { callbackUrl: own, verifyToken: 'mine' })
    const nobody = await serve((_, response) => response.writeHead(403).end())
    const failure = await failureOf(client.subscribeApp(credentials, { callbackUrl: nobody, verifyToken: 'mine' }))
    expect(failure.error?.code).toBe(2200)
  })
})

describe('the Cloud API client against other servers', () => {
  const json = (response: ServerResponse, body: unknown, status = 200) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const template = (index: number) => ({ id: String(index), name: `t${index}`, language: 'en', status: 'approved' })

  it('pages through all templates by cursor, never by the address it is given', async () => {
    const asked: (string | undefined)[] = []
    const url = await serve((request, response) => {
      asked.push(request.url)
      const after = Number(new URL(request.url ?? '', 'http://here').searchParams.get('after') ?? 0)
      const cursors = after === 1 ? {} : { cursors: { after: String(after + 1) } }
      const next = after < 2 ? { next: `https://elsewhere.invalid/?after=${after + 1}` } : {}
      json(response, { data: [template(after), null, { id: 1 }], paging: { ...cursors, ...next } })
    })
    const names: string[] = []
    for await (const { name, status } of clientOf(url).templates(credentials)) names.push(`${name} ${status}`)
    expect(names).toEqual(['t0 APPROVED', 't1 APPROVED', 't2 APPROVED'])
    expect(asked).toHaveLength(3)
  })

  it('ends where the pages never do', async () => {
    const url = await serve((_, response) =>
      json(response, { data: [], paging: { cursors: { after: 'a' }, next: 'https://elsewhere.invalid/' } }),
    )
    const all = async () => {
      for await (const _ of clientOf(url).templates(credentials));
    }
    expect((await failureOf(all())).message).toContain('pages of templates')
  })

  it.each([
    ['HTML', (response: ServerResponse) => response.end('<h1>Hello</h1>')],
    ['an empty answer', (response: ServerResponse) => response.end()],
    ['JSON of another shape', (response: ServerResponse) => response.end('{"data":5,"success":"yes"}')],
    ['a bare 503', (response: ServerResponse) => response.writeHead(503).end()],
    ['a cut connection', (response: ServerResponse) => response.destroy()],
  ])('every call fails with UpstreamFailure on %s', async (_, answer) => {
    const url = await serve((__, response) => void answer(response))
    const client = clientOf(url)
    const upload = () => ({ stream: Readable.from(['x']), size: 1, mimeType: 'text/plain', filename: 'a' })
    const calls = [
      () => client.markRead(credentials, 'wamid', { typing: false }),
      () => client.phoneNumber(credentials),
      () => client.templates(credentials)[Symbol.asyncIterator]().next(),
      () => client.uploadMedia(credentials, upload()),
      () => client.mediaInfo(credentials, '1'),
      () => client.deleteMedia(credentials, '1'),
      () => client.subscribeApp(credentials, {}),
    ]
    for (const call of calls) expect((await failureOf(call())).error).toBeNull()
  })

  describe('downloads', () => {
    it('follow redirects, with the token for the first origin alone', async () => {
      const tokens: (string | undefined)[] = []
      const url = await serve((request, response) => {
        tokens.push(request.headers.authorization)
        if (request.url === '/a') response.writeHead(302, { location: '/b' }).end('moved')
        else response.writeHead(200, { 'content-type': 'image/png' }).end('bytes')
      })
      const { stream, mimeType } = await clientOf(url).downloadMedia(credentials, `${url}/a`)
      expect((await buffer(stream)).toString()).toBe('bytes')
      expect(mimeType).toBe('image/png')
      expect(tokens).toEqual(['Bearer simulator-token', 'Bearer simulator-token'])
    })

    it.each(['http://127.0.0.1:1/a', 'file:///etc/passwd', 'ftp://example.com', 'nothing', ''])(
      'are not made from %j',
      async (address) => {
        const url = await serve((_, response) => response.writeHead(302, { location: address }).end())
        const client = clientOf(url)
        await failureOf(client.downloadMedia(credentials, address))
        if (URL.canParse(address)) {
          expect((await failureOf(client.downloadMedia(credentials, `${url}/a`))).message).toContain(
            'neither https nor',
          )
        }
      },
    )

    it('end where the redirects never do', async () => {
      const url = await serve((_, response) => response.writeHead(302, { location: '/again' }).end())
      expect((await failureOf(clientOf(url).downloadMedia(credentials, url))).message).toContain('redirects more than')
    })

    it('that are cut off fail in the stream', async () => {
      const url = await serve((_, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('half', () => response.destroy())
      })
      const { stream } = await clientOf(url).downloadMedia(credentials, url)
      await failureOf(buffer(stream))
    })

    it('that stall fail in the stream', async () => {
      const url = await serve((_, response) => {
        response.writeHead(200)
        response.write('half')
      })
      const { stream } = await clientOf(url, { transferTimeoutMs: 300 }).downloadMedia(credentials, url)
      await failureOf(buffer(stream))
    })

    it('that announce more than WhatsApp ever sends are refused', async () => {
      const url = await serve((_, response) => {
        response.writeHead(200, { 'content-length': String(200 * 1024 * 1024) })
        response.write('x')
      })
      expect((await failureOf(clientOf(url).downloadMedia(credentials, url))).message).toContain('larger than')
    })

    it('that nobody reads give their place back once destroyed', async () => {
      const url = await serve((_, response) => {
        response.writeHead(200)
        response.write('x'.repeat(1_000_000))
      })
      const client = clientOf(url, { connections: 2, waitTimeoutMs: 2_000 })
      for (let round = 0; round < 5; round += 1) {
        const { stream } = await within(5_000, client.downloadMedia(credentials, url))
        stream.destroy()
      }
    })

    it('that are slow do not hold up sends', async () => {
      const url = await serve((request, response) => {
        if (request.method === 'GET') response.writeHead(200).write('x')
        else json(response, { messages: [{ id: 'wamid.1' }] })
      })
      const client = clientOf(url, { connections: 2, transferTimeoutMs: 2_000 })
      const { stream } = await client.downloadMedia(credentials, url)
      const outcome = await client.send(credentials, {
        recipient: { phone: '+919811122233' },
        content: { type: 'text', text: 'x' },
        replyToWamid: null,
        messageId: 'm',
      })
      expect(outcome).toMatchObject({ outcome: 'accepted' })
      stream.destroy()
    })
  })

  describe('uploads', () => {
    it('state their length and hold to it', async () => {
      const heads: IncomingMessage['headers'][] = []
      const url = await serve((request, response) => {
        heads.push(request.headers)
        void buffer(request).then(
          () => json(response, { id: 4711 }),
          () => {},
        )
      })
      const media = { mimeType: 'text/plain', filename: 'ä.txt' }
      const upload = (text: string, size: number) =>
        clientOf(url).uploadMedia(credentials, { ...media, stream: Readable.from([text]), size })
      expect(await upload('hello', 5)).toEqual({ id: '4711' })
      expect(Number(heads[0]?.['content-length'])).toBeGreaterThan(5)
      await failureOf(upload('hello', 50))
      await failureOf(upload('hello, this is longer', 5))
    })

    it('whose source fails, fail; and a source is destroyed where its upload fails', async () => {
      const url = await serve((request, response) => {
        request.resume()
        request.on('end', () => json(response, { error: { code: 100, message: 'no' } }, 400))
      })
      const client = clientOf(url)
      const broken = new Readable({ read: () => broken.destroy(new Error('disk')) })
      await failureOf(client.uploadMedia(credentials, { stream: broken, size: 5, mimeType: 'a/b', filename: 'a' }))
      const source = new Readable({ read: () => {} })
      source.push('hello')
      await failureOf(
        client.uploadMedia(
          { ...credentials, accessToken: '\n' },
          { stream: source, size: 5, mimeType: 'a/b', filename: 'a' },
        ),
      )
      expect(source.destroyed).toBe(true)
    })
  })
})

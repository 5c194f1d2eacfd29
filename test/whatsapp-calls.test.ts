import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { Credentials } from '../src/whatsapp/provider.js'
import { within } from './support/wait.js'
import { clientFor, failureOf, serve } from './support/whatsapp.js'

const credentials: Credentials = {
  phoneNumberId: '100000000000001',
  businessAccountId: '200000000000001',
  accessToken: 'simulator-token',
}

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
    for await (const { name, status } of clientFor(url).templates(credentials)) names.push(`${name} ${status}`)
    expect(names).toEqual(['t0 APPROVED', 't1 APPROVED', 't2 APPROVED'])
    expect(asked).toHaveLength(3)
  })

  it('ends where the pages never do', async () => {
    const url = await serve((_, response) =>
      json(response, { data: [], paging: { cursors: { after: 'a' }, next: 'https://elsewhere.invalid/' } }),
    )
    const all = async () => {
      for await (const _ of clientFor(url).templates(credentials));
    }
    expect((await failureOf(all())).message).toContain('pages of message_templates')
  })

  it.each([
    ['HTML', (response: ServerResponse) => response.end('<h1>Hello</h1>')],
    ['an empty answer', (response: ServerResponse) => response.end()],
    ['JSON of another shape', (response: ServerResponse) => response.end('{"data":5,"success":"yes"}')],
    ['a bare 503', (response: ServerResponse) => response.writeHead(503).end()],
    ['a cut connection', (response: ServerResponse) => response.destroy()],
  ])('every call fails with UpstreamFailure on %s', async (_, answer) => {
    const url = await serve((__, response) => void answer(response))
    const client = clientFor(url)
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
      const { stream, mimeType } = await clientFor(url).downloadMedia(credentials, `${url}/a`)
      expect((await buffer(stream)).toString()).toBe('bytes')
      expect(mimeType).toBe('image/png')
      expect(tokens).toEqual(['Bearer simulator-token', 'Bearer simulator-token'])
    })

    it.each(['http://127.0.0.1:1/a', 'file:///etc/passwd', 'ftp://example.com', 'nothing', ''])(
      'are not made from %j',
      async (address) => {
        const url = await serve((_, response) => response.writeHead(302, { location: address }).end())
        const client = clientFor(url)
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
      expect((await failureOf(clientFor(url).downloadMedia(credentials, url))).message).toContain('redirects more than')
    })

    it('that are cut off fail in the stream', async () => {
      const url = await serve((_, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('half', () => response.destroy())
      })
      const { stream } = await clientFor(url).downloadMedia(credentials, url)
      await failureOf(buffer(stream))
    })

    it('that stall fail in the stream', async () => {
      const url = await serve((_, response) => {
        response.writeHead(200)
        response.write('half')
      })
      const { stream } = await clientFor(url, { transferTimeoutMs: 300 }).downloadMedia(credentials, url)
      await failureOf(buffer(stream))
    })

    it('that announce more than WhatsApp ever sends are refused', async () => {
      const url = await serve((_, response) => {
        response.writeHead(200, { 'content-length': String(200 * 1024 * 1024) })
        response.write('x')
      })
      expect((await failureOf(clientFor(url).downloadMedia(credentials, url))).message).toContain('larger than')
    })

    it('that nobody reads give their place back once destroyed', async () => {
      const url = await serve((_, response) => {
        response.writeHead(200)
        response.write('x'.repeat(1_000_000))
      })
      const client = clientFor(url, { connections: 2, waitTimeoutMs: 2_000 })
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
      const client = clientFor(url, { connections: 2, transferTimeoutMs: 2_000 })
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
        clientFor(url).uploadMedia(credentials, { ...media, stream: Readable.from([text]), size })
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
      const client = clientFor(url)
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

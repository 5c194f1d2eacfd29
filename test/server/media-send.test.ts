import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as files from '../support/media-files.js'
import { upload, uploaded } from '../support/media-files.js'
import { acceptedOf, type Customer, messageWith, newCustomer } from '../support/messaging.js'
import { consentingContact, expectRestError } from '../support/rest.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

type Kind = { type: string; file: Buffer; fields: Record<string, unknown>; mimeType: string }

const kinds: Kind[] = [
  { type: 'image', file: files.png, fields: { caption: 'A dot' }, mimeType: 'image/png' },
  { type: 'video', file: files.mp4, fields: { caption: 'A film' }, mimeType: 'video/mp4' },
  { type: 'audio', file: files.ogg, fields: { voice: true }, mimeType: 'audio/ogg' },
  {
    type: 'document',
    file: files.pdf,
    fields: { filename: 'bill.pdf', caption: 'Yours' },
    mimeType: 'application/pdf',
  },
  { type: 'sticker', file: files.webp, fields: {}, mimeType: 'image/webp' },
]

/** Files by their path, and what was asked of them. */
function fileServer() {
  const served = new Map<string, { body: Buffer; status?: number; headers?: Record<string, string> }>()
  const asked: string[] = []
  const server: Server = createServer((req, res) => {
    asked.push(req.url ?? '')
    const found = served.get(req.url ?? '') ?? { body: Buffer.from('none'), status: 404 }
    res.writeHead(found.status ?? 200, found.headers).end(found.body)
  })
  return { server, served, asked }
}

describeServer('sending media', () => {
  let server: TestServer
  let customer: Customer
  let base: string
  const host = fileServer()
  beforeAll(async () => {
    host.server.listen(0, '127.0.0.1')
    await once(host.server, 'listening')
    base = `http://127.0.0.1:${(host.server.address() as AddressInfo).port}`
    server = await startServer({ env: { ALLOW_PRIVATE_URLS: 'on', RATE_LIMIT_SENDS_PER_HOUR: '500' } })
    customer = await newCustomer(server)
    for (const { type, file } of kinds) host.served.set(`/${type}.png`, { body: file })
  })
  afterAll(async () => {
    await server.dispose()
    host.server.close()
  })

  const send = (body: Record<string, unknown>, headers = {}) =>
    server.rest('POST', '/send', { to: customer.phone, ...body }, headers)
  const sendByGraph = async (content: Record<string, unknown>, idempotencyKey?: string) => {
    const query = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message {
      id status text contentData content { __typename ... on ImageContent { mediaId url mimeType caption } }
    } } }`
    const { data, errors } = await server.graphql(query, { input: { to: customer.phone, content, idempotencyKey } })
    if (errors) throw new Error(JSON.stringify(errors))
    return data.sendMessage.message
  }
  const uploads = async (): Promise<number> => {
    const { data } = await server.simulator('GET', '/requests')
    return data.filter(
      ({ method, path }: { method: string; path: string }) => method === 'POST' && path.endsWith('/media'),
    ).length
  }
  const storedFiles = () =>
    readdirSync(join(server.env.DATA_DIR ?? '', 'media'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort()
  const payloadOf = async (id: string, type: string) => {
    const accepted = await acceptedOf(server, id)
    expect(accepted).toHaveLength(1)
    return accepted[0]?.payload[type] as Record<string, unknown>
  }

  describe.each(kinds)('$type', ({ type, file, fields, mimeType }) => {
    const expectSent = async (id: string, content: Record<string, unknown>, mediaId: unknown) => {
      const url = `http://localhost:${new URL(server.url).port}/api/media/${mediaId}`
      expect(content).toMatchObject({ mediaId, url, mimeType, ...fields })
      expect(content.mediaUrl).toBeUndefined()
      expect(await payloadOf(id, type)).toEqual({ id: expect.any(String), ...fields })
      const bytes = await fetch(`${server.url}/api/media/${mediaId}`, {
        headers: { authorization: `Bearer ${server.key}` },
      })
      expect(Buffer.from(await bytes.arrayBuffer()).equals(file)).toBe(true)
    }

    test('by mediaId, through REST and GraphQL, goes out with one upload for both', async () => {
      const mediaId = await uploaded(server, file, 'name.bin')
      const before = await uploads()
      const { status, json } = await send({ type, mediaId, ...fields })
      expect([status, json.status, json.type]).toEqual([200, 'SENT', type])
      expect(json.text).toBe(fields.caption ?? null)
      await expectSent(json.id, json.content, mediaId)
      const message = await sendByGraph({ [type]: { mediaId, ...fields } })
      expect(message.status).toBe('SENT')
      await expectSent(message.id, message.contentData, mediaId)
      expect(await uploads()).toBe(before + 1)
    })

    test('by mediaUrl, through REST and GraphQL, is fetched by us and kept', async () => {
      const mediaUrl = `${base}/${type}.png`
      const { status, json } = await send({ type, mediaUrl, ...fields })
      expect([status, json.status]).toEqual([200, 'SENT'])
      await expectSent(json.id, json.content, json.content.mediaId)
      const message = await sendByGraph({ [type]: { mediaUrl, ...fields } })
      await expectSent(message.id, message.contentData, message.contentData.mediaId)
      expect(message.contentData.mediaId).not.toBe(json.content.mediaId)
    })
  })

  test('the content of a sent image has its own type in the graph', async () => {
    const mediaId = await uploaded(server, files.png)
    const { content } = await sendByGraph({ image: { mediaId, caption: 'A dot' } })
    expect(content).toEqual({
      __typename: 'ImageContent',
      mediaId,
      url: expect.stringMatching(new RegExp(`/api/media/${mediaId}$`)),
      mimeType: 'image/png',
      caption: 'A dot',
    })
  })

  test('an id that WhatsApp has forgotten is replaced by a new upload, within the same send', async () => {
    const mediaId = await uploaded(server, files.png)
    const first = await send({ type: 'image', mediaId })
    const { id: gone } = await payloadOf(first.json.id, 'image')
    const forgotten = await fetch(`${server.simulatorUrl}/v24.0/${gone}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer simulator-token' },
    })
    expect(forgotten.status).toBe(200)
    const { status, json } = await send({ type: 'image', mediaId })
    expect([status, json.status]).toEqual([200, 'SENT'])
    expect((await payloadOf(json.id, 'image')).id).not.toBe(gone)
  })

  test('several sends of one file at the same moment share its upload', async () => {
    const mediaId = await uploaded(server, files.jpeg)
    const before = await uploads()
    const answers = await Promise.all(Array.from({ length: 5 }, () => send({ type: 'image', mediaId })))
    expect(answers.map(({ json }) => json.status)).toEqual(Array(5).fill('SENT'))
    expect(await uploads()).toBe(before + 1)
  })

  test.each([
    ['a retryable error of WhatsApp’s', { code: 131016, times: 1, httpStatus: 503 }],
    ['the loss of the connection’s answer', { code: 131000, times: 1, httpStatus: 500 }],
  ])('an upload that fails with %s is tried again, and is never UNKNOWN', async (_what, fail) => {
    const mediaId = await uploaded(server, Buffer.concat([files.png, Buffer.from(JSON.stringify(fail))]))
    await server.simulator('POST', '/faults', { fail })
    const { status, json } = await send({ type: 'image', mediaId })
    expect([status, json.status]).toEqual([200, 'QUEUED'])
    const message = await messageWith(server, json.id, ['SENT', 'DELIVERED', 'READ', 'UNKNOWN', 'FAILED'], 30_000)
    expect(['SENT', 'DELIVERED', 'READ']).toContain(message.status)
    expect(await acceptedOf(server, json.id)).toHaveLength(1)
  })

  test('an upload that WhatsApp refuses for good fails the message, which stays on record', async () => {
    const mediaId = await uploaded(server, Buffer.concat([files.png, Buffer.from('refused')]))
    await server.simulator('POST', '/faults', { fail: { code: 100, times: 1, httpStatus: 400 } })
    const answer = await send({ type: 'image', mediaId })
    expectRestError(answer, 400, 'BAD_REQUEST', { id: expect.stringMatching(/^msg_/) })
    expect((await messageWith(server, answer.json.id, ['FAILED'])).error.code).toBe(100)
  })

  describe('is refused', () => {
    const refused = async (body: Record<string, unknown>, path: string, message: RegExp) => {
      const before = storedFiles()
      const answer = await send(body)
      expectRestError(answer, 400, 'BAD_REQUEST', { details: [{ path, message: expect.stringMatching(message) }] })
      expect(storedFiles()).toEqual(before)
    }

    test.each<[string, Buffer, RegExp]>([
      ['image', files.gif, /image\/gif/],
      ['image', files.webp, /image\/webp/],
      ['image', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /text\/plain/],
      ['image', Buffer.concat([files.png, Buffer.alloc(5 * 1024 * 1024)]), /at most 5242880/],
      ['video', files.png, /image\/png/],
      ['audio', files.mp4, /video\/mp4/],
      ['document', files.gif, /image\/gif/],
      ['document', files.zip({ a: 'b' }), /application\/zip/],
      ['sticker', files.png, /image\/png/],
      ['sticker', files.sticker(100 * 1024 + 1, false), /does not move/],
      ['sticker', files.sticker(500 * 1024 + 1, true), /at most 512000/],
    ])('as %s what WhatsApp does not take as one, by both ways (%#)', async (type, file, message) => {
      const fields = type === 'document' ? { filename: 'a.pdf' } : {}
      const mediaId = await uploaded(server, file, 'a.png')
      await refused({ type, mediaId, ...fields }, 'mediaId', message)
      host.served.set('/wrong.png', { body: file })
      await refused({ type, mediaUrl: `${base}/wrong.png`, ...fields }, 'mediaUrl', message)
    })

    test('not an animated sticker of up to 500 KB', async () => {
      const mediaId = await uploaded(server, files.sticker(500 * 1024, true))
      expect((await send({ type: 'sticker', mediaId })).json.status).toBe('SENT')
    })

    test('a mediaUrl that answers otherwise than 200, with nothing, compressed, or never', async () => {
      host.served.set('/empty.png', { body: Buffer.alloc(0) })
      host.served.set('/packed.png', { body: files.png, headers: { 'content-encoding': 'gzip' } })
      host.served.set('/round', { body: Buffer.alloc(0), status: 302, headers: { location: '/round' } })
      await refused({ type: 'image', mediaUrl: `${base}/none.png` }, 'mediaUrl', /status 404/)
      await refused({ type: 'image', mediaUrl: `${base}/empty.png` }, 'mediaUrl', /no bytes/)
      await refused({ type: 'image', mediaUrl: `${base}/packed.png` }, 'mediaUrl', /compressed/)
      await refused({ type: 'image', mediaUrl: `${base}/round` }, 'mediaUrl', /redirects too often/)
      await refused({ type: 'image', mediaUrl: 'http://127.0.0.1:1/a.png' }, 'mediaUrl', /could not be reached/)
      await refused({ type: 'image', mediaUrl: base.replace('//', '//me:secret@') }, 'mediaUrl', /user name/)
    })

    test('a file over 16,777,216 bytes, whether its length is told or not', async () => {
      const body = Buffer.concat([files.mp4, Buffer.alloc(16_777_217 - files.mp4.length)])
      const before = storedFiles()
      for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
        host.served.set('/large.mp4', { body, headers })
        const answer = await send({ type: 'video', mediaUrl: `${base}/large.mp4` })
        expectRestError(answer, 400, 'FILE_TOO_LARGE', { details: [{ path: 'mediaUrl', message: expect.any(String) }] })
      }
      expect(storedFiles()).toEqual(before)
    })

    test('a mediaId that names nothing, something else, or another organization’s file', async () => {
      const other = { authorization: `Bearer ${await server.newOrganization('others')}` }
      const theirs = (await upload(server, files.png, 'a.png', other)).json.mediaId
      for (const mediaId of [theirs, 'x', customer.contactId]) {
        expectRestError(await send({ type: 'image', mediaId }), 404, 'NOT_FOUND', {
          details: [{ path: 'mediaId', message: expect.any(String) }],
        })
      }
    })
  })

  test('a send that may not go out, or has gone before, fetches nothing', async () => {
    const mediaUrl = `${base}/image.png`
    const key = { 'Idempotency-Key': 'a picture' }
    const first = await send({ type: 'image', mediaUrl }, key)
    const before = [host.asked.length, storedFiles().length]
    const again = await send({ type: 'image', mediaUrl }, key)
    expect([again.json, again.headers.get('idempotent-replayed')]).toEqual([first.json, 'true'])
    const shut = await consentingContact(server)
    for (const to of [newPhone(), shut.phone, 'con_00000000000000000000000000']) {
      expect((await send({ to, type: 'image', mediaUrl })).status).toBeGreaterThanOrEqual(400)
    }
    expect([host.asked.length, storedFiles().length]).toEqual(before)
  })

  test('a contact’s files go with the contact, those of others stay', async () => {
    const other = await newCustomer(server)
    const shared = await uploaded(server, files.png)
    await send({ type: 'image', mediaId: shared })
    await send({ to: other.phone, type: 'image', mediaId: shared })
    const own = (await send({ to: other.phone, type: 'image', mediaUrl: `${base}/image.png` })).json.content.mediaId
    expect(storedFiles()).toContain(own)
    const query = 'mutation ($id: ID!) { deleteContact(input: { id: $id }) { contact { id } } }'
    expect((await server.graphql(query, { id: other.contactId })).errors).toBeUndefined()
    await eventually(() => !storedFiles().includes(own))
    expect(storedFiles()).toContain(shared)
    expectRestError(await server.call('GET', `/api/media/${own}`), 404, 'NOT_FOUND')
  })
})

describeServer('mediaUrl, where ALLOW_PRIVATE_URLS is off', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  test('reaches no private address', async () => {
    const host = fileServer()
    host.server.listen(0, '127.0.0.1')
    await once(host.server, 'listening')
    const { port } = host.server.address() as AddressInfo
    const { phone: to } = await newCustomer(server)
    for (const mediaUrl of [
      `http://127.0.0.1:${port}/a.png`,
      `https://127.0.0.1:${port}/a.png`,
      `https://localhost:${port}/a.png`,
      `https://2130706433:${port}/a.png`,
      `https://[::ffff:127.0.0.1]:${port}/a.png`,
      'https://169.254.169.254/latest/meta-data/',
    ]) {
      const answer = await server.rest('POST', '/send', { to, type: 'image', mediaUrl })
      expectRestError(answer, 400, 'BAD_REQUEST', { details: [{ path: 'mediaUrl', message: expect.any(String) }] })
    }
    expect(host.asked).toEqual([])
    host.server.close()
  })
})

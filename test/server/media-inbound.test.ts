import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventCursor, eventsSince } from '../support/graph.js'
import * as files from '../support/media-files.js'
import { form, sha256 } from '../support/media-files.js'
import { type Customer, messageNow, newCustomer } from '../support/messaging.js'
import { deliver, expectRestError } from '../support/rest.js'
import { withRows } from '../support/rows.js'
import { describeServer, eventually, find, startServer, type TestServer } from '../support/server.js'

describeServer('a file that a customer sends', () => {
  let server: TestServer
  let customer: Customer
  beforeAll(async () => {
    server = await startServer()
    customer = await newCustomer(server)
  })
  afterAll(() => server.dispose())

  /** Puts a file where a customer's message may name it. */
  const atWhatsApp = async (file: Uint8Array, type: string): Promise<string> => {
    const answer = await fetch(`${server.simulatorUrl}/v24.0/100000000000001/media`, {
      method: 'POST',
      headers: { authorization: 'Bearer simulator-token' },
      body: form(
        [
          ['messaging_product', 'whatsapp'],
          ['file', file, 'file'],
        ],
        type,
      ),
    })
    return ((await answer.json()) as { id: string }).id
  }
  const customerSends = async (type: string, fields: Record<string, unknown>): Promise<string> => {
    const message = { type, [type]: fields }
    return (await server.simulator('POST', '/inbound', { from: customer.phone.slice(1), message })).id
  }
  const messageOf = (wamid: string) => find(() => messageNow(server, wamid))
  const mediaQuery = 'query ($id: ID!) { media(id: $id) { status mimeType size filename sha256 url } }'
  const mediaOf = async (id: string) => (await server.graphql(mediaQuery, { id })).data.media
  const settled = (id: string) =>
    find(async () => {
      const media = await mediaOf(id)
      return media.status !== 'PENDING' && media
    }, 30_000)
  const bytesOf = async (id: string) => {
    const answer = await fetch(`${server.url}/api/media/${id}`, { headers: { authorization: `Bearer ${server.key}` } })
    return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()), headers: answer.headers }
  }
  const requestsFor = async (part: string): Promise<number> => {
    const { data } = await server.simulator('GET', '/requests')
    return data.filter(({ path }: { path: string }) => path.includes(part)).length
  }

  test.each([
    ['image', files.png, 'image/png', { caption: 'A dot' }],
    ['video', files.mp4, 'video/mp4', {}],
    ['audio', files.ogg, 'audio/ogg', { voice: true }],
    ['document', files.pdf, 'application/pdf', { filename: '../bill.pdf', caption: 'Mine' }],
    ['sticker', files.webp, 'image/webp', { animated: false }],
  ])('as %s shows at once, and its bytes are here soon after', async (type, file, mimeType, fields) => {
    const whatsappId = await atWhatsApp(file, mimeType)
    const cursor = await eventCursor(server)
    const message = await messageOf(await customerSends(type, { id: whatsappId, ...fields }))
    const { mediaId } = message.contentData
    expect(message.contentData).toMatchObject({ ...fields, mimeType, url: expect.stringContaining(mediaId) })
    expect(await settled(mediaId)).toEqual({
      status: 'READY',
      mimeType,
      size: file.length,
      filename: type === 'document' ? 'bill.pdf' : null,
      sha256: sha256(file),
      url: message.contentData.url,
    })
    expect((await bytesOf(mediaId)).body.equals(file)).toBe(true)
    const ofMessage = (
      await eventsSince(server, cursor, ({ type, data }) => type === 'message.updated' && data.id === message.id)
    )
      .filter(({ data }) => data.id === message.id)
      .map((event) => event.type)
    expect(ofMessage).toEqual(['message.received', 'message.updated'])
  })

  test('is what its bytes say, whatever WhatsApp calls it', async () => {
    const whatsappId = await atWhatsApp(Buffer.from('<!doctype html><script>alert(1)</script>'), 'image/png')
    const { contentData } = await messageOf(await customerSends('image', { id: whatsappId }))
    expect((await settled(contentData.mediaId)).mimeType).toBe('text/plain')
    expect((await bytesOf(contentData.mediaId)).headers.get('content-disposition')).toMatch(/^attachment/)
  })

  test('can be larger than what callers may upload', async () => {
    const file = Buffer.concat([files.pdf, Buffer.alloc(17 * 1024 * 1024)])
    const whatsappId = await atWhatsApp(file, 'application/pdf')
    const { contentData } = await messageOf(await customerSends('document', { id: whatsappId, filename: 'large.pdf' }))
    expect(await settled(contentData.mediaId)).toMatchObject({ status: 'READY', size: file.length })
  })

  test('can be sent on', async () => {
    const whatsappId = await atWhatsApp(files.jpeg, 'image/jpeg')
    const { contentData } = await messageOf(await customerSends('image', { id: whatsappId }))
    await settled(contentData.mediaId)
    const sent = await server.rest('POST', '/send', { to: customer.phone, type: 'image', mediaId: contentData.mediaId })
    expect([sent.status, sent.json.status]).toEqual([200, 'SENT'])
  })

  test('delivered twice is one message with one file, fetched once', async () => {
    await server.simulator('POST', '/faults', { webhooks: { duplicate: 2 } })
    const whatsappId = await atWhatsApp(files.jpeg, 'image/jpeg')
    const { contentData } = await messageOf(await customerSends('image', { id: whatsappId }))
    await settled(contentData.mediaId)
    await server.simulator('POST', '/faults', { webhooks: { duplicate: 0 } })
    expect(await requestsFor(`/${whatsappId}`)).toBe(1)
  })

  test('stays the same file where only its caption is edited', async () => {
    const whatsappId = await atWhatsApp(files.png, 'image/png')
    const wamid = await customerSends('image', { id: whatsappId, caption: 'Befor' })
    const before = await messageOf(wamid)
    await settled(before.contentData.mediaId)
    const edit = {
      original_message_id: wamid,
      message: { type: 'image', image: { id: whatsappId, mime_type: 'image/png', caption: 'Before' } },
    }
    await server.simulator('POST', '/inbound', { from: customer.phone.slice(1), message: { type: 'edit', edit } })
    const after = await find(async () => {
      const message = await messageOf(wamid)
      return message.text === 'Before' && message
    })
    const { mediaId, url, mimeType } = before.contentData
    expect(after.contentData).toMatchObject({ mediaId, url, mimeType, caption: 'Before' })
    expect(await requestsFor(`/${whatsappId}`)).toBe(1)
  })

  test('is tried again where WhatsApp fails; meanwhile it is PENDING, and its bytes are 404 with a reason', async () => {
    const whatsappId = await atWhatsApp(files.png, 'image/png')
    await server.simulator('POST', '/faults', { tokenExpired: true })
    const { contentData, id } = await messageOf(await customerSends('image', { id: whatsappId }))
    await eventually(async () => (await requestsFor(`/${whatsappId}`)) > 0)
    const pending = await server.call('GET', `/api/media/${contentData.mediaId}`)
    expectRestError(pending, 404, 'NOT_FOUND')
    expect(pending.json.error).toContain('still being fetched')
    expect(pending.headers.get('retry-after')).toBe('2')
    expect(await mediaOf(contentData.mediaId)).toMatchObject({ status: 'PENDING', size: null, sha256: null })
    const forward = await server.rest('POST', '/send', {
      to: customer.phone,
      type: 'image',
      mediaId: contentData.mediaId,
    })
    expectRestError(forward, 400, 'BAD_REQUEST', { details: [{ path: 'mediaId', message: expect.any(String) }] })
    expect((await messageNow(server, id)).status).toBe('RECEIVED')
    await server.simulator('POST', '/faults', { tokenExpired: false })
    expect((await settled(contentData.mediaId)).status).toBe('READY')
  })

  test('is FAILED after the last attempt, which the message tells, and its bytes are 404 with the reason', async () => {
    const whatsappId = await atWhatsApp(files.png, 'image/png')
    const { contentData, id } = await messageOf(await customerSends('image', { id: whatsappId }))
    await settled(contentData.mediaId)
    const cursor = await eventCursor(server)
    // As a server leaves it that died during the last attempt but one, once its lease is over.
    await withRows(server, (rows) =>
      rows.select(
        `UPDATE "Media" SET status = 'PENDING', "whatsappMediaId" = 'gone', "fetchAttempts" = 9, "nextFetchAt" = now()
         WHERE id = $1`,
        [contentData.mediaId],
      ),
    )
    await eventsSince(server, cursor, ({ type, data }) => type === 'message.updated' && data.id === id)
    expect(await mediaOf(contentData.mediaId)).toMatchObject({ status: 'FAILED' })
    const failed = await server.call('GET', `/api/media/${contentData.mediaId}`)
    expectRestError(failed, 404, 'NOT_FOUND')
    expect(failed.json.error).toContain('could not be fetched')
  })

  test('deleted with its contact leaves no row and no file', async () => {
    const mine = await newCustomer(server)
    const whatsappId = await atWhatsApp(files.png, 'image/png')
    const message = { type: 'image', image: { id: whatsappId } }
    const { id } = await server.simulator('POST', '/inbound', { from: mine.phone.slice(1), message })
    const { mediaId } = (await messageOf(id)).contentData
    const remove = 'mutation ($id: ID!) { deleteContact(input: { id: $id }) { contact { id } } }'
    await server.graphql(remove, { id: mine.contactId })
    expect(await mediaOf(mediaId)).toBeNull()
    const stored = () => readdirSync(join(server.env.DATA_DIR ?? '', 'media'), { recursive: true }).map(String)
    await eventually(() => !stored().some((name) => name.includes(mediaId)))
    expectRestError(await server.call('GET', `/api/media/${mediaId}`), 404, 'NOT_FOUND')
  })

  test('a message with a file that nobody has is stored all the same', async () => {
    const wamid = `wamid.${'M'.repeat(30)}`
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '919876543210', phone_number_id: '100000000000001' },
      contacts: [{ profile: { name: 'Asha' }, wa_id: customer.phone.slice(1) }],
      messages: [
        {
          from: customer.phone.slice(1),
          id: wamid,
          timestamp: String(Math.floor(Date.now() / 1000)),
          type: 'document',
          document: { id: '404404404', mime_type: 'application/pdf; x=1', sha256: 'AAAA', filename: 'a.pdf' },
        },
      ],
    }
    const body = {
      object: 'whatsapp_business_account',
      entry: [{ id: '200000000000001', changes: [{ field: 'messages', value }] }],
    }
    expect((await deliver(server, JSON.stringify(body))).status).toBe(200)
    const { contentData } = await messageOf(wamid)
    expect(await mediaOf(contentData.mediaId)).toMatchObject({ status: 'PENDING', mimeType: 'application/pdf' })
  })
})

import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../src/simulator/simulator.js'
import type { SendableContent } from '../src/whatsapp/content.js'
import { normaliseWebhook, phoneNumberIds } from '../src/whatsapp/inbound.js'
import type { InboundEntry } from '../src/whatsapp/inbound-entries.js'
import type { Credentials, WhatsAppProvider } from '../src/whatsapp/provider.js'
import { verifySignature } from '../src/whatsapp/signature.js'
import { eventually, within } from './support/wait.js'
import { afterTest, clientFor, failureOf, serve } from './support/whatsapp.js'

const credentials: Credentials = {
  phoneNumberId: '100000000000001',
  businessAccountId: '200000000000001',
  accessToken: 'simulator-token',
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
    afterTest(() => simulator.close())
    url = simulator.url
    client = clientFor(url, { responseTimeoutMs: 5_000 })
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
    const impatient = clientFor(url, { responseTimeoutMs: 200 })
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

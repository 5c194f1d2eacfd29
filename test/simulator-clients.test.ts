import { WhatsAppClient } from '@kapso/whatsapp-cloud-api'
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WhatsAppAPI } from 'whatsapp-api-js'
import {
  ActionButtons,
  ActionList,
  Body,
  BodyComponent,
  BodyParameter,
  Button,
  HeaderComponent,
  HeaderParameter,
  Image,
  Interactive,
  ListSection,
  Row,
  Template,
  Text,
} from 'whatsapp-api-js/messages'
import type { PostData } from 'whatsapp-api-js/types'
import {
  accessToken,
  allStatuses,
  appSecret,
  businessAccountId,
  customerPhone,
  digList,
  type Outside,
  phoneNumberId,
  startOutside,
  verifyToken,
} from './support/simulator.js'
import { eventually } from './support/wait.js'

/** Two published clients of Meta's API, neither of which knows of this simulator: they speak to it as to Meta. */
let outside: Outside

beforeEach(async () => {
  outside = await startOutside()
})
afterEach(() => outside.close())

const imageLink = 'https://example.com/photo.jpg'
const acceptedTypes = async () =>
  digList((await outside.control('GET', '/messages')).json, 'data').map(({ type }) => type)

describe('whatsapp-api-js', () => {
  const createClient = () =>
    new WhatsAppAPI({
      token: accessToken,
      appSecret,
      webhookVerifyToken: verifyToken,
      v: 'v24.0',
      ponyfill: {
        fetch: (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
          fetch(String(input).replace('https://graph.facebook.com', outside.url), init),
      },
    })

  test('sends a text, an image, templates and interactive messages', async () => {
    await outside.inbound()
    const client = createClient()
    const messages = [
      new Text('Hello'),
      new Image(imageLink, false, 'Look'),
      new Template('order_update', 'en', new BodyComponent(new BodyParameter('Asha'), new BodyParameter('A-1'))),
      new Template(
        'welcome_offer',
        'en',
        new HeaderComponent(new HeaderParameter(new Image(imageLink))),
        new BodyComponent(new BodyParameter('Asha')),
      ),
      Template.OTP('login_code', 'en_US', '123456'),
      new Interactive(new ActionButtons(new Button('yes', 'Yes'), new Button('no', 'No')), new Body('Well?')),
      new Interactive(new ActionList('Open', new ListSection('Rows', new Row('a', 'A', 'First'))), new Body('Well?')),
    ]
    for (const message of messages) {
      const answer = await client.sendMessage(phoneNumberId, customerPhone, message, undefined, 'msg_1')
      expect(answer).toMatchObject({ messages: [{ id: expect.stringMatching(/^wamid\./) }] })
    }
    expect(await acceptedTypes()).toEqual([
      'text',
      'image',
      'template',
      'template',
      'template',
      'interactive',
      'interactive',
    ])
  })

  test('sees an error where one is due, and handles media, read receipts and blocks', async () => {
    const client = createClient()
    const wrong = await client.sendMessage(phoneNumberId, customerPhone, new Template('no_such_template', 'en'))
    expect(wrong).toMatchObject({ error: { code: 132001 } })
    const form = new FormData()
    form.set('file', new Blob(['Hello'], { type: 'text/plain' }), 'a.txt')
    const uploaded = await client.uploadMedia(phoneNumberId, form)
    const id = 'id' in uploaded ? uploaded.id : ''
    const media = await client.retrieveMedia(id, phoneNumberId)
    const url = 'url' in media ? media.url : ''
    expect(await (await client.fetchMedia(url)).text()).toBe('Hello')
    expect(await client.deleteMedia(id)).toEqual({ success: true })
    expect(await client.markAsRead(phoneNumberId, await outside.inbound(), 'text')).toEqual({ success: true })
    expect(await client.blockUser(phoneNumberId, customerPhone)).toMatchObject({ block_users: { added_users: [{}] } })
  })

  test('accepts the posts of the simulator as genuine and reads messages and statuses out of them', async () => {
    const client = createClient()
    const heard: unknown[] = []
    client.on.message = ({ from, name, message }) => void heard.push([from, name, message.type, message.id])
    client.on.status = ({ phone, status, id, biz_opaque_callback_data }) =>
      void heard.push([phone, status, id, biz_opaque_callback_data])
    const inboundId = await outside.inbound({ type: 'text', text: { body: 'नमस्ते' } }, { name: 'Asha' })
    const answer = await client.sendMessage(phoneNumberId, customerPhone, new Text('Hi'), inboundId, 'msg_1')
    const sentId = 'messages' in answer ? answer.messages[0].id : ''
    expect(await outside.receiver.statusNames(sentId)).toEqual(allStatuses)
    await eventually(() => outside.receiver.posts.length === 4)
    for (const { raw, body, headers } of outside.receiver.posts) {
      await client.post(body as PostData, raw.toString('utf8'), String(headers['x-hub-signature-256']))
    }
    expect(heard).toHaveLength(4)
    expect(heard).toContainEqual([customerPhone, 'Asha', 'text', inboundId])
    for (const status of allStatuses) expect(heard).toContainEqual([customerPhone, status, sentId, 'msg_1'])
    const [post] = outside.receiver.posts
    const forged = client.post(post?.body as PostData, `${post?.raw} `, String(post?.headers['x-hub-signature-256']))
    await expect(forged).rejects.toThrow()
  })
})

describe('@kapso/whatsapp-cloud-api', () => {
  const createClient = () => new WhatsAppClient({ accessToken, baseUrl: outside.url, graphVersion: 'v24.0' })
  const to = { phoneNumberId, to: customerPhone }

  test('sends a text, an image, a template and interactive messages', async () => {
    await outside.inbound()
    const { messages } = createClient()
    const answers = [
      await messages.sendText({ ...to, body: 'Hello' }),
      await messages.sendImage({ ...to, image: { link: imageLink, caption: 'Look' } }),
      await messages.sendTemplate({
        ...to,
        template: {
          name: 'order_update',
          language: { code: 'en' },
          components: [
            {
              type: 'body',
              parameters: [
                { type: 'text', text: 'Asha' },
                { type: 'text', text: 'A-1' },
              ],
            },
          ],
        },
      }),
      await messages.sendInteractiveButtons({ ...to, bodyText: 'Well?', buttons: [{ id: 'yes', title: 'Yes' }] }),
      await messages.sendInteractiveList({
        ...to,
        bodyText: 'Well?',
        buttonText: 'Open',
        sections: [{ title: 'Rows', rows: [{ id: 'a', title: 'A' }] }],
      }),
      await messages.sendInteractiveCtaUrl({
        ...to,
        bodyText: 'Look',
        parameters: { displayText: 'Open', url: 'https://example.com' },
      }),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({
        messagingProduct: 'whatsapp',
        contacts: [{ input: customerPhone, waId: customerPhone }],
        messages: [{ id: expect.stringMatching(/^wamid\./) }],
      })
    }
    expect(answers[2]?.messages[0]?.messageStatus).toBe('accepted')
    expect(await acceptedTypes()).toEqual(['text', 'image', 'template', 'interactive', 'interactive', 'interactive'])
  })

  test('sees errors as Graph errors, and reads templates and media', async () => {
    const client = createClient()
    await expect(client.messages.sendText({ ...to, body: 'x'.repeat(5000) })).rejects.toThrow()
    await outside.faults({ fail: { code: 130429, times: 1 } })
    await expect(client.messages.sendText({ ...to, body: 'Hello' })).rejects.toMatchObject({
      code: 130429,
      httpStatus: 429,
    })
    const templates = await client.templates.list({ businessAccountId, limit: 3 })
    expect(templates.data).toHaveLength(3)
    expect(templates.paging.cursors.after).toEqual(expect.any(String))
    const file = new Blob(['Hello'], { type: 'text/plain' })
    const { id } = await client.media.upload({ phoneNumberId, type: 'document', file, fileName: 'a.txt' })
    const bytes = await client.media.download({ mediaId: id, as: 'arrayBuffer', auth: 'always' })
    expect(Buffer.from(bytes as ArrayBuffer).toString()).toBe('Hello')
  })

  test('accepts the posts of the simulator as genuine and reads messages and statuses out of them', async () => {
    const userId = 'IN.13491208655302741918'
    await outside.inbound({ type: 'text', text: { body: 'Hi' } }, { from: undefined, userId, name: 'Asha' })
    const answer = await createClient().messages.sendText({ phoneNumberId, recipient: userId, body: 'Hello' })
    const id = answer.messages[0]?.id ?? ''
    expect(answer.contacts).toEqual([{ input: userId, userId }])
    expect(await outside.receiver.statusNames(id)).toEqual(allStatuses)
    const read = outside.receiver.posts.map(({ raw, body, headers }) => {
      const signatureHeader = String(headers['x-hub-signature-256'])
      expect(verifySignature({ appSecret, rawBody: raw, signatureHeader })).toBe(true)
      expect(verifySignature({ appSecret: 'wrong', rawBody: raw, signatureHeader })).toBe(false)
      return normalizeWebhook(body)
    })
    expect(read.every((webhook) => webhook.phoneNumberId === phoneNumberId)).toBe(true)
    const [message] = read.flatMap(({ messages }) => messages)
    expect(message).toMatchObject({ type: 'text', fromUserId: userId, kapso: { direction: 'inbound' } })
    const statuses = read.flatMap(({ statuses }) => statuses)
    expect(statuses.map(({ status }) => status).sort()).toEqual(allStatuses)
    expect(statuses.every((status) => status.id === id && status.recipientUserId === userId)).toBe(true)
  })
})

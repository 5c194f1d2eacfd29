import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consentingContact, expectRestError, faultyFields, idOf, isoTime, received } from '../support/rest.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'

describeServer('POST /send', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const send = (body: unknown, headers = {}) => server.rest('POST', '/send', body, headers)
  const accepted = async (id: string) =>
    (await server.simulator('GET', '/messages')).data.find(
      (each: { bizOpaqueCallbackData: string }) => each.bizOpaqueCallbackData === id,
    )

  test('answers 200 with the message field for field, and WhatsApp has it under our id', async () => {
    const { id: contactId, phone } = await consentingContact(server, { open: true })
    const { status, json, headers } = await send({ to: phone, type: 'text', text: 'Hello *Asha* 👋', previewUrl: true })
    expect(status).toBe(200)
    expect(headers.get('idempotent-replayed')).toBeNull()
    expect(json).toEqual({
      id: idOf('msg'),
      conversationId: idOf('cnv'),
      contactId,
      direction: 'OUTBOUND',
      type: 'text',
      status: 'SENT',
      text: 'Hello *Asha* 👋',
      content: { text: 'Hello *Asha* 👋', previewUrl: true },
      messageId: expect.stringMatching(/^wamid\./),
      error: null,
      replyToId: null,
      createdAt: isoTime,
      sentAt: isoTime,
      deliveredAt: null,
      readAt: null,
      failedAt: null,
      editedAt: null,
      revokedAt: null,
      scheduledAt: null,
    })
    const sent = await accepted(json.id)
    expect(sent).toMatchObject({ id: json.messageId, type: 'text', to: phone })
    expect(sent.payload).toMatchObject({ text: { body: 'Hello *Asha* 👋', preview_url: true } })
  })

  const body = [
    {
      type: 'body',
      parameters: [
        { type: 'text', text: 'Asha' },
        { type: 'text', text: '4711' },
      ],
    },
  ]
  const buttons = {
    type: 'button',
    body: { text: 'Ship it?' },
    action: { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] },
  }
  const list = {
    type: 'list',
    body: { text: 'Which?' },
    action: { button: 'Choose', sections: [{ title: 'All', rows: [{ id: 'a', title: 'A' }] }] },
  }
  const link = {
    type: 'cta_url',
    body: { text: 'Look' },
    action: { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://example.com' } },
  }
  const place = { latitude: 18.52, longitude: -73.85, name: 'Office', address: 'MG Road 1' }
  const card = { name: { formatted_name: 'Ravi Iyer', first_name: 'Ravi' }, phones: [{ phone: '+919800000001' }] }

  test.each<[string, Record<string, unknown>, string, Record<string, unknown>, Record<string, unknown>]>([
    ['text', { text: 'x'.repeat(4096) }, 'text', { text: 'x'.repeat(4096) }, { text: { body: 'x'.repeat(4096) } }],
    [
      'template',
      { templateName: 'hello_world', language: 'en_US' },
      'template',
      { templateName: 'hello_world', language: 'en_US' },
      { template: { name: 'hello_world', language: { code: 'en_US' } } },
    ],
    [
      'template',
      { templateName: 'order_update', language: { code: 'en' }, components: body },
      'template',
      { templateName: 'order_update', language: 'en', components: body },
      { template: { name: 'order_update', language: { code: 'en' }, components: body } },
    ],
    ['interactive', { interactive: buttons }, 'interactive', { interactive: buttons }, { interactive: buttons }],
    ['interactive', { interactive: list }, 'interactive', { interactive: list }, { interactive: list }],
    ['interactive', { interactive: link }, 'interactive', { interactive: link }, { interactive: link }],
    ['location', place, 'location', place, { location: place }],
    [
      'location',
      { latitude: 0, longitude: 0, name: 'Null Island', address: '' },
      'location',
      { latitude: 0, longitude: 0, name: 'Null Island' },
      { location: { latitude: 0, longitude: 0, name: 'Null Island' } },
    ],
    ['contact', { contacts: [card] }, 'contact', { contacts: [card] }, { contacts: [card] }],
    [
      'contacts',
      { contacts: [{ name: 'Ravi', phone: '+919800000001' }] },
      'contact',
      { contacts: [{ name: { formatted_name: 'Ravi', first_name: 'Ravi' }, phones: [{ phone: '+919800000001' }] }] },
      { contacts: [{ name: { formatted_name: 'Ravi', first_name: 'Ravi' }, phones: [{ phone: '+919800000001' }] }] },
    ],
  ])('sends %s with its fields flat in the body: %j', async (type, fields, shown, content, payload) => {
    const { phone: to } = await consentingContact(server, { open: true })
    const { status, json } = await send({ to, type, ...fields })
    expect([status, json.type, json.status]).toEqual([200, shown, 'SENT'])
    expect(json.content).toEqual(content)
    expect((await accepted(json.id)).payload).toMatchObject(payload)
    const { messages } = (await server.rest('GET', `/chats/${json.conversationId}`)).json
    expect(messages.at(-1)).toMatchObject({ id: json.id, type: shown, content })
  })

  test('to is a phone in any spelling, or a contact id, and always the same conversation', async () => {
    const { id, phone } = await consentingContact(server, { open: true })
    const digits = phone.slice(1)
    const spaced = `+91 ${digits.slice(2, 7)}-${digits.slice(7)}`
    const conversations = new Set<string>()
    for (const to of [phone, digits, spaced, Number(digits), id]) {
      const { status, json } = await send({ to, type: 'text', text: 'Hello' })
      expect([to, status]).toEqual([to, 200])
      conversations.add(json.conversationId)
    }
    expect(conversations.size).toBe(1)
  })

  test('replyTo is our id or the wamid of a message of the conversation', async () => {
    const { phone: to } = await consentingContact(server)
    const wamid = await server.customerWrites(to, 'A question')
    const { id } = await received(server, wamid)
    for (const replyTo of [id, wamid]) {
      const { status, json } = await send({ to, type: 'text', text: 'An answer', replyTo })
      expect([status, json.replyToId]).toEqual([200, id])
      expect((await accepted(json.id)).payload).toMatchObject({ context: { message_id: wamid } })
    }
    for (const replyTo of ['', null])
      expect((await send({ to, type: 'text', text: 'Hello', replyTo })).json.replyToId).toBeNull()
    for (const replyTo of [{ id }, [id], true]) {
      const answer = await send({ to, type: 'text', text: 'Hello', replyTo })
      expectRestError(answer, 400, 'BAD_REQUEST', { details: [{ path: 'replyTo', message: expect.any(String) }] })
    }
  })

  test('the same Idempotency-Key gives the first answer again, says so, and sends nothing', async () => {
    const { phone: to } = await consentingContact(server, { open: true })
    const headers = { 'Idempotency-Key': 'order 4711' }
    const first = await send({ to, type: 'text', text: 'Once' }, headers)
    const again = await send({ text: 'Once', type: 'text', to, unknown: 1 }, headers)
    expect([first.status, again.status]).toEqual([200, 200])
    expect(again.json).toEqual(first.json)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    const { messages } = (await server.rest('GET', `/chats/${first.json.conversationId}`)).json
    expect(messages.filter((message: { text: string }) => message.text === 'Once')).toHaveLength(1)
    for (const key of ['x'.repeat(256), 'ü', 'a\tb']) {
      const answer = await send({ to, type: 'text', text: 'Never' }, { 'Idempotency-Key': key })
      expect([answer.status, faultyFields(answer)]).toEqual([400, ['idempotencyKey']])
    }
  })

  describe('what is invalid', () => {
    const to = newPhone()

    test.each<[Record<string, unknown>, string[]]>([
      [{}, ['to', 'type']],
      [{ to: 'nobody', type: 'text', text: 'x' }, ['to']],
      [{ to: '', type: 'text', text: 'x' }, ['to']],
      [{ to: null, type: 'text', text: 'x' }, ['to']],
      [{ to: { phone: to }, type: 'text', text: 'x' }, ['to']],
      [{ to: [to], type: 'text', text: 'x' }, ['to']],
      [{ to, text: 'x' }, ['type']],
      [{ to, type: 'TEXT', text: 'x' }, ['type']],
      [{ to, type: 'carrier pigeon' }, ['type']],
      [{ to, type: 5 }, ['type']],
      [{ to, type: ['text'], text: 'x' }, ['type']],
      [{ to, type: '__proto__' }, ['type']],
      [{ to, type: 'order' }, ['type']],
      [{ to, type: 'text' }, ['text']],
      [{ to, type: 'text', text: '' }, ['text']],
      [{ to, type: 'text', text: 7 }, ['text']],
      [{ to, type: 'text', text: { body: 'x' } }, ['text']],
      [{ to, type: 'text', text: 'x'.repeat(4097) }, ['text']],
      [{ to, type: 'text', text: 'a\u0000b' }, ['text']],
      [{ to, type: 'text', text: 'x', previewUrl: 'yes' }, ['previewUrl']],
      [{ to, type: 'template' }, ['language', 'templateName']],
      [{ to, type: 'template', templateName: 'a', language: { code: 5 } }, ['language.code']],
      [{ to, type: 'template', templateName: 'a', language: 'en', components: {} }, ['components']],
      [{ to, type: 'interactive' }, ['interactive']],
      [{ to, type: 'interactive', interactive: 'x' }, ['interactive']],
      [
        { to, type: 'interactive', interactive: { ...buttons, action: { buttons: [] } } },
        ['interactive.action.buttons'],
      ],
      [
        { to, type: 'interactive', interactive: { ...buttons, footer: { text: '\u0000' } } },
        ['interactive.footer.text'],
      ],
      [{ to, type: 'location', latitude: 91, longitude: '1', name: 5 }, ['latitude', 'longitude', 'name']],
      [{ to, type: 'contact', contacts: [] }, ['contacts']],
      [
        { to, type: 'contact', contacts: [{ name: { first_name: 'A' } }, { name: 'B' }] },
        ['contacts.0.name.formatted_name', 'contacts.1.phone'],
      ],
      [{ to: 'nobody', type: 'text', text: 5, previewUrl: 1 }, ['previewUrl', 'text', 'to']],
    ])('is named, all at once: %j', async (fields, paths) => {
      const answer = await send(fields)
      expectRestError(answer, 400, 'BAD_REQUEST', { details: expect.any(Array) })
      expect(faultyFields(answer)).toEqual(paths)
    })

    test('is content nested deeper than anything of Meta’s', async () => {
      for (const levels of [40, 400]) {
        const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
        const answer = await send(`{"to":"${to}","type":"interactive","interactive":{"type":"other","a":${deep}}}`)
        expectRestError(answer, 400, 'BAD_REQUEST', { details: expect.any(Array) })
      }
    })

    test('is a body nested deeper than anybody has reason to, before it is looked into', async () => {
      const deep = `${'['.repeat(300_000)}${']'.repeat(300_000)}`
      const answer = await send(`{"to":"${to}","type":"interactive","interactive":{"type":"other","a":${deep}}}`)
      expectRestError(answer, 400, 'BAD_REQUEST')
      expect(answer.json.error).toMatch(/nests them too deep/)
    })

    test('leaves no contact and no message behind', async () => {
      const before = (await server.rest('GET', '/messages')).json.pagination.total
      await send({ to, type: 'text', text: '' })
      expect((await server.rest('GET', `/contacts?search=${to.slice(1)}`)).json.data).toEqual([])
      expect((await server.rest('GET', '/messages')).json.pagination.total).toBe(before)
    })
  })

  test('where the recipient limit is off, one person may be written to without end', async () => {
    const { phone: to } = await consentingContact(server, { open: true })
    const answers = await Promise.all(Array.from({ length: 25 }, (_, i) => send({ to, type: 'text', text: `${i}` })))
    expect(answers.map(({ status }) => status)).toEqual(Array(25).fill(200))
  })
})

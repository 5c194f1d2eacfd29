import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  businessAccountId,
  call,
  customerPhone,
  dig,
  digList,
  type JsonObject,
  type Outside,
  phoneNumberId,
  startOutside,
} from './support/simulator.js'

let outside: Outside

beforeAll(async () => {
  outside = await startOutside()
  await outside.faults({ autoStatuses: false })
})
afterAll(() => outside.close())

const long = (length: number) => 'x'.repeat(length)
const link = 'https://example.com/file'

const buttons = (list: unknown, more: JsonObject = {}) => ({
  type: 'interactive',
  interactive: { type: 'button', body: { text: 'Choose' }, action: { buttons: list }, ...more },
})
const reply = (id: string, title = id) => ({ type: 'reply', reply: { id, title } })

const rows = (count: number, prefix = 'row') =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, title: `Row ${index}` }))
const list = (sections: unknown, more: JsonObject = {}, button: unknown = 'Open') => ({
  type: 'interactive',
  interactive: { type: 'list', body: { text: 'Choose' }, action: { button, sections }, ...more },
})
const callToAction = (parameters: JsonObject) => ({
  type: 'interactive',
  interactive: { type: 'cta_url', body: { text: 'Look' }, action: { name: 'cta_url', parameters } },
})
const person = (name: JsonObject) => ({ type: 'contacts', contacts: [{ name }] })

const accepted: Readonly<Record<string, JsonObject>> = {
  'a text of 4096 characters': { type: 'text', text: { body: long(4096), preview_url: true } },
  'a text of 4096 emoji': { type: 'text', text: { body: '😀'.repeat(4096) } },
  'a text without a type': { text: { body: 'Hello' } },
  'a text as JSON in a string': { type: 'text', text: JSON.stringify({ body: 'Hello' }) },
  'an image by link': { type: 'image', image: { link, caption: long(1024) } },
  'a video by link': { type: 'video', video: { link } },
  'a document by link': { type: 'document', document: { link, filename: 'a.pdf', caption: 'A' } },
  'a voice note': { type: 'audio', audio: { link, voice: true } },
  'a sticker': { type: 'sticker', sticker: { link } },
  'a location': { type: 'location', location: { latitude: 12.9, longitude: '77.6', name: 'Shop', address: 'MG Road' } },
  'a contact': {
    type: 'contacts',
    contacts: [{ name: { formatted_name: 'Asha Rao', first_name: 'Asha' }, phones: [{ phone: '+91', type: 'WORK' }] }],
  },
  'a reaction': { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍🏽' } },
  'a reaction taken back': { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '' } },
  'a reply': { type: 'text', text: { body: 'Yes' }, context: { message_id: 'wamid.x' } },
  'three buttons': buttons([reply('a'), reply('b'), reply('c', long(20))], {
    header: { type: 'image', image: { link } },
    footer: { text: long(60) },
  }),
  'a list of ten rows over two sections': list([
    { title: 'One', rows: rows(4, 'a') },
    { title: 'Two', rows: rows(6, 'b') },
  ]),
  'a link button': callToAction({ display_text: 'Open', url: 'https://example.com' }),
  'a flow': { type: 'interactive', interactive: { type: 'flow', anything: [1, 2] } },
  'a send to a group': { recipient_type: 'group', to: 'group-1', type: 'text', text: { body: 'Hello' } },
  'our own id of 512 characters': { type: 'text', text: { body: 'Hi' }, biz_opaque_callback_data: long(512) },
}

const refused: Readonly<Record<string, readonly [code: number, payload: JsonObject]>> = {
  'another messaging product': [100, { messaging_product: 'sms', type: 'text', text: { body: 'Hi' } }],
  'no recipient': [100, { to: undefined, type: 'text', text: { body: 'Hi' } }],
  'a recipient that is no phone': [131009, { to: 'Asha', type: 'text', text: { body: 'Hi' } }],
  'a recipient that is no user id': [131009, { to: undefined, recipient: 'asha', type: 'text', text: { body: 'Hi' } }],
  'itself as the recipient': [131021, { to: '+91 98765 43210', type: 'text', text: { body: 'Hi' } }],
  'an unknown recipient type': [100, { recipient_type: 'crowd', type: 'text', text: { body: 'Hi' } }],
  'an unknown type': [100, { type: 'poll', poll: {} }],
  'no content': [100, { type: 'text' }],
  'content that is no object': [100, { type: 'text', text: 'Hi' }],
  'an empty text': [100, { type: 'text', text: { body: '' } }],
  'a text that is a number': [100, { type: 'text', text: { body: 5 } }],
  'a text of 4097 characters': [100, { type: 'text', text: { body: long(4097) } }],
  'an unexpected key': [100, { type: 'text', text: { body: 'Hi', colour: 'red' } }],
  'our own id of 513 characters': [100, { type: 'text', text: { body: 'Hi' }, biz_opaque_callback_data: long(513) }],
  'a reply to nothing': [100, { type: 'text', text: { body: 'Hi' }, context: {} }],
  'media without a source': [100, { type: 'image', image: { caption: 'Hi' } }],
  'media with two sources': [100, { type: 'image', image: { id: '1', link } }],
  'media with a link that is none': [100, { type: 'image', image: { link: 'file:///etc/passwd' } }],
  'media that does not exist': [131009, { type: 'image', image: { id: '12345' } }],
  'a caption of 1025 characters': [100, { type: 'image', image: { link, caption: long(1025) } }],
  'a caption on audio': [100, { type: 'audio', audio: { link, caption: 'Hi' } }],
  'a latitude beyond the pole': [100, { type: 'location', location: { latitude: 91, longitude: 0 } }],
  'a location without a longitude': [100, { type: 'location', location: { latitude: 1 } }],
  'a contact with only a formatted name': [131009, person({ formatted_name: 'Asha' })],
  'a contact without a formatted name': [100, person({ first_name: 'Asha' })],
  'no contacts': [131009, { type: 'contacts', contacts: [] }],
  'a reaction that is no emoji': [131009, { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: 'yes' } }],
  'a reaction to nothing': [100, { type: 'reaction', reaction: { emoji: '👍' } }],
  'an interactive kind that is unknown': [100, { type: 'interactive', interactive: { type: 'quiz' } }],
  'no buttons': [131009, buttons([])],
  'four buttons': [131009, buttons([reply('a'), reply('b'), reply('c'), reply('d')])],
  'a button title of 21 characters': [131009, buttons([reply('a', long(21))])],
  'a button id of 257 characters': [131009, buttons([reply(long(257), 'a')])],
  'two buttons of one id': [131009, buttons([reply('a', 'A'), reply('a', 'B')])],
  'two buttons of one title': [131009, buttons([reply('a', 'A'), reply('b', 'A')])],
  'a button without a title': [131008, buttons([{ type: 'reply', reply: { id: 'a' } }])],
  'a button body of 1025 characters': [131009, buttons([reply('a')], { body: { text: long(1025) } })],
  'a footer of 61 characters': [131009, buttons([reply('a')], { footer: { text: long(61) } })],
  'a header text of 61 characters': [131009, buttons([reply('a')], { header: { type: 'text', text: long(61) } })],
  'a list of eleven rows': [
    131009,
    list([
      { title: 'One', rows: rows(5, 'a') },
      { title: 'Two', rows: rows(6, 'b') },
    ]),
  ],
  'a list without sections': [131009, list([])],
  'a section without rows': [131008, list([{ title: 'One', rows: [] }])],
  'two sections of which one has no title': [
    131008,
    list([{ title: 'One', rows: rows(1, 'a') }, { rows: rows(1, 'b') }]),
  ],
  'a list label of 21 characters': [131009, list([{ rows: rows(1) }], {}, long(21))],
  'a row title of 25 characters': [131009, list([{ rows: [{ id: 'a', title: long(25) }] }])],
  'a row description of 73 characters': [131009, list([{ rows: [{ id: 'a', title: 'A', description: long(73) }] }])],
  'a row id of 201 characters': [131009, list([{ rows: [{ id: long(201), title: 'A' }] }])],
  'a list with an image header': [100, list([{ rows: rows(1) }], { header: { type: 'image', image: { link } } })],
  'a link button label of 21 characters': [131009, callToAction({ display_text: long(21), url: link })],
  'a link button without a link': [100, callToAction({ display_text: 'Open', url: 'nowhere' })],
  'a receipt other than read': [100, { status: 'delivered', message_id: 'wamid.abcdefgh' }],
}

describe('sends', () => {
  test.each(Object.entries(accepted))('%s is accepted', async (_name, payload) => {
    const answer = await outside.send(payload)
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('wamid.')])
  })

  test.each(Object.entries(refused))('%s is refused', async (_name, [code, payload]) => {
    const answer = await outside.send(payload)
    expect([answer.status, dig(answer.json, 'error.code')]).toEqual([400, code])
    expect(dig(answer.json, 'error')).toMatchObject({
      message: expect.stringContaining(`(#${code}) `),
      type: 'OAuthException',
      fbtrace_id: expect.any(String),
    })
  })

  test('a form says the same as JSON', async () => {
    const form = new URLSearchParams({
      messaging_product: 'whatsapp',
      to: customerPhone,
      type: 'text',
      text: JSON.stringify({ body: 'Hello' }),
    })
    expect((await outside.graph('POST', `/${phoneNumberId}/messages`, form)).status).toBe(200)
  })
})

describe('doors', () => {
  test('a token that is missing or wrong is 401 with code 190, in the header or the query', async () => {
    for (const token of [null, 'wrong']) {
      expect(await outside.graph('GET', `/${phoneNumberId}`, undefined, token)).toMatchObject({
        status: 401,
        json: { error: { code: 190, type: 'OAuthException', fbtrace_id: expect.any(String) } },
      })
    }
    expect((await outside.graph('GET', `/${phoneNumberId}?access_token=wrong`, undefined, null)).status).toBe(401)
    const inQuery = await outside.graph('GET', `/${phoneNumberId}?access_token=simulator-token`, undefined, null)
    expect(inQuery.status).toBe(200)
  })

  test('an unknown object, path or method is refused as Meta refuses it', async () => {
    const unknown = { status: 400, json: { error: { code: 100, error_subcode: 33, type: 'GraphMethodException' } } }
    expect(await outside.graph('POST', '/999/messages', {})).toMatchObject(unknown)
    expect(await outside.graph('GET', '/999')).toMatchObject(unknown)
    expect(await outside.graph('POST', `/${businessAccountId}/messages`, {})).toMatchObject(unknown)
    expect(await outside.graph('GET', `/${phoneNumberId}/nothing`)).toMatchObject({
      status: 404,
      json: { error: { code: 100, message: 'Unknown path components: /nothing' } },
    })
    expect(await call(outside.url, 'GET')).toMatchObject({ status: 404, json: { error: { code: 100 } } })
    expect(await outside.graph('GET', `/${phoneNumberId}/messages`)).toMatchObject({
      status: 400,
      json: { error: { code: 100, message: expect.stringContaining('Unsupported get request') } },
    })
  })
})

describe('the number and its account', () => {
  test('the number shows its usual fields, or those asked for', async () => {
    expect((await outside.graph('GET', `/${phoneNumberId}`)).json).toEqual({
      id: phoneNumberId,
      verified_name: 'Acme Corp',
      display_phone_number: '+91 98765 43210',
      code_verification_status: 'VERIFIED',
      quality_rating: 'GREEN',
      platform_type: 'CLOUD_API',
      throughput: { level: 'STANDARD' },
    })
    const fields = 'name_status,account_mode,messaging_limit_tier,is_official_business_account,throughput{level}'
    expect((await outside.graph('GET', `/${phoneNumberId}?fields=${fields}`)).json).toEqual({
      id: phoneNumberId,
      name_status: 'APPROVED',
      account_mode: 'LIVE',
      messaging_limit_tier: 'TIER_1K',
      is_official_business_account: false,
      throughput: { level: 'STANDARD' },
    })
    expect((await outside.graph('GET', `/${phoneNumberId}?fields=colour`)).status).toBe(400)
  })

  test('the account lists its number', async () => {
    const numbers = await outside.graph('GET', `/${businessAccountId}/phone_numbers`)
    expect(digList(numbers.json, 'data')).toMatchObject([{ id: phoneNumberId, verified_name: 'Acme Corp' }])
    expect((await outside.graph('GET', `/${businessAccountId}?fields=name`)).json).toEqual({
      id: businessAccountId,
      name: 'Acme Corp',
    })
  })

  test('the business profile keeps what is written to it', async () => {
    const path = `/${phoneNumberId}/whatsapp_business_profile`
    const profile = { messaging_product: 'whatsapp', about: 'Kettles', websites: ['https://example.com'] }
    expect((await outside.graph('POST', path, profile)).json).toEqual({ success: true })
    expect((await outside.graph('GET', `${path}?fields=about`)).json).toEqual({
      data: [{ messaging_product: 'whatsapp', about: 'Kettles' }],
    })
    expect((await outside.graph('POST', path, { ...profile, about: long(140) })).status).toBe(400)
  })
})

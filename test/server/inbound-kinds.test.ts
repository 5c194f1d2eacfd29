import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  contact,
  contactNow,
  deliver,
  deliverAll,
  delivery,
  type Json,
  message,
  messageNow,
  newWamid,
  nowSeconds,
  type Row,
  text,
  write,
} from '../support/customers.js'
import { collect, describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

const kinds: [string, Json, { text?: string | null; content: Json }][] = [
  ['text', text('Namaste 🙏'), { text: 'Namaste 🙏', content: { text: 'Namaste 🙏' } }],
  [
    'location',
    { type: 'location', location: { latitude: 12.97, longitude: 77.59, name: 'Office', url: 'https://example.com/o' } },
    { content: { latitude: 12.97, longitude: 77.59, name: 'Office', address: null, url: 'https://example.com/o' } },
  ],
  [
    'contact',
    { type: 'contacts', contacts: [{ name: { formatted_name: 'Bo Roy' }, phones: [{ phone: '+91 98' }] }] },
    { content: { contacts: [{ name: { formatted_name: 'Bo Roy' }, phones: [{ phone: '+91 98' }] }] } },
  ],
  [
    'interactive',
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'y', title: 'Yes' } } },
    { text: 'Yes', content: { interactive: { type: 'button_reply', button_reply: { id: 'y', title: 'Yes' } } } },
  ],
  [
    'interactive',
    { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json: '{"a":1}' } } },
    { content: { interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json: '{"a":1}' } } } },
  ],
  [
    'button',
    { type: 'button', button: { payload: 'P1', text: 'Tell me more' } },
    { text: 'Tell me more', content: { text: 'Tell me more', payload: 'P1' } },
  ],
  [
    'order',
    { type: 'order', order: { catalog_id: '8', text: 'Soon', product_items: [{ product_retailer_id: 'chair' }] } },
    { text: 'Soon', content: { catalogId: '8', text: 'Soon', productItems: [{ product_retailer_id: 'chair' }] } },
  ],
  [
    'unsupported',
    { type: 'unsupported', unsupported: { type: 'poll_creation' }, errors: [{ code: 131051, title: 'Unknown' }] },
    {
      content: {
        unsupportedType: 'poll_creation',
        errors: [{ code: 131051, title: 'Unknown', details: null }],
        raw: expect.objectContaining({ unsupported: { type: 'poll_creation' } }),
      },
    },
  ],
  [
    'unsupported',
    { type: 'hologram', hologram: { depth: 3 } },
    { content: { unsupportedType: 'hologram', errors: [], raw: expect.objectContaining({ hologram: { depth: 3 } }) } },
  ],
]

describeServer('what customers send', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const restMessage = async (row: Row): Promise<Row> => {
    const { json } = await server.rest('GET', `/messages?conversationId=${row.conversationId}&limit=100`)
    return json.data.find(({ id }: Row) => id === row.id)
  }

  test('every kind is stored and read back by GraphQL and by REST with nothing lost', async () => {
    const from = newPhone()
    for (const [type, sent, expected] of kinds) {
      const row = await message(server, await write(server, { from }, sent))
      expect(row).toMatchObject({ type: type.toUpperCase(), status: 'RECEIVED', text: expected.text ?? null })
      expect(row.contentData).toEqual(expected.content)
      expect(await restMessage(row)).toMatchObject({ type, text: expected.text ?? null, content: row.contentData })
    }
    const { data } = (await server.rest('GET', '/chats')).json
    const chat = data.find((row: Row) => row.contact.phone === from)
    expect(chat).toMatchObject({ unreadCount: kinds.length, lastMessage: { content: { unsupportedType: 'hologram' } } })
  })

  test('what came forwarded, by an advertisement or about a product says so, and the contact remembers the advertisement', async () => {
    const from = newPhone()
    const context = { frequently_forwarded: true, referred_product: { catalog_id: '8', product_retailer_id: 'chair' } }
    const referral = { source_url: 'https://fb.me/1', source_id: '120', source_type: 'ad', headline: 'Chairs' }
    const timestamp = nowSeconds(60)
    const wamid = await write(server, { from }, text('From your ad', { context, referral, timestamp }))
    const row = await message(server, wamid)
    const kept = { sourceUrl: 'https://fb.me/1', sourceId: '120', sourceType: 'ad', headline: 'Chairs' }
    expect(row.contentData).toMatchObject({
      text: 'From your ad',
      forwarded: true,
      frequentlyForwarded: true,
      referredProduct: { catalogId: '8', productRetailerId: 'chair' },
      referral: kept,
    })
    const { attributes } = await contactNow(server, { phone: from })
    expect(attributes.referral).toMatchObject({ ...kept, at: new Date(Number(timestamp) * 1000).toISOString() })

    await deliverAll(server, { from }, [
      text('An older ad', { referral: { source_id: '1' }, timestamp: nowSeconds(90) }),
    ])
    expect((await contactNow(server, { phone: from })).attributes).toEqual(attributes)
    await deliverAll(server, { from }, [text('A newer ad', { referral: { source_id: '2' } })])
    expect((await contactNow(server, { phone: from })).attributes.referral).toMatchObject({ sourceId: '2' })
  })

  test('a body of any shape is answered 200, holds nothing up, and what names a message of somebody is kept', async () => {
    const from = newPhone().replace('+', '')
    const odd = [null, 7, 'x', [], {}, { id: 5 }, { id: newWamid() }, { from, id: newWamid() }]
    const wamid = newWamid()
    const strange = { from, id: wamid, type: '__proto__', timestamp: 'soon', data: 'x'.repeat(40_000), context: 7 }
    for (const value of [{ messages: odd }, { messages: 'x' }, { statuses: odd }, { errors: odd }, { contacts: odd }]) {
      expect((await deliver(server, delivery(value as Json))).status).toBe(200)
    }
    for (const body of [null, 7, [], {}, { entry: 7 }, { entry: [null, { changes: [null, 5, { value: 'x' }] }] }]) {
      expect((await deliver(server, body)).status).toBe(200)
    }
    await deliver(server, delivery({ messages: [...odd, strange] }))
    const row = await message(server, wamid)
    expect(row).toMatchObject({ type: 'UNSUPPORTED', text: null, contentData: { rawTruncated: true } })
    expect(row.contentData.raw).toHaveLength(16_384)
    expect(server.output()).not.toContain('could not be processed')
  })

  test("an error that WhatsApp reports of the account is logged by code and title, without anybody's data", async () => {
    const error = { code: 130429, title: 'Rate limit hit', error_data: { details: 'to +919811100000' } }
    await deliver(server, delivery({ errors: [{ ...error, message: 'for 919811100000' }] }))
    await eventually(() => server.output().includes('130429'))
    expect(server.output()).toContain('Rate limit hit')
    expect(server.output()).not.toContain('919811100000')
  })

  describe('a reaction', () => {
    test('names our id of its message, and moves neither the conversation nor its count nor its window', async () => {
      const from = newPhone()
      const wamid = await write(server, { from }, text('Like this?'))
      const first = await message(server, wamid)
      const { messageId } = (await server.rest('POST', '/send', { to: from, type: 'text', text: 'Yes' })).json
      const ours = await message(server, messageId)
      const before = (await messageNow(server, wamid)).conversation
      await ask(server, `mutation { resolveConversation(input: { id: "${before.id}" }) { conversation { id } } }`)
      const ws = server.wsClient()
      const after = (await ask(server, '{ eventCursor }')).data.eventCursor
      const live = collect<Row>(ws, 'subscription ($after: String) { events(after: $after) { type data } }', { after })
      const react = (target: string, more: Json = {}) =>
        write(server, { from }, { type: 'reaction', reaction: { message_id: target, ...more } })

      const onOurs = await message(server, await react(messageId, { emoji: '❤️' }))
      const onTheirs = await message(server, await react(wamid, { emoji: '👍' }))
      const removed = await message(server, await react(wamid))
      const unknown = await message(server, await react('wamid.NEVERSEEN', { emoji: '👍' }))
      expect([onOurs, onTheirs, removed, unknown].map((row) => [row.type, row.text, row.contentData])).toEqual([
        ['REACTION', null, { messageId: ours.id, emoji: '❤️' }],
        ['REACTION', null, { messageId: first.id, emoji: '👍' }],
        ['REACTION', null, { messageId: first.id, emoji: '' }],
        ['REACTION', null, { messageId: 'wamid.NEVERSEEN', emoji: '👍' }],
      ])
      expect(unknown.conversation).toEqual({ ...before, status: 'RESOLVED' })
      const changes = () => live.items.filter(({ events }) => events.data.conversationId === before.id)
      await eventually(() => changes().filter(({ events }) => events.type === 'conversation.updated').length === 4)
      expect(changes().map(({ events }) => events.type)).not.toContain('conversation.opened')
      await live.stop()
      await ws.dispose()
    })

    test('alone opens no window, gives no consent, and makes the conversation it stands in', async () => {
      const from = newPhone()
      const wamid = await write(
        server,
        { from },
        { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '👍' } },
      )
      expect((await message(server, wamid)).conversation).toMatchObject({
        status: 'OPEN',
        unreadCount: 0,
        lastMessage: null,
        windowExpiresAt: null,
      })
      expect(await contactNow(server, { phone: from })).toMatchObject({ optedIn: null, consentHistory: { nodes: [] } })
      const { json } = await server.rest('GET', '/chats')
      expect(json.data[0]).toMatchObject({ lastMessage: null, lastMessageAt: null, contact: { phone: from } })
    })
  })

  test('a notice of WhatsApp is stored in its place and counts as no message of the customer', async () => {
    const from = newPhone()
    const { conversation } = await message(server, await write(server, { from }, text('Hi')))
    const system = { type: 'customer_identity_changed', body: 'The identity changed', wa_id: from.replace('+', '') }
    const row = await message(server, await write(server, { from }, { type: 'system', system }))
    expect(row).toMatchObject({
      type: 'SYSTEM',
      text: 'The identity changed',
      contentData: { systemType: 'customer_identity_changed', newPhone: from },
      conversation,
    })
    expect(await contact(server, { phone: from })).toMatchObject({ phone: from, attributes: {} })
  })
})

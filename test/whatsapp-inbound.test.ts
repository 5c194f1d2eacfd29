import { describe, expect, it } from 'vitest'
import { normaliseWebhook } from '../src/whatsapp/inbound.js'
import { entriesOf, fixture, ofKind, oneMessage, textMessage, withMessage } from './support/whatsapp-webhooks.js'

const messagesOf = (name: string) => ofKind('message', entriesOf(name))

describe('an inbound message', () => {
  it('of text has its sender, time, text and content', () => {
    const [message] = messagesOf('text')
    expect(message).toMatchObject({
      kind: 'message',
      phoneNumberId: '100000000000001',
      businessAccountId: '200000000000001',
      wamid: 'wamid.HBgMOTE5ODExMTIyMjMzFQIAEhgW0001',
      phone: '+919811122233',
      userId: 'IN.13491208655302741918',
      parentUserId: null,
      profileName: 'Ann Lee',
      username: null,
      timestamp: new Date('2026-06-09T10:13:21Z'),
      type: 'text',
      text: 'Is the blue one still there? 😀',
      content: { type: 'text', text: 'Is the blue one still there? 😀' },
      replyToWamid: null,
      forwarded: false,
      referral: null,
      edit: null,
      revoke: null,
    })
    expect(message?.raw).toEqual(record(fixture('text')).messages[0])
  })

  it('of each kind of media names the file and keeps what WhatsApp says of it', () => {
    const common = { sha256: 'q4rKXRc3rn2aR1vUTrrhVxT6nKfRQ3qJuDX6H2xTz0w=', voice: false, animated: false }
    expect(messagesOf('media').map(({ content }) => content)).toEqual([
      {
        type: 'image',
        whatsappMediaId: '900001',
        mimeType: 'image/jpeg',
        caption: 'Like this?',
        filename: null,
        ...common,
      },
      { type: 'video', whatsappMediaId: '900002', mimeType: 'video/mp4', caption: null, filename: null, ...common },
      {
        type: 'audio',
        whatsappMediaId: '900003',
        mimeType: 'audio/ogg; codecs=opus',
        caption: null,
        filename: null,
        ...common,
        voice: true,
      },
      {
        type: 'document',
        whatsappMediaId: '900004',
        mimeType: 'application/pdf',
        caption: 'The bill',
        filename: 'bill.pdf',
        ...common,
      },
      {
        type: 'sticker',
        whatsappMediaId: '900005',
        mimeType: 'image/webp',
        caption: null,
        filename: null,
        ...common,
        animated: true,
      },
    ])
    expect(messagesOf('media').map(({ text }) => text)).toEqual(['Like this?', null, null, 'The bill', null])
  })

  it('that answers keeps what was tapped, and the wamid it answers', () => {
    const [yes, row, flow, quickReply, heart, unheart, forwarded, often, ad] = messagesOf('replies')
    expect(yes).toMatchObject({
      type: 'interactive',
      text: 'Yes, please',
      replyToWamid: 'wamid.OUR0001',
      content: { interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes, please' } } },
    })
    expect(row).toMatchObject({ text: 'Tuesday', content: { interactive: { list_reply: { id: 'slot-2' } } } })
    expect(flow).toMatchObject({ text: null, content: { interactive: { type: 'nfm_reply' } } })
    expect(quickReply).toMatchObject({
      type: 'button',
      text: 'Stop promotions',
      replyToWamid: null,
      content: { type: 'button', text: 'Stop promotions', payload: 'STOP_PROMO' },
    })
    expect(heart?.content).toEqual({ type: 'reaction', messageId: 'wamid.OUR0001', emoji: '❤️' })
    expect(unheart?.content).toEqual({ type: 'reaction', messageId: 'wamid.OUR0001', emoji: '' })
    expect([forwarded?.forwarded, often?.forwarded, ad?.forwarded]).toEqual([true, true, false])
    expect(ad?.referral).toEqual({
      sourceUrl: 'https://fb.me/ad1',
      sourceId: '120200000000001',
      sourceType: 'ad',
      headline: 'Chairs',
      body: 'Half price',
      mediaType: 'image',
      ctwaClid: 'AfF0',
    })
  })

  it('of a place, a contact card or an order is read', () => {
    const [office, bare, card, order] = messagesOf('places-and-orders')
    expect(office?.content).toEqual({
      type: 'location',
      latitude: 12.9716,
      longitude: 77.5946,
      name: 'Office',
      address: '1 MG Road',
      url: 'https://example.com/office',
    })
    expect(bare?.content).toMatchObject({ latitude: -33.5, longitude: 151.25, name: null })
    expect(card).toMatchObject({ type: 'contact', content: { contacts: [{ name: { formatted_name: 'Bo Roy' } }] } })
    expect(order).toMatchObject({
      type: 'order',
      text: 'By Friday if you can',
      content: { catalogId: '800001', productItems: [{ product_retailer_id: 'chair-blue', quantity: 2 }] },
    })
  })

  it('of a person whose phone is hidden is known by the user id', () => {
    expect(messagesOf('hidden-phone')).toMatchObject([
      {
        phone: null,
        userId: 'IN.13491208655302741918',
        parentUserId: 'IN.ENT.11815799212886844830',
        profileName: 'Cara',
        username: 'cara.p',
      },
    ])
    expect(oneMessage({ from: 'IN.55' })).toMatchObject({ phone: null, userId: 'IN.55' })
  })

  it('of the system tells of a new number or user id; one that names nobody is kept aside', () => {
    const entries = entriesOf('system')
    expect(ofKind('message', entries)).toMatchObject([
      {
        type: 'system',
        phone: '+919811122233',
        userId: null,
        content: {
          type: 'system',
          systemType: 'user_changed_number',
          newPhone: '+919811199999',
          newUserId: 'IN.24817305912873645029',
        },
      },
      {
        phone: null,
        userId: 'IN.1',
        content: { systemType: 'user_changed_user_id', newUserId: 'IN.2', newPhone: null },
      },
    ])
    expect(ofKind('other', entries)).toMatchObject([{ field: 'messages', raw: { system: { user_id: 'IN.3' } } }])
  })

  it('that edits carries the new content and the wamid it replaces; one that revokes the wamid it takes back', () => {
    expect(messagesOf('edit-and-revoke')).toMatchObject([
      {
        type: 'text',
        text: 'The green one, sorry',
        replyToWamid: 'wamid.OUR0002',
        edit: { originalWamid: 'wamid.THEIRS1' },
        revoke: null,
      },
      {
        type: 'image',
        text: 'New caption',
        content: { whatsappMediaId: '900010' },
        edit: { originalWamid: 'wamid.THEIRS2' },
      },
      { type: 'unsupported', text: null, edit: null, revoke: { originalWamid: 'wamid.THEIRS3' } },
    ])
  })

  it('of an unknown type, or without what its type is made of, is unsupported and kept as it came', () => {
    const messages = messagesOf('unsupported')
    const error = { code: 131051, title: 'Message type unknown', details: 'Message type is currently not supported.' }
    expect(messages.map(({ type }) => type)).toEqual(Array(4).fill('unsupported'))
    expect(messages.map(({ content }) => content)).toEqual([
      { type: 'unsupported', unsupportedType: 'poll_creation', errors: [error] },
      { type: 'unsupported', unsupportedType: null, errors: [error] },
      { type: 'unsupported', unsupportedType: 'hologram', errors: [] },
      { type: 'unsupported', unsupportedType: 'image', errors: [] },
    ])
    expect(messages[2]?.raw).toMatchObject({ hologram: { depth: 3 } })
  })

  it.each(['toString', '__proto__', 'constructor', 'id'])('of the type %j is unsupported', (type) => {
    expect(oneMessage({ type }).content).toMatchObject({ type: 'unsupported', unsupportedType: type })
  })

  it.each([
    ['without an id', { id: undefined }],
    ['with an id no index can hold', { id: 'w'.repeat(513) }],
    ['from nobody', { from: undefined }],
    ['from somebody of no known form', { from: 'Ann' }],
  ])('%s is kept aside as other', (_, change) => {
    expect(normaliseWebhook(withMessage({ ...textMessage, ...change }))).toMatchObject([
      { kind: 'other', field: 'messages' },
    ])
  })

  it('takes the name from the contact of the same phone or user id, never from another', () => {
    const cards = [
      { wa_id: '1999999999', profile: { name: 'Bo' } },
      { wa_id: '919811122233', profile: { name: 'Ann' } },
    ]
    expect(oneMessage({}, cards)).toMatchObject({ profileName: 'Ann', userId: null })
    expect(oneMessage({}, [cards[0]])).toMatchObject({ phone: '+919811122233', profileName: null })
    expect(oneMessage({ from: undefined }, [cards[0]])).toMatchObject({ phone: '+1999999999', profileName: 'Bo' })
  })
})

describe('the time of a webhook', () => {
  it.each([
    ['1781000000', '2026-06-09T10:13:20.000Z'],
    [1781000000, '2026-06-09T10:13:20.000Z'],
  ])('%j is read as seconds', (timestamp, iso) => {
    expect(oneMessage({ timestamp }).timestamp?.toISOString()).toBe(iso)
  })

  it.each(['', 'soon', 'NaN', '-1', '0', '1781000000000', '1e300', null, undefined, {}, Number.NaN])(
    '%j is no time, and left to the time of arrival',
    (timestamp) => {
      expect(oneMessage({ timestamp }).timestamp).toBeNull()
    },
  )
})

type Value = { messages: unknown[] }
function record(body: unknown): Value {
  return (body as { entry: { changes: { value: Value }[] }[] }).entry[0]?.changes[0]?.value ?? { messages: [] }
}

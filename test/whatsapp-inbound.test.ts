import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { businessAccountIds, normaliseWebhook, phoneNumberIds } from '../src/whatsapp/inbound.js'
import type { InboundEntry } from '../src/whatsapp/inbound-entries.js'

const folder = new URL('./fixtures/whatsapp/', import.meta.url)
const fixture = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
const fixtureNames = readdirSync(folder).map((file) => file.replace('.json', ''))

const entriesOf = (name: string) => normaliseWebhook(fixture(name))

function ofKind<Kind extends InboundEntry['kind']>(kind: Kind, entries: InboundEntry[]) {
  return entries.filter((entry): entry is Extract<InboundEntry, { kind: Kind }> => entry.kind === kind)
}
const messagesOf = (name: string) => ofKind('message', entriesOf(name))

/** A webhook around one message of ours. */
const withMessage = (message: unknown, contacts?: unknown) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '2',
      changes: [{ field: 'messages', value: { metadata: { phone_number_id: '1' }, contacts, messages: [message] } }],
    },
  ],
})
const text = { from: '919811122233', id: 'wamid.1', timestamp: '1781000000', type: 'text', text: { body: 'Hi' } }
const oneMessage = (message: object, contacts?: unknown) => {
  const [entry] = ofKind('message', normaliseWebhook(withMessage({ ...text, ...message }, contacts)))
  if (!entry) throw new Error('no message')
  return entry
}

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
    expect(normaliseWebhook(withMessage({ ...text, ...change }))).toMatchObject([{ kind: 'other', field: 'messages' }])
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

describe('a status', () => {
  it('has its message by both ids, its recipient, its price and its error', () => {
    const entries = entriesOf('statuses')
    const [sent, delivered, read, played, failed] = ofKind('status', entries)
    expect(sent).toMatchObject({
      kind: 'status',
      phoneNumberId: '100000000000001',
      wamid: 'wamid.OUR1',
      status: 'sent',
      timestamp: new Date(1781000100_000),
      recipientPhone: '+919811122233',
      recipientUserId: 'IN.13491208655302741918',
      messageId: 'msg_01k0000000000000000000000a',
      errors: [],
      pricing: { billable: false, model: 'PMP', type: 'free_entry_point', category: 'referral_conversion' },
      conversation: { id: 'c0ffee', origin: 'referral_conversion', expiresAt: new Date(1781086500_000) },
    })
    expect(delivered).toMatchObject({ status: 'delivered', pricing: { billable: true }, conversation: null })
    expect(read).toMatchObject({ status: 'read', messageId: null, pricing: null })
    expect(played).toMatchObject({ status: 'played', wamid: 'wamid.OUR2' })
    expect(failed).toMatchObject({
      status: 'failed',
      messageId: 'msg_01k0000000000000000000000b',
      errors: [{ code: 131047, title: 'Re-engagement message', details: expect.stringContaining('24 hours') }],
    })
  })

  it('of no known name is kept aside', () => {
    expect(ofKind('other', entriesOf('statuses'))).toMatchObject([{ field: 'messages', raw: { status: 'warning' } }])
  })

  it('without a recipient is known by the contact beside it', () => {
    expect(entriesOf('status-with-contacts')).toMatchObject([{ recipientPhone: null, recipientUserId: 'IN.77' }])
  })
})

describe('a change of another field', () => {
  it('of a template says what changed', () => {
    const same = {
      kind: 'template_status',
      businessAccountId: '200000000000001',
      templateId: '594425479261596',
      name: 'promo',
      language: 'en_US',
    }
    expect(entriesOf('templates')).toMatchObject([
      { ...same, status: 'REJECTED', reason: 'INVALID_FORMAT', category: null, quality: null },
      { ...same, status: null, category: 'MARKETING', quality: null },
      { ...same, status: null, category: null, quality: 'YELLOW' },
    ])
  })

  it('of marketing preferences names the person and the wish; an unknown wish is kept aside', () => {
    const same = { phoneNumberId: '100000000000001', phone: '+919811122233', userId: 'IN.13491208655302741918' }
    expect(entriesOf('user-preferences')).toMatchObject([
      { kind: 'user_preference', ...same, preference: 'stop', timestamp: new Date(1781000200_000) },
      { kind: 'user_preference', ...same, preference: 'resume', timestamp: new Date(1781000300_000) },
      { kind: 'other', field: 'user_preferences', raw: { value: 'maybe' } },
    ])
  })

  it('of the account or the number is told, and one nobody told us of is kept as it came', () => {
    expect(entriesOf('account')).toMatchObject([
      { kind: 'phone_quality', displayPhoneNumber: '919876543210', event: 'FLAGGED', currentLimit: 'TIER_1K' },
      { kind: 'account_update', displayPhoneNumber: '919876543210', event: 'ACCOUNT_RESTRICTION' },
      { kind: 'other', field: 'business_capability_update', raw: { max_daily_conversation_per_phone: 1000 } },
    ])
  })

  it('of a user id links the old and the new', () => {
    expect(entriesOf('user-id-update')).toMatchObject([
      {
        kind: 'user_id_update',
        phoneNumberId: '100000000000001',
        phone: '+919811199999',
        previousUserId: 'IN.13491208655302741918',
        userId: 'IN.24817305912873645029',
        parentUserId: 'IN.ENT.2',
        timestamp: new Date(1781000400_000),
      },
      { kind: 'other', field: 'user_id_update' },
    ])
  })
})

describe('a webhook body', () => {
  it('may hold several accounts, changes, messages and statuses: all come out, each with its own number', () => {
    const entries = entriesOf('batch')
    expect(
      entries.map((entry) => [entry.kind, 'phoneNumberId' in entry && entry.phoneNumberId, entry.businessAccountId]),
    ).toEqual([
      ['message', '100000000000001', '200000000000001'],
      ['message', '100000000000001', '200000000000001'],
      ['status', '100000000000001', '200000000000001'],
      ['message', '100000000000002', '200000000000002'],
      ['status', '100000000000002', '200000000000002'],
      ['other', '100000000000002', '200000000000002'],
    ])
    expect(ofKind('message', entries).map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  })

  it('names its numbers and accounts, each once', () => {
    expect(phoneNumberIds(fixture('batch'))).toEqual(['100000000000001', '100000000000002'])
    expect(businessAccountIds(fixture('batch'))).toEqual(['200000000000001', '200000000000002'])
    expect(phoneNumberIds(fixture('templates'))).toEqual([])
    expect(businessAccountIds(fixture('templates'))).toEqual(['200000000000001'])
  })

  it('of a stranger with countless numbers yields 20 of sane length', () => {
    const changes = Array.from({ length: 100 }, (_, index) => ({
      value: { metadata: { phone_number_id: index % 2 ? `${index}` : 'x'.repeat(1000 + index) } },
    }))
    const ids = phoneNumberIds({ entry: [{ changes }] })
    expect(ids).toHaveLength(20)
    expect(ids.every((id) => id.length < 65)).toBe(true)
  })

  it('gives the same entries every time', () => {
    for (const name of fixtureNames) expect(entriesOf(name)).toEqual(entriesOf(name))
  })

  it('loses U+0000 and half surrogates everywhere, in keys too, and keeps whole emoji', () => {
    const message = oneMessage({ text: { body: 'a\0b\ud800c😀' }, 'k\0': { '\udc00': '\0' } }, [
      { wa_id: '919811122233', profile: { name: 'A\0nn' } },
    ])
    expect(message).toMatchObject({ text: 'ab\ufffdc😀', profileName: 'Ann' })
    expect(message.raw).toMatchObject({ k: { '\ufffd': '' } })
    expect(JSON.stringify(message)).not.toContain('\\u0000')
  })

  it('is bounded: text of 65,536 units, names of 256, 32 levels', () => {
    const deep = JSON.parse(`${'{"a":['.repeat(100_000)}${']}'.repeat(100_000)}`)
    const message = oneMessage({ text: { body: '😀'.repeat(100_000) }, deep }, [
      { wa_id: '919811122233', profile: { name: 'n'.repeat(1000) } },
    ])
    expect(message.text).toHaveLength(65_536)
    expect(message.profileName).toHaveLength(256)
    expect(JSON.stringify(message.raw.deep).length).toBeLessThan(200)
  })

  it.each([
    undefined,
    null,
    0,
    'x',
    [],
    {},
    { entry: {} },
    { entry: [null, 5, { changes: 'x' }, { changes: [null] }] },
  ])('of %j says nothing', (body) => {
    expect(normaliseWebhook(body)).toEqual([])
    expect(phoneNumberIds(body)).toEqual([])
    expect(businessAccountIds(body)).toEqual([])
  })

  it('never throws, whatever stands in the place of any part of a real one', () => {
    const junk = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true })
    fc.assert(
      fc.property(fc.constantFrom(...fixtureNames), fc.integer({ min: 0, max: 400 }), junk, (name, index, value) => {
        const body = replaceAt(fixture(name), index, value)
        for (const entry of normaliseWebhook(body)) expect(() => JSON.stringify(entry)).not.toThrow()
        phoneNumberIds(body)
        businessAccountIds(body)
      }),
      { numRuns: 3000 },
    )
  })
})

/** The same JSON with its `index`th value, counted from the top, replaced. */
function replaceAt(json: unknown, index: number, value: unknown): unknown {
  let seen = 0
  const walk = (node: unknown): unknown => {
    seen += 1
    if (seen === index + 1) return value
    if (Array.isArray(node)) return node.map(walk)
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item)]))
  }
  return walk(json)
}

type Value = { messages: unknown[] }
function record(body: unknown): Value {
  return (body as { entry: { changes: { value: Value }[] }[] }).entry[0]?.changes[0]?.value ?? { messages: [] }
}

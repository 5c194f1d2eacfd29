import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { businessAccountIds, normaliseWebhook, phoneNumberIds } from '../src/whatsapp/inbound.js'
import { entriesOf, fixture, fixtureNames, ofKind, oneMessage } from './support/whatsapp-webhooks.js'

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

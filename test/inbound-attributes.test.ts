import { describe, expect, it } from 'vitest'
import { banOf } from '../src/connections/account-news.js'
import { attributesAfter, withAttributes } from '../src/messages/inbound/attributes.js'
import { movedIdentity } from '../src/messages/inbound/identity-change.js'
import { oneMessage } from './support/whatsapp-webhooks.js'

const noon = new Date('2026-06-09T12:00:00Z')
const later = new Date('2026-06-09T13:00:00Z')
const ad = (headline: string) => oneMessage({ referral: { source_id: '7', headline } }).referral
const plain = { username: null, referral: null }

describe('the attributes of a contact after a message', () => {
  it('stay as they are where the message says nothing of the person', () => {
    expect(attributesAfter({ city: 'Pune' }, plain, noon)).toBeNull()
    expect(attributesAfter({ username: 'asha' }, { ...plain, username: 'asha' }, noon)).toBeNull()
  })

  it('get the username, beside the others', () => {
    const after = attributesAfter({ city: 'Pune', username: 'a' }, { ...plain, username: 'asha' }, noon)
    expect(after).toEqual({ city: 'Pune', username: 'asha' })
  })

  it('get the advertisement the person came by, and when', () => {
    expect(attributesAfter({}, { ...plain, referral: ad('Chairs') }, noon)).toEqual({
      referral: {
        sourceUrl: null,
        sourceId: '7',
        sourceType: null,
        headline: 'Chairs',
        body: null,
        mediaType: null,
        ctwaClid: null,
        at: noon.toISOString(),
      },
    })
  })

  it('hold the last advertisement by the time of the message, in whatever order they arrive', () => {
    const first = attributesAfter({}, { ...plain, referral: ad('late') }, later)
    expect(attributesAfter(first, { ...plain, referral: ad('early') }, noon)).toBeNull()
    const second = attributesAfter({}, { ...plain, referral: ad('early') }, noon)
    expect(attributesAfter(second, { ...plain, referral: ad('late') }, later)).toEqual(first)
  })

  it('cut the texts of an advertisement, and leave it out where it would not fit', () => {
    const after = attributesAfter({}, { ...plain, referral: ad('x'.repeat(5000)) }, noon)
    expect(after).toMatchObject({ referral: { headline: 'x'.repeat(300) } })
    expect(attributesAfter({ notes: 'x'.repeat(16_300) }, { ...plain, referral: ad('Chairs') }, noon)).toBeNull()
    expect(withAttributes({ notes: 'x'.repeat(16_300) }, { a: 1 })).toMatchObject({ a: 1 })
  })
})

describe('a notice of WhatsApp', () => {
  const notice = (system: object) => movedIdentity(oneMessage({ type: 'system', system }))

  it('of a changed number names the new one, and the user id where it tells it', () => {
    const moved = { type: 'user_changed_number', wa_id: '919811199999' }
    expect(notice(moved)).toEqual({ phone: '+919811199999', userId: null })
    expect(notice({ ...moved, user_id: 'IN.2' })).toEqual({ phone: '+919811199999', userId: 'IN.2' })
  })

  it('of a changed user id names that alone', () => {
    expect(notice({ type: 'user_changed_user_id', user_id: 'IN.2', wa_id: '919811199999' })).toEqual({
      phone: null,
      userId: 'IN.2',
    })
  })

  it('of another kind, and any other message, moves nobody', () => {
    expect(notice({ type: 'customer_identity_changed', wa_id: '919811199999', user_id: 'IN.2' })).toBeNull()
    expect(movedIdentity(oneMessage({}))).toBeNull()
  })
})

describe('news of an account', () => {
  it.each([
    ['DISABLED_UPDATE', 'DISABLE', true],
    ['DISABLED_UPDATE', null, true],
    ['DISABLED_UPDATE', 'REINSTATE', false],
    ['DISABLED_UPDATE', 'SCHEDULE_FOR_DISABLE', false],
    ['ACCOUNT_DELETED', null, true],
    ['ACCOUNT_RESTRICTION', null, false],
    ['VERIFIED_ACCOUNT', null, false],
    [null, null, false],
  ])('%s with the ban state %s is a ban: %s', (event, banState, isBan) => {
    expect(banOf({ event, banState }) !== null).toBe(isBan)
  })
})

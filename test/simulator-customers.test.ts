import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  allStatuses,
  customerPhone,
  dig,
  digList,
  digText,
  type JsonObject,
  type Outside,
  phoneNumberId,
  startOutside,
} from './support/simulator.js'
import { eventually } from './support/wait.js'

let outside: Outside

beforeEach(async () => {
  outside = await startOutside()
})
afterEach(() => outside.close())

describe('people who hide their phone', () => {
  const userId = 'IN.13491208655302741918'

  test('their message carries the user id and username and no phone', async () => {
    await outside.inbound(undefined, { from: undefined, userId, username: 'asha', name: 'Asha' })
    await eventually(() => outside.receiver.messages().length === 1)
    const value = dig(outside.receiver.changes()[0], 'value')
    expect(value).toMatchObject({ contacts: [{ profile: { name: 'Asha', username: 'asha' }, user_id: userId }] })
    expect(dig(value, 'contacts.0')).not.toHaveProperty('wa_id')
    expect(outside.receiver.messages()[0]).toMatchObject({ from_user_id: userId })
    expect(outside.receiver.messages()[0]).not.toHaveProperty('from')
  })

  test('a send to `recipient` is answered and told by user id', async () => {
    await outside.inbound(undefined, { from: undefined, userId, username: 'asha' })
    const answer = await outside.send({ type: 'text', text: { body: 'Hi' } }, { recipient: userId })
    expect(answer.json).toMatchObject({ contacts: [{ input: userId, user_id: userId }] })
    const id = digText(answer.json, 'messages.0.id')
    expect(await outside.receiver.statusNames(id)).toEqual(allStatuses)
    expect(await outside.receiver.status(id, 'sent')).toMatchObject({ recipient_user_id: userId })
    expect(await outside.receiver.status(id, 'sent')).not.toHaveProperty('recipient_id')
    expect(dig((await outside.control('GET', '/messages')).json, 'data.0.to')).toBe(userId)
  })

  test('a user id in `to` is answered 200 and reaches nobody', async () => {
    await outside.inbound(undefined, { from: undefined, userId })
    const dropped = await outside.sendText('Hi', { to: userId })
    expect(dropped.status).toBe(200)
    const id = digText(
      (await outside.send({ type: 'text', text: { body: 'Hi' } }, { recipient: userId })).json,
      'messages.0.id',
    )
    await outside.receiver.statusNames(id)
    expect(outside.receiver.statuses(digText(dropped.json, 'messages.0.id'))).toEqual([])
    expect(digList((await outside.control('GET', '/messages')).json, 'data')).toHaveLength(1)
  })

  test('a phone and a user id that came together are one customer with one window', async () => {
    await outside.inbound(undefined, { userId })
    const answer = await outside.send({ type: 'text', text: { body: 'Hi' } }, { recipient: userId })
    expect(await outside.receiver.statusNames(digText(answer.json, 'messages.0.id'))).toContain('delivered')
  })

  test('an authentication template is refused for a user id', async () => {
    const login: JsonObject = {
      type: 'template',
      template: {
        name: 'login_code',
        language: { code: 'en_US' },
        components: [
          { type: 'body', parameters: [{ type: 'text', text: '123456' }] },
          { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '123456' }] },
        ],
      },
    }
    expect(await outside.send(login, { recipient: userId })).toMatchObject({
      status: 400,
      json: { error: { code: 131062 } },
    })
    expect((await outside.send(login)).status).toBe(200)
  })
})

describe('the 24-hour window', () => {
  const failedWith = async (answer: { status: number; json: unknown }) => {
    expect(answer.status).toBe(200)
    const id = digText(answer.json, 'messages.0.id')
    await eventually(() => outside.receiver.statuses(id).length > 0)
    return outside.receiver.statuses(id)
  }

  test('a free-form message to someone who has not written is answered 200 and fails with 131047', async () => {
    const statuses = await failedWith(await outside.sendText('Hello', { biz_opaque_callback_data: 'msg_1' }))
    expect(statuses).toEqual([
      {
        id: expect.stringMatching(/^wamid\./),
        status: 'failed',
        timestamp: expect.any(String),
        recipient_id: customerPhone,
        biz_opaque_callback_data: 'msg_1',
        errors: [
          {
            code: 131047,
            title: 'Re-engagement message',
            message: 'Re-engagement message',
            error_data: { details: expect.stringContaining('24 hours') },
            href: expect.stringContaining('error-codes'),
          },
        ],
      },
    ])
  })

  test('the window closes 24 hours after the last message of the customer', async () => {
    await outside.inbound()
    await outside.control('POST', '/clock', { advanceMs: 23 * 3_600_000 })
    const open = digText((await outside.sendText()).json, 'messages.0.id')
    expect(await outside.receiver.statusNames(open)).toEqual(allStatuses)
    await outside.control('POST', '/clock', { advanceMs: 3_600_000 })
    expect(await failedWith(await outside.sendText())).toMatchObject([{ status: 'failed', errors: [{ code: 131047 }] }])
  })

  test('a reaction does not open the window, and a tap on a button does', async () => {
    await outside.inbound({ type: 'reaction', reaction: { message_id: 'wamid.abcdefgh', emoji: '👍' } })
    expect(await failedWith(await outside.sendText())).toMatchObject([{ status: 'failed' }])
    await outside.inbound({ type: 'button', button: { payload: 'yes', text: 'Yes' } })
    const id = digText((await outside.sendText()).json, 'messages.0.id')
    expect(await outside.receiver.statusNames(id)).toEqual(allStatuses)
  })

  test('a template goes out without a window, and the rule can be turned off', async () => {
    const template = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } }
    const answer = await outside.send(template)
    expect(dig(answer.json, 'messages.0.message_status')).toBe('accepted')
    const id = digText(answer.json, 'messages.0.id')
    expect(await outside.receiver.statusNames(id)).toEqual(allStatuses)
    expect(await outside.receiver.status(id, 'sent')).toMatchObject({
      pricing: { billable: true, category: 'utility', type: 'regular' },
    })
    await outside.faults({ window: false })
    const free = digText((await outside.sendText()).json, 'messages.0.id')
    expect(await outside.receiver.statusNames(free)).toEqual(allStatuses)
  })

  test('marketing fails with 131050 after the customer has stopped it, until it is resumed', async () => {
    const marketing = {
      type: 'template',
      template: {
        name: 'product_video',
        language: { code: 'en' },
        components: [
          { type: 'header', parameters: [{ type: 'video', video: { link: 'https://example.com/a.mp4' } }] },
          { type: 'body', parameters: [{ type: 'text', text: 'kettle' }] },
        ],
      },
    }
    const prefer = (value: string) =>
      outside.control('POST', '/inbound', {
        from: customerPhone,
        change: {
          field: 'user_preferences',
          value: { user_preferences: [{ wa_id: customerPhone, category: 'marketing_messages', value, timestamp: 1 }] },
        },
      })
    await prefer('stop')
    await eventually(() => outside.receiver.changes().some(({ field }) => field === 'user_preferences'))
    expect(await failedWith(await outside.send(marketing))).toMatchObject([{ errors: [{ code: 131050 }] }])
    await prefer('resume')
    const id = digText((await outside.send(marketing)).json, 'messages.0.id')
    expect(await outside.receiver.statusNames(id)).toEqual(allStatuses)
  })

  test('an answer to someone who came by an ad is free, and tells the conversation it belongs to', async () => {
    await outside.inbound({
      type: 'text',
      text: { body: 'Hi' },
      referral: { source_type: 'ad', source_id: '1', source_url: 'https://fb.me/1' },
    })
    const id = digText((await outside.sendText()).json, 'messages.0.id')
    await outside.receiver.statusNames(id)
    expect(await outside.receiver.status(id, 'sent')).toMatchObject({
      conversation: { expiration_timestamp: expect.any(String), origin: { type: 'referral_conversion' } },
      pricing: { type: 'free_entry_point' },
    })
  })

  test('a blocked customer gets nothing and is not heard', async () => {
    await outside.inbound()
    await eventually(() => outside.receiver.messages().length === 1)
    const block = { messaging_product: 'whatsapp', block_users: [{ user: `+${customerPhone}` }, { user: 'nobody' }] }
    const answer = await outside.graph('POST', `/${phoneNumberId}/block_users`, block)
    expect(answer.json).toMatchObject({
      block_users: {
        added_users: [{ input: `+${customerPhone}`, wa_id: customerPhone }],
        failed_users: [{ input: 'nobody' }],
      },
    })
    await outside.inbound()
    expect(await failedWith(await outside.sendText())).toMatchObject([{ errors: [{ code: 131026 }] }])
    expect(outside.receiver.messages()).toHaveLength(1)
    await outside.graph('DELETE', `/${phoneNumberId}/block_users`, block)
    const id = digText((await outside.sendText()).json, 'messages.0.id')
    expect(await outside.receiver.statusNames(id)).toEqual(allStatuses)
  })
})

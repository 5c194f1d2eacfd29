import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  allStatuses,
  call,
  customerPhone,
  dig,
  digList,
  digText,
  type JsonObject,
  type Outside,
  phoneNumberId,
  startOutside,
  startReceiver,
} from './support/simulator.js'
import { eventually } from './support/wait.js'

let outside: Outside

beforeEach(async () => {
  outside = await startOutside()
})
afterEach(() => outside.close())

describe('sends', () => {
  test('a text is answered as Meta answers it, with a wamid of the real form', async () => {
    await outside.inbound()
    const answer = await outside.sendText('Hello', { biz_opaque_callback_data: 'msg_1' })
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: customerPhone, wa_id: customerPhone }],
      messages: [{ id: expect.stringMatching(/^wamid\.HBgM[A-Za-z0-9+/]+=*$/) }],
    })
    expect(digText(answer.json, 'messages.0.id').length).toBeLessThanOrEqual(128)
  })

  test('sent, delivered and read follow by themselves, each with our own id', async () => {
    await outside.inbound()
    const id = digText((await outside.sendText('Hello', { biz_opaque_callback_data: 'msg_1' })).json, 'messages.0.id')
    expect(await outside.receiver.statusNames(id)).toEqual(allStatuses)
    expect(await outside.receiver.status(id, 'sent')).toEqual({
      id,
      status: 'sent',
      timestamp: expect.stringMatching(/^\d{10}$/),
      recipient_id: customerPhone,
      pricing: { billable: false, pricing_model: 'PMP', category: 'service', type: 'free_customer_service' },
      biz_opaque_callback_data: 'msg_1',
    })
    expect(await outside.receiver.status(id, 'delivered')).toHaveProperty('pricing')
    const read = await outside.receiver.status(id, 'read')
    expect(read).not.toHaveProperty('pricing')
    expect(read).toMatchObject({ biz_opaque_callback_data: 'msg_1' })
  })

  test('two sends of the same body are two messages with two wamids', async () => {
    await outside.inbound()
    const ids = new Set<string>()
    for (let send = 0; send < 5; send += 1) ids.add(digText((await outside.sendText()).json, 'messages.0.id'))
    expect(ids.size).toBe(5)
  })

  test('every path is served under any version and under none', async () => {
    for (const version of ['/v18.0', '/v24.0', '/v99.1', '']) {
      const answer = await call(`${outside.url}${version}/${phoneNumberId}`, 'GET', undefined, {
        authorization: 'Bearer simulator-token',
      })
      expect(answer.json).toMatchObject({ id: phoneNumberId, display_phone_number: '+91 98765 43210' })
    }
  })

  test('what was accepted is listed in order, from any number on', async () => {
    await outside.inbound()
    for (const body of ['one', 'two', 'three']) {
      await outside.sendText(body, { to: `+${customerPhone}`, biz_opaque_callback_data: `msg_${body}` })
    }
    const all = digList((await outside.control('GET', '/messages')).json, 'data')
    expect(all.map(({ seq, to, type }) => [seq, to, type])).toEqual([
      [1, `+${customerPhone}`, 'text'],
      [2, `+${customerPhone}`, 'text'],
      [3, `+${customerPhone}`, 'text'],
    ])
    const later = digList((await outside.control('GET', '/messages?after=2')).json, 'data')
    expect(later).toEqual([
      {
        seq: 3,
        id: expect.stringMatching(/^wamid\./),
        to: `+${customerPhone}`,
        type: 'text',
        payload: {
          messaging_product: 'whatsapp',
          to: `+${customerPhone}`,
          type: 'text',
          text: { body: 'three' },
          biz_opaque_callback_data: 'msg_three',
        },
        bizOpaqueCallbackData: 'msg_three',
        acceptedAt: expect.stringMatching(/^\d{4}-.+Z$/),
      },
    ])
  })

  test('a send names no data of ours as null', async () => {
    await outside.inbound()
    await outside.sendText()
    expect(dig((await outside.control('GET', '/messages')).json, 'data.0.bizOpaqueCallbackData')).toBeNull()
  })

  test('the WhatsApp id of a Mexican or Brazilian number is not the number dialled', async () => {
    for (const [input, waId] of [
      ['525512345678', '5215512345678'],
      ['5531987654321', '553187654321'],
      ['5511987654321', '5511987654321'],
    ]) {
      await outside.inbound(undefined, { from: input })
      const answer = await outside.sendText('Hola', { to: input })
      expect(answer.json).toMatchObject({ contacts: [{ input, wa_id: waId }] })
      const id = digText(answer.json, 'messages.0.id')
      expect(await outside.receiver.statusNames(id)).toEqual(allStatuses)
      expect(await outside.receiver.status(id, 'sent')).toMatchObject({ recipient_id: waId })
    }
  })

  test('a read receipt with a typing indicator succeeds and is no message', async () => {
    const id = await outside.inbound()
    const read = { status: 'read', message_id: id, typing_indicator: { type: 'text' } }
    expect((await outside.send(read, {})).json).toEqual({ success: true })
    expect(dig((await outside.control('GET', '/messages')).json, 'data')).toEqual([])
    const bad = await outside.send({ status: 'read', message_id: 'msg_1' }, {})
    expect(bad).toMatchObject({ status: 400, json: { error: { code: 131009 } } })
  })
})

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

describe('reset and seed', () => {
  test('a reset leaves nothing of what was: messages, faults, clock, waiting webhooks, templates', async () => {
    await outside.faults({ webhooks: { hold: true }, latencyMs: 1 })
    await outside.inbound()
    await outside.sendText()
    await outside.control('POST', '/clock', { advanceMs: 3_600_000 })
    await outside.graph('DELETE', `/200000000000001/message_templates?name=hello_world`)
    expect((await outside.control('POST', '/reset')).status).toBe(200)
    expect(dig((await outside.control('GET', '/messages')).json, 'data')).toEqual([])
    expect(dig((await outside.control('GET', '/requests')).json, 'data')).toEqual([])
    expect(await outside.faults({})).toMatchObject({ json: { latencyMs: 0, webhooks: { hold: false } } })
    expect(dig((await outside.control('POST', '/clock', { advanceMs: 0 })).json, 'advancedMs')).toBe(0)
    const templates = await outside.graph('GET', '/200000000000001/message_templates?name=hello_world')
    expect(digList(templates.json, 'data')).toHaveLength(1)
    const id = await outside.inbound()
    await eventually(() => outside.receiver.messages().length > 0)
    expect(outside.receiver.messages().map((message) => message.id)).toEqual([id])
  })

  test('with a seed the same acts give the same ids, and without one never', async () => {
    const run = async (seed: string | null) => {
      const other = await startOutside({ seed })
      try {
        await other.inbound(undefined, {})
        return digText((await other.sendText()).json, 'messages.0.id')
      } finally {
        await other.close()
      }
    }
    expect(await run('a')).toBe(await run('a'))
    expect(await run('a')).not.toBe(await run('b'))
    expect(await run(null)).not.toBe(await run(null))
  })
})

describe('a subscription', () => {
  const path = '/200000000000001/subscribed_apps'

  test('with an override wins over the configured callback, after the handshake with its own token', async () => {
    const other = await startReceiver('its-own-token')
    try {
      const asked = await outside.graph('POST', path, {
        override_callback_uri: other.url,
        verify_token: 'its-own-token',
      })
      expect(asked.json).toEqual({ success: true })
      expect(other.handshakes[0]?.get('hub.mode')).toBe('subscribe')
      expect(dig((await outside.graph('GET', path)).json, 'data.0.override_callback_uri')).toBe(other.url)
      const id = await outside.inbound()
      await eventually(() => other.messages().length === 1)
      expect(other.messages()[0]).toMatchObject({ id })
      expect(outside.receiver.posts).toEqual([])
    } finally {
      await other.close()
    }
  })

  test('is refused where the callback does not pass the handshake', async () => {
    const wrong = { override_callback_uri: outside.receiver.url, verify_token: 'wrong' }
    expect(await outside.graph('POST', path, wrong)).toMatchObject({ status: 400, json: { error: { code: 2200 } } })
    const bad = { override_callback_uri: 'nowhere', verify_token: 'x' }
    expect(await outside.graph('POST', path, bad)).toMatchObject({ status: 400, json: { error: { code: 100 } } })
    const missing = { override_callback_uri: outside.receiver.url }
    expect(await outside.graph('POST', path, missing)).toMatchObject({ status: 400, json: { error: { code: 100 } } })
    await outside.inbound()
    await eventually(() => outside.receiver.messages().length === 1)
  })

  test('ended, nothing is posted any more until there is one again', async () => {
    await outside.graph('DELETE', path)
    expect((await outside.graph('GET', path)).json).toEqual({ data: [] })
    await outside.inbound()
    expect((await outside.graph('POST', path)).json).toEqual({ success: true })
    const id = await outside.inbound()
    await eventually(() => outside.receiver.messages().length > 0)
    expect(outside.receiver.messages().map((message) => message.id)).toEqual([id])
  })
})

describe('input that no client should send', () => {
  test('none of it ends the simulator', async () => {
    const hostile: readonly (readonly [string, string, unknown])[] = [
      ['POST', `/v24.0/${phoneNumberId}/messages`, '{"a":'],
      ['POST', `/v24.0/${phoneNumberId}/messages`, '[]'],
      ['POST', `/v24.0/${phoneNumberId}/messages`, '"text"'],
      ['POST', `/v24.0/${phoneNumberId}/messages`, '{"__proto__":{"x":1},"messaging_product":{"constructor":1}}'],
      ['POST', `/v24.0/${phoneNumberId}/media`, 'not multipart'],
      ['GET', '/%E0%A4%A', undefined],
      ['GET', '/v24.0/constructor/__proto__', undefined],
      ['POST', '/_simulator/inbound', '['],
      ['POST', '/_simulator/faults', { nonsense: 1 }],
      ['GET', '/_simulator/constructor', undefined],
      ['PATCH', '/_simulator/faults', {}],
    ]
    for (const [method, path, body] of hostile) {
      const answer = await call(`${outside.url}${path}`, method, body, { authorization: 'Bearer simulator-token' })
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true])
      expect(dig(answer.json, 'error.message')).toEqual(expect.any(String))
    }
    const deep = `${'{"text":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    expect((await outside.graph('POST', `/${phoneNumberId}/messages`, deep)).status).toBe(400)
    expect((await outside.graph('GET', `/${phoneNumberId}`)).status).toBe(200)
  })

  test('a body over the limit is refused with 413 and one that breaks off is forgotten', async () => {
    const large = await outside.graph('POST', `/${phoneNumberId}/messages`, 'x'.repeat(4 * 1024 * 1024))
    expect(large.status).toBe(413)
    const { port } = new URL(outside.url)
    const broken = connect(Number(port), '127.0.0.1')
    const head = `POST /${phoneNumberId}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer simulator-token\r\n`
    broken.end(`${head}Content-Length: 100\r\n\r\n{"a`)
    await new Promise((resolve) => broken.once('close', resolve).resume())
    const nonsense = connect(Number(port), '127.0.0.1')
    nonsense.on('error', () => {})
    nonsense.end('\0\0nonsense\r\n\r\n')
    await new Promise((resolve) => nonsense.once('close', resolve).resume())
    expect((await outside.graph('GET', `/${phoneNumberId}`)).status).toBe(200)
  })

  test('a page of another site may not use the control API', async () => {
    const from = (origin: string) => call(`${outside.url}/_simulator/messages`, 'GET', undefined, { origin })
    expect((await from('https://elsewhere.example')).status).toBe(403)
    expect((await from('http://localhost:4000')).status).toBe(200)
  })
})

import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  allStatuses,
  call,
  customerPhone,
  dig,
  digList,
  digText,
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
    expect((await outside.graph('GET', `/${phoneNumberId}`)).status).toBe(200)
  })

  test('what could not be listed again is not accepted: a body nested too deeply', async () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    const send = (levels: number) =>
      outside.graph(
        'POST',
        `/${phoneNumberId}/messages`,
        `{"messaging_product":"whatsapp","to":"${customerPhone}","text":{"body":"Hi"},"more":${nested(levels)}}`,
      )
    expect((await send(20_000)).status).toBe(400)
    expect((await send(50)).status).toBe(200)
    expect(digList((await outside.control('GET', '/messages')).json, 'data')).toHaveLength(1)
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
    const near = await from('http://localhost:4000')
    expect(near.status).toBe(200)
    expect(near.headers.get('access-control-allow-origin')).toBe('http://localhost:4000')
  })
})

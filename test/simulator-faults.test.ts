import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { noFaults } from '../src/simulator/faults.js'
import {
  accessToken,
  allStatuses,
  customerPhone,
  dig,
  digList,
  digText,
  type Outside,
  phoneNumberId,
  startOutside,
} from './support/simulator.js'
import { eventually } from './support/wait.js'

let outside: Outside

beforeEach(async () => {
  outside = await startOutside()
  await outside.inbound()
})
afterEach(() => outside.close())

const acceptedIds = async () =>
  digList((await outside.control('GET', '/messages')).json, 'data').map(({ id }) => String(id))

describe('faults', () => {
  test('an update changes what it names, and the answer is all that now holds', async () => {
    expect((await outside.faults({})).json).toEqual(noFaults())
    await outside.faults({ latencyMs: 5, webhooks: { batch: 3 }, limits: { pair: true } })
    const now = await outside.faults({ webhooks: { duplicate: 1 }, fail: { code: 131056, times: 2, httpStatus: 400 } })
    expect(now.json).toEqual({
      ...noFaults(),
      latencyMs: 5,
      fail: { code: 131056, times: 2, httpStatus: 400 },
      webhooks: { duplicate: 1, shuffle: false, batch: 3, delayMs: 0, hold: false },
      limits: { pair: true, perSecond: 0 },
    })
    expect(dig((await outside.faults({ fail: null })).json, 'fail')).toBeNull()
  })

  test('unknown names and bad values are refused by name, and nothing changes', async () => {
    const answer = await outside.faults({
      latencyMs: -1,
      nonsense: true,
      webhooks: { hold: 'yes', lose: 1 },
      fail: { times: 1 },
      autoStatuses: false,
    })
    expect(answer.status).toBe(400)
    const paths = digList(answer.json, 'error.details').map(({ path }) => path)
    expect(paths.sort()).toEqual(['fail.code', 'latencyMs', 'nonsense', 'webhooks.hold', 'webhooks.lose'])
    expect((await outside.faults({})).json).toEqual(noFaults())
  })

  test('fail refuses as many sends as asked with the code, its status and its envelope', async () => {
    await outside.faults({ fail: { code: 131056, times: 2 } })
    for (let send = 0; send < 2; send += 1) {
      expect(await outside.sendText()).toMatchObject({
        status: 429,
        json: {
          error: {
            message: '(#131056) (Business Account, Consumer Account) pair rate limit hit',
            type: 'OAuthException',
            code: 131056,
            error_data: { messaging_product: 'whatsapp', details: expect.any(String) },
            fbtrace_id: expect.stringMatching(/^A[\w-]{20,}$/),
          },
        },
      })
    }
    expect((await outside.sendText()).status).toBe(200)
    expect(await acceptedIds()).toHaveLength(1)
  })

  test('fail has the documented status of each code unless another is chosen', async () => {
    const documented: readonly (readonly [code: number, status: number])[] = [
      [0, 401],
      [190, 401],
      [10, 403],
      [368, 403],
      [131031, 403],
      [4, 429],
      [80007, 429],
      [130429, 429],
      [2, 503],
      [131016, 500],
      [131000, 500],
      [131047, 400],
      [131026, 400],
      [987654, 400],
    ]
    for (const [code, status] of documented) {
      await outside.faults({ fail: { code, times: 1 } })
      expect(await outside.sendText()).toMatchObject({ status, json: { error: { code } } })
    }
    await outside.faults({ fail: { code: 131000, times: 1, httpStatus: 418 } })
    expect((await outside.sendText()).status).toBe(418)
  })

  test('acceptThenDropReply accepts, tells the statuses, and breaks the connection', async () => {
    await outside.faults({ acceptThenDropReply: 1 })
    await expect(outside.sendText('Hello', { biz_opaque_callback_data: 'msg_lost' })).rejects.toThrow()
    const [id = ''] = await acceptedIds()
    expect(await outside.receiver.statusNames(id)).toEqual(allStatuses)
    expect(await outside.receiver.status(id, 'sent')).toMatchObject({ biz_opaque_callback_data: 'msg_lost' })
    const requests = digList((await outside.control('GET', '/requests')).json, 'data')
    expect(requests.at(-1)).toMatchObject({ method: 'POST', status: null })
    expect((await outside.sendText()).status).toBe(200)
  })

  test('acceptThenFail accepts and answers 500 without an error of Meta', async () => {
    await outside.faults({ acceptThenFail: 1 })
    const answer = await outside.sendText()
    expect({ status: answer.status, json: answer.json }).toEqual({ status: 500, json: undefined })
    expect(await acceptedIds()).toHaveLength(1)
  })

  test('with a latency, the statuses of a send overtake its reply', async () => {
    await outside.faults({ latencyMs: 60_000 })
    let ended = false
    const gaveUp = new AbortController()
    const reply = fetch(`${outside.url}/${phoneNumberId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ messaging_product: 'whatsapp', to: customerPhone, text: { body: 'Hello' } }),
      signal: gaveUp.signal,
    }).finally(() => {
      ended = true
    })
    await eventually(() => outside.receiver.statuses().length === 3)
    expect(ended).toBe(false)
    gaveUp.abort()
    await expect(reply).rejects.toThrow()
    await outside.faults({ latencyMs: 1 })
    expect((await outside.sendText()).status).toBe(200)
  })

  test('without automatic statuses only those come that are asked for', async () => {
    await outside.faults({ autoStatuses: false })
    const answer = await outside.sendText('Hello', { biz_opaque_callback_data: 'msg_1' })
    const id = digText(answer.json, 'messages.0.id')
    expect((await outside.control('POST', '/statuses', { id: 'msg_1', status: 'read' })).json).toEqual({ id })
    await outside.control('POST', '/statuses', { id, status: 'delivered', timestamp: '1700000000' })
    await outside.control('POST', '/statuses', { id, status: 'failed', errors: [{ code: 131049, title: 'Capped' }] })
    expect(await outside.receiver.statusNames(id)).toEqual(['delivered', 'failed', 'read'])
    expect(await outside.receiver.status(id, 'read')).toMatchObject({ biz_opaque_callback_data: 'msg_1' })
    expect(await outside.receiver.status(id, 'delivered')).toMatchObject({ timestamp: '1700000000' })
    expect(await outside.receiver.status(id, 'failed')).toMatchObject({ errors: [{ code: 131049, title: 'Capped' }] })
  })

  test('a status can be told of a wamid nobody sent, and of no other unknown id', async () => {
    const orphan = 'wamid.HBgMOTE5ODEyMzQ1Njc4AAAA'
    expect((await outside.control('POST', '/statuses', { id: orphan, status: 'delivered' })).status).toBe(200)
    expect(await outside.receiver.status(orphan, 'delivered')).toMatchObject({
      recipient_id: expect.stringMatching(/^\d+$/),
    })
    const unknown = await outside.control('POST', '/statuses', { id: 'msg_unknown', status: 'read' })
    expect(unknown).toMatchObject({ status: 404, json: { error: { message: expect.stringContaining('msg_unknown') } } })
    expect((await outside.control('POST', '/statuses', { id: orphan, status: 'lost' })).status).toBe(400)
  })

  test('tokenExpired refuses everything with 190 until it is over', async () => {
    await outside.faults({ tokenExpired: true })
    expect(await outside.sendText()).toMatchObject({
      status: 401,
      json: { error: { code: 190, error_subcode: 463, type: 'OAuthException' } },
    })
    expect((await outside.graph('GET', `/${phoneNumberId}`)).status).toBe(401)
    await outside.faults({ tokenExpired: false })
    expect((await outside.sendText()).status).toBe(200)
  })
})

describe('limits', () => {
  test('the pair limit lets a burst of 45 pass and then asks 6 s for each of its messages', async () => {
    await outside.faults({ limits: { pair: true }, autoStatuses: false })
    const statuses: number[] = []
    for (let send = 0; send < 46; send += 1) statuses.push((await outside.sendText()).status)
    expect(statuses.slice(0, 45).every((status) => status === 200)).toBe(true)
    expect(statuses[45]).toBe(429)
    await outside.control('POST', '/clock', { advanceMs: 44 * 6000 })
    expect(await outside.sendText()).toMatchObject({ json: { error: { code: 131056 } } })
    await outside.control('POST', '/clock', { advanceMs: 6000 })
    expect((await outside.sendText()).status).toBe(200)
  })

  test('the pair limit is one customer’s own', async () => {
    await outside.faults({ limits: { pair: true }, autoStatuses: false })
    for (let send = 0; send < 2; send += 1) expect((await outside.sendText()).status).toBe(200)
    await outside.control('POST', '/clock', { advanceMs: 6000 })
    expect((await outside.sendText()).status).toBe(429)
    expect((await outside.sendText('Hello', { to: '919800000001' })).status).toBe(200)
  })

  test('perSecond holds all sends together to so many in a second', async () => {
    const frozen = await startOutside({ nowMs: () => 1_700_000_000_000 })
    try {
      await frozen.faults({ limits: { perSecond: 3 }, autoStatuses: false, window: false })
      const codes: unknown[] = []
      for (let send = 0; send < 4; send += 1) {
        const answer = await frozen.sendText('Hello', { to: `91980000000${send}` })
        codes.push(dig(answer.json, 'error.code') ?? answer.status)
      }
      expect(codes).toEqual([200, 200, 200, 130429])
      await frozen.control('POST', '/clock', { advanceMs: 1000 })
      expect((await frozen.sendText()).status).toBe(200)
    } finally {
      await frozen.close()
    }
  })
})

describe('the control API', () => {
  test('requests are listed with what was answered, without the token', async () => {
    await outside.sendText()
    await outside.graph('GET', '/nowhere/nothing')
    await outside.graph('GET', `/${phoneNumberId}?fields=id&access_token=simulator-token`, undefined, null)
    const rows = digList((await outside.control('GET', '/requests')).json, 'data')
    expect(rows.map(({ seq, method, path, status }) => [seq, method, path, status])).toEqual([
      [1, 'POST', `/v24.0/${phoneNumberId}/messages`, 200],
      [2, 'GET', '/v24.0/nowhere/nothing', 404],
      [3, 'GET', `/v24.0/${phoneNumberId}`, 200],
    ])
    expect(JSON.stringify(rows)).not.toContain('simulator-token')
    expect(digList((await outside.control('GET', '/requests?after=2')).json, 'data')).toHaveLength(1)
    expect((await outside.control('GET', '/requests?after=x')).status).toBe(400)
  })

  test('bad input is refused by name', async () => {
    const refused: readonly (readonly [string, unknown, string])[] = [
      ['/inbound', { message: { type: 'text' } }, 'from'],
      ['/inbound', { from: customerPhone }, 'message'],
      ['/inbound', { from: 'nobody', message: { type: 'text' } }, 'from'],
      ['/inbound', { from: customerPhone, message: { text: { body: 'x' } } }, 'message.type'],
      ['/inbound', { userId: 'nonsense', message: { type: 'text' } }, 'userId'],
      ['/inbound', { from: customerPhone, sender: 1, message: { type: 'text' } }, 'sender'],
      ['/statuses', { id: 'wamid.x', status: 'gone' }, 'status'],
      ['/clock', { advanceMs: -5 }, 'advanceMs'],
      ['/clock', {}, 'advanceMs'],
    ]
    for (const [path, body, field] of refused) {
      const answer = await outside.control('POST', path, body)
      expect([path, answer.status, digText(answer.json, 'error.details.0.path')]).toEqual([path, 400, field])
    }
  })
})

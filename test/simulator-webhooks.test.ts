import { afterEach, beforeEach, expect, test } from 'vitest'
import { noFaults } from '../src/simulator/faults.js'
import { completeOptions } from '../src/simulator/options.js'
import { createRandom } from '../src/simulator/random.js'
import { Timers } from '../src/simulator/timers.js'
import { retryAfterMs, Webhooks } from '../src/simulator/webhooks.js'
import {
  allStatuses,
  businessAccountId,
  customerPhone,
  dig,
  digList,
  digText,
  type Outside,
  phoneNumberId,
  signatureOf,
  startOutside,
} from './support/simulator.js'
import { eventually } from './support/wait.js'

let outside: Outside

beforeEach(async () => {
  outside = await startOutside()
})
afterEach(() => outside.close())

const writeText = (body: string) => outside.inbound({ type: 'text', text: { body } })

test('an inbound message comes in the shape that Meta posts', async () => {
  const id = await outside.inbound(
    { type: 'text', text: { body: 'Hello' }, context: { id: 'wamid.earlier' } },
    { from: `+${customerPhone}`, name: 'Asha Rao' },
  )
  await eventually(() => outside.receiver.posts.length === 1)
  expect(outside.receiver.posts[0]?.body).toEqual({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: businessAccountId,
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '919876543210', phone_number_id: phoneNumberId },
              contacts: [{ profile: { name: 'Asha Rao' }, wa_id: customerPhone }],
              messages: [
                {
                  context: { from: '919876543210', id: 'wamid.earlier' },
                  from: customerPhone,
                  id,
                  timestamp: expect.stringMatching(/^\d{10}$/),
                  type: 'text',
                  text: { body: 'Hello' },
                },
              ],
            },
          },
        ],
      },
    ],
  })
})

test('an id and a timestamp that are chosen are kept', async () => {
  const chosen = { id: 'wamid.chosen', timestamp: '1700000000', type: 'text', text: { body: 'Hello' } }
  expect(await outside.inbound(chosen)).toBe('wamid.chosen')
  await eventually(() => outside.receiver.messages().length === 1)
  expect(outside.receiver.messages()[0]).toEqual({ from: customerPhone, ...chosen })
})

test('the signature is over the raw bytes, which re-serialised JSON does not reproduce', async () => {
  await writeText('नमस्ते 😀 a/b')
  await eventually(() => outside.receiver.posts.length === 1)
  const post = outside.receiver.posts[0]
  const raw = post?.raw ?? Buffer.alloc(0)
  expect(post?.headers['x-hub-signature-256']).toBe(signatureOf(raw))
  expect(post?.headers['content-type']).toBe('application/json')
  expect(raw.toString('latin1')).toContain('\\u0928\\u092e')
  expect(raw.toString('latin1')).toContain('\\ud83d\\ude00 a\\/b')
  expect(raw.every((byte) => byte < 128)).toBe(true)
  expect(dig(outside.receiver.messages()[0], 'text.body')).toBe('नमस्ते 😀 a/b')
  expect(signatureOf(JSON.stringify(post?.body))).not.toBe(signatureOf(raw))
})

test('whatever is not answered 200 is posted again with the same bytes, while others go on', async () => {
  const refusals = [500, 204]
  outside.receiver.answer.to = ({ raw }) => (raw.includes('stubborn') ? (refusals.shift() ?? 200) : 200)
  const stubborn = await writeText('stubborn')
  await eventually(() => outside.receiver.posts.length === 1)
  const other = await writeText('other')
  const postsOf = (id: string) => outside.receiver.posts.filter(({ body }) => JSON.stringify(body).includes(id))
  await eventually(() => postsOf(stubborn).length === 3)
  expect(postsOf(other)).toHaveLength(1)
  expect(new Set(postsOf(stubborn).map(({ raw }) => raw.toString('latin1'))).size).toBe(1)
})

test('the first repeats come after 1, 2 and 4 seconds, all others after 5', () => {
  expect([1, 2, 3, 4, 5, 1000].map(retryAfterMs)).toEqual([1000, 2000, 4000, 5000, 5000, 5000])
})

test('every duplicate asked for is posted', async () => {
  await outside.faults({ webhooks: { duplicate: 2 } })
  const id = await writeText('Hello')
  await eventually(() => outside.receiver.posts.length === 3)
  expect(outside.receiver.messages().map((message) => message.id)).toEqual([id, id, id])
})

test('shuffled webhooks do not come in the order they were made in, and none is lost', async () => {
  await outside.faults({ webhooks: { shuffle: true, batch: 20, hold: true } })
  const made: string[] = []
  for (let index = 0; index < 10; index += 1) made.push(await writeText(`message ${index}`))
  await outside.faults({ webhooks: { hold: false } })
  await eventually(() => outside.receiver.messages().length === 10)
  const got = outside.receiver.messages().map((message) => message.id)
  expect(got).not.toEqual(made)
  expect([...got].sort()).toEqual([...made].sort())
})

test('a batch brings several entries, changes and messages in one post', async () => {
  await outside.faults({ window: false, autoStatuses: false, webhooks: { batch: 100, hold: true } })
  const accepted = digText((await outside.sendText()).json, 'messages.0.id')
  await writeText('one')
  await writeText('two')
  for (const status of ['sent', 'delivered']) await outside.control('POST', '/statuses', { id: accepted, status })
  await writeText('three')
  await outside.control('POST', '/statuses', { id: accepted, status: 'read' })
  await outside.faults({ webhooks: { hold: false } })
  await eventually(() => outside.receiver.posts.length === 1)
  const entries = digList(outside.receiver.posts[0]?.body, 'entry')
  expect(entries).toHaveLength(2)
  expect(digList(entries[0], 'changes').length).toBeGreaterThan(1)
  expect(digList(entries[0], 'changes.0.value.messages')).toHaveLength(2)
  expect(outside.receiver.messages()).toHaveLength(3)
  expect(await outside.receiver.statusNames(accepted)).toEqual(allStatuses)
})

test('a delay keeps a webhook back behind those made later without one, and then lets it go', async () => {
  await outside.faults({ webhooks: { delayMs: 60_000 } })
  const late = await writeText('late')
  await outside.faults({ webhooks: { delayMs: 50 } })
  const soon = await writeText('soon')
  await outside.faults({ webhooks: { delayMs: 0 } })
  const prompt = await writeText('prompt')
  await eventually(() => outside.receiver.posts.length === 2)
  const ids = outside.receiver.messages().map(({ id }) => id)
  expect(ids).not.toContain(late)
  expect([...ids].sort()).toEqual([soon, prompt].sort())
})

test('a hold keeps every webhook back until it is lifted', async () => {
  await outside.faults({ webhooks: { hold: true }, autoStatuses: false, window: false })
  const accepted = digText((await outside.sendText()).json, 'messages.0.id')
  await outside.control('POST', '/statuses', { id: accepted, status: 'sent' })
  await writeText('held')
  expect(outside.receiver.posts).toEqual([])
  await outside.faults({ webhooks: { hold: false } })
  await eventually(() => outside.receiver.posts.length === 2)
})

test('a template status and any other field can be told, and a known template changes with it', async () => {
  const told = await outside.control('POST', '/inbound', {
    change: {
      field: 'message_template_status_update',
      value: { event: 'PAUSED', message_template_name: 'hello_world', message_template_language: 'en_US' },
    },
  })
  expect(told.json).toEqual({ id: null })
  await eventually(() => outside.receiver.changes().length === 1)
  expect(outside.receiver.changes()[0]).toMatchObject({
    field: 'message_template_status_update',
    value: { event: 'PAUSED', message_template_name: 'hello_world', message_template_id: expect.any(Number) },
  })
  const template = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } }
  expect(await outside.send(template)).toMatchObject({ status: 400, json: { error: { code: 132015 } } })
  await outside.control('POST', '/inbound', {
    change: { field: 'phone_number_quality_update', value: { event: 'FLAGGED' } },
  })
  await eventually(() => outside.receiver.changes().some(({ field }) => field === 'phone_number_quality_update'))
})

test('beyond the bound the oldest waiting webhooks are dropped and counted', async () => {
  const timers = new Timers()
  const faults = noFaults()
  faults.webhooks.hold = true
  const webhooks = new Webhooks({
    options: completeOptions({}),
    faults: () => faults,
    callbackUrl: () => outside.receiver.url,
    random: createRandom(null),
    timers,
    mostPending: 3,
  })
  try {
    for (let index = 1; index <= 5; index += 1) {
      webhooks.post({ field: 'messages', value: { messages: [{ id: String(index) }] } })
    }
    expect({ pending: webhooks.pendingCount, dropped: webhooks.dropped }).toEqual({ pending: 3, dropped: 2 })
    faults.webhooks.hold = false
    webhooks.wake()
    await eventually(() => webhooks.pendingCount === 0)
    const ids = outside.receiver.messages().map(({ id }) => id)
    expect([...ids].sort()).toEqual(['3', '4', '5'])
  } finally {
    timers.clear()
    await webhooks.end()
  }
})

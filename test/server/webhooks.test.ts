import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { idKind } from '../../src/core/ids.js'
import { ask, eventCursor, eventsSince, inbound } from '../support/graph.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'
import { type Received, type Receiver, startReceiver } from '../support/webhook-receiver.js'
import { deliveriesOf, deliveriesWith, newWebhook, webhookNow } from '../support/webhooks.js'

const textOf = ({ event }: Received): string => event.data.message.text
const redeliver = `mutation ($input: RedeliverWebhookInput!) { redeliverWebhook(input: $input) { count webhook { id } } }`
const update = `mutation ($input: UpdateWebhookInput!) { updateWebhook(input: $input) { webhook { id url enabled } } }`

describeServer('webhooks out', () => {
  let server: TestServer
  let receiver: Receiver
  beforeAll(async () => {
    receiver = await startReceiver()
    server = await startServer({ env: { ALLOW_PRIVATE_URLS: 'on' } })
  })
  afterAll(async () => {
    await server.dispose()
    await receiver.stop()
  })

  /** Waits until a path has received so many of a type. */
  async function received(path: string, event: string, count = 1): Promise<Received[]> {
    await eventually(() => receiver.at(path, event).length >= count, 60_000)
    return receiver.at(path, event)
  }

  describe('what is posted', () => {
    test('is a test event on save, signed in both ways; anything tampered with is refused', async () => {
      const hook = await newWebhook(server, receiver.url('/signed'), ['message.received'])
      expect(hook.id).toMatch(/^whk_/)
      const [post] = await received('/signed', 'webhook.test')
      if (!post) throw new Error('nothing came')
      const { headers, body } = post
      const hex = createHmac('sha256', hook.secret).update(body).digest('hex')
      expect(headers['x-kaanha-signature']).toBe(`sha256=${hex}`)
      expect(headers['content-type']).toBe('application/json')
      const standard = headers as Record<string, string>
      expect(new Webhook(hook.secret).verify(body, standard)).toEqual(post.event)
      expect(() => new Webhook(hook.secret).verify(`${body} `, standard)).toThrow()
      expect(headers['webhook-id']).toBe(post.event.id)
      expect(idKind(post.event.id)).toBe('Event')
      expect(post.event).toMatchObject({ event: 'webhook.test', data: { webhookId: hook.id } })
    })

    test('is the chosen events alone, as the log has them, in compact JSON; HEX is the bare signature', async () => {
      const secret = 'a-secret-of-my-own'
      const more = { secret, signatureFormat: 'HEX' }
      const hook = await newWebhook(server, receiver.url('/chosen'), ['message.received', 'contact.created'], more)
      expect(hook.secret).toBe(secret)
      const start = await eventCursor(server)
      const phone = newPhone()
      const message = await inbound(server, phone, 'Namaste')
      const [post] = await received('/chosen', 'message.received')
      const log = await eventsSince(server, start, ({ type }) => type === 'message.received')
      expect(post?.body).toBe(JSON.stringify(post?.event))
      expect(Object.keys(post?.event)).toEqual(['id', 'event', 'organizationId', 'timestamp', 'data'])
      expect(post?.event.data).toEqual(log.at(-1)?.data)
      expect(post?.event.data).toMatchObject({
        messageId: message.wamid,
        id: message.id,
        conversationId: message.conversationId,
        contact: { id: message.contactId, phone, name: 'Asha Rao', tags: [] },
        message: { type: 'text', text: 'Namaste' },
      })
      const signature = post?.headers['x-kaanha-signature']
      expect(signature).toBe(
        createHmac('sha256', secret)
          .update(post?.body ?? '')
          .digest('hex'),
      )
      await deliveriesWith(server, hook.id, { event: 'contact.created', status: 'DELIVERED' })
      const events = (await deliveriesOf(server, hook.id)).map(({ event }) => event)
      expect(events.sort()).toEqual(['contact.created', 'message.received', 'webhook.test'])
    })

    test('is signed with both secrets after a rotation', async () => {
      const hook = await newWebhook(server, receiver.url('/rotated'), ['contact.created'])
      const rotate = `mutation ($id: ID!) { rotateWebhookSecret(input: { id: $id }) { secret webhook { previousSecretUntil } } }`
      const { secret, webhook } = (await ask(server, rotate, { id: hook.id })).rotateWebhookSecret
      expect(secret).not.toBe(hook.secret)
      expect(Date.parse(webhook.previousSecretUntil)).toBeGreaterThan(Date.now() + 23 * 3_600_000)
      const create = 'mutation ($phone: String!) { createContact(input: { phone: $phone }) { contact { id } } }'
      await ask(server, create, { phone: newPhone() })
      const [post] = await received('/rotated', 'contact.created')
      const [body, headers] = [post?.body ?? '', post?.headers as Record<string, string>]
      for (const each of [secret, hook.secret]) expect(new Webhook(each).verify(body, headers)).toEqual(post?.event)
      expect(headers['x-kaanha-signature']).toBe(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
    })
  })

  describe('an endpoint', () => {
    test('that fails is asked again after 5 seconds, with the same id; its conversation waits, another does not', async () => {
      const phones = [newPhone(), newPhone()] as const
      await Promise.all(phones.map((phone) => inbound(server, phone, 'before')))
      const url = receiver.url('/order', (post) => {
        const first = post.event.data.message?.text === 'one' && receiver.at('/order').filter(isOne).length === 1
        return first ? { status: 500, body: 'try again' } : 200
      })
      const isOne = (post: Received) => post.event.data.message?.text === 'one'
      const hook = await newWebhook(server, url, ['message.received'])
      await received('/order', 'webhook.test')
      for (const text of ['one', 'two', 'three']) await inbound(server, phones[0], text)
      await inbound(server, phones[1], 'other')
      const posts = await received('/order', 'message.received', 5)
      // Of two conversations nothing says which is asked first.
      const texts = posts.map(textOf)
      expect(texts.slice(0, 2).sort()).toEqual(['one', 'other'])
      expect(texts.slice(2)).toEqual(['one', 'two', 'three'])
      const [first, again] = posts.filter(isOne)
      expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
      expect(again?.body).toBe(first?.body)
      const waitedMs = await deliveriesWith(server, hook.id, {
        event: 'message.received',
        status: 'DELIVERED',
        count: 4,
      })
      const [one] = waitedMs
      expect(one).toMatchObject({ attemptCount: 2, responseCode: 200 })
      expect(one?.attempts.map(({ status, responseCode }) => [status, responseCode])).toEqual([
        ['DELIVERED', 200],
        ['FAILED', 500],
      ])
      const [second, begun] = (one?.attempts ?? []).map(({ at }) => Date.parse(at))
      expect((second ?? 0) - (begun ?? 0)).toBeGreaterThanOrEqual(5000)
      expect((await webhookNow(server, hook.id)).failingSince).toBe(null)
    })

    test('that hangs slows no other', async () => {
      const hanging: Received[] = []
      const url = receiver.url('/hangs', (post) => {
        hanging.push(post)
        return 'hang'
      })
      const dead = await newWebhook(server, url, ['contact.created'])
      const alive = await newWebhook(server, receiver.url('/alive'), ['contact.created'])
      await eventually(() => hanging.length > 0)
      const create = 'mutation ($phone: String!) { createContact(input: { phone: $phone }) { contact { id } } }'
      for (let n = 0; n < 12; n++) await ask(server, create, { phone: newPhone() })
      await deliveriesWith(server, alive.id, { event: 'contact.created', status: 'DELIVERED', count: 12 })
      // Not one of the other's has ended by then, and few have begun.
      const theirs = await deliveriesOf(server, dead.id)
      expect(theirs.map(({ attemptCount }) => attemptCount)).toEqual(theirs.map(() => 0))
      expect(hanging.length).toBeLessThanOrEqual(4)
      await ask(server, 'mutation ($id: ID!) { deleteWebhook(input: { id: $id }) { webhook { id } } }', { id: dead.id })
      for (const post of hanging) post.answer(200)
      expect(await webhookNow(server, dead.id)).toBe(null)
    })

    test('that answers 410 is disabled, with an event; enabled again it goes on where it stopped', async () => {
      let gone = true
      const url = receiver.url('/gone', ({ event }) => (gone && event.event !== 'webhook.test' ? 410 : 200))
      const hook = await newWebhook(server, url, ['contact.created'])
      await received('/gone', 'webhook.test')
      const start = await eventCursor(server)
      const create = 'mutation ($phone: String!) { createContact(input: { phone: $phone }) { contact { id } } }'
      await ask(server, create, { phone: newPhone() })
      const events = await eventsSince(server, start, ({ type }) => type === 'webhook.disabled')
      expect(events.at(-1)?.data).toMatchObject({ webhookId: hook.id, reason: expect.stringContaining('410') })
      expect(await webhookNow(server, hook.id)).toMatchObject({ enabled: false })
      await ask(server, create, { phone: newPhone() })
      gone = false
      await ask(server, update, { input: { id: hook.id, enabled: true } })
      await deliveriesWith(server, hook.id, { event: 'contact.created', status: 'DELIVERED' })
      const statuses = (await deliveriesOf(server, hook.id, 'contact.created')).map(({ status }) => status)
      expect(statuses).toEqual(['FAILED', 'DELIVERED'])

      const again = await ask(server, redeliver, { input: { webhookId: hook.id, failedSince: '2026-01-01T00:00:00Z' } })
      expect(again.redeliverWebhook).toEqual({ count: 1, webhook: { id: hook.id } })
      await deliveriesWith(server, hook.id, { event: 'contact.created', status: 'DELIVERED', count: 2 })
      const [first, , last] = receiver.at('/gone', 'contact.created')
      expect(last?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    })

    test('that redirects is not followed, and the log says so; a save stands though its test fails', async () => {
      const location = receiver.url('/elsewhere')
      const url = receiver.url('/redirects', () => ({ status: 302, headers: { location } }))
      const hook = await newWebhook(server, url, ['contact.created'])
      const log = () => deliveriesOf(server, hook.id, 'webhook.test')
      await eventually(async () => (await log())[0]?.attemptCount === 1)
      expect((await log())[0]?.attempts).toEqual([
        expect.objectContaining({
          status: 'FAILED',
          responseCode: 302,
          error: expect.stringContaining('not followed'),
        }),
      ])
      expect(receiver.at('/elsewhere')).toEqual([])
      expect(await webhookNow(server, hook.id)).toMatchObject({ url, enabled: true, failingSince: expect.any(String) })
    })
  })

  describe('a redelivery', () => {
    test('posts the same again, with the same id: one, or a range', async () => {
      const hook = await newWebhook(server, receiver.url('/again'), ['message.received'])
      await inbound(server, newPhone(), 'once more')
      const [delivery] = await deliveriesWith(server, hook.id, { event: 'message.received', status: 'DELIVERED' })
      expect(delivery?.id).toMatch(/^dlv_/)
      const one = await ask(server, redeliver, { input: { deliveryId: delivery?.id } })
      expect(one.redeliverWebhook).toEqual({ count: 1, webhook: { id: hook.id } })
      await received('/again', 'message.received', 2)
      await eventually(async () => (await deliveriesOf(server, hook.id)).every(({ status }) => status === 'DELIVERED'))
      const range = { webhookId: hook.id, since: '2026-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' }
      expect((await ask(server, redeliver, { input: range })).redeliverWebhook.count).toBe(2)
      const posts = await received('/again', 'message.received', 3)
      expect(new Set(posts.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery?.eventId]))
      expect(new Set(posts.map(({ body }) => body))).toEqual(new Set([delivery?.body]))
      const [after] = await deliveriesWith(server, hook.id, { event: 'message.received', status: 'DELIVERED' })
      expect(after?.attemptCount).toBe(3)
      expect(after?.attempts).toHaveLength(3)
    })

    test.each([
      [{}, 'deliveryId'],
      [{ webhookId: 'W', failedSince: '2026-01-01T00:00:00Z', since: '2026-01-01T00:00:00Z' }, 'deliveryId'],
      [{ failedSince: '2026-01-01T00:00:00Z' }, 'webhookId'],
      [{ webhookId: 'W', since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' }, 'until'],
    ])('of %j is refused, naming %s', async (input, path) => {
      const { errors } = await server.graphql(redeliver, { input })
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', details: [{ path }] })
    })
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../src/core/ids.js'
import { ask, bearer, refusal } from '../support/graph.js'
import {
  acceptedOf,
  conversationOf,
  messageNow,
  messageWith,
  newCustomer,
  sendText,
  template,
  watchEvents,
} from '../support/messaging.js'
import { consentingContact } from '../support/rest.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

const dayMs = 86_400_000
const ahead = (ms: number) => new Date(Date.now() + ms).toISOString()

const schedule = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { message { id status scheduledAt sentAt failedAt } replayed }
}`
const cancel = `mutation ($id: ID!) {
  cancelScheduledMessage(input: { id: $id }) { message { id status error { code title reason } } }
}`

describeServer('a scheduled message', () => {
  let server: TestServer
  let events: Awaited<ReturnType<typeof watchEvents>>
  beforeAll(async () => {
    server = await startServer()
    events = await watchEvents(server)
  })
  afterAll(async () => {
    await events.stop()
    await server.dispose()
  })

  const scheduled = async (to: string, scheduledAt: string, more: object = {}) =>
    (await ask(server, schedule, { input: { to, content: { text: { text: 'Later' } }, scheduledAt, ...more } }))
      .sendMessage
  const goneOut = (id: string) => messageWith(server, id, ['SENT', 'DELIVERED', 'READ'], 30_000)

  test('is answered QUEUED, goes out once when its time has come and not before, and only then moves its conversation', async () => {
    const { phone, conversationId } = await newCustomer(server)
    const before = await conversationOf(server, phone)
    const scheduledAt = ahead(3000)
    const { message, replayed } = await scheduled(phone, scheduledAt)
    expect({ message, replayed }).toEqual({
      message: { id: message.id, status: 'QUEUED', scheduledAt, sentAt: null, failedAt: null },
      replayed: false,
    })
    const waiting = await conversationOf(server, phone)
    expect(waiting.lastMessage).toEqual(before.lastMessage)
    expect(waiting.messages.nodes[0]).toMatchObject({ id: message.id, status: 'QUEUED', scheduledAt })

    await goneOut(message.id)
    const accepted = await acceptedOf(server, message.id)
    expect(accepted).toMatchObject([{ payload: { text: { body: 'Later' } } }])
    expect(Date.parse(String((accepted[0] as { acceptedAt?: string }).acceptedAt))).toBeGreaterThanOrEqual(
      Date.parse(scheduledAt),
    )
    expect((await conversationOf(server, phone)).lastMessage.id).toBe(message.id)
    expect((await events.typesUntil(message.id, 'message.read'))[0]).toBe('message.queued')
    expect(events.ofMessage(message.id)[0]?.data).toMatchObject({ status: 'QUEUED', scheduledAt })
    const moved = events
      .all()
      .filter(({ type, data }) => type === 'conversation.updated' && data.conversationId === conversationId)
    expect(
      moved.filter(({ data }) => data.conversation.lastMessage?.id === message.id)[0]?.data.conversation,
    ).toMatchObject({
      lastMessage: { id: message.id, status: 'QUEUED', scheduledAt },
    })
  })

  test('is the same through REST; a template reaches somebody who never wrote, a reply says what it answers', async () => {
    const { phone } = await consentingContact(server)
    const scheduledAt = ahead(1000)
    const answer = await server.rest('POST', '/send', { to: phone, ...template, scheduledAt })
    expect(answer).toMatchObject({ status: 200, json: { status: 'QUEUED', scheduledAt, sentAt: null } })
    const sent = await goneOut(answer.json.id)
    expect(sent).toMatchObject({ scheduledAt, type: 'TEMPLATE' })

    const customer = await newCustomer(server)
    const { lastMessage } = await conversationOf(server, customer.phone)
    const reply = await scheduled(customer.phone, ahead(1000), { replyTo: lastMessage.id })
    expect(await goneOut(reply.message.id)).toMatchObject({ replyToId: lastMessage.id })
    expect((await acceptedOf(server, reply.message.id))[0]?.payload).toMatchObject({ context: expect.any(Object) })
  })

  test('whose time came while every server was down goes out at the next start, once', async () => {
    const { phone } = await newCustomer(server)
    const scheduledAt = ahead(1500)
    const { message } = await scheduled(phone, scheduledAt)
    await server.kill()
    await eventually(() => Date.now() > Date.parse(scheduledAt))
    await server.restart()
    await goneOut(message.id)
    expect(await acceptedOf(server, message.id)).toHaveLength(1)
    await events.stop()
    events = await watchEvents(server)
  })

  test('with an idempotency key is one: its first answer comes again while it waits and when its time is over', async () => {
    const { phone } = await newCustomer(server)
    const given = { idempotencyKey: newId('Event') }
    const scheduledAt = ahead(2000)
    const first = await scheduled(phone, scheduledAt, given)
    expect(await scheduled(phone, scheduledAt, given)).toEqual({ ...first, replayed: true })
    const other = { to: phone, content: { text: { text: 'Later' } }, ...given }
    expect((await refusal(server, schedule, { input: { ...other, scheduledAt: ahead(5000) } })).code).toBe('CONFLICT')
    expect((await refusal(server, schedule, { input: other })).code).toBe('CONFLICT')
    await goneOut(first.message.id)
    expect(await scheduled(phone, scheduledAt, given)).toEqual({ ...first, replayed: true })
    expect(await acceptedOf(server, first.message.id)).toHaveLength(1)
  })

  describe('when its time comes', () => {
    test('fails with WINDOW_CLOSED where only a template may be sent, and with OPT_IN_REQUIRED where consent is gone', async () => {
      const [closed, left] = [await consentingContact(server), await newCustomer(server)]
      const start = ahead(1500)
      const [first, second] = [await scheduled(closed.phone, start), await scheduled(left.phone, start)]
      const optOut = `mutation ($id: ID!) { updateContact(input: { id: $id, optedIn: false, optInSource: "phone call" }) { contact { id } } }`
      await ask(server, optOut, { id: left.contactId })
      const failed = await messageWith(server, first.message.id, ['FAILED'])
      expect(failed).toMatchObject({
        failedAt: expect.any(String),
        messageId: null,
        error: { code: null, reason: 'WINDOW_CLOSED', title: expect.stringContaining('24 hours') },
      })
      expect(await messageWith(server, second.message.id, ['FAILED'])).toMatchObject({
        error: { code: null, reason: 'OPT_IN_REQUIRED' },
      })
      expect(await events.typesUntil(first.message.id, 'message.failed')).toEqual(['message.queued', 'message.failed'])
      expect(events.ofMessage(first.message.id)[1]?.data.error).toMatchObject({ reason: 'WINDOW_CLOSED' })
      for (const { message } of [first, second]) expect(await acceptedOf(server, message.id)).toEqual([])
      const { data } = await server.rest('GET', '/messages').then(({ json }) => json)
      const shown = data.find(({ id }: { id: string }) => id === first.message.id)
      expect(shown.error).toEqual({ code: null, title: failed.error.title, details: null, reason: 'WINDOW_CLOSED' })
    })
  })

  describe('can be cancelled', () => {
    test('until it begins, again with the same answer; then it never goes out', async () => {
      const { phone } = await newCustomer(server)
      const { message } = await scheduled(phone, ahead(1500))
      const { message: other } = await scheduled(phone, ahead(2500))
      const cancelled = {
        id: message.id,
        status: 'FAILED',
        error: { code: null, title: expect.any(String), reason: 'CANCELLED' },
      }
      expect((await ask(server, cancel, { id: message.id })).cancelScheduledMessage.message).toEqual(cancelled)
      expect((await ask(server, cancel, { id: message.id })).cancelScheduledMessage.message).toEqual(cancelled)
      expect(await events.typesUntil(message.id, 'message.failed')).toEqual(['message.queued', 'message.failed'])
      await goneOut(other.id)
      expect(await acceptedOf(server, message.id)).toEqual([])
      expect(await messageNow(server, message.id)).toMatchObject({ status: 'FAILED', error: { reason: 'CANCELLED' } })
    })

    test('not when it has begun, nor what was not scheduled, nor what is another organization’s or nobody’s', async () => {
      const { phone } = await newCustomer(server)
      const { message } = await scheduled(phone, ahead(500))
      const sent = await goneOut(message.id)
      const plain = await sendText(server, phone, 'At once')
      for (const id of [message.id, sent.messageId, plain.json.id]) {
        expect(await refusal(server, cancel, { id })).toMatchObject({ code: 'CONFLICT' })
      }
      const waiting = (await scheduled(phone, ahead(dayMs))).message
      const headers = bearer(await server.newOrganization('scheduled-others'))
      expect((await refusal(server, cancel, { id: waiting.id }, headers)).code).toBe('NOT_FOUND')
      for (const id of [newId('Message'), newId('Contact'), 'nonsense', '', 'wamid.nobody']) {
        expect((await refusal(server, cancel, { id })).code).toBe('NOT_FOUND')
      }
      expect(await messageNow(server, waiting.id)).toMatchObject({ status: 'QUEUED', error: null })
    })
  })

  describe('is refused, and nothing is stored,', () => {
    test.each([
      ['in the past', () => ahead(-1000)],
      ['more than 90 days ahead', () => ahead(90 * dayMs + 60_000)],
      ['at no time at all', () => 'tomorrow'],
      ['at a time without its offset', () => '2126-01-01T00:00:00'],
      ['at a number', () => 1_900_000_000],
    ])('%s, naming scheduledAt, at both doors', async (_, at) => {
      const { phone } = await newCustomer(server)
      const details = [{ path: 'scheduledAt', message: expect.any(String) }]
      const input = { to: phone, content: { text: { text: 'Never' } }, scheduledAt: at() }
      expect(await refusal(server, schedule, { input })).toMatchObject({ code: 'BAD_REQUEST', details })
      const { status, json } = await server.rest('POST', '/send', {
        to: phone,
        type: 'text',
        text: 'Never',
        scheduledAt: at(),
      })
      expect([status, json]).toMatchObject([400, { code: 'BAD_REQUEST', details }])
      expect((await conversationOf(server, phone)).messages.nodes).toHaveLength(1)
    })

    test('where body, consent or template would refuse it at once; the window is a matter of later', async () => {
      const { phone } = await newCustomer(server)
      const at = ahead(dayMs)
      const input = (more: object) => ({
        input: { to: phone, content: { text: { text: '' } }, scheduledAt: at, ...more },
      })
      expect(await refusal(server, schedule, input({}))).toMatchObject({
        code: 'BAD_REQUEST',
        details: [{ path: 'text' }],
      })
      const content = { text: { text: 'Later' } }
      expect((await refusal(server, schedule, input({ content, to: newPhone() }))).code).toBe('OPT_IN_REQUIRED')
      const unknown = { template: { templateName: 'no_such', language: 'en' } }
      expect((await refusal(server, schedule, input({ content: unknown }))).code).toBe('BAD_REQUEST')
      const { phone: neverWrote } = await consentingContact(server)
      expect((await scheduled(neverWrote, at)).message.status).toBe('QUEUED')
      // It begins a conversation, in which nothing has been said yet.
      expect(await conversationOf(server, neverWrote)).toMatchObject({ lastMessage: null, status: 'OPEN' })
    })

    test('without the scope that sends', async () => {
      const { stdout } = await server.operator(
        ...['keys', 'create', '--org', 'demo', '--name', 'reader', '--scopes', 'messages:read'],
      )
      const { phone } = await newCustomer(server)
      const { message } = await scheduled(phone, ahead(dayMs))
      expect((await refusal(server, cancel, { id: message.id }, bearer(stdout.trim()))).code).toBe('FORBIDDEN')
    })
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  acceptedOf,
  conversationOf,
  type LoggedEvent,
  newCustomer,
  sendRequests,
  sendText,
  template,
  watchEvents,
} from '../support/messaging.js'
import { nowSeconds, postWebhook, textFrom, webhookBody } from '../support/meta-webhook.js'
import { describeServer, eventually, find, newPhone, startServer, type TestServer } from '../support/server.js'

const dayMs = 24 * 3_600_000

describeServer("a customer's message", () => {
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

  const received = (id: string) => (event: LoggedEvent) =>
    event.type === 'message.received' && event.data.messageId === id
  const eventsOf = (phone: string) =>
    events.all().filter(({ data }) => data.contact?.phone === phone || data.contact?.id === phone)
  /** Writes, and waits until all of it has been told. */
  async function writes(phone: string, text: string, name?: string): Promise<string> {
    const wamid = await server.customerWrites(phone, text, name)
    await eventually(() => events.all().some(received(wamid)))
    await eventually(() => events.all().some(({ data }) => data.conversation?.lastMessage?.messageId === wamid))
    return wamid
  }
  const graph = async (query: string, variables: Record<string, unknown>) => {
    const { data, errors } = await server.graphql(query, variables)
    expect(errors).toBeUndefined()
    return data
  }
  const contactOf = async (phone: string) => (await conversationOf(server, phone)).contact
  const setConsent = (id: string, optedIn: boolean | null) =>
    graph('mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { id } } }', {
      input: { id, optedIn },
    })

  test('the first one creates the contact with its profile name and consent, the conversation, and opens the window', async () => {
    const phone = newPhone()
    const wamid = await writes(phone, 'Is the blue one still there?', 'Ann Lee')
    const conversation = await conversationOf(server, phone)
    expect(conversation).toMatchObject({
      status: 'OPEN',
      unreadCount: 1,
      contact: { name: 'Ann Lee', phone, optedIn: true, optInSource: 'inbound' },
      messages: {
        nodes: [
          {
            direction: 'INBOUND',
            status: 'RECEIVED',
            type: 'TEXT',
            text: 'Is the blue one still there?',
            messageId: wamid,
          },
        ],
      },
    })
    const [message] = conversation.messages.nodes
    expect(Date.parse(conversation.windowExpiresAt) - Date.parse(message.sentAt)).toBe(dayMs)
    expect(eventsOf(phone).map(({ type }) => type)).toEqual([
      'contact.created',
      'message.received',
      'conversation.opened',
    ])
    expect(events.all().find(received(wamid))?.data).toEqual({
      messageId: wamid,
      id: message.id,
      conversationId: conversation.id,
      contact: { id: conversation.contact.id, phone, name: 'Ann Lee', tags: [] },
      message: {
        type: 'text',
        text: 'Is the blue one still there?',
        timestamp: message.sentAt,
        content: { text: 'Is the blue one still there?' },
      },
    })
  })

  test('of several people in one body become what they would one by one: order, consent, replies, nothing twice', async () => {
    const [phone, other] = [newPhone(), newPhone()]
    const hello = textFrom(phone, 'hello')
    const wamid = hello.messages[0]?.id
    const parts = [
      hello,
      textFrom(other, 'good morning'),
      textFrom(phone, 'are you there?', { context: { id: wamid } }),
      textFrom(phone, 'STOP'),
      hello,
    ]
    const messages = parts.flatMap((part) => part.messages)
    await postWebhook(server, webhookBody({ contacts: [...hello.contacts, ...(parts[1]?.contacts ?? [])], messages }))
    const last = messages[3]?.id
    await eventually(() => events.all().some(({ data }) => data.conversation?.lastMessage?.messageId === last))
    const { contact, unreadCount, messages: written } = await conversationOf(server, phone)
    expect({ unreadCount, optedIn: contact.optedIn }).toEqual({ unreadCount: 3, optedIn: false })
    expect((await contactOf(other)).optedIn).toBe(true)
    expect(eventsOf(phone).map(({ type }) => type)).toEqual([
      'contact.created',
      ...['message.received', 'conversation.opened'],
      ...['message.received', 'conversation.updated'],
      ...['contact.updated', 'contact.opted_out', 'message.received', 'conversation.updated'],
    ])
    const texts = written.nodes.map(({ text }: { text: string }) => text)
    expect(texts).toEqual(['STOP', 'are you there?', 'hello'])
    expect(written.nodes[1].replyTo?.id).toBe(written.nodes[2].id)
  })

  test('finds the contact that is there, keeps the name it was given, and counts what is unread until it is read', async () => {
    const phone = newPhone()
    const created = await server.rest('POST', '/contacts', { phone, name: 'As we call them' })
    for (const text of ['One', 'Two', 'Three']) await writes(phone, text, 'As they call themselves')
    const conversation = await conversationOf(server, phone)
    expect(conversation).toMatchObject({
      unreadCount: 3,
      contact: { id: created.json.id, name: 'As we call them', optedIn: true, optInSource: 'inbound' },
      lastMessage: { text: 'Three' },
    })
    expect(eventsOf(phone).filter(({ type }) => type === 'conversation.opened')).toHaveLength(1)

    const requests = await sendRequests(server)
    await graph(
      'mutation ($id: ID!) { markConversationRead(input: { id: $id, typing: true }) { conversation { id } } }',
      {
        id: conversation.id,
      },
    )
    // The receipt, with the typing indicator, is one request of WhatsApp's; it is no message.
    await eventually(async () => (await sendRequests(server)) === requests + 1)
    const read = await conversationOf(server, phone)
    expect(read.unreadCount).toBe(0)
    expect(read.messages.nodes.map(({ status }: { status: string }) => status)).toEqual(['READ', 'READ', 'READ'])
    await writes(phone, 'Four')
    expect((await conversationOf(server, phone)).unreadCount).toBe(1)
  })

  test('lifts unknown consent but no refusal: that only START lifts; STOP and UNSUBSCRIBE refuse, alone in a message', async () => {
    const { phone, contactId } = await newCustomer(server)
    const consent = async () => (await contactOf(phone)).optedIn
    await writes(phone, 'Please do not stop')
    expect(await consent()).toBe(true)
    for (const word of ['STOP', ' unsubscribe\n']) {
      const wamid = await writes(phone, word)
      expect(await contactOf(phone)).toMatchObject({ optedIn: false, optInSource: 'keyword' })
      expect((await sendText(server, phone, 'Anyway')).json.code).toBe('OPT_IN_REQUIRED')
      await writes(phone, 'Hello?')
      expect(await consent()).toBe(false)
      await writes(phone, 'Start')
      expect(await consent()).toBe(true)
      expect((await sendText(server, phone, 'Welcome back')).status).toBe(200)
      expect(wamid).toMatch(/^wamid\./)
    }
    expect(eventsOf(phone).filter(({ type }) => type === 'contact.opted_out')).toHaveLength(2)

    const opened = newPhone()
    await writes(opened, 'stop')
    expect(await consentOf(opened)).toBe(false)
    expect(eventsOf(opened).map(({ type }) => type)).toContain('contact.opted_out')

    await setConsent(contactId, false)
    await writes(phone, 'I wrote, and yet')
    expect(await consent()).toBe(false)
  })
  const consentOf = async (phone: string) => (await contactOf(phone)).optedIn

  test('reopens a resolved conversation, in the hands of whoever it is assigned to', async () => {
    const { phone, conversationId: id } = await newCustomer(server)
    const resolve = () =>
      graph('mutation ($id: ID!) { resolveConversation(input: { id: $id }) { conversation { status } } }', { id })
    await resolve()
    await writes(phone, 'One more thing')
    expect((await conversationOf(server, phone)).status).toBe('OPEN')
    const { members } = await graph('{ members { nodes { id } } }', {})
    await graph(
      'mutation ($id: ID!, $memberId: ID!) { assignConversation(input: { id: $id, memberId: $memberId }) { conversation { id } } }',
      {
        id,
        memberId: members.nodes[0].id,
      },
    )
    await resolve()
    await writes(phone, 'And another')
    expect((await conversationOf(server, phone)).status).toBe('ASSIGNED')
    const reopened = eventsOf(phone).filter(({ data }) => data.reopened === true)
    expect(reopened.map(({ type, data }) => [type, data.conversation.status])).toEqual([
      ['conversation.opened', 'OPEN'],
      ['conversation.opened', 'ASSIGNED'],
    ])
  })

  test('opens the window for a day from when it was written; a reaction or a notice opens none', async () => {
    const [old, reacting] = [newPhone(), newPhone()]
    const hourAgo = Number(nowSeconds()) - 3600
    const at = (phone: string, text: string, seconds: number) =>
      postWebhook(server, webhookBody(textFrom(phone, text, { timestamp: String(seconds) })))
    await at(old, 'Two days ago', hourAgo - 2 * 86_400)
    await eventually(async () => (await conversationOf(server, old))?.unreadCount === 1)
    expect((await sendText(server, old, 'Too late')).json.code).toBe('WINDOW_CLOSED')
    await at(old, 'An hour ago', hourAgo)
    await eventually(async () => (await conversationOf(server, old)).unreadCount === 2)
    await at(old, 'Yesterday, but late', hourAgo - 3600)
    await eventually(async () => (await conversationOf(server, old)).unreadCount === 3)
    expect(Date.parse((await conversationOf(server, old)).windowExpiresAt)).toBe((hourAgo + 86_400) * 1000)
    expect((await sendText(server, old, 'In time')).status).toBe(200)

    await server.rest('POST', '/contacts', { phone: reacting, optedIn: true })
    const sent = await server.rest('POST', '/send', { to: reacting, ...template })
    const from = reacting.slice(1)
    const messages = [
      { type: 'reaction', reaction: { message_id: sent.json.messageId, emoji: '👍' } },
      { type: 'system', system: { body: 'The customer changed something', type: 'customer_identity_changed' } },
      { type: 'unsupported', errors: [{ code: 131051, title: 'Unsupported' }] },
    ]
    for (const message of messages) await server.simulator('POST', '/inbound', { from, message })
    // A reaction and a notice are not unread either; what WhatsApp does not pass on is.
    await eventually(async () => (await conversationOf(server, reacting)).unreadCount === 1)
    expect((await conversationOf(server, reacting)).windowExpiresAt).toBeNull()
    expect((await sendText(server, reacting, 'Free-form')).json.code).toBe('WINDOW_CLOSED')
  })

  test('of somebody who hides their number is in every list and can be answered; when the number shows, it is one person', async () => {
    const userId = `IN.${Date.now()}`
    const write = (message: string, who: Record<string, unknown>) =>
      server.simulator('POST', '/inbound', { name: 'Cara', ...who, message: { type: 'text', text: { body: message } } })
    await write('You cannot see my number', { userId })
    const chat = await find(async () =>
      (await server.rest('GET', '/chats')).json.data.find(
        ({ contact }: { contact: { name: string } }) => contact.name === 'Cara',
      ),
    )
    expect(chat.contact.phone).toBeNull()
    const { data } = (await server.rest('GET', '/contacts?search=cara')).json
    expect(data).toMatchObject([{ id: chat.contact.id, phone: null, userId, optedIn: true }])
    expect((await server.rest('GET', `/messages?conversationId=${chat.id}`)).json.data).toHaveLength(1)

    const sent = await sendText(server, chat.contact.id, 'Hello Cara')
    expect(sent).toMatchObject({ status: 200, json: { status: 'SENT' } })
    expect(await acceptedOf(server, sent.json.id)).toMatchObject([{ to: userId, payload: { recipient: userId } }])

    const phone = newPhone()
    await write('Now you can', { userId, from: phone.slice(1) })
    const linked = await find(async () => {
      const conversation = await conversationOf(server, phone)
      return conversation?.unreadCount === 2 && conversation
    })
    expect(linked).toMatchObject({ id: chat.id, contact: { id: chat.contact.id, phone, userId } })
  })

  test('answers a message by its wamid, known here or not', async () => {
    const { phone } = await newCustomer(server)
    const sent = await sendText(server, phone, 'Which colour?')
    const reply = async (text: string, id: string) => {
      const message = { type: 'text', text: { body: text }, context: { id } }
      return (await server.simulator('POST', '/inbound', { from: phone.slice(1), message })).id
    }
    const wamids = [await reply('Blue', sent.json.messageId), await reply('What?', 'wamid.FROMANOTHERLIFE')]
    const [blue, what] = await Promise.all(
      wamids.map((wamid) =>
        find(
          async () =>
            (await server.graphql('query ($id: ID!) { message(id: $id) { text replyToId } }', { id: wamid })).data
              ?.message,
        ),
      ),
    )
    expect(blue).toEqual({ text: 'Blue', replyToId: sent.json.id })
    expect(what).toEqual({ text: 'What?', replyToId: null })
  })

  test('that marketing is to stop is an opt-out, told by a preference or by a failure', async () => {
    const stopped = await newCustomer(server)
    const from = stopped.phone.slice(1)
    const preference = (value: string) => ({
      from,
      change: {
        field: 'user_preferences',
        value: {
          metadata: { display_phone_number: '919876543210', phone_number_id: '100000000000001' },
          user_preferences: [{ wa_id: from, category: 'marketing_messages', value, timestamp: Number(nowSeconds()) }],
        },
      },
    })
    await server.simulator('POST', '/inbound', preference('stop'))
    await eventually(async () => (await consentOf(stopped.phone)) === false)
    await server.simulator('POST', '/inbound', preference('resume'))
    await writes(stopped.phone, 'Hm')
    expect(await consentOf(stopped.phone)).toBe(false)

    const failing = await newCustomer(server)
    const sent = await sendText(server, failing.phone, 'Buy!')
    const errors = [{ code: 131050, title: 'User has stopped marketing messages' }]
    await server.simulator('POST', '/statuses', { id: sent.json.id, status: 'failed', errors })
    await eventually(async () => (await consentOf(failing.phone)) === false)
    for (const { phone } of [stopped, failing]) {
      await eventually(() => eventsOf(phone).some(({ type }) => type === 'contact.opted_out'))
    }
  })
})
